"""GSS CozIR, SprintIR and MinIR CO2 sensors, 9600 8N1: lines of ASCII such as " H 00393 T 01273 Z 00521".

CO2 comes in units of a multiplier (1, 10 or 100) that the sensor tells when asked with "."; until then it is given raw.
There is no checksum: a line counts only when every letter, space and digit stands where it must. Lines of text, which
tell firmware, serial number and self-calibration, count only when they were asked for.

Nothing on the line tells a restart: a sensor that lost its power for half a second streams on in the mode that it had,
its first readings, within 3 s, are meaningless, and neither text nor flag says so. Its readings are `warming` after a
start that the line shows (a port that came back), not after one that it hides.

**Source**: GSS CozIR, SprintIR and MinIR user's guide, and as two drivers have it (pycozir; a driver of the SprintIR-R,
which says that values are sent in units of the multiplier too); vectors in tests/vectors/gss.json.
"""

from aqsense.wire import barometric, framing, self_calibration
from aqsense.wire.dialogue import Dialogue, Step
from aqsense.wire.gss_lines import Gss
from aqsense.wire.model import Model

MULTIPLIER = b".\r\n"
COMMAND = b"K 0\r\n"
STREAM = b"K 1\r\n"
ASKED = b"K 2\r\n"
READ = b"Z\r\n"
FRESH_AIR = b"G\r\n"
NITROGEN = b"U\r\n"
PRESSURE = b"s\r\n"
IDENTITY = b"Y\r\n"
AUTO = b"@\r\n"
FIRST_DAYS = 1  # until its first automatic calibration after a start
USUAL_DAYS = 8


def pressure_factor(altitude_m: int) -> int:
    """What corrects readings for the usual air pressure at an altitude: 8192 at sea level, 0.14 % more per hPa less."""
    return 8192 + int((10132.5 - barometric.tenths_of_hpa(altitude_m)) * 1.14688 + 0.5)


def set_auto(days: int) -> bytes:
    """Automatic calibration each `days` days; 0 switches it off."""
    return b"@ %d.0 %d.0\r\n" % (FIRST_DAYS, days) if days else b"@ 0\r\n"


def decoder(model: str) -> framing.Decoder:
    """A decoder for one of this family's models."""
    return Gss()


_SAME = ("cozir", "sprintir", "minir")


def describe(model: str) -> Model:
    """Facts of one of this family's models; **Source**: GSS data sheets and user's guide."""
    m = Model(model)
    m.maker = "GSS"
    m.family = "gss"
    m.headline = (("co2_ppm", "co2_ppm"), ("temp_c", "temp_c"), ("rh_pct", "rh_pct"))
    m.framing = "lines of ASCII, no checksum"
    m.modes = ("streaming", "polled")
    m.interval_s = 1
    m.warm_up_s = 10
    m.abc = True
    m.abc_period_h = (24, 720, 24)
    m.altitude = True
    m.guarded = False
    m.err = (("co2_ppm", 50, 3),)
    m.poll = READ
    m.calibrations = (("outdoor", 400, 400), ("zero", 0, 0), ("known", 300, 10000 if model == "cozir" else 1000000))
    m.same_wire_as = tuple(other for other in _SAME if other != model)
    m.source = "GSS CozIR, SprintIR and MinIR user's guide"
    if model != "cozir":
        m.unconfirmed = ("accuracy of this range",)
    if model == "sprintir":
        m.unconfirmed += ("the SprintIR-R: it speaks at 38400 baud, and is not read",)
    return m


class GssDialogue(Dialogue):
    """Asks for the multiplier first, for without it nothing is in ppm; then listens, or asks when that is the mode."""

    ROUSE = (Step(STREAM, "mode"),)

    def start(self) -> None:
        """The multiplier, what it is, its self-calibration, and question and answer when asked for."""
        self._abc_h = self_calibration.hours(self.option("abc", "leave"), self.model)
        polled = self.option("mode", "streaming") == "polled"
        self._mode = Step(ASKED if polled else STREAM, "mode")
        self.ask(Step(MULTIPLIER, "multiplier", 5))
        self.ask(Step(IDENTITY, "serial", 2))
        self.ask(Step(AUTO, "auto", 2))
        if self.option("altitude_m", -1) >= 0:
            self.ask(Step(PRESSURE, "pressure"))
        if polled:
            self.poll = READ
            self.ask(self._mode)

    def learn(self, decoder) -> None:
        """Pressure factor and self-calibration are written only when they differ from what was asked for."""
        if decoder.reply == "refused":
            self.refused()
            return
        super().learn(decoder)
        if decoder.reply == "auto":
            self._settle(decoder.fields()[0][1])
        altitude = self.option("altitude_m", -1)
        if decoder.reply != "pressure" or altitude < 0 or 0x73 not in decoder.raw[:2]:
            return
        wanted = pressure_factor(altitude)
        if decoder.fields()[0][1] != wanted:
            self.ask(Step(b"S %d\r\n" % wanted, "pressure", 2))

    def _settle(self, told_h: int) -> None:
        wanted = self._abc_h
        if not self_calibration.differs(wanted, told_h):
            return
        self._abc_h = self_calibration.LEAVE  # once: a sensor that does not keep it is not asked for ever
        self.ask(Step(COMMAND, "mode"))  # in the other modes a SprintIR refuses
        self.ask(Step(set_auto(USUAL_DAYS if wanted == self_calibration.ANY else wanted // 24), "auto", 2))
        self.ask(self._mode)


def calibration(model: str, kind: str, ppm: int, decoder) -> tuple:
    """The steps that calibrate: `kind` outdoor (to the fresh-air value stored, 400 ppm by default), zero, or known.

    A known level is told in units of the multiplier that the sensor has told `decoder`; ValueError where none was, or
    where the level is no multiple of it.
    """
    if kind == "zero":
        return (Step(NITROGEN, "nitrogen", 1),)
    if kind == "known":
        unit = decoder.multiplier
        if not unit:
            raise ValueError("the sensor has not told its multiplier: check the line with aqsense detect")
        if ppm % unit:
            raise ValueError("%d ppm cannot be told in steps of %d: use %d" % (ppm, unit, ppm // unit * unit))
        return (Step(b"X %d\r\n" % (ppm // unit), "known_gas", 1),)
    return (Step(FRESH_AIR, "fresh_air", 1),)


def dialogue(model: str, interval_ms: int, options: dict | None) -> Dialogue:
    """What to say to one of this family's models."""
    return GssDialogue(describe(model), interval_ms, options)
