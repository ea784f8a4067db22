"""How a sensor behaves day by day: how far apart its ten minutes lie, and whether CO2 sits at its floor.

What is made of it is in `drift_sensor`.
"""

from aqsense import logcode
from aqsense.memory import MISSING, SLOTS

UNKNOWN = 255
KEPT_NOISES = 48
KEPT_FLOORS = 56
LEAST_APART = 4  # codes: quantised readings lie no closer
MOST_APART = 1020
LOWEST = 512  # log2(LEAST_APART) in 1/256
LEAST_HEARD = SLOTS // 2


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
