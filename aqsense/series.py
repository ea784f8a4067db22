"""The fold of one series (room, quantity, regime): half hours in, what may be said about them out.

Every half hour is judged before it is remembered, so a reading never dilutes its own anomaly. State is a function of
the half hours and the owner's answers alone: folding the same ones again gives the same bytes.
"""

from aqsense import calendar, codes, quantities, timetext
from aqsense.account import UNIT, Account
from aqsense.claims import CLOSED as EPISODE_CLOSED
from aqsense.claims import OPENED as EPISODE_OPENED
from aqsense.claims import Episodes
from aqsense.coverage import DAYS_BEFORE_SCORING, Coverage
from aqsense.gate import Gate, promise
from aqsense.judge import judge_of
from aqsense.memory import MISSING, SCORED, SLOTS, VALID, Memory
from aqsense.questions import LEVELS, NORMAL
from aqsense.ranks import BLOCK_DAYS
from aqsense.standing import Standing
from aqsense.typical import Typical

CELL = 1
DAY = 2
STAGE = 4
OPENED = 8
CLOSED = 16
NOTABLE = 32
NOTABLE_ENDED = 64
DRIFT = 128
IGNORED = 256

HIGHEST_CODE = 4352  # 13,000 ug/m3 or 131,000 ppm: no sensor says more
LONGEST_RUN = 12  # missing half hours in a row that a valid day may have
FORGOTTEN_DAYS = 400  # a longer gap is not written out day by day: everything has left the memory by then
_PRINTED = "%04d%02d%02d"


