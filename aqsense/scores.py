"""Four questions about a half hour, each answered by one number in 1/256 octave that days can be ranked by.

context    unusual for this time of day (any quantity; logged, never spoken)
peak       a short strong emission of particles: how much in an hour and a half, and whether it lasted
sustained  particles high for most of eight hours
daypart    CO2 unusual for this part of the day (`daypart`)

Deviations from science2.md sections 3.1 to 3.3 that integers and missing half hours make necessary:
* order statistics are by rank, division is floor, logarithms are those of `logcode`;
* the base of a peak needs 12 valid of its 24 half hours and is their lower median (the 12th smallest of 24);
* a step into or out of a missing half hour counts as no emission;
* `sustained` needs 12 valid of 16 half hours and is the value a quarter from below (the 4th smallest of 16).
"""

from array import array

from aqsense import logcode
from aqsense.memory import MISSING, filled
from aqsense.ranks import lower_median, sort_first

BASE_FROM = 26
BASE_TO = 3
BASE_CELLS = BASE_FROM - BASE_TO + 1
LEAST_BASE_CELLS = 12
SUSTAINED_CELLS = 16
LEAST_SUSTAINED_CELLS = 12

_LOG2_40 = logcode.log2_q8(40)  # emissions are in 1/40 ug/m3


def clip16(score: int) -> int:
    """A score within int16, clear of the code for missing."""
    return min(max(score, -32767), 32767)


def context(residual: int, spread: int) -> int:
    """How far above what is usual at this hour, in units of the hour's spread."""
    return clip16((residual << 8) // spread)


def log2_of_emission(quarter_tenths: int) -> int:
    """log2(1 + e) of an emission in 1/40 ug/m3, never negative."""
    return logcode.log2_q8(40 + max(quarter_tenths, 0)) - _LOG2_40


class PeakWindow:
    """The 26 half hours behind a possible short peak, and the emissions of the last three.

    After `push`: `raw` (MISSING when it cannot be told) and `excess` over the half-day level, in tenths of a ug/m3.
    """

    def __init__(self) -> None:
        self.codes = filled(BASE_FROM)
        self.at = 0
        self.last_value = -1
        self.last_excess = 0
        self.emission1 = 0
        self.emission2 = 0
        self.raw = MISSING
        self.excess = 0
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

    def push(self, quantity: int, code: int) -> None:
        """Take the next half hour, MISSING when it is not valid."""
        base = self._base()
        self.codes[self.at] = code
        self.at = (self.at + 1) % BASE_FROM
        self.raw = MISSING
        self.excess = 0
        emission = 0
        value = -1
        if code != MISSING:
            value = logcode.decode(quantity, code)
            if base != MISSING:
                self.excess = max(0, value - logcode.decode(quantity, base))
                if self.last_value >= 0:
                    emission = 4 * (value - self.last_value) + self.excess + self.last_excess
                total = max(emission, 0) + max(self.emission1, 0) + max(self.emission2, 0)
                self.raw = log2_of_emission(total) + log2_of_emission(min(emission, self.emission1))
        self.last_value = value
        self.last_excess = self.excess
        self.emission2 = self.emission1
        self.emission1 = emission


class SustainedWindow:
    """The last 16 residuals; `score` is what three quarters of them reach, MISSING when too few are known."""

    def __init__(self) -> None:
        self.residuals = filled(SUSTAINED_CELLS)
        self.at = 0
        self.score = MISSING
        self._scratch = [0] * SUSTAINED_CELLS

    def push(self, residual: int) -> None:
        """Take the residual of the next half hour (code minus what is usual), MISSING when it has none."""
        self.residuals[self.at] = residual
        self.at = (self.at + 1) % SUSTAINED_CELLS
        self.score = MISSING
        if residual == MISSING:
            return
        n = 0
        for known in self.residuals:
            if known != MISSING:
                self._scratch[n] = known
                n += 1
        if n < LEAST_SUSTAINED_CELLS:
            return
        sort_first(self._scratch, n)
        self.score = self._scratch[(n - 1) // 4]


def season_offset(raws: array, records: int, today: int) -> int:
    """Half of the median of the last 28 daily worst raw peaks before today; 0 while there are fewer than 7."""
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
    return lower_median(scratch, n) >> 1
