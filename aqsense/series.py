"""The fold of one series (room, quantity, regime): half hours in, what may be said about them out.

Every half hour is judged before it is remembered, so a reading never dilutes its own anomaly. State is a function of
the half hours and the owner's answers alone: folding the same ones again gives the same bytes.
"""

from array import array

from aqsense import calendar, codes, days, quantities, voice
from aqsense.account import Account
from aqsense.claims import Episodes
from aqsense.coverage import Coverage
from aqsense.drift import Drift
from aqsense.feedback import Answers
from aqsense.gate import Gate
from aqsense.judge import judge_of
from aqsense.ledger import Ledger
from aqsense.memory import MISSING, SLOTS, Memory
from aqsense.outcomes import Outcomes
from aqsense.questions import LEVELS, NORMAL
from aqsense.season import Season
from aqsense.typical import Typical
from aqsense.voice import Voice

CELL = 1
DAY = days.DAY
STAGE = days.STAGE
OPENED = voice.OPENED
CLOSED = voice.CLOSED
NOTABLE = voice.NOTABLE
NOTABLE_ENDED = voice.NOTABLE_ENDED
DRIFT = days.DRIFT
IGNORED = 256

HIGHEST_CODE = 4352  # 13,000 ug/m3 or 131,000 ppm: no sensor says more
FORGOTTEN_DAYS = 400  # a longer gap is not written out day by day: everything has left the memory by then


