"""The home: every sensor's samples in, documents out (contract section 10).

What is measured never depends on what is inferred: windows are published first, and whatever fails behind them is
counted, reported and left behind while the readings go on.
"""

from aqsense import codes, documents_device, quantities
from aqsense.documents_account import account
from aqsense.half_hour import HalfHour
from aqsense.home_account import HomeAccount
from aqsense.intake import Intake, remembered
from aqsense.logcode import MISSING, decode
from aqsense.sensor_watch import SensorWatch
from aqsense.series import DAY, IGNORED, OPENED, Series
from aqsense.settings import SensorSettings, Settings
from aqsense.subject import Subject
from aqsense.trust import NONE, SOURCES, Trust
from aqsense.wire.events import REPLY, SAMPLE

NOTHING: list = []  # returned when a step closes nothing; never changed
MOST_CELLS = 4096  # closed half hours that wait for `take_cells`


class Monitor:
    """All sensors of one home.

    `settings`: see `Settings`. `restore`: bytes of an earlier `snapshot()`, or None; damaged ones and those of another
    version are a ValueError that says so. `quiet`: no document at all (a history is being read in). `measured`: False
    leaves the measured documents out (a replay). `ledger(sid, quantity, line)`: receives the replay hash's lines.
    """

    def __init__(self, settings: Settings, restore: bytes | None = None) -> None:
        self.settings = settings
        self.quiet = False
        self.measured = True
        self.ledger = None
        self.home = HomeAccount(settings)
        self.errors = 0
        self.last_error: Exception | None = None
        self._clock = Trust()
        self._intakes: dict = {}
        self._watches: dict = {}
        self._subjects: dict = {}
        self._cells: list = []
        self._past = HalfHour(quantities.PM2_5, 60)
        for sensor in settings.sensors:
            self._intakes[sensor.sid] = Intake(settings, sensor, self._clock, _model(sensor))
            self._watches[sensor.sid] = SensorWatch(settings, self._clock, self._intakes[sensor.sid])

    # time -----------------------------------------------------------------------------------------------------------

    def clock_trusted(self, trusted: bool) -> None:
        """Say whether the clock may date the memory; one of unknown source counts as `rtc`."""
        source = self._clock.source
        self._clock.tell("rtc" if trusted and source == NONE else SOURCES[source], self._clock.error_ds, trusted)

    def clock(self, source: str, error_ds: int | None, trusted: bool) -> None:
        """Say where the time comes from (a `t_src`), its error bound in tenths of a second, and whether to trust it."""
        self._clock.tell(source, -1 if error_ds is None else error_ds, trusted)

    # samples --------------------------------------------------------------------------------------------------------

    def step(self, sid: str, decoder, cell: int, s: int, utc_offset_min: int, up_ms: int = 0) -> list:
        """Take in what `decoder` just said at second `s` of half hour `cell`; documents of all that this closes.

        `decoder.event` is SAMPLE, REPLY or DISCARDED. `up_ms`: milliseconds since start, 0 when there is none (a file).
        """
        intake = self._intakes[sid]
        intake.decoder = decoder
        if up_ms:
            self._watch_clock(cell, s, up_ms)
        documents = NOTHING
        if cell != intake.cell or intake.windows.is_over(cell, s):
            documents = []
            self._advance(intake, cell, s, utc_offset_min, documents)
        event = decoder.event
        if event == SAMPLE:
            before = intake.flags
            intake.sample(decoder, cell, s, up_ms)
            watch = self._watches[sid]
            if (intake.flags != before or not watch.is_heard()) and not self.quiet:
                documents = documents + watch.look(cell, s)
            if self.settings.publish_s == 0:
                documents = documents + self._close_window(intake)
        elif event == REPLY and self._watches[sid].identify(decoder) and not self.quiet:
            documents = documents + [self.meta(sid)]
        return documents

    def tick(self, cell: int, s: int, utc_offset_min: int, up_ms: int = 0) -> list:
        """Let time pass without a sample: windows and half hours that are over are closed."""
        if up_ms:
            self._watch_clock(cell, s, up_ms)
        documents: list = []
        for sensor in self.settings.sensors:
            intake = self._intakes[sensor.sid]
            if cell != intake.cell or intake.windows.is_over(cell, s):
                self._advance(intake, cell, s, utc_offset_min, documents)
        return documents

    def _watch_clock(self, cell: int, s: int, up_ms: int) -> None:
        if self._clock.step(cell, s, up_ms & 0x3FFFFFFF):
            for sensor in self.settings.sensors:
                self._intakes[sensor.sid].spoil()

    def _advance(self, intake: Intake, cell: int, s: int, utc_offset_min: int, documents: list) -> None:
        if intake.windows.is_over(cell, s):
            documents.extend(self._close_window(intake))
        if cell != intake.cell:
            if 0 <= intake.cell < cell:
                documents.extend(self._close_cell(intake, utc_offset_min))
            else:
                intake.close_cell()
            intake.begin_cell(cell)

    def _close_window(self, intake: Intake) -> list:
        if self.quiet or not self.measured:
            intake.windows.skip()
            return NOTHING
        return intake.windows.close()

    # half hours -----------------------------------------------------------------------------------------------------

    def _close_cell(self, intake: Intake, utc_offset_min: int) -> list:
        sid = intake.sensor.sid
        was_noisy = intake.noisy
        intake.close_cell()
        source = intake.evidence()
        documents: list = []
        if intake.noisy != was_noisy and not self.quiet:
            documents.extend(self._watches[sid].noise(intake.cell + 1, 0))
        for half in intake.halves:
            subject = self._subject(sid, half.quantity)
            if subject.failed:
                continue
            try:
                subject.guidance.fold(intake.cell, half.mean, half.filled, half.expected)
                if self._clock.may_date():
                    self._keep(sid, subject, intake.cell, utc_offset_min, half)
                    documents.extend(self._fold(subject, intake.cell, utc_offset_min, half, source))
                else:
                    documents.extend(self._undated(subject))
            except Exception as error:
                self._give_up(subject, error)
        return documents

    def _keep(self, sid: str, subject: Subject, cell: int, utc_offset_min: int, half: HalfHour) -> None:
        if self.quiet or self.settings.profile != "pi":
            return
        if len(self._cells) >= MOST_CELLS:
            self._cells.pop(0)
        regime = subject.regime_number
        what = (half.code, half.filled, half.reason, half.a, half.b, half.c)
        self._cells.append((sid, half.quantity, regime, cell, utc_offset_min) + what)

    def _fold(self, subject: Subject, cell: int, utc_offset_min: int, half: HalfHour, source: object) -> list:
        series = subject.series
        active = series.account.active_days if series else 0
        bits = subject.fold(cell, utc_offset_min, half)
        self.home.cell = max(self.home.cell, cell)
        if series and series.account.active_days > active:
            self.home.begin(series.today)
        if self.quiet:
            subject.settle()
            return NOTHING
        if bits & IGNORED:
            return NOTHING
        documents = subject.documents(source)
        if subject.has_claims() and bits & (DAY | OPENED):
            documents.append(self.account())
        return documents

    def _undated(self, subject: Subject) -> list:
        """The memory waits while no clock can date a half hour; what was last known is withdrawn into `withheld`."""
        series = subject.series
        if series is None or self.quiet:
            return NOTHING
        if series.gate.cell(codes.CLOCK_UNTRUSTED):
            return subject.current()
        return NOTHING

    def _give_up(self, subject: Subject, error: Exception) -> None:
        """Something in the inference broke: readings go on without it, and health says so."""
        subject.failed = True
        self.errors += 1
        self.last_error = error

    def fold_cell(self, sid: str, quantity: int, cell: int, utc_offset_min: int, code: int, filled: int,
                  reason: int = codes.NO_CODE, a: int = MISSING, b: int = MISSING, c: int = MISSING):  # fmt: skip
        """Take in one half hour that closed earlier (a history, a store); documents as `step`, unless `quiet`."""
        subject = self._subject(sid, quantity)
        half = self._past
        half.code = code
        half.filled = filled
        half.reason = reason
        half.a, half.b, half.c = a, b, c
        subject.guidance.fold(cell, None if code == MISSING else decode(quantity, code), filled, max(filled, 30))
        return self._fold(subject, cell, utc_offset_min, half, None)

    def take_cells(self) -> list:
        """(sid, quantity, regime, cell, utc_offset_min, code, filled, reason, a, b, c) closed since the last call."""
        taken = self._cells
        self._cells = []
        return taken

    def _subject(self, sid: str, quantity: int) -> Subject:
        subject = self._subjects.get((sid, quantity))
        if subject is None:
            subject = self._begin_subject(sid, quantity, 1)
        return subject

    def _begin_subject(self, sid: str, quantity: int, regime: int) -> Subject:
        settings = self.settings
        intake = self._intakes[sid]
        series = None
        if quantity in quantities.RANGED:
            name = "%s/%s/r%d" % (sid, quantities.SHORT_IDS[quantity], regime)
            series = Series(name, quantity, settings.profile, settings.level)
        subject = Subject(settings, intake.sensor, quantity, series, regime, intake.model)
        if series is not None:
            series.ident = subject.ident
            if self.ledger is not None:
                ledger = self.ledger
                series.ledger = lambda line: ledger(sid, quantity, line)
        self._subjects[(sid, quantity)] = subject
        return subject

    def series(self, sid: str, quantity: int):
        """The present `Series` of a quantity of a sensor, None when it has none yet."""
        subject = self._subjects.get((sid, quantity))
        return subject.series if subject is not None else None

    # what is known now ----------------------------------------------------------------------------------------------

    def current(self) -> list:
        """The present state of every series as retained documents, ids as they were published."""
        documents: list = []
        for subject in self._in_order():
            if not subject.failed:
                documents.extend(subject.current())
        if self.home.cell >= 0:
            documents.append(self.account())
        return documents

    def _in_order(self) -> list:
        found = []
        for sensor in self.settings.sensors:
            for quantity in remembered(self.settings):
                subject = self._subjects.get((sensor.sid, quantity))
                if subject is not None:
                    found.append(subject)
        return found

    def account(self):
        """The home's account of claims as a document."""
        return account(self.home, [s for s in self._in_order() if s.has_claims() and s.series is not None])

    def inference(self) -> tuple:
        """(state, errors, last closed half hour or -1); the state is `ok`, or `failed` once any part of it broke."""
        state = "failed" if self.errors else "ok"
        return state, self.errors, self.home.cell

    # sensors --------------------------------------------------------------------------------------------------------

    def meta(self, sid: str):
        """What a sensor is, as a retained document."""
        intake = self._intakes[sid]
        newest = 1
        for subject in self._in_order():
            if subject.sensor is intake.sensor:
                newest = max(newest, subject.regime_number)
        return documents_device.sensor_meta(self.settings, intake.sensor, intake.model, "r%d" % newest, [])

    def port(
        self, sid: str, opened: bool, reason: str | None = None, cell: int = 0, s: int = 0, appeared: bool = False
    ) -> list:
        """A sensor's port was opened, or lost for `reason` (a code of contract section 6, or None).

        `appeared`: the port was not there before, which is evidence that the sensor just got its power.
        """
        intake = self._intakes[sid]
        if opened:
            if appeared:
                intake.powered()
            return NOTHING
        documents = self._close_window(intake) if intake.windows.frames else NOTHING
        return documents if self.quiet else documents + self._watches[sid].enter("offline", reason, cell, s)

    def noisy(self, sid: str) -> bool:
        """Whether more than a twentieth of the frames of the last half hour were rejected."""
        return self._intakes[sid].noisy


def _model(sensor: SensorSettings):
    if sensor.model is None:
        return None
    from aqsense.wire import registry

    return registry.info(sensor.model)
