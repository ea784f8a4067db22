"""Has something changed for good? The tests at the close of a day; loaded for it.

Each valid day leaves two features (1/256 octave): its floor (10 % point), and for PM how far its highest half hour
stood above the floor, for CO2 the highest half hour itself, as excess over 400 ppm. Every day close compares the last
21 days (CO2 14) with the 42 before. PM is suspected when both moved the same way, by the geometric mean of their
steps: weather moves the floor and cooking the height, a moved sensor moves both. CO2 is suspected by its height alone:
open windows move floor and median all year, people move the height. An e-CUSUM of each day's rank among the days 7 to
48 before it finds what creeps, and says since when.

Source: science2.md section 3.7, changed where simulated homes at an equal number of needless questions found more:
the mean instead of the lesser step for PM, the height instead of the largest of three quantiles for CO2 (two people
more within 14 days: 0.60 instead of about 0.25). In 78 homes with nothing wrong 1.0 (PM) and 0.9 (CO2) questions a
year; a doubling is found within 30 days in 0.81, a halving in 0.72. The limits were picked on the same homes. The
e-CUSUM is that of Shin, Ramdas and Rinaldo with a simulated limit, because theory does not hold for days that depend on
each other.
"""

from aqsense import drift_sensor, logcode, quantities
from aqsense.drift import CREPT, FLOOR, NO_TEST, STEPPED
from aqsense.drift_sensor import FLOOR_CODE, FLOOR_DAYS, NOISE_DAYS
from aqsense.memory import FEATURES, HALF_HOURS, MISSING, RING_DAYS, SLOTS
from aqsense.ranks import sort_first

BEFORE_DAYS = 42
PM_DAYS = 21
CO2_DAYS = 14
LEAST_SHARE = 3  # of four days in a window that must have features
PM_Z = 570  # 2.23, the geometric mean of both steps
CO2_Z = 1357  # 5.3
FARTHEST_Z = 16383
LEAST_SPREAD = 123  # 0.03 octave in 1/16 of a code

LAG_DAYS = 7
LEAST_RANKED = 28
CUSUM_LIMIT = 256 * 18  # a likelihood ratio of 2**18


def take(drift, day: int) -> None:
    """Take a valid day's features and ranks into a `Drift`."""
    _take_features(drift, day)
    _rank(drift, day)


def failing(drift, day: int) -> int:
    """Which test finds a lasting change at the close of a valid day that was taken; NO_TEST: none."""
    steps = _steps(drift, day)
    known, _ = _sum(drift.memory.low, day - FLOOR_DAYS - BEFORE_DAYS + 1, day - FLOOR_DAYS)
    failing = drift_sensor.failing(drift.behaviour, day, known)
    if failing != NO_TEST:
        return failing
    if steps:
        return STEPPED
    return CREPT if _crept(drift) else NO_TEST


