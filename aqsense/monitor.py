"""The home: every sensor's samples in, documents out (contract section 10).

What is measured never depends on what is inferred: windows are published first, and whatever fails behind them is
counted, reported and left behind while the readings go on.
"""

from aqsense import codes
from aqsense.clock import Clock
from aqsense.documents_device import sensor_status
from aqsense.intake import Intake
from aqsense.settings import SensorSettings, Settings
from aqsense.wire.events import SAMPLE

NOTHING: list = []  # returned when a step closes nothing; never changed


class Monitor:
    """All sensors of one home.

    `settings`: see `Settings`. `restore`: bytes of an earlier `snapshot()`, or None; bytes of another version or
    damaged ones are refused with a ValueError that says so. `quiet`: no document at all (a history is being read in).
    `measured`: False leaves the measured documents out (a replay).
    """

    def __init__(self, settings: Settings, restore: bytes | None = None) -> None:
        self.settings = settings
        self._clock = Clock()
        self.quiet = False
        self.measured = True
        self._intakes: dict = {}
        self._states: dict = {}
        for sensor in settings.sensors:
            self._intakes[sensor.sid] = Intake(settings, sensor, self._clock, _model(sensor))
            self._states[sensor.sid] = ("offline", None)

    # time -----------------------------------------------------------------------------------------------------------

    def clock_trusted(self, trusted: bool) -> None:
        """Say whether the clock may date the memory; one of unknown source counts as `rtc`."""
        self._clock.trusted = trusted
        if trusted and self._clock.source == "none":
            self._clock.source = "rtc"

    def clock(self, source: str, error_ds: int | None, trusted: bool) -> None:
        """Say where the time comes from (a `t_src`), its error bound in tenths of a second, and whether to trust it."""
        self._clock.source = source
        self._clock.error_ds = error_ds
        self._clock.trusted = trusted

    # samples --------------------------------------------------------------------------------------------------------

    def step(self, sid: str, decoder, cell: int, s: int, utc_offset_min: int, up_ms: int = 0) -> list:
        """Take in what `decoder` just said at second `s` of half hour `cell`; documents of all that this closes.

        `decoder.event` is SAMPLE, REPLY or DISCARDED; the latter two count towards the quality of the line only.
        """
        intake = self._intakes[sid]
        intake.decoder = decoder
        documents = NOTHING
        if cell != intake.cell or intake.windows.is_over(cell, s):
            documents = []
            self._advance(intake, cell, s, utc_offset_min, documents)
        if decoder.event != SAMPLE:
            return documents
        before = intake.flags
        intake.sample(decoder, cell, s, up_ms)
        if intake.flags != before or self._states[sid][0] == "offline":
            documents = documents + self._state_of(intake, cell, s)
        if self.settings.publish_s == 0:
            documents = documents + self._close_window(intake)
        return documents

    def tick(self, cell: int, s: int, utc_offset_min: int, up_ms: int = 0) -> list:
        """Let time pass without a sample: windows and half hours that are over are closed."""
        documents: list = []
        for sid in self._sids():
            intake = self._intakes[sid]
            if intake.cell >= 0 and (cell != intake.cell or intake.windows.is_over(cell, s)):
                self._advance(intake, cell, s, utc_offset_min, documents)
        return documents

    def _sids(self) -> list:
        return [sensor.sid for sensor in self.settings.sensors]

    def _advance(self, intake: Intake, cell: int, s: int, utc_offset_min: int, documents: list) -> None:
        if intake.windows.is_over(cell, s):
            documents.extend(self._close_window(intake))
        if cell != intake.cell:
            intake.begin_cell(cell)

    def _close_window(self, intake: Intake) -> list:
        if self.quiet or not self.measured:
            intake.windows.skip()
            return NOTHING
        return intake.windows.close()

    # sensors --------------------------------------------------------------------------------------------------------

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
        documents = self._close_window(intake) if intake.windows.frames else []
        return documents + self._enter_state(sid, "offline", reason, cell, s)

    def noisy(self, sid: str) -> bool:
        """Whether more than a twentieth of the frames of the last half hour were rejected."""
        return self._intakes[sid].noisy

    def _state_of(self, intake: Intake, cell: int, s: int) -> list:
        state, code = intake.state()
        return self._enter_state(intake.sensor.sid, state, None if code < 0 else codes.CODES[code], cell, s)

    def _enter_state(self, sid: str, state: str, reason: str | None, cell: int, s: int) -> list:
        before = self._states[sid]
        if before == (state, reason):
            return NOTHING
        self._states[sid] = (state, reason)
        if self.quiet:
            return NOTHING
        documents = [sensor_status(sid, state, reason, cell, s)]
        return documents


def _model(sensor: SensorSettings) -> object:
    if sensor.model is None:
        return None
    from aqsense.wire import registry

    return registry.info(sensor.model)
