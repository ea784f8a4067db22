"""GSS CozIR, SprintIR and MinIR CO2 sensors, 9600 8N1: lines of ASCII such as " H 00393 T 01273 Z 00521".

CO2 comes in units of a multiplier (1, 10 or 100) that the sensor tells when asked with "."; until then it is given raw.
There is no checksum: a line counts only when every letter, space and digit stands where it must.

**Source**: GSS CozIR, SprintIR and MinIR user's guide; vectors in tests/vectors/gss.json.
"""

from aqsense import flags
from aqsense.wire import events, framing
from aqsense.wire.dialogue import Dialogue, Step
from aqsense.wire.model import Model

MULTIPLIER = b".\r\n"
STREAM = b"K 1\r\n"
ASKED = b"K 2\r\n"
READ = b"Z\r\n"
FRESH_AIR = b"G\r\n"
NITROGEN = b"U\r\n"
FILTER = b"a\r\n"
PRESSURE = b"s\r\n"

_LETTERS = b"HTZzVvKAaGUuXFSsPpLlMQ.@?*"
_ANSWERS = (
    (0x4B, "mode"),
    (0x41, "filter"),
    (0x61, "filter"),
    (0x47, "fresh_air"),
    (0x55, "nitrogen"),
    (0x75, "zero"),
    (0x58, "known_gas"),
    (0x46, "fine_tune"),
    (0x53, "pressure"),
    (0x73, "pressure"),
    (0x2E, "multiplier"),
    (0x3F, "refused"),
)
_ABSENT = 1000  # what T holds in a sensor that has no thermometer


def pressure_factor(altitude_m: int) -> int:
    """What corrects readings for the usual air pressure at an altitude: 8192 at sea level, 0.14 % more per hPa less."""
    pressure_hpa = 1013.25 * (1 - 2.25577e-5 * altitude_m) ** 5.25588
    return 8192 + int((1013.25 - pressure_hpa) * 11.4688 + 0.5)


