"""CO2 unusual for this part of the day: each three-hour part is judged by its own spread.

Nights are far more regular than evenings, so a part's excess is divided by what that part usually shows. Part maxima
are kept as bytes: (score + 3 octaves) in 1/32 octave, 0 to 224, 255 for none.
Source: science2.md section 3.3; at least 3 of the 4 half hours of the mean must be valid.
"""

from array import array

from aqsense import codes
from aqsense.memory import MISSING, NO_PART, PARTS, RECORDS, WINDOW, Memory, filled
from aqsense.questions import Question
from aqsense.ranks import lower_median, sort_first

CELLS = 4
LEAST_CELLS = 3
LOWEST = -768  # -3 octaves
HIGHEST = 1024  # 4 octaves
SLOTS_A_PART = 6
QUARTERS = 4
QUARTER_DAYS = 14
MARGINS = (256, 192, 144)  # few, normal, many; of 256
LEAST_PPM = 250
LEAST_QUARTER_DAYS = 3
SLOTS_A_QUARTER = 12


def part_code(score: int) -> int:
    """Byte of a mean residual."""
    return score - LOWEST >> 3


def high_rank(n: int) -> int:
    """Which greatest of n + 1 values marks the upper edge of a part: 5 of 120, never the greatest."""
    return max(2, (5 * (n + 1) + 60) // 120)


class PartWindow:
    """Mean of the last four residuals, clipped; `score` MISSING when fewer than three are known."""

    CELLS = CELLS
    NUMBERS = ("at", "score")
    ARRAYS = ("residuals",)

    def __init__(self) -> None:
        self.residuals = filled(CELLS)
        self.at = 0
        self.score = MISSING

    def push(self, residual: int) -> None:
        """Take the residual of the next half hour, MISSING when it has none."""
        self.residuals[self.at] = residual
        self.at = (self.at + 1) % CELLS
        self.score = MISSING
        if residual == MISSING:
            return
        n = 0
        total = 0
        for known in self.residuals:
            if known != MISSING:
                total += min(max(known, LOWEST), HIGHEST)
                n += 1
        if n >= LEAST_CELLS:
            self.score = total // n


class QuarterLevels:
    """Level offsets of the four quarters of the day: medians over the last 14 days that had one."""

    NUMBERS = ("at",)
    ARRAYS = ("levels",)

    def __init__(self) -> None:
        self.levels = filled(QUARTERS * QUARTER_DAYS)
        self.at = 0
        self.offsets = array("h", [0] * QUARTERS)
        self._scratch = [0] * QUARTER_DAYS

    def put(self, quarter: int, median: int) -> None:
        """Note a closed day's median residual of a quarter, MISSING when it has none; `step` ends the day."""
        self.levels[quarter * QUARTER_DAYS + self.at] = median

    def step(self) -> None:
        """End the day, and take the offsets again."""
        self.at = (self.at + 1) % QUARTER_DAYS
        self.take()

    def take(self) -> None:
        """Take the offsets from the days that are kept."""
        quarter = 0
        while quarter < QUARTERS:
            n = 0
            i = quarter * QUARTER_DAYS
            end = i + QUARTER_DAYS
            while i < end:
                if self.levels[i] != MISSING:
                    self._scratch[n] = self.levels[i]
                    n += 1
                i += 1
            self.offsets[quarter] = lower_median(self._scratch, n) if n >= LEAST_QUARTER_DAYS else 0
            quarter += 1


class DaypartQuestion(Question):
    """CO2 ranks its days by their most unusual part, today so far among them, so that the comparison is symmetric.

    `today`: bytes of today's part maxima. Medians and spreads include today, so the threshold is taken again when a
    part of today has a new worst; it costs a pass over all days, and is left out while the excess is too small.
    """

    kind = codes.DAYPART
    NUMBERS = ("score", "worst", "excess")
    ARRAYS = ("today",)

    def __init__(self, memory: Memory):
        Question.__init__(self, memory, memory.context)
        self.least = LEAST_PPM
        self.window = PartWindow()
        self.k = 0
        self.margin_q8 = 0
        self.fresh = False
        self.today = bytearray([NO_PART] * PARTS)
        self.n = 0
        self._counts = bytearray(PARTS)
        self._edges = bytearray(4 * PARTS)  # around the median, around the upper edge
        self._middle = bytearray(PARTS)
        self._scale = array("h", [0] * PARTS)
        self._days = filled(RECORDS)

    def start_day(self, k: int, margin_q8: int) -> None:
        """Take the comparable days of a new day."""
        memory = self.memory
        self.k = k
        self.margin_q8 = margin_q8
        self.fresh = False
        self.worst = MISSING
        self.threshold = MISSING
        self.margin = 0
        self.n = 0
        day = memory.today - 1
        while day >= memory.today - WINDOW:
            if memory.is_comparable(day):
                self._days[self.n] = day % RECORDS * PARTS
                self.n += 1
            day -= 1
        part = 0
        while part < PARTS:
            self.today[part] = NO_PART
            self._sort_part(part)
            part += 1

    def _sort_part(self, part: int) -> None:
        column = self.ranked
        n = 0
        i = 0
        while i < self.n:
            code = self.memory.parts[self._days[i] + part]
            if code != NO_PART:
                column[n] = -code  # greatest first
                n += 1
            i += 1
        self._counts[part] = n
        if n < 7:
            return
        sort_first(column, n)
        middle = (n + 1) // 2  # place of the lower median among n + 1, greatest first
        high = high_rank(n) - 1
        self._edges[4 * part] = -column[middle - 1]
        self._edges[4 * part + 1] = -column[middle] if middle < n else -column[n - 1]
        self._edges[4 * part + 2] = -column[high - 1]
        self._edges[4 * part + 3] = -column[high]

    def note(self, slot: int, score: int) -> bool:
        """Take a half hour's score; True when its part of today has a new worst."""
        if score == MISSING:
            return False
        part = slot // SLOTS_A_PART
        code = part_code(score)
        if self.today[part] != NO_PART and code <= self.today[part]:
            return False
        self.today[part] = code
        return True

    def _scales(self) -> bool:
        """Median and scale (in fifths) of every part over the comparable days and today; False when none has one."""
        widest = 0
        part = 0
        while part < PARTS:
            if self._counts[part] >= 7:
                v = self.today[part]
                e = 4 * part
                if v == NO_PART:
                    middle = self._edges[e + 1] if self._counts[part] % 2 == 0 else self._edges[e]
                    high = self._edges[e + 3]
                else:
                    middle = min(max(v, self._edges[e + 1]), self._edges[e])
                    high = min(max(v, self._edges[e + 3]), self._edges[e + 2])
                self._middle[part] = middle
                self._scale[part] = 5 * (high - middle)
                widest = max(widest, high - middle)
            part += 1
        part = 0
        while part < PARTS:
            self._scale[part] = max(self._scale[part], widest, 1)
            part += 1
        return self.n > 0

    def _worst(self, parts: bytearray, at: int) -> int:
        worst = MISSING
        part = 0
        while part < PARTS:
            code = parts[at + part]
            if code != NO_PART and self._counts[part] >= 7:
                worst = max(worst, 1280 * (code - self._middle[part]) // self._scale[part])
            part += 1
        return worst

    def day_score(self) -> int:
        """Today's worst part so far, 1/256 of a part's usual spread; MISSING when nothing can be compared."""
        return min(self._worst(self.today, 0), 32767) if self._scales() else MISSING

    def step(self, slot: int, residual: int, excess: int) -> None:
        """Take the residual of the next half hour, MISSING when it has none, and its excess in ppm."""
        self.window.push(residual)
        mean = self.window.score
        if self.note(slot, mean):
            self.fresh = False
        part = slot // SLOTS_A_PART
        score = MISSING
        if mean != MISSING and self._counts[part] >= 7 and self._scales():
            score = min(1280 * (part_code(mean) - self._middle[part]) // self._scale[part], 32767)
        self.take(score, excess)
        if self.k > 0 and excess >= self.least and not self.fresh:
            self._take_threshold()

    def _take_threshold(self) -> None:
        n = self.collect()
        self.fresh = True
        if self.k <= n:
            sort_first(self.ranked, n)
            kth = self.ranked[n - self.k]
            self.margin = (kth - self.ranked[(n - 1) // 2]) * self.margin_q8 >> 8
            self.threshold = kth + self.margin

    def collect(self) -> int:
        """Scores of the comparable days under the scales that include today; their number."""
        self._scales()
        i = 0
        while i < self.n:
            self.ranked[i] = min(self._worst(self.memory.parts, self._days[i]), 32767)
            i += 1
        return self.n

    def nearest(self, most: int) -> list:
        """(day, score) of the greatest comparable days, at most so many, greatest first and latest first."""
        self.collect()
        found: list = []
        i = 0
        day = self.memory.today
        while i < self.n:
            day -= 1
            if not self.memory.is_comparable(day):
                continue
            score = self.ranked[i]
            place = len(found)
            while place > 0 and found[place - 1][1] < score:
                place -= 1
            if place < most:
                found.insert(place, (day, score))
                if len(found) > most:
                    found.pop()
            i += 1
        return found
