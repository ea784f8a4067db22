"""Does the sensor itself behave as it used to? Floor, stuck and noise tests, day by day, beside the steps of `drift`.

Noise is how far apart the three ten minutes of a half hour lie: the mean over a valid day of its logarithm, in 1/16
octave. Five days in a row that all lie outside everything of the 42 days before, by three quarters of an octave on
average, are a sensor that grew noisy, or (the other way) one that hardly moves any more. The floor test is for CO2: a
quarter of the half hours at 400 ppm or less, on 12 of 14 days and hardly ever in the 42 before, is below any outdoor
air. A floor that rises says nothing: rooms that are never aired do that every winter.
Source: science.md sections 2.4 and 4.8 c, d; both tests asked no question in 32 years of simulated homes with nothing
wrong.
"""

from aqsense.behaviour import KEPT_FLOORS, KEPT_NOISES, UNKNOWN, Behaviour
from aqsense.drift import FLOOR, NO_TEST, NOISE, STUCK

BEFORE_DAYS = 42
LEAST_BEFORE = 28
NOISE_DAYS = 5
NOISE_STEP = 12  # three quarters of an octave

FLOOR_DAYS = 14
FLOOR_LEAST = 12
FLOOR_CODE = 1106  # log2(CO2_LEAST) in 1/256: 400 ppm or less


def failing(behaviour: Behaviour, day: int, known: int) -> int:
    """FLOOR, STUCK or NOISE at the close of a valid day, NO_TEST when it behaves as before.

    `known`: valid days among the 42 before the last 14.
    """
    if known >= LEAST_BEFORE and _floor_days(behaviour, day - FLOOR_DAYS + 1, day) >= FLOOR_LEAST:
        before = day - FLOOR_DAYS
        if _floor_days(behaviour, before - BEFORE_DAYS + 1, before) * 4 <= known:
            return FLOOR
    return _noise_test(behaviour, day)


def noise_factor(behaviour: Behaviour, day: int, today: int) -> int:
    """1/256 octave by which the five days to `day` lie above those of the 42 before that are still known."""
    new = _noises(behaviour, max(day - NOISE_DAYS + 1, today - KEPT_NOISES), day)
    old = _noises(behaviour, max(day - NOISE_DAYS - BEFORE_DAYS + 1, today - KEPT_NOISES), day - NOISE_DAYS)
    return 16 * (sum(new) * len(old) - sum(old) * len(new)) // (len(new) * len(old)) if new and old else 0


def _noise_test(behaviour: Behaviour, day: int) -> int:
    new = _noises(behaviour, day - NOISE_DAYS + 1, day)
    if len(new) < NOISE_DAYS:
        return NO_TEST
    old = _noises(behaviour, day - NOISE_DAYS - BEFORE_DAYS + 1, day - NOISE_DAYS)
    if len(old) < LEAST_BEFORE:
        return NO_TEST
    moved = sum(new) * len(old) - sum(old) * NOISE_DAYS
    enough = NOISE_STEP * NOISE_DAYS * len(old)
    if moved >= enough and min(new) > max(old):
        return NOISE
    return STUCK if -moved >= enough and max(new) < min(old) else NO_TEST


def _noises(behaviour: Behaviour, first: int, last: int) -> list:
    found = []
    while first <= last:
        noise = behaviour.noise[first % KEPT_NOISES]
        if noise != UNKNOWN:
            found.append(noise)
        first += 1
    return found


def _floor_days(behaviour: Behaviour, first: int, last: int) -> int:
    n = 0
    while first <= last:
        i = first % KEPT_FLOORS
        n += behaviour.floored[i // 8] >> i % 8 & 1
        first += 1
    return n
