"""Last year's matching weeks: shown as context, and taken as more only once this year's days agree.

Confirmed weeks are evidence again for the usual range: last year's same week and the one that follows move its level,
which else follows the last 14 days, by 4 parts in 18. They are none for ranks. Each ISO week leaves its 10 % point,
median and 90 % point as bytes in 1/16 octave. When the same week comes round a year later they are still there, because
a week is written when it ends. A season is never extrapolated: last year's weeks count as confirmed only when at least
14 valid days of this year, in weeks that last year knew too, lay within half an octave of them.
Source: science.md section 1.2, "season transfer".
"""

from aqsense import calendar
from aqsense.memory import MISSING, RECORDS, RING_DAYS, SCRATCH, SLOTS, VALID, Memory
from aqsense.ranks import sort_first
from aqsense.typical import LEVEL_DAYS

WEEKS = 53
LOWEST = 800  # code of byte 0
STEP = 16
NONE = 255
LEAST_WEEK_DAYS = 4
CONFIRMING_DAYS = 14
NEAR_WEEKS = 6  # 45 days
ALIKE = 128  # half an octave
ADMITTED = 4  # of 18: beside the 14 days of this year that the level of the range is made of


def to_byte(code: int) -> int:
    """Byte of a code, rounded down to 1/16 octave, 0 to 254."""
    return min(max((code - LOWEST) // STEP, 0), NONE - 1)


def to_code(byte: int) -> int:
    """Code in the middle of a byte's step."""
    return byte * STEP + LOWEST + STEP // 2


def _week_of(day: int) -> tuple:
    """(ISO year from 1970, place of the week from 0) of a day."""
    year, week = calendar.iso_week(day)
    return year - 1970 & 255, week - 1


class Season:
    """A year of weeks of one series.

    `lows`, `middles`, `highs` by ISO week; `agreed` valid days of the last weeks that lay near last year's same weeks,
    and `disagreed` those that did not; both fade after 45 days without a week of last year.
    """

    NUMBERS = ("agreed", "disagreed")
    ARRAYS = ("lows", "middles", "highs", "written")

    def __init__(self, memory: Memory):
        self.memory = memory
        self.lows = bytearray(b"\xff" * WEEKS)
        self.middles = bytearray(b"\xff" * WEEKS)
        self.highs = bytearray(b"\xff" * WEEKS)
        self.written = bytearray(WEEKS)  # ISO year of each, from 1970, 0 never
        self.agreed = 0
        self.disagreed = 0

    def close_day(self, day: int) -> None:
        """Write the week that ends with this day, a Sunday, once it was compared with last year's."""
        if calendar.weekday(day) != 6:
            return
        memory = self.memory
        n = 0
        days = 0
        d = day - 6
        while d <= day:
            if memory.state[d % RECORDS] & VALID and d > memory.today - RING_DAYS:
                days += 1
                slot = d % 3
                while slot < SLOTS:  # every third half hour, 16 a day
                    code = memory.ring[d % RING_DAYS * SLOTS + slot]
                    if code != MISSING:
                        SCRATCH[n] = code
                        n += 1
                    slot += 3
            d += 1
        year, place = _week_of(day)
        if days < LEAST_WEEK_DAYS:
            return
        sort_first(SCRATCH, n)
        middle = SCRATCH[(n - 1) // 2]
        self._compare(year, place, middle, days)
        self.lows[place] = to_byte(SCRATCH[(n + 9) // 10 - 1])
        self.middles[place] = to_byte(middle)
        self.highs[place] = to_byte(SCRATCH[(9 * n + 9) // 10 - 1])
        self.written[place] = year

    def _compare(self, year: int, place: int, middle: int, days: int) -> None:
        if self.written[place] != year - 1:
            self.agreed = self.disagreed = 0
            return
        keep = NEAR_WEEKS - 1
        self.agreed = self.agreed * keep // NEAR_WEEKS
        self.disagreed = self.disagreed * keep // NEAR_WEEKS
        if abs(to_code(self.middles[place]) - middle) <= ALIKE:
            self.agreed += days
        else:
            self.disagreed += days

    def last_year(self, day: int) -> tuple | None:
        """(low, median, high) codes of last year's same ISO week, None when it is not known."""
        year, place = _week_of(day)
        if self.written[place] != year - 1:
            return None
        return to_code(self.lows[place]), to_code(self.middles[place]), to_code(self.highs[place])

    def is_confirmed(self) -> bool:
        """Whether this year's days agree with last year's weeks: at least 14, and three times those that do not."""
        return self.agreed >= CONFIRMING_DAYS and self.agreed > 3 * self.disagreed

    def shift(self, day: int, level: int) -> int:
        """What last year's weeks add to the range's level (a code) on a day; 0 while they are not confirmed."""
        known = self.last_year(day) if self.is_confirmed() else None
        if known is None:
            return 0
        following = self.last_year(day + 7)
        usual = known[1] if following is None else (known[1] + following[1]) // 2
        return (usual - level) * ADMITTED // (LEVEL_DAYS + ADMITTED)
