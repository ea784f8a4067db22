"""Everything a home has learned: its series, their regimes, and the account over all of them.

This is the supervised half of the monitor: whatever fails in here is counted and left behind, and the readings go on.
"""

from aqsense import codes, quantities
from aqsense.cells import expected_slots
from aqsense.document import Document
from aqsense.half_hour import HalfHour
from aqsense.intake import Intake, remembered
from aqsense.logcode import MISSING, decode
from aqsense.regimes import ident_of
from aqsense.series import DAY, IGNORED, OPENED, Series
from aqsense.settings import Settings
from aqsense.subject import Subject
from aqsense.trust import NONE, Trust

NOTHING: list = []  # never changed
MOST_CELLS = 4096  # closed half hours that wait for `take_cells`


class Home:
    """The subjects (a quantity of a sensor each) of all intakes, by sid.

    `cell`: last closed half hour. `active_days` of the home began with a claim permitted in some series, the first on
    `first_active_day`, the last on `last_active_day` (-1: none). `errors`, `last_error`: what broke in the inference.
    `aside`: (entry, memory, guidance) of sensors that are not configured at present.
    """

    def __init__(self, settings: Settings, intakes: dict, clock: Trust) -> None:
        self.settings = settings
        self.quiet = False
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
        self._cells: list = []
        self._past = HalfHour(quantities.PM2_5, 60)

    # half hours -----------------------------------------------------------------------------------------------------

    def close(self, intake: Intake, utc_offset_min: int) -> list:
        """Take in the half hours that an intake just closed; documents that they call for."""
        documents: list = []
        source = intake.evidence()
        for half in intake.halves:
            subject = self.subject(intake.sensor.sid, half.quantity)
            if subject.failed:
                continue
            try:
                if intake.spoiled:
                    continue  # nobody knows which half hour that was: it stays missing
                subject.inform(intake.cell, half)
                if self._clock.may_date():
                    if not self.quiet:
                        self._keep(subject, intake.cell, utc_offset_min, half)
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
                        self._keep(subject, at, utc_offset_min, half)
                    self._fold(subject, at, utc_offset_min, half, None)
                except Exception as error:
                    self._give_up(subject, error)
        self.quiet = quiet

    def correct(self, intake: Intake, sample) -> list:
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
                  mean: int | None = None):  # fmt: skip
        """Take in one half hour that closed earlier (a history, a store); documents unless `quiet`.

        `mean`: as `take_cells` gave it, -1 when nothing was measured; None where only the code is known.
        """
        subject = self.subject(sid, quantity)
        if subject.failed:
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

    def _fold(self, subject: Subject, cell: int, utc_offset_min: int, half: HalfHour, source: object) -> list:
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
        if self.settings.profile != "board":
            for document in documents:
                document.body  # noqa: B018  made now, while this half hour is the last
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

    def _keep(self, subject: Subject, cell: int, utc_offset_min: int, half: HalfHour) -> None:
        if len(self._cells) >= MOST_CELLS:
            self._cells.pop(0)
        which = (subject.sensor.sid, half.quantity, subject.regime_number, cell, utc_offset_min)
        mean = -1 if half.mean is None else half.mean
        self._cells.append(which + (half.code, half.filled, half.reason, half.a, half.b, half.c, mean))

    def take_cells(self) -> list:
        """(sid, quantity, regime, cell, utc_offset_min, code, filled, reason, a, b, c, mean) since the last call.

        `a b c`: codes of its ten minutes; `mean`: scaled mean, -1 when nothing was measured.
        """
        taken = self._cells
        self._cells = []
        return taken

    # series ---------------------------------------------------------------------------------------------------------

    def knows(self, sid: str) -> bool:
        """Whether a sensor is configured."""
        return sid in self._intakes

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
        found = []
        for sensor in self.settings.sensors:
            for quantity in remembered(self.settings):
                subject = self._subjects.get((sensor.sid, quantity))
                if subject is not None:
                    found.append(subject)
        return found

    def begin_subject(self, sid: str, quantity: int, regime: int) -> Subject:
        """Start the memory of a quantity of a sensor in a regime; what was there before is dropped."""
        subject = self._make_subject(sid, quantity, regime, _lines_of(self.ledger, sid, quantity))
        self._subjects[(sid, quantity)] = subject
        return subject

    def _make_subject(self, sid: str, quantity: int, regime: int, write) -> Subject:
        settings = self.settings
        intake = self._intakes[sid]
        series = None
        if quantity in quantities.RANGED:
            name = "%s/%s/r%d" % (sid, quantities.SHORT_IDS[quantity], regime)
            ident = ident_of(settings, sid, quantity, regime)
            series = Series(name, quantity, settings.profile, settings.level, write, ident)
        return Subject(settings, intake.sensor, quantity, series, regime, intake.model)

    def next_regime(self, subject: Subject, reason: int) -> Subject:
        """What was learned no longer applies, for a reason (a withholding code): it is learned anew."""
        fresh = self.begin_subject(subject.sensor.sid, subject.quantity, subject.regime_number + 1)
        if fresh.series is not None:
            fresh.series.relearn(reason)
        fresh.settle()
        return fresh

    # what is known now ----------------------------------------------------------------------------------------------

    def current(self, cell: int = -1, utc_offset_min: int = 0) -> list:
        """The present state of every series as retained documents, ids as they were published.

        Given the half hour that runs now, also that of series which have none yet: nothing known, and what is missing.
        """
        documents: list = []
        for sensor in self.settings.sensors:
            for quantity in remembered(self.settings):
                subject = self._subjects.get((sensor.sid, quantity))
                if subject is None or subject.cell < 0:
                    documents.extend(self._unbegun(sensor.sid, quantity, cell, utc_offset_min))
                elif not subject.failed:
                    documents.extend(subject.current())
        if self.cell >= 0:
            documents.append(self.account())
        return documents

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
        made = Document("account", None, -1, None, 0, self._account)
        made.t_cell = self.cell + 1
        return made

    def _account(self):
        from aqsense.documents_account import account

        return account(self, [s for s in self.subjects() if s.has_claims() and s.series is not None]).body


def _lines_of(ledger, sid: str, quantity: int):
    if ledger is None:
        return None
    return lambda line: ledger(sid, quantity, line)
