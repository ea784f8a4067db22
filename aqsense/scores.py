"""Four questions about a half hour, each answered by one number in 1/256 octave that days can be ranked by.

context    unusual for this time of day (any quantity; logged, never spoken)
peak       a short strong emission of particles that lasted 40 minutes
sustained  particles high for hours and not falling
daypart    CO2 unusual for this part of the day (`daypart`)

`peak` goes below the half hour: it reads three ten-minute means of each. The
emission E of 20 minutes is the rise plus the loss at 2 an hour of the excess over the half-day level; the score is
log2(P + 1 ug/m3), P the least of two following emissions, so that a single jump of the sensor counts for nothing.
`sustained` counts from 20 ug/m3 on, because doubling a low level says little, and has no level offset: smoke of three
days must not become the level. Source: contract section 3, "The scores"; what integers and missing half hours add:
* order statistics are by rank, division is floor, logarithms are those of `logcode`;
* the base of a peak needs 12 valid of its 24 half hours and is their lower median (the 12th smallest of 24);
* a peak needs five ten minutes in a row: there is none in the half hour after a missing one;
* what lasts is told from 12 valid of the last 16 half hours on.
"""

from array import array

from aqsense import logcode
from aqsense.memory import MISSING, filled
from aqsense.ranks import lower_median, sort_first

BASE_FROM = 26
BASE_TO = 3
BASE_CELLS = BASE_FROM - BASE_TO + 1
LEAST_BASE_CELLS = 12
KEPT_THIRDS = 4
EIGHT_HOURS = 16
LEAST_OF_EIGHT_HOURS = 12

_EIGHT_HOURS = [0] * EIGHT_HOURS  # scratch of the window that looks back at the moment: nothing in it lasts


def clip16(score: int) -> int:
    """A score within int16, clear of the code for missing."""
    return min(max(score, -32767), 32767)


def context(residual: int, spread: int) -> int:
    """How far above what is usual at this hour, in units of the hour's spread."""
    return clip16((residual << 8) // spread)


class PeakWindow:
    """The 26 half hours behind a possible short peak, and the four ten-minute values before this half hour.

    After `push`: `emitted`, the greatest emission that lasted 40 minutes, in tenths of a ug/m3, and `raw`, its
    logarithm; MISSING when they cannot be told.
    """

    CELLS = BASE_FROM
    NUMBERS = ("at", "known", "emitted", "raw")
    ARRAYS = ("codes", "thirds")

    def __init__(self) -> None:
        self.codes = filled(BASE_FROM)
        self.at = 0
        self.thirds = array("i", [0] * (KEPT_THIRDS + 3))  # the last three are those of this half hour
        self.known = 0
        self.emitted = MISSING
        self.raw = MISSING
        self._scratch = [0] * BASE_CELLS

    def _base(self) -> int:
        """Code of the half-day level before the rise; MISSING when too little of it is known."""
        scratch = self._scratch
        n = 0
        i = 0
        at = self.at  # the oldest, t - 26
        while i < BASE_CELLS:
            code = self.codes[at]
            if code != MISSING:
                scratch[n] = code
                n += 1
            at += 1
            if at == BASE_FROM:
                at = 0
            i += 1
        if n < LEAST_BASE_CELLS:
            return MISSING
        return lower_median(scratch, n)

    def push(self, quantity: int, code: int, a: int, b: int, c: int) -> None:
        """Take the next half hour and its thirds; a MISSING third counts as the half hour's own code."""
        thirds = self.thirds
        thirds[0] = thirds[3]
        thirds[1] = thirds[4]
        thirds[2] = thirds[5]
        thirds[3] = thirds[6]
        self.emitted = self.raw = MISSING
        if code == MISSING:
            self.known = 0
        else:
            value = logcode.decode(quantity, code)
            thirds[4] = value if a == MISSING else logcode.decode(quantity, a)
            thirds[5] = value if b == MISSING else logcode.decode(quantity, b)
            thirds[6] = value if c == MISSING else logcode.decode(quantity, c)
            base = self._base() if self.known else MISSING
            if base != MISSING:
                level = logcode.decode(quantity, base)
                self.emitted = max(emitted(thirds, 5, level), emitted(thirds, 6, level))
                if self.known > 1:  # the first ten minutes look back into the half hour before the last
                    self.emitted = max(self.emitted, emitted(thirds, 4, level))
                self.raw = logcode.log2_q8(self.emitted + 10)
            self.known = min(self.known + 1, 2)
        self.codes[self.at] = code
        self.at = (self.at + 1) % BASE_FROM


def emitted(thirds: array, t: int, level: int) -> int:
    """What two following spans of 20 minutes both emitted at least, up to the ten minutes t: tenths of a ug/m3.

    An emission is the rise over 20 minutes plus what was lost meanwhile, at 2 an hour of the excess over `level`.
    """
    excess1 = max(0, thirds[t - 1] - level)
    excess2 = max(0, thirds[t - 2] - level)
    later = thirds[t] - thirds[t - 2] + (max(0, thirds[t] - level) + excess1) // 3
    earlier = thirds[t - 2] - thirds[t - 4] + (excess2 + max(0, thirds[t - 3] - level)) // 3
    return max(0, min(later, earlier))


def above_twenty(quantity: int, code: int) -> int:
    """log2 of the value plus 20 ug/m3 in 1/256: the scale on which particles are high for hours."""
    return logcode.log2_q8(logcode.decode(quantity, code) + 200)


class EightHours:
    """The last 16 values; `score` is MISSING when fewer than 12 of them are known.

    What all but `spared` (0 or 1) of the newest `newest` reach, less `halves` / 2 of what the last has fallen from the
    highest of eight hours. The least, not a middle: guests and dinners raise some half hours, what lasts raises all of
    them. Less the fall, because a dinner decays and smoke or a shut house does not.
    """

    CELLS = EIGHT_HOURS
    NUMBERS = ("at", "score")
    ARRAYS = ("values",)

    def __init__(self, newest: int, spared: int, halves: int) -> None:
        self.newest = newest
        self.spared = spared
        self.halves = halves
        self.values = filled(EIGHT_HOURS)
        self.at = 0
        self.score = MISSING

    def push(self, value: int) -> None:
        """Take the value of the next half hour, MISSING when it has none."""
        self.values[self.at] = value
        self.score = MISSING
        if value != MISSING:
            self._look_back(value)
        self.at = (self.at + 1) % EIGHT_HOURS

    def _look_back(self, value: int) -> None:
        known = 0
        n = 0
        highest = value
        back = 0
        while back < EIGHT_HOURS:
            earlier = self.values[self.at - back]
            if earlier != MISSING:
                known += 1
                highest = max(highest, earlier)
                if back < self.newest:
                    _EIGHT_HOURS[n] = earlier
                    n += 1
            back += 1
        if known >= LEAST_OF_EIGHT_HOURS:
            sort_first(_EIGHT_HOURS, n)
            self.score = _EIGHT_HOURS[self.spared] - ((highest - value) * self.halves >> 1)


def season_offset(raws: array, records: int, today: int) -> int:
    """A quarter of the median of the last 28 daily worst raw peaks before today; 0 while there are fewer than 7."""
    scratch = [0] * 28
    n = 0
    day = today - 1
    while n < 28 and day > today - records:
        raw = raws[day % records]
        if raw != MISSING:
            scratch[n] = raw
            n += 1
        day -= 1
    if n < 7:
        return 0
    return lower_median(scratch, n) >> 2