class Series(Standing):
    """One room's memory, typical range, gate and claims for one quantity.

    `name`: `sid/short id/regime`. `ledger(line)` receives the replay hash's lines (contract section 3); `ident(score
    kind, onset cell)` gives a claim its id. `profile` is kept for documents; `level` is few, normal or many.

    After a fold: `cell`, `day`, `slot` of the last closed half hour, `value_code` (logcode.MISSING when not valid),
    `filled`; `today` is the local day that the next half hour belongs to. `scores` are in 1/256.
    """

    def __init__(self, name: str, quantity: int, profile: str = "pi", level: str = "normal", ledger=None, ident=None):
        self.name = name
        self.quantity = quantity
        self.profile = profile
        self.ledger = ledger
        self.ident = ident
        self.wanted_level = LEVELS.index(level) if level in LEVELS else NORMAL
        self.reset()

    def reset(self) -> None:
        """Forget everything."""
        personal = self.quantity in quantities.PERSONAL
        self.memory = Memory(self.quantity)
        self.typical = Typical(self.memory)
        self.coverage = Coverage(self.memory)
        self.judge = judge_of(self.quantity, self.memory, self.typical)
        self.kinds = self.judge.kinds if personal else ()
        self.gate = Gate(self.kinds)
        self.episodes = Episodes()
        self.account = Account()
        self.margin_level = self.wanted_level
        self.held_until = -1
        self.cell = -1
        self.day = -1
        self.slot = 0
        self.today = -1
        self.offset = 0
        self.offset_before = 0
        self.value_code = MISSING
        self.filled = 0
        self.valid_days = 0
        self.first_day = -1
        self.last_valid = -1
        self.season_days = [0, 0, 0, 0]
        self.week_count = 0
        self.last_week = -1
        self.longest_gap_cells = 0
        self.run_ever = 0
        self.ignored = 0
        self.scorable = False
        self._clear_day()

    def _clear_day(self) -> None:
        self.day_cells = 0
        self.day_valid = 0
        self.run = 0
        self.longest_run = 0
        self.inside = 0
        self.seen = 0

    def fold(self, cell: int, utc_offset_min: int, code: int, filled: int = 30, reason: int = codes.NO_CODE) -> int:
        """Take one closed half hour; what happened, as bits (CELL, DAY, STAGE, OPENED ... IGNORED).

        `code`: logcode.MISSING when it is not valid, then `reason` says why. Half hours skipped since the last one are
        folded as missing. One that is not later than the last, or that no calendar knows, is IGNORED.
        """
        if cell <= self.cell or not calendar.plausible(cell, utc_offset_min):
            self.ignored += 1
            return IGNORED
        bits = 0
        if self.cell < 0:
            self._begin(cell, utc_offset_min)
        elif cell > self.cell + 1:
            bits = self._skip_to(cell)
        if code < 0 or code > HIGHEST_CODE:
            code = MISSING
        if code != MISSING:
            reason = codes.NO_CODE
        elif reason == codes.NO_CODE:
            reason = codes.VALUE_MISSING
        return bits | self._one(cell, utc_offset_min, code, filled, reason)

    def _begin(self, cell: int, utc_offset_min: int) -> None:
        self.today = calendar.local_index(cell, utc_offset_min) // SLOTS
        self.offset = self.offset_before = utc_offset_min
        self._start_day()

    def _skip_to(self, cell: int) -> int:
        """Fold what lies between as missing: half hours at the ends, whole days in between."""
        bits = 0
        offset = self.offset
        following = self.cell + 1
        if cell - following > FORGOTTEN_DAYS * SLOTS:
            far = following + FORGOTTEN_DAYS * SLOTS
            bits = self._miss(following, far, offset)
            following = cell - (calendar.local_index(cell, offset) % SLOTS)
            self.today = calendar.local_index(following, offset) // SLOTS
            self._start_day()
        return bits | self._miss(following, cell, offset)

    def _miss(self, following: int, cell: int, offset: int) -> int:
        bits = 0
        while following < cell:
            index = calendar.local_index(following, offset)
            whole = index % SLOTS == 0 and cell - following >= SLOTS and index // SLOTS == self.today
            if whole and self.run_ever >= SLOTS:
                following += SLOTS
                self.cell = following - 1
                self.day_cells = self.run = self.longest_run = SLOTS
                self.day = index // SLOTS
                self.slot = SLOTS - 1
                bits |= self._end_day()
            else:
                bits |= self._one(following, offset, MISSING, 0, codes.VALUE_MISSING)
                following += 1
        return bits

    def _one(self, cell: int, offset: int, code: int, filled: int, reason: int) -> int:
        index = calendar.local_index(cell, offset)
        day = index // SLOTS
        slot = index % SLOTS
        bits = CELL
        self.offset = offset
        while self.today < day:
            bits |= self._end_day()
        self.cell = cell
        self.day = day
        self.slot = slot
        self.value_code = code
        self.filled = filled
        self.run_ever = self.run_ever + 1 if code == MISSING else 0
        self.longest_gap_cells = max(self.longest_gap_cells, self.run_ever)
        if self.gate.cell(reason):
            bits |= STAGE
        if code != MISSING and self.ledger:
            self.ledger("C %s %d %d" % (self.name, cell, code))
        if day < self.today:
            return bits | self._repeat(day, slot, code)
        bits |= self._judge(cell, slot, code)
        self._remember(slot, code)
        if slot == SLOTS - 1:
            bits |= self._end_day()
        return bits

    def _repeat(self, day: int, slot: int, code: int) -> int:
        """A half hour of a day that has closed (the clock went back over midnight): remembered, not judged."""
        self.judge.pass_by(self.quantity, code)
        if code != MISSING and day > self.today - SLOTS:
            self.memory.put(day, slot, code)
            self.typical.start_day()
        return 0

    def _judge(self, cell: int, slot: int, code: int) -> int:
        judge = self.judge
        judge.step(self.quantity, code, slot, self.scorable)
        if code != MISSING and self.band():
            self.seen += 1
            if self.typical.low(slot // 2) <= code <= self.typical.high(slot // 2):
                self.inside += 1
        if not self.kinds:
            return 0
        bits = 0
        for question in judge.questions:
            kind = question.kind
            happened = self.episodes.step(question, self.gate.permit(kind), cell, slot)
            if happened == EPISODE_OPENED:
                bits |= NOTABLE if kind == codes.CONTEXT else OPENED
                self.account.claim(kind, self.today)
                self._print_opened(kind)
            elif happened == EPISODE_CLOSED:
                bits |= NOTABLE_ENDED if kind == codes.CONTEXT else CLOSED
                self._print_closed(kind, cell)
        return bits

    def _print_opened(self, kind: int) -> None:
        if self.ledger and kind != codes.CONTEXT:
            e = self.episodes.latest[kind]
            self.ledger("O %s %d %d %d %d" % (self._id_of(e), e.onset, e.score, e.k, e.of))

    def _print_closed(self, kind: int, cell: int) -> None:
        if self.ledger and kind != codes.CONTEXT:
            self.ledger("X %s %d" % (self._id_of(self.episodes.latest[kind]), cell))

    def _id_of(self, episode) -> str:
        return self.ident(episode.kind, episode.onset) if self.ident else "-"

    def _remember(self, slot: int, code: int) -> None:
        self.day_cells += 1
        if code == MISSING:
            self.run += 1
            self.longest_run = max(self.longest_run, self.run)
            return
        self.run = 0
        self.day_valid += 1
        if self.first_day < 0:
            self.first_day = self.today
        self.memory.put(self.today, slot, code)

    def _end_day(self) -> int:
        """Close the running local day: freeze its record, decide the next day's stage."""
        memory = self.memory
        day = self.today
        need = calendar.least_valid(calendar.slots_of_day(self.offset_before, self.offset))
        valid = self.day_valid >= need and self.longest_run <= LONGEST_RUN
        record = memory.record_of(day)
        memory.cells[record] = min(self.day_valid, 255)
        state = 0
        if valid:
            state = VALID
            self._count_valid(day)
            if self.judge.freeze(record, day, self.scorable):
                state |= SCORED
            self.typical.end_day(day, self.inside, self.seen)
        else:
            self.typical.end_day(day, 0, 0)
        memory.state[record] = state
        line = self._line(day, state, record) if self.ledger else ""
        self.account.end(self.gate.code() if self.gate.hold == codes.NO_CODE else self.gate.hold)
        self.today = day + 1
        changed = self._start_day()
        if self.ledger:
            self.ledger("%s%d" % (line, self.gate.stage))
        return DAY | (STAGE if changed else 0)

    def _count_valid(self, day: int) -> None:
        self.valid_days += 1
        self.last_valid = day
        self.season_days[calendar.season(day)] += 1
        if calendar.week(day) != self.last_week:
            self.last_week = calendar.week(day)
            self.week_count += 1

    def _line(self, day: int, state: int, record: int) -> str:
        text = "D %s %s %d" % (self.name, _PRINTED % timetext.civil(day), 1 if state & VALID else 0)
        for score in self.judge.frozen(record, bool(state & SCORED)):
            text += " -" if score == MISSING else " %d" % score
        return text + " "

    def _start_day(self) -> bool:
        """Open the local day `today`: everything that is compared with is taken again."""
        memory = self.memory
        memory.begin(self.today)
        self.offset_before = self.offset
        self._clear_day()
        self.margin_level = self.wanted_level
        self.typical.start_day()
        self.coverage.take()
        self.scorable = self.typical.valid_days() >= DAYS_BEFORE_SCORING
        changed = self.gate.close_day(self.coverage, self.coverage.is_stale(self.first_day, self.last_valid))
        self.judge.start_day(self.coverage.n, self.margin_level, self.scorable)
        self._account_for_day()
        return changed

    def _account_for_day(self) -> None:
        promised = 0
        for kind in self.kinds:
            if self.gate.permits(kind):
                k, of = promise(kind, self.coverage.n)
                promised += UNIT * k // (of * (BLOCK_DAYS if kind == codes.SUSTAINED else 1))
        notable = 0
        if self.kinds and self.gate.permits(codes.CONTEXT):
            k, of = promise(codes.CONTEXT, self.coverage.n)
            notable = UNIT * k // of
        self.account.begin(self.today, self.gate.may_claim(), promised, notable)
