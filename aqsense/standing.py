"""What a series can say about itself to those who write documents: counts, dates and the range, read only."""

from aqsense import calendar, codes, logcode
from aqsense.coverage import DAYS_BEFORE_SCORING, LEAST_RECENT, NEEDED, Coverage
from aqsense.memory import SLOTS
from aqsense.ranks import DAYS_FOR_CLAIM, DAYS_FOR_NOTABLE
from aqsense.typical import SETTLING_DAYS

NO_DAY = -1
CONDITIONS = ("scored_days", "hour_support", "weekend_days", "weeks", "n_effective")


class Standing:
    """Read-only view of a Series, whose own attributes it has too.

    Days are local day numbers, values scaled integers, NO_DAY where there is no date.
    """

    def __init__(self, series) -> None:
        self._series = series

    def __getattr__(self, name: str):
        return getattr(self._series, name)

    @property
    def also(self) -> list:
        """The other withholding codes that apply, in order of precedence."""
        return self.gate.withheld()[1:]

    def season_seen(self) -> list:
        """Names of the seasons of which at least 14 valid days are known."""
        return [calendar.SEASONS[i] for i in range(4) if self.season_days[i] >= SETTLING_DAYS]

    @property
    def next_stage(self) -> int:
        """The stage that `conditions` and `earliest_next` are about."""
        return codes.ESTABLISHED if self.gate.granted in (codes.PROVISIONAL, codes.ESTABLISHED) else codes.PROVISIONAL

    @property
    def need_next(self) -> int:
        """Comparable days that the next stage needs."""
        return DAYS_FOR_CLAIM if self.next_stage == codes.ESTABLISHED else DAYS_FOR_NOTABLE

    def conditions(self) -> list:
        """(name, have, need, met) of every condition of the next stage."""
        have = self.coverage.have()
        need = NEEDED[self.next_stage]
        return [(CONDITIONS[i], have[i], need[i], have[i] >= need[i]) for i in range(len(CONDITIONS))]

    @property
    def earliest(self) -> int:
        """First local day on which a claim could be permitted, a lower bound; NO_DAY while paused."""
        return self._earliest(codes.ESTABLISHED)

    @property
    def earliest_next(self) -> int:
        """The same for the next stage."""
        return self._earliest(self.next_stage)

    @property
    def days_left(self) -> int:
        """Days from today until `earliest_next`, NO_DAY while paused."""
        day = self.earliest_next
        return NO_DAY if day == NO_DAY else max(0, day - self.today)

    def _earliest(self, stage: int) -> int:
        if self.gate.paused or self.today < 0:
            return NO_DAY
        granted = self.gate.granted
        if granted in (codes.ESTABLISHED, stage):
            return self.today
        first = self.today if self.today_may_be_valid() else self.today + 1
        day = days_until(self.coverage, stage, self.typical.valid_days(), first)
        return max(day, self.today + 1, self.gate.relearn_until, self.gate.broken_until)

    @property
    def lo(self) -> int:
        """Lower end of the usual range at the hour of the last half hour, scaled; only while `band`."""
        return logcode.decode(self.quantity, self.typical.low(self.slot // 2))

    @property
    def mid(self) -> int:
        """Usual value at the hour of the last half hour, scaled; only while `band`."""
        return logcode.decode(self.quantity, self.typical.middle(self.slot // 2))

    @property
    def hi(self) -> int:
        """Upper end of the usual range at the hour of the last half hour, scaled; only while `band`."""
        return logcode.decode(self.quantity, self.typical.high(self.slot // 2))

    @property
    def last_year(self) -> tuple | None:
        """(lo, mid, hi), scaled, of the same ISO week a year ago; None when it is not known."""
        known = self.season.last_year(self.today)
        return None if known is None else tuple([logcode.decode(self.quantity, code) for code in known])

    @property
    def former(self) -> bool:
        """Whether the range is that of a past that may be over."""
        return self.gate.stage in (codes.RELEARNING, codes.STALE)

    @property
    def pattern(self) -> str:
        """What knowing the hour of the day is worth: it brought earlier days less than 5, 5 to 15, or 15 % closer."""
        typical = self.typical
        if typical.hour_sum * 20 > typical.flat_sum * 19 or typical.flat_sum == 0:
            return "none"
        return "weak" if typical.hour_sum * 20 > typical.flat_sum * 17 else "daily"

    def realised(self) -> tuple:
        """(share in hundredths or None, half hours, days): of the last 28 days, what lay in the range shown then."""
        seen = sum(self.typical.seen)
        share = sum(self.typical.hits) * 100 // seen if seen else None
        return share, seen, len([n for n in self.typical.seen if n])

    def today_may_be_valid(self) -> bool:
        """Whether the running day can still become a valid one."""
        left = SLOTS - 1 - self.slot if self.day == self.today else SLOTS
        return self.day_valid + left >= calendar.least_valid(SLOTS) and self.longest_run <= 12


def days_until(coverage: Coverage, stage: int, valid_before: int, first_possible: int) -> int:
    """First day on which a stage could be reached if every day from `first_possible` on is valid and independent.

    `valid_before`: valid days that scoring already has, at most 7 matter. A lower bound: days that leave the window
    meanwhile can only make it later.
    """
    need = NEEDED[stage]
    wait = max(0, need[1] - coverage.hour_support, LEAST_RECENT - coverage.recent)
    days = need[0] - coverage.n
    if days > 0:
        wait = max(wait, days + max(0, DAYS_BEFORE_SCORING - valid_before))
    weekends = coverage.weekend_days
    weeks = coverage.weeks
    last_week = coverage.last_week
    day = first_possible
    while weekends < need[2] or weeks < need[3]:
        if calendar.is_weekend(day):
            weekends += 1
        if calendar.week(day) != last_week:
            last_week = calendar.week(day)
            weeks += 1
        day += 1
    if coverage.n_effective < need[4]:
        wait = max(wait, 1)
    return max(day, first_possible + wait)
