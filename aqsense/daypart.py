"""CO2 that stays high for this part of the day: each three-hour part is judged by its own median and spread.

Nights are far more regular than evenings, so a part's excess is divided by what that part usually shows. The level
itself is judged, not a residual: the part is the context; and half of what it has fallen is taken off, because people
leave and windows open on ordinary days. Its days depend on each other, so spans of three days are
ranked. Part maxima are kept as bytes: 1/32 octave above log2(80), 0 to 254, 255 for none.
Source: contract section 3, "The scores".
"""

from array import array

from aqsense import codes, logcode, quantities
from aqsense.memory import MISSING, NO_PART, PARTS, RECORDS, Memory, filled
from aqsense.questions import Question, excess_of, highest_of_spans, keep_greatest
from aqsense.ranks import sort_first
from aqsense.scores import EIGHT_HOURS, EightHours

FLOOR_PPM = 300  # the scale is nearly linear for what is far below it
OFFSET_PPM = FLOOR_PPM - logcode.CO2_FLOOR_PPM
LOWEST = logcode.log2_q8(FLOOR_PPM + logcode.CO2_LEAST) - 512  # the fall takes a score below outdoor air
FALL = 1  # half of the fall
SLOTS_A_PART = 6
LEAST_OF_A_PART = 7  # days, before a part has a usual spread
MARGINS = (600, 400, 267)  # few, normal, many; of 256
LEAST_PPM = 400


def height(code: int) -> int:
    """log2 of the excess over outdoor air plus 300 ppm, in 1/256."""
    return logcode.log2_q8(logcode.decode(quantities.CO2, code) + OFFSET_PPM)


def part_code(score: int) -> int:
    """Byte of a height."""
    return min(max(score - LOWEST, 0) >> 3, NO_PART - 1)


def high_rank(n: int) -> int:
    """Which greatest of n + 1 values marks the upper edge of a part: 5 of 120, never the greatest."""
    return max(2, (5 * (n + 1) + 60) // 120)


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
        self.window = EightHours(EIGHT_HOURS, 1, FALL)
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
        self.k = k
        self.margin_q8 = margin_q8
        self.fresh = False
        self.worst = MISSING
        self.threshold = MISSING
        self.margin = 0
        self._take_days()
        part = 0
        while part < PARTS:
            self.today[part] = NO_PART
            self._sort_part(part)
            part += 1

    def _take_days(self) -> None:
        memory = self.memory
        self.n = 0
        day = memory.today - 1
        while day >= memory.since:
            if memory.is_comparable(day):
                self._days[self.n] = day % RECORDS * PARTS
                self.n += 1
            day -= 1

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
        if n < LEAST_OF_A_PART:
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
            if self._counts[part] >= LEAST_OF_A_PART:
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
            if code != NO_PART and self._counts[part] >= LEAST_OF_A_PART:
                worst = max(worst, 1280 * (code - self._middle[part]) // self._scale[part])
            part += 1
        return worst

    def day_score(self) -> int:
        """Today's worst part so far, 1/256 of a part's usual spread; MISSING when nothing can be compared."""
        return min(self._worst(self.today, 0), 32767) if self._scales() else MISSING

    def step(self, slot: int, code: int, usual: int) -> None:
        """Take the code of the next half hour, MISSING when it has none, and what is usual at its hour."""
        self.window.push(MISSING if code == MISSING else height(code))
        reached = self.window.score
        if self.note(slot, reached):
            self.fresh = False
        part = slot // SLOTS_A_PART
        score = MISSING
        excess = 0
        if reached != MISSING and self._counts[part] >= LEAST_OF_A_PART and self._scales():
            score = min(1280 * (part_code(reached) - self._middle[part]) // self._scale[part], 32767)
            excess = excess_of(quantities.CO2, code, usual)
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
        """The highest of every three comparable days, newest first; an incomplete span is left out."""
        return highest_of_spans(self.ranked, self.days())

    def days(self) -> int:
        """Scores of the comparable days, newest first, under the scales that include today; their number."""
        self._scales()
        i = 0
        while i < self.n:
            self.ranked[i] = min(self._worst(self.memory.parts, self._days[i]), 32767)
            i += 1
        return self.n

    def nearest(self, most: int) -> list:
        """(day, score) of the greatest comparable days, at most so many, greatest first and latest first."""
        self.days()
        found: list = []
        i = 0
        day = self.memory.today
        while i < self.n:
            day -= 1
            if not self.memory.is_comparable(day):
                continue
            keep_greatest(found, most, day, self.ranked[i])
            i += 1
        return found