def _take_features(drift, day: int) -> None:
    memory = drift.memory
    row = day % RING_DAYS * SLOTS
    n = 0
    i = row
    while i < row + SLOTS:
        if memory.ring[i] != MISSING:
            HALF_HOURS[n] = memory.ring[i]
            n += 1
        i += 1
    memory.low[day % FEATURES], memory.high[day % FEATURES] = features(drift.quantity, HALF_HOURS, n)
    drift.behaviour.end_day(day, True, memory.is_co2 and HALF_HOURS[(n + 3) // 4 - 1] <= FLOOR_CODE)


def _steps(drift, day: int) -> bool:
    memory = drift.memory
    days = CO2_DAYS if memory.is_co2 else PM_DAYS
    drift.z_low, drift.moved_low = step(memory.low, day, days, drift.since)
    drift.z_high, drift.moved_high = step(memory.high, day, days, drift.since)
    if memory.is_co2:
        return abs(drift.z_high) > CO2_Z
    together = drift.z_low * drift.z_high  # positive when both moved the same way
    return together > PM_Z * PM_Z


def _rank(drift, day: int) -> None:
    low = rank_of(drift.memory.low, day, drift.since)
    high = rank_of(drift.memory.high, day, drift.since)
    if low is None or high is None:
        return
    drift.up_low, drift.up_low_since = grown(drift.up_low, drift.up_low_since, low[1], low[0], day)
    drift.down_low, drift.down_low_since = grown(drift.down_low, drift.down_low_since, low[2], low[0], day)
    drift.up_high, drift.up_high_since = grown(drift.up_high, drift.up_high_since, high[1], high[0], day)
    drift.down_high, drift.down_high_since = grown(drift.down_high, drift.down_high_since, high[2], high[0], day)


def _crept(drift) -> bool:
    return min(drift.up_low, drift.up_high) > CUSUM_LIMIT or min(drift.down_low, drift.down_high) > CUSUM_LIMIT


def began(drift, day: int) -> int:
    """Day since when the e-CUSUM of the direction grows; the beginning of the test's window where it does not."""
    if drift.test > CREPT:
        return day + 1 - (FLOOR_DAYS if drift.test == FLOOR else NOISE_DAYS)
    up = drift.moved_low + drift.moved_high > 0
    since = max(drift.up_low_since, drift.up_high_since) if up else max(drift.down_low_since, drift.down_high_since)
    if (min(drift.up_low, drift.up_high) if up else min(drift.down_low, drift.down_high)) == 0:
        since = day - (CO2_DAYS if drift.memory.is_co2 else PM_DAYS) + 1
    return max(since, day - BEFORE_DAYS)


def isqrt(n: int) -> int:
    """Integer square root, floor; n from 0 to 2**30."""
    if n < 2:
        return n
    root = 1 << 15
    while True:
        better = (root + n // root) >> 1
        if better >= root:
            return root
        root = better


def features(quantity: int, codes: list, n: int) -> tuple:
    """(floor, height) of a day's n codes, which are sorted in place; see the module."""
    sort_first(codes, n)
    low = logcode.decode(quantity, codes[(n + 9) // 10 - 1])
    high = logcode.decode(quantity, codes[n - 1])
    if quantity == quantities.CO2:
        return above_outdoors(low), above_outdoors(high)
    return logcode.log2_q8(low + 5), logcode.log2_q8(10 + high - low)


def above_outdoors(ppm: int) -> int:
    """log2 of the excess over 400 ppm, at least 15 ppm."""
    return logcode.log2_q8(max(ppm - 400, 15))


def step(column, day: int, recent: int, since: int = -1) -> tuple:
    """(z in 1/256, mean step in 1/256 octave) of the last so many days against the 42 before; (0, 0) when too few.

    Days before `since` do not count: what was asked about once is not asked about again.
    z = step / (s sqrt(7 / recent (1 + recent / 42)) + 0.03 octave), s the long-run spread of the days before: that of
    their six weekly means, or a seventh of the daily variance if that is greater.
    """
    new_n, new_sum = _sum(column, day - recent + 1, day)
    old_n, old_sum = _sum(column, max(day - recent - BEFORE_DAYS + 1, since), day - recent)
    if new_n * 4 < recent * LEAST_SHARE or old_n * 4 < BEFORE_DAYS * LEAST_SHARE:
        return 0, 0
    mean = old_sum * 16 // old_n  # 1/16 of a code
    moved = new_sum * 16 // new_n - mean
    daily = 0
    weekly = 0
    weeks = 0
    first = day - recent - BEFORE_DAYS + 1
    while first <= day - recent:
        n, total = _sum(column, max(first, since), first + 6)
        if n >= 4:
            off = (total * 16 // n - mean) >> 2
            weekly += off * off
            weeks += 1
        first += 7
    d = max(day - recent - BEFORE_DAYS + 1, since)
    while d <= day - recent:
        value = column[d % FEATURES]
        if value != MISSING:
            off = (value * 16 - mean) >> 2
            daily += min(off * off, 1 << 24)
        d += 1
    variance = max(weekly // max(weeks, 1), daily // old_n // 7)
    spread = isqrt(variance) * 4
    weight = 209 if recent == CO2_DAYS else 181  # sqrt(7 / recent * (1 + recent / 42)) in 1/256: 0.816, 0.707
    z = moved * 256 // ((spread * weight >> 8) + LEAST_SPREAD)
    return min(max(z, -FARTHEST_Z), FARTHEST_Z), moved // 16


def _sum(column, first: int, last: int) -> tuple:
    n = 0
    total = 0
    while first <= last:
        value = column[first % FEATURES]
        if value != MISSING:
            n += 1
            total += value
        first += 1
    return n, total


def moved_since(column, since: int, day: int) -> int:
    """Mean of the days from `since` on less that of up to 42 days before, as far as they are kept; 1/256 octave."""
    new_n, new_sum = _sum(column, since, day)
    old_n, old_sum = _sum(column, max(since - BEFORE_DAYS, day - FEATURES + 1), since - 1)
    return new_sum // new_n - old_sum // old_n if new_n and old_n else 0


def rank_of(column, day: int, since: int = -1) -> tuple | None:
    """(n + 1, at or above, at or below), the day itself counted, among the days 7 to 48 before; None: too few."""
    value = column[day % FEATURES]
    if value == MISSING:
        return None
    n = 1
    above = 1
    below = 1
    d = max(day - LAG_DAYS - BEFORE_DAYS + 1, since)
    while d <= day - LAG_DAYS:
        other = column[d % FEATURES]
        if other != MISSING:
            n += 1
            above += 1 if other >= value else 0
            below += 1 if other <= value else 0
        d += 1
    return (n, above, below) if n > LEAST_RANKED else None


def grown(total: int, since: int, rank: int, of: int, day: int) -> tuple:
    """An e-CUSUM after a day of rank `rank` of `of` from its end: (sum, day since when it grows).

    The bet is e = 0.5 p ** -0.5, worth no more than 1 on average for a uniform p = rank / of.
    """
    bet = (logcode.log2_q8(of) - logcode.log2_q8(rank) >> 1) - 256
    if total + bet <= 0:
        return 0, day + 1
    return total + bet, since
