"""What a series can say about itself to those who write documents: counts, dates and the range, read only."""

from array import array

from aqsense import calendar, codes, feedback, logcode
from aqsense.claims import Episode, Episodes
from aqsense.coverage import Coverage, days_until
from aqsense.drift import Drift
from aqsense.gate import Gate
from aqsense.memory import SLOTS, VALID, Memory
from aqsense.ranks import DAYS_FOR_CLAIM, DAYS_FOR_NOTABLE
from aqsense.season import Season
from aqsense.typical import PATTERNS, SETTLING_DAYS, Typical

NO_DAY = -1


class Standing:
    """Read-only view of a Series; days are local day numbers, values scaled integers, NO_DAY where there is no date."""

    quantity: int
    kinds: tuple
    memory: Memory
    typical: Typical
    coverage: Coverage
    gate: Gate
    drift: Drift
    season: Season
    episodes: Episodes
    value_code: int
    slot: int
    day: int
    today: int
    valid_days: int
    first_day: int
    last_valid: int
    week_count: int
    season_days: array
    day_cells: int
    day_valid: int
    longest_run: int

    @property
    def stage(self) -> int:
        """Stage in force (codes.*)."""
        return self.gate.stage

    @property
    def stage_before(self) -> int:
        """Stage before the last change."""
        return self.gate.stage_before

    @property
    def code(self) -> int:
        """First withholding code that applies, codes.NO_CODE while a claim is permitted."""
        return self.gate.code()

    @property
    def also(self) -> list:
        """The other withholding codes that apply, in order of precedence."""
        return self.gate.withheld()[1:]

    @property
    def permitted_notable(self) -> bool:
        """Whether an unusual half hour would be logged."""
        return self.gate.permits(codes.CONTEXT)

    @property
    def permitted_elevated(self) -> bool:
        """Whether a claim may be spoken."""
        return self.gate.may_claim()

    @property
    def verdict(self) -> int:
        """codes.WITHHELD, TYPICAL, NOTABLE, ELEVATED or UNKNOWN, by contract section 1."""
        if self.permitted_elevated:
            if self.claim is not None:
                return codes.ELEVATED
            if self.notable is not None:
                return codes.NOTABLE
            return codes.UNKNOWN if self.value_code == logcode.MISSING else codes.TYPICAL
        if self.permitted_notable and self.notable is not None:
            return codes.NOTABLE
        return codes.WITHHELD

    @property
    def claim(self) -> Episode | None:
        """The open spoken Episode that began first, None when none is open."""
        first = None
        for kind in self.kinds:
            episode = self.episodes.open(kind)
            if episode is not None and (first is None or episode.onset < first.onset):
                first = episode
        return first

    @property
    def notable(self) -> Episode | None:
        """The open quiet Episode, None when none is open."""
        return self.episodes.open(codes.CONTEXT)

    @property
    def value(self) -> int | None:
        """Scaled value of the last closed half hour, None when it was not valid."""
        return None if self.value_code == logcode.MISSING else logcode.decode(self.quantity, self.value_code)

    @property
    def n(self) -> int:
        """Comparable days."""
        return self.coverage.n

    @property
    def n_effective(self) -> int:
        """Independent days that they are worth."""
        return self.coverage.n_effective

    @property
    def excluded_days(self) -> int:
        """Days of the window that the owner's answers set aside."""
        return self.coverage.excluded

    @property
    def disputes(self) -> int:
        """Disputed claims whose days are among those compared."""
        return feedback.disputes_in_evidence(self)

    @property
    def confirm_again_from(self) -> int:
        """First day on which a confirmation would be taken, as far as the cap goes; today when one would be now."""
        return feedback.again_from(self)

    @property
    def drift_flags(self) -> int:
        """How often a lasting change was suspected."""
        return self.drift.flags

    @property
    def evidence_from(self) -> int:
        """First comparable day, NO_DAY when there is none."""
        return self.coverage.evidence_from

    @property
    def evidence_to(self) -> int:
        """Last comparable day, NO_DAY when there is none."""
        return self.coverage.evidence_to

    @property
    def hour_support(self) -> int:
        """Valid days that hold the worst-supported hour of the day."""
        return self.coverage.hour_support

    @property
    def weekend_days(self) -> int:
        """Valid weekend days of the window."""
        return self.coverage.weekend_days

    @property
    def weeks(self) -> int:
        """ISO weeks of the window with a valid day."""
        return self.coverage.weeks

    @property
    def season_weeks(self) -> int:
        """ISO weeks with a valid day since the regime began."""
        return self.week_count

    def season_seen(self) -> list:
        """Names of the seasons of which at least 14 valid days are known."""
        return [calendar.SEASONS[i] for i in range(4) if self.season_days[i] >= SETTLING_DAYS]

    @property
    def need(self) -> int:
        """Comparable days that a claim needs."""
        return DAYS_FOR_CLAIM

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
        return self.coverage.conditions(self.next_stage)

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

    def band(self) -> bool:
        """Whether a range is shown: from valid day 14, for an hour of which something is known."""
        return self.valid_days >= SETTLING_DAYS and self.typical.pooled

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
    def last_year_confirmed(self) -> bool:
        """Whether this year's days agree with last year's weeks, so that they may be relied on."""
        return self.season.is_confirmed()

    @property
    def settled(self) -> bool:
        """Whether the range rests on an established memory."""
        return self.gate.stage == codes.ESTABLISHED

    @property
    def former(self) -> bool:
        """Whether the range is that of a past that may be over."""
        return self.gate.stage in (codes.RELEARNING, codes.STALE)

    @property
    def pattern(self) -> str:
        """`none`, `weak` or `daily`: what knowing the hour of the day is worth here."""
        return PATTERNS[self.typical.pattern()]

    @property
    def realised_share(self) -> int | None:
        """Hundredths of the half hours of the last 28 days that lay in the range shown then, None before."""
        inside, seen, _ = self.typical.realised()
        return inside * 100 // seen if seen else None

    @property
    def realised_n(self) -> int:
        """Half hours behind `realised_share`."""
        return self.typical.realised()[1]

    @property
    def realised_days(self) -> int:
        """Days behind `realised_share`."""
        return self.typical.realised()[2]

    @property
    def typical_days(self) -> int:
        """Valid days since the regime began."""
        return self.valid_days

    @property
    def typical_from(self) -> int:
        """First day with a valid half hour."""
        return self.first_day

    @property
    def typical_to(self) -> int:
        """Last valid day."""
        return self.last_valid

    def today_may_be_valid(self) -> bool:
        """Whether the running day can still become a valid one."""
        left = SLOTS - 1 - self.slot if self.day == self.today else SLOTS
        return self.day_valid + left >= calendar.least_valid(SLOTS) and self.longest_run <= 12

    def is_valid(self, day: int) -> bool:
        """Whether a remembered day was valid."""
        record = self.memory.record_of(day)
        return record >= 0 and bool(self.memory.state[record] & VALID)