class Gss(framing.Decoder):
    """CozIR, SprintIR, MinIR: filtered CO2 in ppm once the multiplier is known, and what else the line holds."""

    FIELDS = ("co2_ppm", "temp_c", "rh_pct", "co2_filtered", "co2_raw")
    SCALES = (1, 10, 10, 1, 1)
    HEADS = b" " + _LETTERS
    LONGEST = 64
    STUCK = (0, 2)

    def __init__(self) -> None:
        super().__init__()
        self._multiplier = 0

    def _look(self, src: bytes | bytearray | memoryview, at: int, have: int) -> int:
        stop = at + have
        k = at
        if src[k] == 0x20:
            k += 1
            if k == stop:
                return framing.MORE
        letter = src[k]
        if letter not in _LETTERS:
            return framing.RESYNC
        k += 1
        if letter == 0x3F:  # "?": not understood
            return self._line(src, at, k, stop, letter, 0)
        v = self.values
        i = 0
        while i < 5:
            v[i] = framing.MISSING_VALUE
            i += 1
        first = letter
        number = 0
        while True:
            if k == stop:
                return framing.MORE
            if src[k] != 0x20:
                return framing.RESYNC if k - at < 3 else framing.LENGTH
            number = 0
            i = 0
            while i < 5:
                k += 1
                if k == stop:
                    return framing.MORE
                digit = src[k] - 48
                if not 0 <= digit <= 9:
                    return framing.RESYNC if k - at < 5 else framing.LENGTH
                number = number * 10 + digit
                i += 1
            self._store(letter, number)
            k += 1
            if k == stop:
                return framing.MORE
            if src[k] != 0x20:
                return self._line(src, at, k, stop, first, number)
            k += 1
            if k == stop:
                return framing.MORE
            letter = src[k]
            if letter not in _LETTERS:
                return framing.LENGTH
            k += 1
            if k - at > self.LONGEST - 10:
                return framing.LENGTH

    def _store(self, letter: int, number: int) -> None:
        v = self.values
        if letter == 0x5A:
            v[3] = number
        elif letter == 0x7A:
            v[4] = number
        elif letter == 0x54 and number != _ABSENT:
            v[1] = number - 1000
        elif letter == 0x48 and number:
            v[2] = number

    def _line(
        self, src: bytes | bytearray | memoryview, at: int, k: int, stop: int, first: int, number: int = 0
    ) -> int:
        # The line ends with CR LF; what it was is settled only then.
        if k == stop:
            return framing.MORE
        if src[k] != 13:
            return framing.TAIL
        if k + 1 == stop:
            return framing.MORE
        if src[k + 1] != 10:
            return framing.TAIL
        v = self.values
        if first != 0x3F and (v[3] != framing.MISSING_VALUE or v[4] != framing.MISSING_VALUE):
            self._measure()
        else:
            self._kind = events.REPLY
            self.reply = "line"
            for known, name in _ANSWERS:
                if known == first:
                    self.reply = name
            if first == 0x2E:
                self._multiplier = number
        return k + 2 - at

    def _measure(self) -> None:
        v = self.values
        shown = v[3] if v[3] != framing.MISSING_VALUE else v[4]
        self.flags = 0
        self.evidence = 0
        if self._multiplier:
            v[0] = shown * self._multiplier
        if not shown:
            self.flags = flags.RANGE

    def fields(self) -> list:
        """The number of the line, by what it means."""
        text = "".join([chr(b) for b in self.raw if 32 <= b < 127]).strip()
        if self.reply == "refused":
            return [("ascii", "?")]
        parts = text.split(" ")
        number = int(parts[1])
        if self.reply == "mode":
            return [("mode", ("command", "streaming", "polling")[number] if number < 3 else number)]
        names = (
            ("filter", "digital_filter"),
            ("fresh_air", "calibration_ok_zero_point"),
            ("nitrogen", "calibration_ok_zero_point"),
            ("known_gas", "calibration_ok_zero_point"),
            ("pressure", "pressure_factor"),
        )
        for reply, name in names:
            if reply == self.reply:
                return [(name, number)]
        return [(self.reply, number if self.reply != "line" else text)]


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
    m.altitude = True
    m.err = (("co2_ppm", 50, 3),)
    m.poll = READ
    m.calibrations = (("outdoor", 400, 400), ("zero", 0, 0))
    m.same_wire_as = tuple(other for other in _SAME if other != model)
    m.source = "GSS CozIR, SprintIR and MinIR user's guide"
    m.unconfirmed = ("0.14 % per hPa of the pressure factor",)
    if model == "cozir":
        m.calibrations += (("known", 300, 10000),)  # the others take it in units of their multiplier
    else:
        m.unconfirmed += ("accuracy of this range",)
    if model == "sprintir":
        m.unconfirmed += ("38400 baud of the SprintIR-R",)
    return m


class GssDialogue(Dialogue):
    """Asks for the multiplier first, for without it nothing is in ppm; then listens, or asks when that is the mode."""

    ROUSE = (Step(STREAM, "mode"),)

    def start(self) -> None:
        """The multiplier, the pressure factor when an altitude is given, and question and answer when asked for."""
        self.ask(Step(MULTIPLIER, "multiplier", 5))
        if self.option("altitude_m", -1) >= 0:
            self.ask(Step(PRESSURE, "pressure"))
        if self.option("mode", "streaming") == "polled":
            self.poll = READ
            self.ask(Step(ASKED, "mode"))

    def learn(self, decoder) -> None:
        """The pressure factor is kept without power: written only when it differs from that of the altitude."""
        super().learn(decoder)
        altitude = self.option("altitude_m", -1)
        if decoder.reply != "pressure" or altitude < 0 or 0x73 not in decoder.raw[:2]:
            return
        wanted = pressure_factor(altitude)
        if decoder.fields()[0][1] != wanted:
            self.ask(Step(b"S %d\r\n" % wanted, "pressure", 2))


def calibration(model: str, kind: str, ppm: int) -> tuple:
    """The steps that calibrate: `kind` outdoor (to the fresh-air value stored, 400 ppm by default), zero, or known."""
    if kind == "zero":
        return (Step(NITROGEN, "nitrogen", 1),)
    if kind == "known":
        return (Step(b"X %d\r\n" % ppm, "known_gas", 1),)
    return (Step(FRESH_AIR, "fresh_air", 1),)


def dialogue(model: str, interval_ms: int, options: dict | None) -> Dialogue:
    """What to say to one of this family's models."""
    return GssDialogue(describe(model), interval_ms, options)
