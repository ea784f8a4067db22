"""The home's sensors: samples in, documents out (contract section 10).

What is measured never depends on what is inferred: windows are published first, and whatever fails behind them is
counted, reported and left behind while the readings go on.
"""

import aqsense.preload  # noqa: F401  first, see there
from aqsense import codes
from aqsense.home import Home
from aqsense.intake import Intake
from aqsense.logcode import MISSING
from aqsense.sensor_watch import SensorWatch
from aqsense.settings import SensorSettings, Settings
from aqsense.trust import NONE, SOURCES, Trust
from aqsense.wire.events import REPLY, SAMPLE

NOTHING: list = []  # returned when a step closes nothing; never changed


class Monitor:
    """All sensors of one home.

    `settings`: see `Settings`. `restore`: bytes of an earlier `snapshot()`, or None; damaged ones and those of another
    version are a ValueError that says so. `measured`: False leaves the measured documents out (a replay).
    `home`: what was learned; at the start the class of it, which is silent unless it is Home.
    """

    def __init__(self, settings: Settings, restore: bytes | None = None, home=Home) -> None:
        self.settings = settings
        self.measured = True
        self._clock = Trust()
        self._intakes: dict = {}
        self._watches: dict = {}
        self.home = home(settings, self._intakes, self._clock)
        for sensor in settings.sensors:
            intake = Intake(settings, sensor, self._clock, _model(sensor))
            self._intakes[sensor.sid] = intake
            self._watches[sensor.sid] = SensorWatch(settings, self._clock, intake)
        for sensor in settings.sensors:
            for other in settings.sensors:
                if other is not sensor and other.room == sensor.room:
                    self._intakes[sensor.sid].neighbours.append(self._intakes[other.sid])
        if restore is not None:
            from aqsense import checkpoint

            checkpoint.restore(self.home, checkpoint.split(restore))

    @property
    def quiet(self) -> bool:
        """No document at all: a history is being read in."""
        return self.home.quiet

    @quiet.setter
    def quiet(self, quiet: bool) -> None:
        self.home.quiet = quiet

    @property
    def ledger(self):
        """`ledger(sid, quantity, line)` receives the lines of the replay hash; set it before the first step."""
        return self.home.ledger

    @ledger.setter
    def ledger(self, ledger) -> None:
        self.home.ledger = ledger

    # time -----------------------------------------------------------------------------------------------------------

    def clock_trusted(self, trusted: bool) -> None:
        """Say whether the clock may date the memory; one of unknown source counts as `rtc`."""
        source = self._clock.source
        self._clock.tell("rtc" if trusted and source == NONE else SOURCES[source], self._clock.error_ds, trusted)

    def clock(self, source: str, error_ds: int | None, trusted: bool) -> None:
        """Say where the time comes from (a `t_src`), its error bound in tenths of a second, and whether to trust it."""
        self._clock.tell(source, -1 if error_ds is None else error_ds, trusted)

    def intake(self, sid: str) -> Intake:
        """The way in of a sensor."""
        return self._intakes[sid]

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
            if intake.waiting is not None and self._clock.may_date():
                self.home.date(intake, cell, s, utc_offset_min, up_ms)
            intake.sample(decoder, cell, s, up_ms)
            watch = self._watches[sid]
            if (intake.flags != before or not watch.is_heard()) and not self.quiet:
                documents = documents + watch.look(cell, s)
                if watch.recognise(decoder):
                    documents = documents + self._identified(sid, cell, s)
            if self.settings.publish_s == 0:
                documents = documents + self._close_window(intake)
        elif event == REPLY:
            watch = self._watches[sid]
            if decoder.reply == "state":
                intake.told(decoder.flags, intake.now_s(cell, s, up_ms))
                if intake.flags and not self.quiet:
                    documents = documents + watch.look(cell, s)
            if watch.identify(decoder):
                documents = documents + self._identified(sid, cell, s)
        return documents

    def tick(self, cell: int, s: int, utc_offset_min: int, up_ms: int = 0) -> list:
        """Let time pass without a sample: windows and half hours that are over are closed."""
        if up_ms:
            self._watch_clock(cell, s, up_ms)
        documents: list = []
        for sensor in self.settings.sensors:
            intake = self._intakes[sensor.sid]
            if intake.windows.lag_s:
                intake.tick_late(self._advance, cell, s, utc_offset_min, documents)
            elif cell != intake.cell or intake.windows.is_over(cell, s):
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

    def _close_window(self, intake: Intake, until: int = 0) -> list:
        if self.quiet or not self.measured:
            intake.windows.skip()
            return NOTHING
        documents = intake.windows.close(until)
        if intake.corrected is not None:
            documents.extend(self.home.correct(intake, documents[-1]))
        return documents

    def _close_cell(self, intake: Intake, utc_offset_min: int) -> list:
        was_noisy = intake.noisy
        intake.close_cell()
        documents: list = []
        if intake.noisy != was_noisy and not self.quiet:
            documents.extend(self._watches[intake.sensor.sid].noise(intake.cell + 1, 0))
        documents.extend(self.home.close(intake, utc_offset_min))
        return documents

    # what was learned -----------------------------------------------------------------------------------------------

    def fold_cell(self, sid: str, quantity: int, cell: int, utc_offset_min: int, code: int, filled: int,
                  reason: int = codes.NO_CODE, a: int = MISSING, b: int = MISSING, c: int = MISSING,
                  mean: int | None = None, regime: int = 0):  # fmt: skip
        """Take in one half hour that closed earlier, see `Home.fold_cell`; documents as `step`, unless `quiet`."""
        return self.home.fold_cell(sid, quantity, cell, utc_offset_min, code, filled, reason, a, b, c, mean, regime)

    def forget(self, pairs=None) -> None:
        """Empty series, as pairs of sid and quantity index, or everything; see `Home.forget`."""
        self.home.forget(pairs)

    def take_cells(self) -> list:
        """Half hours closed since the last call, as `ClosedCells` describes them."""
        return self.home.take_cells()

    def current(self, cell: int = -1, utc_offset_min: int = 0):
        """The present state of every series as retained documents, see `Home.current`."""
        return self.home.current(cell, utc_offset_min)

    def answer(self, record: dict) -> tuple:
        """What the owner says: record {"id", "t", "verb", "args"} of the contract's requests that change something.

        (error code or "", one sentence, documents of what it changed).
        """
        from aqsense import owner

        return owner.answer(self.home, record)

    def series(self, sid: str, quantity: int):
        """The present `Series` of a quantity of a sensor, None when it has none yet."""
        subject = self.home.find(sid, quantity)
        return subject.series if subject is not None else None

    def snapshot(self) -> bytes:
        """What was learned, as bytes for `restore`; never the half hour that is still open."""
        from aqsense import checkpoint

        return checkpoint.join(checkpoint.parts(self.home))

    def snapshot_parts(self, whole: bool = True):
        """The same in parts, for a board that writes them one by one; see `checkpoint.parts`."""
        from aqsense import checkpoint

        return checkpoint.parts(self.home, whole)

    def restore_parts(self, pieces) -> None:
        """Take the pieces of `snapshot_parts`, before the first step; ValueError says why they cannot be read."""
        from aqsense import checkpoint

        checkpoint.restore(self.home, pieces)

    def inference(self) -> tuple:
        """(state, errors, last closed half hour or -1); state `ok`, `failed` once any part of it broke, or `off`."""
        state = "off" if type(self.home) is not Home else "failed" if self.home.errors else "ok"
        return state, self.home.errors, self.home.cell

    @property
    def errors(self) -> int:
        """How often inference broke."""
        return self.home.errors

    @property
    def last_error(self) -> Exception | None:
        """What broke last."""
        return self.home.last_error

    def trust(self) -> Trust:
        """What is known of the clock."""
        return self._clock

    # sensors --------------------------------------------------------------------------------------------------------

    def meta(self, sid: str):
        """What a sensor is, as a retained document."""
        from aqsense import documents_device

        intake = self._intakes[sid]
        newest = 1
        for subject in self.home.subjects():
            if subject.sensor is intake.sensor:
                newest = max(newest, subject.regime_number)
        sensor = intake.sensor
        return documents_device.sensor_meta(self.settings, sensor, intake.model, "r%d" % newest, sensor.calibrations)

    def _identified(self, sid: str, cell: int, s: int) -> list:
        """A sensor told who it is: another one than before starts the next regime."""
        replaced = False
        for subject in self.home.subjects():
            if subject.sensor.sid == sid and subject.has_changed():
                self.home.next_regime(subject, codes.SENSOR_CHANGED, False)
                replaced = True
        if self.quiet or self._intakes[sid].model is None:
            return NOTHING
        return ([self._watches[sid].event("replaced", cell, s)] if replaced else NOTHING) + [self.meta(sid)]

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
        return NOTHING if self.quiet else self._watches[sid].enter("offline", reason, cell, s)

    def stop(self, cell: int, s: int) -> list:
        """Documents of the windows that are still open, cut short at the end of this second: nothing follows."""
        documents: list = []
        for sensor in self.settings.sensors:
            intake = self._intakes[sensor.sid]
            if intake.windows.frames:
                documents.extend(self._close_window(intake, s + 1 if cell == intake.cell else 0))
        return documents

    def noisy(self, sid: str) -> bool:
        """Whether more than a twentieth of the frames of the last half hour were rejected."""
        return self._intakes[sid].noisy


def _model(sensor: SensorSettings):
    if sensor.model is None:
        return None
    from aqsense.wire import registry

    return registry.info(sensor.model)