class Series(Voice):
    """One room's memory, typical range, gate and claims for one quantity.

    `name`: `sid/short id/regime`. `ledger(line)` receives the replay hash's lines (contract section 3); `ident(score
    kind, onset cell)` gives a claim its id. `profile` is kept for documents; `level` is few, normal or many.
    `memory`: one that is no longer needed, to be emptied.

    After a fold: `cell`, `day`, `slot` of the last closed half hour, `value_code` (logcode.MISSING when not valid),
    `filled`; `today` is the local day that the next half hour belongs to. `scores` are in 1/256.
    """

    def __init__(
        self, name: str, quantity: int, profile: str = "pi", level: str = "normal", ledger=None, ident=None, memory=None
    ):
        self.memory = memory
        self.name = name
        self.quantity = quantity
        self.profile = profile
        self.ledger = Ledger(ledger, name, ident) if ledger else None
        self.wanted_level = LEVELS.index(level) if level in LEVELS else NORMAL
        self.reset()

    NUMBERS = (
        "cell",
        "day",
        "slot",
        "today",
        "offset",
        "offset_before",
        "value_code",
        "a",
        "b",
        "c",
        "filled",
        "valid_days",
        "first_day",
        "last_valid",
        "week_count",
        "last_week",
        "longest_gap_cells",
        "run_ever",
        "ignored",
        "scorable",
        "tight_until",
        "margin_level",
        "wanted_level",
        "day_cells",
        "day_valid",
        "run",
        "longest_run",
        "inside",
        "seen",
    )
    ARRAYS = ("season_days",)

    def parts(self) -> list:
        """Everything but the judge that has a state, in the order of a snapshot."""
        first = [self, self.memory, self.typical, self.gate, self.account]
        return first + [self.answers, self.outcomes, self.drift, self.drift.behaviour, self.season]

    def snapshot(self) -> bytearray:
        """The whole state; about 8 KB."""
        from aqsense import freeze

        return freeze.snapshot(self)

    def restore(self, data) -> None:
        """Take a snapshot's state; ValueError says why it cannot, and leaves a blank series."""
        from aqsense import freeze

        freeze.restore(self, data)

    def refold(self, cells, answers=()) -> None:
        """Forget everything but these half hours and answers (see `forget.refold`)."""
        from aqsense import forget

        forget.refold(self, cells, answers)

    def reset(self) -> None:
        """Forget everything."""
        personal = self.quantity in quantities.PERSONAL
        if self.memory is None:
            self.memory = Memory(self.quantity)
        else:
            self.memory.clear()
        self.typical = Typical(self.memory)
        self.coverage = Coverage(self.memory)
        self.judge = judge_of(self.quantity, self.memory, self.typical)
        self.kinds = self.judge.kinds if personal else ()
        self.gate = Gate(self.kinds)
        self.episodes = Episodes()
        self.account = Account()
        self.answers = Answers()
        self.drift = Drift(self.quantity, self.memory)
        self.season = Season(self.memory)
        self.outcomes = Outcomes()
        self.margin_level = self.wanted_level
        self.cell = -1
        self.day = -1
        self.slot = 0
        self.today = -1
        self.offset = 0
        self.offset_before = 0
        self.value_code = self.a = self.b = self.c = MISSING
        self.filled = 0
        self.valid_days = 0
        self.first_day = -1
        self.last_valid = -1
        self.season_days = array("i", [0, 0, 0, 0])
        self.week_count = 0
        self.last_week = -1
        self.longest_gap_cells = 0
        self.run_ever = 0
        self.ignored = 0
        self.scorable = False
        self.tight_until = -1
        self._clear_day()

    def fold(
        self,
        cell: int,
        utc_offset_min: int,
        code: int,
        filled: int = 30,
        reason: int = codes.NO_CODE,
        a: int = MISSING,
        b: int = MISSING,
        c: int = MISSING,
    ) -> int:
        """Take one closed half hour; what happened, as bits (CELL, DAY, STAGE, OPENED ... IGNORED).

        `code`: logcode.MISSING when it is not valid, then `reason` says why. `a`, `b`, `c`: codes of its ten minutes,
        MISSING where they are not known. Half hours skipped since the last one are folded as missing. One that is not
        later than the last, or that no calendar knows, is IGNORED.
        """
        if cell <= self.cell or not calendar.plausible(cell, utc_offset_min):
            self.ignored += 1
            return IGNORED
        bits = 0
        if self.cell < 0:
            self.begin(cell, utc_offset_min)
        elif cell > self.cell + 1:
            bits = self._skip_to(cell)
        if code < 0 or code > HIGHEST_CODE:
            code = a = b = c = MISSING
        self.a = a if 0 <= a <= HIGHEST_CODE else MISSING
        self.b = b if 0 <= b <= HIGHEST_CODE else MISSING
        self.c = c if 0 <= c <= HIGHEST_CODE else MISSING
        if code != MISSING:
            reason = codes.NO_CODE
        elif reason == codes.NO_CODE:
            reason = codes.VALUE_MISSING
        return bits | self._one(cell, utc_offset_min, code, filled, reason)

    def begin(self, cell: int, utc_offset_min: int) -> None:
        """Open the first local day, before any half hour; `fold` does it by itself."""
        self.today = calendar.local_index(cell, utc_offset_min) // SLOTS
        self.offset = self.offset_before = utc_offset_min
        self.open_day()

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
            self.open_day()
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
                self.run_ever += SLOTS
                self.gate.missing += SLOTS
                self.judge.miss_day()
                self.longest_gap_cells = max(self.longest_gap_cells, self.run_ever)
                self.day = index // SLOTS
                self.slot = SLOTS - 1
                bits |= self.close_day()
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
            bits |= self.close_day()
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
            self.ledger.cell(cell, code)
        if day < self.today:
            return bits | self._repeat(day, slot, code)
        self._score(slot, code)
        bits |= self.speak(cell, slot)
        self._remember(slot, code)
        if slot == SLOTS - 1:
            bits |= self.close_day()
        return bits

    def _repeat(self, day: int, slot: int, code: int) -> int:
        """A half hour of a day that has closed (the clock went back over midnight): remembered, not judged."""
        self.judge.pass_by(self.quantity, code, self.a, self.b, self.c)
        if code != MISSING:
            self.memory.put(day, slot, code)
            self._start_range()
        return 0

    def _score(self, slot: int, code: int) -> None:
        self.judge.step(self.quantity, code, slot, self.scorable, self.a, self.b, self.c)
        if code != MISSING and self.band():
            self.seen += 1
            if self.typical.low(slot // 2) <= code <= self.typical.high(slot // 2):
                self.inside += 1

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
        self.drift.behaviour.hear(self.a, self.b, self.c)
