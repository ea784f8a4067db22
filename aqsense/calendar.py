"""The local calendar of half hours: days, slots, days of 23 and 25 hours, weeks and seasons.

Everything is a small integer: a cell counts UTC half hours since 1970-01-01, a day counts local days since then.
The text of a day or an instant is made in `timetext`.
"""

from aqsense import timetext

SLOTS = 48
FURTHEST_CELL = 2_300_000  # in the year 2101: keeps minutes of a cell below 2**30
WIDEST_OFFSET_MIN = 18 * 60

WINTER = 0
SPRING = 1
SUMMER = 2
AUTUMN = 3
SEASONS = ("winter", "spring", "summer", "autumn")


def plausible(cell: int, utc_offset_min: int) -> bool:
    """Whether a half hour and an offset can be dated at all (1970 to 2101, offsets up to 18 hours)."""
    return 0 <= cell <= FURTHEST_CELL and -WIDEST_OFFSET_MIN <= utc_offset_min <= WIDEST_OFFSET_MIN


def local_index(cell: int, utc_offset_min: int) -> int:
    """Local half hours since 1970-01-01; // 48 is the local day, % 48 the slot (contract section 2)."""
    return (cell * 30 + utc_offset_min) // 30


def slots_of_day(offset_before_min: int, offset_after_min: int) -> int:
    """Half hours in a local day, from the offsets in force when it began and when it ended: 48, 46 or 50 mostly."""
    return SLOTS - (offset_after_min - offset_before_min) // 30


def least_valid(slots: int) -> int:
    """Valid half hours that a day of so many half hours needs: 36 of 48, 34 of 46, 37 of 50; never below 34."""
    return max(34, slots * 3 // 4)


def weekday(day: int) -> int:
    """Day of the week, Monday 0 to Sunday 6."""
    return (day + 3) % 7


def is_weekend(day: int) -> bool:
    """Whether a day is a Saturday or a Sunday."""
    return (day + 3) % 7 > 4


def week(day: int) -> int:
    """Number of the ISO week (Monday to Sunday) counted from the one that holds 1970-01-01."""
    return (day + 3) // 7


def iso_week(day: int) -> tuple:
    """(year, week) by ISO 8601: week 1 holds the year's first Thursday."""
    thursday = day - weekday(day) + 3
    year = timetext.civil(thursday)[0]
    return year, (thursday - timetext.days_from_civil(year, 1, 1)) // 7 + 1


def day_of_year(day: int) -> int:
    """Day in its year, 1 to 366."""
    return day - timetext.days_from_civil(timetext.civil(day)[0], 1, 1) + 1


def season(day: int, southern: bool = False) -> int:
    """Meteorological season of a day (December to February is the northern winter)."""
    northern = timetext.civil(day)[1] % 12 // 3
    return (northern + 2) % 4 if southern else northern
