"""Does the sensor itself behave as it used to? Floor, stuck and noise tests, day by day, beside the steps of `drift`.

Noise is how far apart the three ten minutes of a half hour lie: the mean over a valid day of its logarithm, in 1/16
octave. Five days in a row that all lie outside everything of the 42 days before, by three quarters of an octave on
average, are a sensor that grew noisy, or (the other way) one that hardly moves any more. The floor test is for CO2: a
quarter of the half hours at 400 ppm or less, on 12 of 14 days and hardly ever in the 42 before, is below any outdoor
air. A floor that rises says nothing: rooms that are never aired do that every winter.
Source: science.md sections 2.4 and 4.8 c, d; both tests asked no question in 32 years of simulated homes with nothing
wrong.
"""

from aqsense import logcode
from aqsense.memory import MISSING, SLOTS

NO_TEST = 0
STEPPED = 1
CREPT = 2
FLOOR = 3
STUCK = 4
NOISE = 5
APART = 6

BEFORE_DAYS = 42
LEAST_BEFORE = 28
NOISE_DAYS = 5
NOISE_STEP = 12  # three quarters of an octave
UNKNOWN = 255
KEPT_NOISES = 48
KEPT_FLOORS = 56
LEAST_APART = 4  # codes: quantised readings lie no closer
MOST_APART = 1020
LOWEST = 512  # log2(LEAST_APART) in 1/256
LEAST_HEARD = SLOTS // 2

FLOOR_DAYS = 14
FLOOR_LEAST = 12
FLOOR_CODE = 1106  # log2(CO2_LEAST) in 1/256: 400 ppm or less


def apart(a: int, b: int, c: int) -> int:
    """log2 of how far apart three codes lie, in 1/256, from 512 to 2560."""
    spread = max(a, b, c) - min(a, b, c)
    return logcode.log2_q8(LEAST_APART + min(spread, MOST_APART))


class Behaviour:
    """How a sensor behaved day by day.

    `total`, `heard`: sum and number of today's half hours with three ten minutes. `noise`: of the last 48 days,
    1/16 octave, 255 unknown; `floored`: of the last 56 days, a bit each.
    """

    NUMBERS = ("total", "heard")
    ARRAYS = ("noise", "floored")

    def __init__(self) -> None:
        self.total = 0
        self.heard = 0
        self.noise = bytearray(b"\xff" * KEPT_NOISES)
        self.floored = bytearray(KEPT_FLOORS // 8)

    def hear(self, a: int, b: int, c: int) -> None:
        """Take the ten minutes of a valid half hour; any of them MISSING: nothing."""
        if min(a, b, c) != MISSING:
            self.total += apart(a, b, c)
            self.heard += 1

    def end_day(self, day: int, valid: bool, floored: bool) -> None:
        """Write down the day that closes, and begin the next."""
        known = valid and self.heard >= LEAST_HEARD
        self.noise[day % KEPT_NOISES] = (self.total // self.heard - LOWEST) >> 4 if known else UNKNOWN
        i = day % KEPT_FLOORS
        bit = 1 << i % 8
        self.floored[i // 8] = self.floored[i // 8] & ~bit | (bit if valid and floored else 0)
        self.total = self.heard = 0

    def failing(self, day: int, known: int) -> int:
        """FLOOR, STUCK or NOISE at the close of a valid day, NO_TEST when it behaves as before.

        `known`: valid days among the 42 before the last 14.
        """
        if known >= LEAST_BEFORE and self._floor_days(day - FLOOR_DAYS + 1, day) >= FLOOR_LEAST:
            before = day - FLOOR_DAYS
            if self._floor_days(before - BEFORE_DAYS + 1, before) * 4 <= known:
                return FLOOR
        return self._noise_test(day)

    def noise_factor(self, day: int, today: int) -> int:
        """1/256 octave by which the five days to `day` lie above those of the 42 before that are still known."""
        new = self._noises(max(day - NOISE_DAYS + 1, today - KEPT_NOISES), day)
        old = self._noises(max(day - NOISE_DAYS - BEFORE_DAYS + 1, today - KEPT_NOISES), day - NOISE_DAYS)
        return 16 * (sum(new) * len(old) - sum(old) * len(new)) // (len(new) * len(old)) if new and old else 0

    def _noise_test(self, day: int) -> int:
        new = self._noises(day - NOISE_DAYS + 1, day)
        if len(new) < NOISE_DAYS:
            return NO_TEST
        old = self._noises(day - NOISE_DAYS - BEFORE_DAYS + 1, day - NOISE_DAYS)
        if len(old) < LEAST_BEFORE:
            return NO_TEST
        moved = sum(new) * len(old) - sum(old) * NOISE_DAYS
        enough = NOISE_STEP * NOISE_DAYS * len(old)
        if moved >= enough and min(new) > max(old):
            return NOISE
        return STUCK if -moved >= enough and max(new) < min(old) else NO_TEST

    def _noises(self, first: int, last: int) -> list:
        found = []
        while first <= last:
            noise = self.noise[first % KEPT_NOISES]
            if noise != UNKNOWN:
                found.append(noise)
            first += 1
        return found

    def _floor_days(self, first: int, last: int) -> int:
        n = 0
        while first <= last:
            i = first % KEPT_FLOORS
            n += self.floored[i // 8] >> i % 8 & 1
            first += 1
        return n
