"""The evidence engine once more, slowly and from its definitions: dictionaries, sorted lists, whole histories.

Written from the contract (section 3) and the definitions of the scores, with nothing imported from the engine but the
table of logarithms. It knows no windows, no rings and no state between days: each day is worked out from all that lies
before it. Divisions are floors, order statistics are by rank.
"""

from collections import defaultdict

from aqsense import logcode, quantities

WINDOW = 119
REACH = 127


def lower_median(values):
    return sorted(values)[(len(values) - 1) // 2]


def at_rank(values, tenths):
    """The value at rank ceil(tenths/10 n)."""
    return sorted(values)[-(-tenths * len(values) // 10) - 1]


class History:
    """Half hours as given: a list of (cell, utc_offset_min, code or None, (a, b, c) codes or None each)."""

    def __init__(self, quantity, cells):
        self.quantity = quantity
        self.cells = cells
        self.by_day = defaultdict(list)  # local day -> indices, in order of time
        for i, (cell, offset, _, _) in enumerate(cells):
            self.by_day[(cell * 30 + offset) // 30 // 48].append(i)
        self.days = sorted(self.by_day)
        self.slots = {}  # (day, slot) -> code
        for i, (_, _, code, _) in enumerate(cells):
            if code is not None:
                key = self.where(i)
                self.slots[key] = (self.slots[key] + code) // 2 if key in self.slots else code
        self.valid = {day for day in self.days if self.is_valid(day)}
        self.residual = {}  # index -> code above its hour's median
        self.level_of_day = {}
        self.record = {}  # scored day -> dict of worst scores
        self.raw_peak = {}
        self.above = {}  # index -> residual above the level
        self.by_slot = {}
        for day in self.days:
            self.work_out(day)

    def where(self, i):
        cell, offset, _, _ = self.cells[i]
        local = (cell * 30 + offset) // 30
        return local // 48, local % 48

    def is_valid(self, day):
        """At least three quarters of the day's half hours, and never more than 12 missing in a row."""
        indices = self.by_day[day]
        before = self.cells[indices[0] - 1][1] if indices[0] else self.cells[0][1]
        slots = 48 - (self.cells[indices[-1]][1] - before) // 30
        there = [self.cells[i][2] is not None for i in indices]
        longest = max(len(run) for run in "".join("x" if t else "." for t in there).split("x"))
        return sum(there) >= slots * 3 // 4 and longest <= 12

    # what is usual ---------------------------------------------------------------------------------------------------

    def pool(self, day):
        """Six half hours of each of the 42 days before: every eighth, moving by one a day."""
        return [self.slots[d, s] for d in range(day - 42, day) for s in range(d % 8, 48, 8) if (d, s) in self.slots]

    def hour(self, day, hour):
        """(median, low, high, spread) at an hour, from the 42 days before."""
        whole = self.pool(day)
        points = [lower_median(whole), at_rank(whole, 1), at_rank(whole, 9)]
        pooled = list(points)
        near = [
            self.slots[d, s % 48]
            for d in range(day - 42, day)
            for s in range(2 * hour - 2, 2 * hour + 4)
            if (d, s % 48) in self.slots
        ]
        if near:
            days = -(-len(near) // 6)
            here = [lower_median(near), at_rank(near, 1), at_rank(near, 9)]
            points = [p + (h - p) * days // (days + 6) for p, h in zip(points, here, strict=True)]
        median, low, high = points[0], min(points[1], points[0]), max(points[2], points[0])
        return median, low, high, max(high - median, (pooled[2] - pooled[0]) // 2, 16)

    def level(self, day, of):
        last = [of[d] for d in range(day - 42, day) if of.get(d) is not None][-14:]
        return lower_median(last) if len(last) >= 3 else 0

    # one day ---------------------------------------------------------------------------------------------------------

    def work_out(self, day):
        scorable = sum(day - 42 <= d < day for d in self.valid) >= 7
        usual = {}
        level = self.level(day, self.level_of_day)
        offset = self.season_offset(day)
        worst = {"context": [], "peak": [], "sustained": []}
        parts = [None] * 8
        residuals = {}
        raws = []
        for i in self.by_day[day]:
            code = self.cells[i][2]
            slot = self.where(i)[1]
            raw = self.peak(i) if self.quantity == quantities.PM2_5 else None
            if raw is not None:
                raws.append(raw)
                worst["peak"].append(raw - offset)
            if code is None or not scorable:
                continue
            if slot // 2 not in usual:
                usual[slot // 2] = self.hour(day, slot // 2)
            median, _, _, spread = usual[slot // 2]
            residuals[slot] = self.residual[i] = code - median
            self.above[i] = logcode.log2_q8(self.value(code) + 200) - logcode.log2_q8(self.value(median) + 200)
            worst["context"].append(min(max(256 * (code - median - level) // spread, -32767), 32767))
            sustained = self.sustained(i)
            if sustained is not None:
                worst["sustained"].append(sustained)
            if self.quantity == quantities.CO2:
                self.by_slot[i] = logcode.log2_q8(self.value(code) - 80)  # ppm - 380 + 300
                reached = self.lasting_co2(i)
                if reached is not None:
                    byte = max(reached - (logcode.log2_q8(320) - 512), 0) // 8
                    parts[slot // 6] = byte if parts[slot // 6] is None else max(byte, parts[slot // 6])
        if day not in self.valid:
            return
        if raws:
            self.raw_peak[day] = max(raws)
        if residuals:
            self.level_of_day[day] = lower_median(residuals.values())
        if not scorable:
            return
        needed = ("context", "peak", "sustained") if self.quantity == quantities.PM2_5 else ("context",)
        if all(worst[name] for name in needed):
            self.record[day] = {name: max(worst[name]) for name in needed} | {"parts": parts}

    def comparable(self, day):
        return [d for d in range(day - REACH, day) if d in self.record][-WINDOW:]

    # scores ----------------------------------------------------------------------------------------------------------

    def value(self, code):
        return logcode.decode(self.quantity, code)

    def thirds(self, i):
        code, thirds = self.cells[i][2], self.cells[i][3]
        return None if code is None else [self.value(code if t is None else t) for t in thirds]

    def peak(self, i):
        """log2(P + 1), P in tenths: what two following 20 minutes both emitted, the best of the half hour's thirds."""
        now = self.thirds(i)
        before = self.thirds(i - 1) if i else None
        if now is None or before is None:
            return None
        codes = [c for (_, _, c, _) in self.cells[max(0, i - 26) : max(0, i - 2)] if c is not None]
        if len(codes) < 12:
            return None
        base = self.value(lower_median(codes))
        two_before = self.thirds(i - 2) if i > 1 else None
        x = (two_before or []) + before + now
        excess = [max(0, v - base) for v in x]

        def emission(t):
            return x[t] - x[t - 2] + (excess[t] + excess[t - 1]) // 3

        ends = [t for t in range(len(x) - 3, len(x)) if t >= 4]
        best = max(max(0, min(emission(t), emission(t - 2))) for t in ends)
        return logcode.log2_q8(best + 10)

    def season_offset(self, day):
        last = [self.raw_peak[d] for d in range(day - 127, day) if d in self.raw_peak][-28:]
        return lower_median(last) // 4 if len(last) >= 7 else 0

    def sustained(self, i):
        known = [self.above[j] for j in range(max(0, i - 15), i + 1) if j in self.above]
        last = [self.above[j] for j in range(max(0, i - 7), i + 1) if j in self.above]
        return min(last) - 2 * (max(known) - self.above[i]) if len(known) >= 12 else None

    def lasting_co2(self, i):
        known = [self.by_slot[j] for j in range(max(0, i - 15), i + 1) if j in self.by_slot]
        return sorted(known)[1] - (max(known) - self.by_slot[i]) // 2 if len(known) >= 12 else None

    def daypart_scores(self, day, today_parts):
        """(score of the day, scores of the days compared) with the day itself among those that set the scales."""
        days = self.comparable(day)
        columns = [[self.record[d]["parts"][p] for d in days] for p in range(8)]
        scales = {}
        for p in range(8):
            known = [v for v in columns[p] if v is not None]
            if len(known) < 7:
                continue
            rank = max(2, (5 * (len(known) + 1) + 60) // 120)
            if today_parts[p] is not None:
                known.append(today_parts[p])
            scales[p] = (lower_median_of(known), sorted(known)[-rank])
        widest = max((f - m for m, f in scales.values()), default=0)

        def score(parts):
            return max(
                (
                    min(1280 * (v - scales[p][0]) // max(5 * (scales[p][1] - scales[p][0]), widest, 1), 32767)
                    for p, v in enumerate(parts)
                    if v is not None and p in scales
                ),
                default=None,
            )

        return score(today_parts), [score(self.record[d]["parts"]) for d in days]

    def lines_of_days(self):
        """(YYYYMMDD, valid, context, peak, sustained, daypart) of every closed day."""
        found = []
        for day in self.days:
            record = self.record.get(day)
            scores = [record.get(name) if record else None for name in ("context", "peak", "sustained")]
            daypart = None
            if record and self.quantity == quantities.CO2:
                daypart = self.daypart_scores(day, record["parts"])[0]
            found.append((day, day in self.valid, *scores, daypart))
        return found


def lower_median_of(values):
    return lower_median(values)
