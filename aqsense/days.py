"""The local day of a series: what is frozen when it closes, and what the next one is compared with.

`open_day` and `close_day` read and write nothing but the day's aggregates (half hours seen and valid, longest gap, the
questions' worst scores, residuals by slot), so that whole days can be folded from arrays as well as half hour by half
hour.
"""

from array import array

from aqsense import calendar, codes
from aqsense.account import UNIT, Account
from aqsense.coverage import DAYS_BEFORE_SCORING, Coverage
from aqsense.drift import HOLD_DAYS, Drift
from aqsense.feedback import Answers, silent_kinds
from aqsense.gate import promise
from aqsense.judge import Judge
from aqsense.ledger import Ledger
from aqsense.memory import EXCLUDED, SCORED, VALID, Memory
from aqsense.ranks import BLOCK_DAYS
from aqsense.season import Season
from aqsense.verdict import Verdict

DAY = 2
STAGE = 4
DRIFT = 128
AUDIT_HOLD_DAYS = 60
LONGEST_RUN = 12  # missing half hours in a row that a valid day may have


class Days(Verdict):
    """Day by day part of a Series.

    Aggregates of the running day: `day_cells` half hours, `day_valid` of them valid, `run` and `longest_run` missing in
    a row, `inside` the range of `seen` while one was shown.
    """

    memory: Memory
    coverage: Coverage
    account: Account
    answers: Answers
    judge: Judge
    drift: Drift
    season: Season
    ledger: Ledger | None
    offset: int
    offset_before: int
    today: int
    first_day: int
    last_valid: int
    week_count: int
    last_week: int
    season_days: array
    wanted_level: int
    margin_level: int
    tight_until: int
    scorable: bool
    day_cells: int
    day_valid: int
    run: int
    longest_run: int
    inside: int
    seen: int

    def _clear_day(self) -> None:
        self.day_cells = 0
        self.day_valid = 0
        self.run = 0
        self.longest_run = 0
        self.inside = 0
        self.seen = 0

    def close_day(self) -> int:
        """Close the running local day: freeze its record, decide the next day's stage."""
        memory = self.memory
        day = self.today
        need = calendar.least_valid(calendar.slots_of_day(self.offset_before, self.offset))
        valid = self.day_valid >= need and self.longest_run <= LONGEST_RUN
        record = memory.record_of(day)
        state = 0
        drifted = False
        if valid:
            state = VALID | (EXCLUDED if self.account.is_confirmed(day) else 0)
            self._count_valid(day)
            if self.judge.freeze(record, day, self.scorable):
                state |= SCORED
            self.typical.end_day(day, self.inside, self.seen)
            self.drift.take(day)
            drifted = self._speaks() and self.drift.notices(day)
            if drifted:
                self.gate.suspect(day + 1 + HOLD_DAYS)
        else:
            self.typical.end_day(day, 0, 0)
            self.drift.pass_by(day)
        memory.state[record] = state
        line = ""
        if self.ledger:
            line = self.ledger.day(day, valid, self.judge.frozen(record, bool(state & SCORED)))
        self.account.end(self.gate.code() if self.gate.hold == codes.NO_CODE else self.gate.hold)
        self.season.close_day(day)
        self.today = day + 1
        changed = self.open_day()
        if self.ledger:
            self.ledger.closed(line, self.gate.stage)
        return DAY | (STAGE if changed else 0) | (DRIFT if drifted else 0)

    def _speaks(self) -> bool:
        return bool(self.kinds) and self.gate.granted in (codes.PROVISIONAL, codes.ESTABLISHED)

    def _count_valid(self, day: int) -> None:
        self.valid_days += 1
        self.last_valid = day
        self.season_days[calendar.season(day)] += 1
        if calendar.week(day) != self.last_week:
            self.last_week = calendar.week(day)
            self.week_count += 1

    def open_day(self) -> bool:
        """Open the local day `today`: everything that is compared with is taken again."""
        memory = self.memory
        memory.begin(self.today)
        self.offset_before = self.offset
        self._clear_day()
        self.margin_level = self.wanted_level
        self._start_range()
        self.coverage.take()
        self.scorable = self.typical.valid_days() >= DAYS_BEFORE_SCORING
        self._audit()
        self.gate.silent = silent_kinds(self)
        changed = self.gate.close_day(self.coverage, self.coverage.is_stale(self.first_day, self.last_valid))
        self.judge.start_day(self.coverage.n, self.margin_level, self.tightened, self.scorable)
        self._account_for_day()
        return changed

    def resume(self) -> None:
        """Take again what the running day is compared with, after its memory was read back."""
        self._start_range()
        self.coverage.take()
        self.judge.start_day(self.coverage.n, self.margin_level, self.tightened, self.scorable)

    def _start_range(self) -> None:
        typical = self.typical
        typical.start_day()
        typical.shift = self.season.shift(self.today, typical.median + typical.level) if typical.pooled else 0

    def _audit(self) -> None:
        """Hold the series to its promise: too many claims cost it its voice, or double its margins, for 60 days."""
        if self.account.breaks_promise(self.today):
            self.gate.broken_until = self.today + AUDIT_HOLD_DAYS
        if self.account.above_reference(self.today):
            self.tight_until = self.today + AUDIT_HOLD_DAYS

    @property
    def tightened(self) -> bool:
        """Whether the margins are doubled because the series claimed more than simulated homes do."""
        return self.today < self.tight_until

    def _account_for_day(self) -> None:
        promised = 0
        for kind in self.kinds:
            if self.gate.permits(kind):
                k, of = promise(kind, self.coverage.n)
                promised += UNIT * k // (of * (BLOCK_DAYS if kind in codes.BY_SPAN else 1))
        notable = 0
        if self.kinds and self.gate.permits(codes.CONTEXT):
            k, of = promise(codes.CONTEXT, self.coverage.n)
            notable = UNIT * k // of
        self.account.begin(self.today, self.gate.may_claim(), promised, notable)
