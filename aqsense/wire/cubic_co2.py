"""Cubic CM1106, CM1107 and CM1106SL-N CO2 sensors, 9600 8N1.

For up to 30 s after power-up they answer 550 ppm. Bit 0 of the status (DF3) contradicts itself between units and is not
used. DF4 counts seconds, so it shows a fresh reading and is no part of what "stuck" compares.

**Source**: Cubic CM1106-C specification V0.5 and CM1106SL-N specification; captures in tests/vectors/cubic_co2.json.
"""

from aqsense import flags
from aqsense.wire import cubic, framing, self_calibration
from aqsense.wire.constant import Constant
from aqsense.wire.dialogue import Dialogue, Step
from aqsense.wire.model import Model

READ = cubic.request(0x01)
SOFTWARE = cubic.request(0x1E)
SERIAL = cubic.request(0x1F)
ABC = cubic.request(0x0F)

_ABOVE = 4
_BELOW = 8
_WORN = 0xE0  # the light has aged, or the zero has drifted
_ODD = _ABOVE | _BELOW | _WORN
_PLACEHOLDERS = (550,)


def set_abc(on: bool, days: int = 7, base_ppm: int = 400) -> bytes:
    """Automatic calibration on or off; `days` 1 to 30, `base_ppm` what the cleanest air is taken for."""
    return cubic.request(0x10, bytes((100, 0 if on else 2, days, base_ppm >> 8, base_ppm & 255, 100)))


def calibrate_to(ppm: int) -> bytes:
    """What is in the air now is `ppm`, 400 to 1500."""
    return cubic.request(0x03, bytes((ppm >> 8, ppm & 255)))


class Cm1106(cubic.CubicDecoder):
    """CM1106 and CM1106SL-N: CO2 in ppm."""

    FIELDS: tuple = ("co2_ppm", "df3_status", "df4_counter")
    SCALES: tuple = (1, 1, 1)
    NAMES = (
        (0x03, "calibration"),
        (0x0D, "max_ppm"),
        (0x0F, "abc"),
        (0x10, "abc_set"),
        (0x11, "abc_sample"),
        (0x1E, "software"),
        (0x1F, "serial"),
        (0x50, "period"),
        (0x51, "mode"),
    )
    FULL_SCALE = 5000
    STUCK = (3, 2)

    def __init__(self) -> None:
        super().__init__()
        self._constant = Constant(_PLACEHOLDERS)

    def _measured(self, src: bytes | bytearray | memoryview, at: int, size: int) -> bool:
        if size != 8:
            return False
        self._co2(src, at, src[at + 5])
        self.values[1] = src[at + 5]
        self.values[2] = src[at + 6]
        return True

    def _co2(self, src: bytes | bytearray | memoryview, at: int, status: int) -> None:
        co2 = src[at + 3] << 8 | src[at + 4]
        self.values[0] = co2
        self.flags = 0
        self.evidence = 0
        if co2 >= self.FULL_SCALE or not co2 or status & _ODD:
            self._doubt(co2, status)
        if self._constant.shows_power_up(co2):
            self.evidence = framing.POWER_UP

    def _doubt(self, co2: int, status: int) -> None:
        if co2 >= self.FULL_SCALE or status & _ABOVE:
            self.flags = flags.SATURATED
        if status & _BELOW or not co2:
            self.flags |= flags.RANGE
        if status & _WORN:
            self.flags |= flags.INCONSISTENT

    def _told(self, raw: bytes) -> list:
        if self.reply == "abc" and len(raw) == 10:
            return [
                ("abc", "on" if raw[4] == 0 else "off"),
                ("cycle_days", raw[5]),
                ("baseline_ppm", raw[6] << 8 | raw[7]),
            ]
        if self.reply == "max_ppm":
            return [("max_ppm", raw[3] << 8 | raw[4])]
        return [("ok", True)]


class Cm1107(Cm1106):
    """CM1107 (with temperature and humidity: CM1107T), whose replies come in three lengths."""

    FIELDS = ("co2_ppm", "temp_c", "rh_pct", "second_value", "df3_status", "df4_counter")
    SCALES = (1, 10, 10, 1, 1, 1)

    def _measured(self, src: bytes | bytearray | memoryview, at: int, size: int) -> bool:
        v = self.values
        v[1] = v[2] = v[3] = framing.MISSING_VALUE
        if size == 8:
            self._status(src, at + 5)
        elif size == 10:
            v[3] = src[at + 5] << 8 | src[at + 6]
            self._status(src, at + 7)
        elif size == 16:
            v[1] = ((src[at + 7] << 8 | src[at + 8]) - 4680) // 10
            v[2] = ((src[at + 9] << 8 | src[at + 10]) - 595) // 10
            self._status(src, at + 5)
        else:
            return False
        self._co2(src, at, v[4])
        return True

    def _status(self, src: bytes | bytearray | memoryview, at: int) -> None:
        self.values[4] = src[at]
        self.values[5] = src[at + 1]


def decoder(model: str) -> framing.Decoder:
    """A decoder for one of this family's models."""
    return Cm1107() if model == "cm1107" else Cm1106()


def describe(model: str) -> Model:
    """Facts of one of this family's models; **Source**: Cubic's specifications."""
    m = Model(model)
    m.maker = "Cubic"
    m.family = "cubic"
    m.headline = (("co2_ppm", "co2_ppm"),)
    m.framing = "0x16, length, command, 8-bit sum"
    m.modes = ("polled",)
    m.interval_s = 2
    m.warm_up_s = 60
    m.abc = True
    m.abc_period_h = (24, 720, 24)
    m.err = (("co2_ppm", 50, 5),)
    m.poll = READ
    m.calibrations = (("known", 400, 1500),)
    m.source = "Cubic CM1106-C specification V0.5"
    if model == "cm1107":
        m.same_wire_as = ("cm1106", "cm1106sln")
        m.source = "Cubic CM1107 specification"
        m.unconfirmed = ("temperature and humidity of the CM1107T: one driver only", "meaning of the second value")
    else:
        m.same_wire_as = ("cm1107", "cm1106sln") if model == "cm1106" else ("cm1106", "cm1107")
    if model == "cm1106sln":
        m.source = "Cubic CM1106SL-N specification"
    return m


class CubicCo2Dialogue(Dialogue):
    """Asks; reads what the sensor is and its ABC, and writes ABC only when it differs."""

    POLL = READ
    ON_START = (Step(SOFTWARE, "software"), Step(SERIAL, "serial"), Step(ABC, "abc", 2))

    def learn(self, decoder) -> None:
        """Compare ABC with what was asked for; a refusal answers what was asked."""
        if decoder.reply == "refused":
            self.refused()
            return
        if decoder.reply in ("abc_set", "calibration"):
            return
        super().learn(decoder)
        if decoder.reply != "abc":
            return
        on, days, base_ppm = [value for _, value in decoder.fields()]
        wanted = self_calibration.hours(self.option("abc", "leave"), self.model)
        if self_calibration.differs(wanted, 24 * days if on == "on" else 0):
            days = wanted // 24 if wanted > 0 else min(max(days, 1), 30)
            self.ask(Step(set_abc(wanted != self_calibration.OFF, days, base_ppm), "abc_set"))


def calibration(model: str, kind: str, ppm: int, decoder) -> tuple:
    """The steps that calibrate: `kind` known, to `ppm`."""
    return (Step(calibrate_to(ppm), "calibration", 2),)


def dialogue(model: str, interval_ms: int, options: dict | None) -> Dialogue:
    """What to say to one of this family's models."""
    return CubicCo2Dialogue(describe(model), interval_ms, options)
