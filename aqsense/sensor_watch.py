"""How a sensor fares and who it says it is: its retained status, and an event for each change that matters."""

from aqsense import codes
from aqsense.document import Document
from aqsense.intake import Intake
from aqsense.settings import Settings
from aqsense.trust import NONE, Trust

_SERIAL = ("serial", "serial_number", "device_id")
_FIRMWARE = ("firmware", "firmware_version", "version", "software")


class SensorWatch:
    """State of one sensor: (`online offline warming fault`, a withholding code as text or None)."""

    def __init__(self, settings: Settings, clock: Trust, intake: Intake) -> None:
        self.settings = settings
        self.clock = clock
        self.intake = intake
        self.state = ""
        self.reason: str | None = None

    def is_heard(self) -> bool:
        """Whether the sensor is known to speak."""
        return self.state not in ("", "offline")

    def look(self, cell: int, s: int) -> list:
        """Take the state that the last sample shows; documents when it changed."""
        state, code = self.intake.state()
        return self.enter(state, None if code < 0 else codes.CODES[code], cell, s)

    def noise(self, cell: int, s: int) -> list:
        """The line became noisy, or quiet again."""
        return [self.event("noisy" if self.intake.noisy else "recovered", cell, s)] + self.look(cell, s)

    def enter(self, state: str, reason: str | None, cell: int, s: int) -> list:
        """Take a state; its document and perhaps an event when it is another than before."""
        before, before_reason = self.state, self.reason
        if (before, before_reason) == (state, reason):
            return []
        from aqsense.documents_device import sensor_status

        self.state = state
        self.reason = reason
        since = cell if self.clock.source != NONE else -1
        documents = [sensor_status(self.intake.sensor.sid, state, reason, since, s)]
        happened = _happened(before, state, reason)
        if happened:
            documents.append(self.event(happened, cell, s))
        return documents

    def event(self, happened: str, cell: int, s: int) -> Document:
        """Something happened to the sensor: `appeared lost replaced stuck noisy recovered`."""
        from aqsense import texts
        from aqsense.documents_events import sensor

        dated = self.clock.source != NONE
        return sensor(self.settings, texts.of(self.settings.lang), self.intake.sensor.sid, happened, dated, cell, s)

    def recognise(self, decoder) -> bool:
        """Take the firmware that a measurement's own frame tells; True when it is news."""
        described = self.intake.sensor
        told = decoder.firmware() if described.model is not None else ""
        if not told or told == described.firmware:
            return False
        described.firmware = told
        return True

    def identify(self, decoder) -> bool:
        """Take serial number, firmware and self-calibration from a reply; True when they are news."""
        described = self.intake.sensor
        known = (described.serial, described.firmware, described.abc_told)
        if decoder.reply == "abc_set":
            described.abc_told = None  # what was told before has just been changed
        for name, value in decoder.fields():
            if name in _SERIAL:
                described.serial = str(value)
            elif name in _FIRMWARE:
                described.firmware = str(value)
            elif name == "abc_period_h":
                described.abc_told = (value > 0, value or None)
            elif name in ("abc", "asc"):
                described.abc_told = (value in (1, "on"), None)
            elif name == "cycle_days" and described.abc_told is not None:
                described.abc_told = (described.abc_told[0], 24 * value)
        return known != (described.serial, described.firmware, described.abc_told)


def _happened(before: str, state: str, reason: str | None) -> str | None:
    if state == "offline":
        return "lost" if before else None
    if reason == "sensor_stuck":
        return "stuck"
    if before in ("", "offline"):
        return "appeared"
    return "recovered" if before == "fault" and state != "fault" else None
