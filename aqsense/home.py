"""Everything a home has learned: its series, their regimes, and the account over all of them.

This is the supervised half of the monitor: whatever fails in here is counted and left behind, and the readings go on.
"""

from aqsense import codes, quantities
from aqsense.cells import expected_slots
from aqsense.closed_cells import ClosedCells
from aqsense.half_hour import Ended
from aqsense.intake import Intake, remembered
from aqsense.logcode import MISSING, decode
from aqsense.regimes import ident_of
from aqsense.series import DAY, IGNORED, OPENED, Series
from aqsense.settings import Settings
from aqsense.subject import Subject
from aqsense.trust import NONE, Trust

NOTHING: list = []  # never changed


class Home:
    """The subjects (a quantity of a sensor each) of all intakes, by sid.

    `cell`: last closed half hour. `active_days` of the home began with a claim permitted in some series, the first on
    `first_active_day`, the last on `last_active_day` (-1: none). `errors`, `last_error`: what broke in the inference.
    `eager`: bodies are made at once, because others may close before they are read; a board reads them first.
    `aside`: (entry, memory, guidance) of sensors that are not configured at present.
    """

    def __init__(self, settings: Settings, intakes: dict, clock: Trust) -> None:
        self.settings = settings
        self.configured_level = settings.level
        self.quiet = False
        self.eager = settings.profile != "board"
        self.ledger = None
        self.cell = -1
        self.active_days = 0
        self.first_active_day = -1
        self.last_active_day = -1
        self.errors = 0
        self.last_error: Exception | None = None
        self.aside: list = []
        self._intakes = intakes
        self._clock = clock
        self._subjects: dict = {}
        self._cells = ClosedCells()
        self._past = Ended()

    def close(self, intake: Intake, utc_offset_min: int) -> list:
        """Take in the half hours that an intake just closed; documents that they call for."""
        documents: list = []
        source = intake.evidence()
        for half in intake.halves:
            subject = self.subject(intake.sensor.sid, half.quantity)
            if subject.failed:
                continue
            try:
                known = subject.series is not None and intake.cell <= subject.series.cell and self._clock.may_date()
                if intake.spoiled or known:
                    continue  # nobody knows which half hour that was, or it closed before this start
                subject.inform(intake.cell, half)
                if self._clock.may_date():
                    if not self.quiet:
                        self._cells.keep(subject, intake.cell, utc_offset_min, half)
                    documents.extend(self._fold(subject, intake.cell, utc_offset_min, half, source))
                else:
                    documents.extend(self._undated(subject, intake.cell))
            except Exception as error:
                self._give_up(subject, error)
        return documents

    def date(self, intake: Intake, cell: int, s: int, utc_offset_min: int, up_ms: int) -> None:
        """A clock is trusted at last: half hours that waited for it are remembered, quietly."""
        quiet = self.quiet
        self.quiet = True
        for at, half in intake.dated(cell, s, up_ms):
            subject = self.subject(intake.sensor.sid, half.quantity)
            if not subject.failed:
                try:
                    if not quiet:
                        self._cells.keep(subject, at, utc_offset_min, half)
                    self._fold(subject, at, utc_offset_min, half, None)
                except Exception as error:
                    self._give_up(subject, error)
        self.quiet = quiet

    def correct(self, intake, sample) -> list:
        """The corrected value beside a published sample; nothing when no sample of its window was good."""
        subject = self.subject(intake.sensor.sid, intake.corrected.quantity)
        try:
            from aqsense.documents_general import corrected

            value, inputs = intake.corrected.close()
            return [] if value is None else [corrected(subject, intake.corrected.formula, value, inputs, sample)]
        except Exception as error:
            self._give_up(subject, error)
        return NOTHING

    def fold_cell(self, sid: str, quantity: int, cell: int, utc_offset_min: int, code: int, filled: int,
                  reason: int = codes.NO_CODE, a: int = MISSING, b: int = MISSING, c: int = MISSING,
                  mean: int | None = None, regime: int = 0):  # fmt: skip
        """Take in one half hour that closed earlier (a history, a store); documents unless `quiet`.

        `mean`: as `take_cells` gave it, -1 when nothing was measured; None where only the code is known. `regime`: a
        later one than the present starts anew, an earlier one is passed over; 0: the present one.
        """
        subject = self.subject(sid, quantity)
        if regime > subject.regime_number:
            subject = self._follow(subject, regime)
        if subject.failed or 0 < regime < subject.regime_number:
            return NOTHING
        half = self._past
        half.code = code
        half.filled = filled
        half.reason = reason
        half.a, half.b, half.c = a, b, c
        if mean is None and code != MISSING:
            mean = decode(quantity, code)
        half.mean = None if mean is None or mean < 0 else mean
        half.expected = expected_slots(subject.sensor.interval_s)
        try:
            subject.inform(cell, half)
            return self._fold(subject, cell, utc_offset_min, half, None)
        except Exception as error:
            self._give_up(subject, error)
        return NOTHING

    def _fold(self, subject: Subject, cell: int, utc_offset_min: int, half: Ended, source: object) -> list:
        series = subject.series
        active = series.account.active_days if series else 0
        bits = subject.fold(cell, utc_offset_min, half)
        self.cell = max(self.cell, cell)
        if series and series.account.active_days > active:
            self._begin_active(series.today)
        if self.quiet:
            subject.settle()
            return NOTHING
        if bits & IGNORED:
            return NOTHING
        documents = subject.documents(source)
        if subject.has_claims() and bits & (DAY | OPENED):
            documents.append(self.account())
        return self.made(documents)

    def made(self, documents: list) -> list:
        """The documents with their bodies as of now, unless they are read before anything changes."""
        if self.eager:
            for document in documents:
                document.body  # noqa: B018
        return documents

    def _begin_active(self, day: int) -> None:
        """A local day began with a claim permitted in some series; it counts once for the home."""
        if day <= self.last_active_day:
            return
        self.active_days += 1
        self.last_active_day = day
        if self.first_active_day < 0:
            self.first_active_day = day

    def _undated(self, subject: Subject, cell: int) -> list:
        """The memory waits while no clock can date a half hour; what was last said is replaced by `withheld`."""
        news = subject.hold_for_clock(cell, self._clock.source != NONE)
        if self.quiet:
            return NOTHING
        documents = subject.current()
        return documents if news else [one for one in documents if one.kind == "guidance"]

    def _give_up(self, subject: Subject, error: Exception) -> None:
        subject.failed = True
        self.errors += 1
        self.last_error = error

    def take_cells(self) -> list:
        """Half hours closed since the last call, as `ClosedCells` describes them."""
        return self._cells.take()

    def knows(self, sid: str) -> bool:
        """Whether a sensor is configured."""
        return sid in self._intakes

    def _follow(self, subject: Subject, regime: int) -> Subject:
        """Start a later regime that a store knows of; why it started is not in the store."""
        if subject.cell < 0:
            return self.begin_subject(subject.sensor.sid, subject.quantity, regime)
        while subject.regime_number < regime:
            subject = self.next_regime(subject, codes.SENSOR_CHANGED)
        return subject

    def forget(self, pairs) -> None:
        """Empty series, as (sid, quantity); None for all, which also begins the home's account anew.

        Half hours that shall stay are then given again with `fold_cell`; given all of them, the state equals that of a
        home that never had the others.
        """
        if pairs is None:
            self.clear()
            return
        for sid, quantity in pairs:
            found = self._subjects.pop((sid, quantity), None)
            if found is not None:
                self.begin_subject(sid, quantity, found.regime_number)
        self.aside = [kept for kept in self.aside if (kept[0][0], kept[0][1]) not in pairs]

    def clear(self) -> None:
        """Forget everything that was learned."""
        self._subjects = {}
        self.aside = []
        self.cell = self.first_active_day = self.last_active_day = -1
        self.active_days = 0

    def find(self, sid: str, quantity: int) -> Subject | None:
        """A subject that exists, or None."""
        return self._subjects.get((sid, quantity))

    def subject(self, sid: str, quantity: int) -> Subject:
        """The subject of a quantity of a sensor, begun when there is none."""
        found = self._subjects.get((sid, quantity))
        return found if found is not None else self.begin_subject(sid, quantity, 1)

    def subjects(self) -> list:
        """Every subject, in the order of the configuration and of the quantities."""
        pairs = [(sensor.sid, q) for sensor in self.settings.sensors for q in remembered(self.settings)]
        return [self._subjects[pair] for pair in pairs if pair in self._subjects]

    def begin_subject(self, sid: str, quantity: int, regime: int, memory=None) -> Subject:
        """Start the memory of a quantity of a sensor in a regime, as in `Series`; what was there before is dropped."""
        self._subjects.pop((sid, quantity), None)  # first: a board has no room for two
        subject = self._make_subject(sid, quantity, regime, _lines_of(self.ledger, sid, quantity), memory)
        self._subjects[(sid, quantity)] = subject
        return subject

    def _make_subject(self, sid: str, quantity: int, regime: int, write, memory=None) -> Subject:
        settings = self.settings
        intake = self._intakes[sid]
        series = None
        if quantity in quantities.RANGED:
            name = "%s/%s/r%d" % (sid, quantities.SHORT_IDS[quantity], regime)
            ident = ident_of(settings, sid, quantity, regime)
            series = Series(name, quantity, settings.profile, settings.level, write, ident, memory)
        subject = Subject(settings, intake.sensor, quantity, series, regime, intake.model)
        subject.siblings = self.subjects
        return subject

    def next_regime(self, subject: Subject, reason: int, told: bool = True) -> Subject:
        """Learn anew for a reason (a withholding code). Not `told`: documents of the former are still to be made."""
        former = subject.claimed() if subject.series is not None else None
        memory = subject.series.memory if told and subject.series is not None else None
        if memory is not None:
            subject.series = None
        fresh = self.begin_subject(subject.sensor.sid, subject.quantity, subject.regime_number + 1, memory)
        if fresh.series is not None:
            fresh.former = former
            fresh.series.relearn(reason)
        fresh.settle()
        return fresh

    def set_level(self, level: str) -> None:
        """Take the owner's level (few, normal, many) for every series, from the next local day."""
        self.settings.level = level
        for subject in self.subjects():
            if subject.series is not None:
                subject.series.set_level(level)

    def current(self, cell: int = -1, utc_offset_min: int = 0):
        """The present state of every series as retained documents, one after the other, ids as they were published.

        Given the half hour that runs now, also that of series which have none yet: nothing known, and what is missing.
        """
        for sensor in self.settings.sensors:
            for quantity in remembered(self.settings):
                subject = self._subjects.get((sensor.sid, quantity))
                if subject is None or subject.cell < 0:
                    yield from self._unbegun(sensor.sid, quantity, cell, utc_offset_min)
                elif not subject.failed:
                    yield from subject.current()
        if self.cell >= 0:
            yield self.account()

    def _unbegun(self, sid: str, quantity: int, cell: int, utc_offset_min: int) -> list:
        if cell < 0 or not self._intakes[sid].remembers(quantity):
            return NOTHING
        subject = self._make_subject(sid, quantity, 1, None)
        if subject.series is not None:
            subject.series.begin(cell, utc_offset_min)
        subject.cell = cell - 1
        return subject.current()

    def account(self):
        """The home's account of claims as a document."""
        from aqsense import statements

        return statements.account(self)


def _lines_of(ledger, sid: str, quantity: int):
    if ledger is None:
        return None
    return lambda line: ledger(sid, quantity, line)
