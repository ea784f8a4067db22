"""Two sensors of one quantity in one room check each other: what moves between them is no weather and no cooking.

Compared are every third half hour that both have, as log2(x + 5 ug/m3) and log2(ppm), so that an offset between the
two weighs alike at all levels. A day leaves the median of the differences. The pair came apart when each of seven days
lies outside everything of the 42 before, by an eighth of an octave (9 %) on average; a slope of 2 % a week comes to
that too. The sensor that moved itself while the other stayed is named; when both moved, both are asked about.
Source: science.md section 2.4. The limits are a guess on the safe side: no record of a pair is at hand.
"""

from aqsense import logcode, quantities
from aqsense.memory import MISSING, SLOTS, Memory
from aqsense.ranks import lower_median
from aqsense.series import DRIFT, STAGE

RECENT_DAYS = 7
BEFORE_DAYS = 42
LEAST_BEFORE = 28
LEAST_COMMON = 8  # of 16 half hours of a day
APART = 32
PM_FLOOR = 50


def ask(subject) -> None:
    """Hold a sensor against the others of its quantity in its room, when its day closed."""
    series = subject.series
    if not subject.has_claims() or series is None or not series.may_doubt():
        return
    for other in subject.siblings():
        if other.is_beside(subject) and other.series is not None:
            since = came_apart(series.memory, other.series.memory)
            if since >= 0:
                series.doubt(since)
                subject.bits |= DRIFT | STAGE
                return


def level(memory: Memory, code: int) -> int:
    """What is compared of a half hour's code, 1/256 octave."""
    if memory.is_co2:
        return logcode.log2_q8(logcode.decode(quantities.CO2, code))
    return logcode.log2_q8(logcode.decode(quantities.PM2_5, code) + PM_FLOOR)


def common_day(mine: Memory, other: Memory, day: int) -> tuple | None:
    """(median difference, my median, the other's) of a day, None when too little is known of both."""
    between: list = []
    here: list = []
    there: list = []
    slot = day % 3
    while slot < SLOTS:
        a = mine.get(day, slot)
        b = other.get(day, slot)
        if MISSING not in (a, b):
            a = level(mine, a)
            b = level(other, b)
            between.append(a - b)
            here.append(a)
            there.append(b)
        slot += 3
    n = len(between)
    if n < LEAST_COMMON:
        return None
    return lower_median(between, n), lower_median(here, n), lower_median(there, n)


def moved(mine: Memory, other: Memory, since: int, last: int) -> tuple:
    """(between them, mine, the other's) since a day, against up to 42 days before; 0 where too little is known."""
    new = _days(mine, other, since, last)
    old = _days(mine, other, since - BEFORE_DAYS, since - 1)
    if not new or not old:
        return 0, 0, 0
    return tuple([_mean(new, i) - _mean(old, i) for i in range(3)])


def came_apart(mine: Memory, other: Memory) -> int:
    """First day of the week in which this sensor moved and the other did not, -1 for none.

    The last day that both have closed is yesterday's eve, whichever of them closes its day first.
    """
    last = mine.today - 2
    since = last - RECENT_DAYS + 1
    new = _days(mine, other, since, last)
    if len(new) < RECENT_DAYS:
        return -1
    old = _days(mine, other, since - BEFORE_DAYS, since - 1)
    if len(old) < LEAST_BEFORE:
        return -1
    apart = _mean(new, 0) - _mean(old, 0)
    if apart > 0:
        outside = min([day[0] for day in new]) > max([day[0] for day in old])
    else:
        outside = max([day[0] for day in new]) < min([day[0] for day in old])
    if abs(apart) < APART or not outside:
        return -1
    here = abs(_mean(new, 1) - _mean(old, 1))
    there = abs(_mean(new, 2) - _mean(old, 2))
    return -1 if there - here >= abs(apart) // 2 else since


def _days(mine: Memory, other: Memory, first: int, last: int) -> list:
    found = []
    while first <= last:
        day = common_day(mine, other, first)
        if day is not None:
            found.append(day)
        first += 1
    return found


def _mean(days: list, i: int) -> int:
    return sum([day[i] for day in days]) // len(days)
