"""The questions that a half hour is asked, each with its day's threshold: rank, margin and minimum effect.

A question keeps `score` (of this half hour) and `worst` (of this day so far), both MISSING when they cannot be told. It
crosses when the score is strictly greater than the k-th greatest of the comparable days plus the margin and the excess
reaches its minimum. Margin and minimum only ever remove claims, so the rank promise stays a bound.
Source: contract section 3, "The scores".
"""

from array import array

from aqsense import codes, logcode, scores
from aqsense.memory import MISSING, RECORDS, Memory
from aqsense.ranks import BLOCK_DAYS, sort_first
from aqsense.typical import Typical

LEVELS = ("few", "normal", "many")
NORMAL = 1
PEAK_MARGINS = (72, 48, 32)  # few, normal, many; of 256
SUSTAINED_MARGINS = (500, 333, 222)
SUSTAINED_CELLS = 8  # half hours that are all high
SUSTAINED_FALL = 4  # twice the fall, in halves
LEAST_PEAK = 100  # tenths of a ug/m3


class Question:
    """A score kind with the ranks of its comparable days, taken anew at the start of each day."""

    kind = codes.CONTEXT
    NUMBERS: tuple = ("score", "worst", "excess")
    ARRAYS: tuple = ()

    def __init__(self, memory: Memory, column: array):
        self.memory = memory
        self.column = column
        self.score = MISSING
        self.worst = MISSING
        self.excess = 0
        self.least = 0
        self.margin = 0
        self.threshold = MISSING
        self.ranked = memory.scratch
        self.count = 0

    def collect(self) -> int:
        """Frozen scores of the comparable days, in no order; their number."""
        memory = self.memory
        n = 0
        day = memory.today - 1
        while day >= memory.since:
            if memory.is_comparable(day):
                self.ranked[n] = self.column[day % RECORDS]
                n += 1
            day -= 1
        return n

    def start_day(self, k: int, margin_q8: int) -> None:
        """Take the threshold of a new day: beyond the k-th greatest by a share of its distance from the median."""
        self.worst = MISSING
        self.count = self.collect()
        self.threshold = MISSING
        self.margin = 0
        if 0 < k <= self.count:
            sort_first(self.ranked, self.count)
            kth = self.ranked[self.count - k]
            self.margin = (kth - self.ranked[(self.count - 1) // 2]) * margin_q8 >> 8
            self.threshold = kth + self.margin

    def take(self, score: int, excess: int) -> None:
        """Note the score of a half hour (MISSING: none) and what it exceeds the usual by, scaled."""
        self.score = score
        self.excess = excess
        self.worst = max(self.worst, score)

    def crosses(self) -> bool:
        """Whether this half hour would be claimed, were a claim permitted; a tie is none."""
        return self.threshold != MISSING and self.excess >= self.least and self.score > self.threshold

    def rank(self, score: int) -> int:
        """Place of a score among the comparable ones, 1 when it is greater than all; ties count against it."""
        n = self.collect()
        place = 1
        i = 0
        while i < n:
            if self.ranked[i] >= score:
                place += 1
            i += 1
        return place

    def nearest(self, most: int) -> list:
        """(day, score) of the greatest comparable days, at most so many, greatest first and latest first."""
        found: list = []
        memory = self.memory
        day = memory.today - 1
        while day >= memory.since:
            if memory.is_comparable(day):
                keep_greatest(found, most, day, self.column[day % RECORDS])
            day -= 1
        return found


class ContextQuestion(Question):
    """Unusual for this time of day: the quiet entry."""

    def __init__(self, memory: Memory):
        Question.__init__(self, memory, memory.context)


class PeakQuestion(Question):
    """A short strong emission, above the usual strength of this season's days."""

    kind = codes.PEAK
    NUMBERS = ("score", "worst", "excess", "raw_worst")

    def __init__(self, memory: Memory):
        Question.__init__(self, memory, memory.peak)
        self.window = scores.PeakWindow()
        self.offset = 0
        self.raw_worst = MISSING
        self.least = LEAST_PEAK

    def start_day(self, k: int, margin_q8: int) -> None:
        """As Question, and the season's offset."""
        Question.start_day(self, k, margin_q8)
        self.raw_worst = MISSING
        self.offset = scores.season_offset(self.memory.raw_peak, RECORDS, self.memory.today)

    def step(self, quantity: int, code: int, a: int, b: int, c: int) -> None:
        """Take the next half hour and its thirds, MISSING when it is not valid."""
        window = self.window
        window.push(quantity, code, a, b, c)
        raw = window.raw
        self.raw_worst = max(self.raw_worst, raw)
        if raw == MISSING:
            self.take(MISSING, 0)
        else:
            self.take(raw - self.offset, window.emitted)


class SustainedQuestion(Question):
    """High for four hours and not falling; compared with spans of three days, because weather lasts about two."""

    kind = codes.SUSTAINED

    def __init__(self, memory: Memory):
        Question.__init__(self, memory, memory.sustained)
        self.window = scores.EightHours(SUSTAINED_CELLS, 0, SUSTAINED_FALL)

    def collect(self) -> int:
        """The highest of every three comparable days, newest first; an incomplete span is left out."""
        return highest_of_spans(self.ranked, Question.collect(self))

    def step(self, quantity: int, code: int, usual: int) -> None:
        """Take the code of the next half hour and what is usual at its hour; MISSING when it is not judged."""
        if usual == MISSING:
            self.window.push(MISSING)
            self.take(MISSING, 0)
        else:
            self.window.push(scores.above_twenty(quantity, code) - scores.above_twenty(quantity, usual))
            self.take(self.window.score, excess_of(quantity, code, usual))


def keep_greatest(found: list, most: int, day: int, score: int) -> None:
    """Put (day, score) among the greatest so far where it is one; of equal ones the first given stays first."""
    place = len(found)
    while place > 0 and found[place - 1][1] < score:
        place -= 1
    if place < most:
        found.insert(place, (day, score))
        if len(found) > most:
            found.pop()


def highest_of_spans(ranked: list, n: int) -> int:
    """Put the highest of every three of n days, newest first, in place of the days; the number of whole spans."""
    spans = n // BLOCK_DAYS
    i = 0
    while i < spans:
        j = BLOCK_DAYS * i
        ranked[i] = max(ranked[j], ranked[j + 1], ranked[j + 2])
        i += 1
    return spans


def residual_of(typical: Typical, code: int, hour: int) -> int:
    """Code minus what is usual at the hour without the level; MISSING without a code or without any usual."""
    if code == MISSING or not typical.pooled:
        return MISSING
    return code - typical.hour_median(hour)


def excess_of(quantity: int, code: int, usual: int) -> int:
    """How far a value exceeds the usual one, scaled; never negative."""
    return max(0, logcode.decode(quantity, code) - logcode.decode(quantity, usual))
