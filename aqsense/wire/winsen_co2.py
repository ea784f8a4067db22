"""Winsen MH-Z CO2 sensors: 9-byte requests and replies that begin 0xFF, 9600 8N1.

The reply to a read also holds a board temperature (byte minus 40), a status and a word that Winsen does not document.
While warming up the sensors send constants with good checksums, 388 to 555 ppm; real air can have those values too, so
a constant counts as evidence of power-up only after three equal readings that nothing led up to.

**Source**: Winsen MH-Z19 v1.0, MH-Z19B v1.5, MH-Z19C v1.21 and MH-Z14A v1.01 manuals; the range of the MH-Z14A also in
tobiasschuerg/MH-Z-CO2-Sensors, pull request 19; captures in tests/vectors.
"""

from aqsense import flags
from aqsense.wire import events, framing, self_calibration
from aqsense.wire.constant import Constant
from aqsense.wire.dialogue import Dialogue, Step
from aqsense.wire.model import Model
from aqsense.wire.sums import add

PLACEHOLDERS = (388, 400, 410, 500, 505, 555)
_BOOT_WORD = 15000


def command(code: int, d3: int = 0, d4: int = 0, d5: int = 0, d6: int = 0, d7: int = 0) -> bytes:
    """A request of nine bytes with its checksum."""
    total = 1 + code + d3 + d4 + d5 + d6 + d7
    return bytes((0xFF, 1, code, d3, d4, d5, d6, d7, -total & 255))


READ = command(0x86)
ABC_ON = command(0x79, 0xA0)
ABC_OFF = command(0x79)
ZERO = command(0x87)  # what is in the air now becomes 400 ppm

_REPLIES = ((0x79, "abc"), (0x87, "zero"), (0x88, "span"), (0x99, "range"))
_CODES = b"\x79\x87\x88\x99"


def span(ppm: int) -> bytes:
    """Span calibration: what is in the air now is `ppm`, 1000 to 5000."""
    return command(0x88, ppm >> 8, ppm & 255)


def measuring_range(ppm: int) -> bytes:
    """Measure up to `ppm` from now on (2000, 5000 or 10000); the sensor acknowledges, restarts and warms up."""
    return command(0x99, 0, 0, 0, ppm >> 8, ppm & 255)  # not bytes 3 and 4 as in the first manual: that sets 1000


class MhZ(framing.Decoder):
    """Replies of any MH-Z sensor."""

    FIELDS = ("co2_ppm", "temp_board_c", "status_s", "u")
    SCALES = (1, 1, 1, 1)
    HEADS = b"\xff"
    LONGEST = 9
    STUCK = (2, 1)
    FULL_SCALE = 5000

    def __init__(self) -> None:
        super().__init__()
        self._constant = Constant(PLACEHOLDERS)

    def _look(self, src: bytes | bytearray | memoryview, at: int, have: int) -> int:
        if have < 1:
            return framing.MORE
        if src[at] != 0xFF:
            return framing.RESYNC
        if have < 2:
            return framing.MORE
        code = src[at + 1]
        if code != 0x86 and code not in _CODES:
            return framing.RESYNC  # a sum of eight bits would let one junk of 256 swallow the frame behind it
        if have < 9:
            return framing.MORE
        if -add(src, at + 1, at + 8) & 255 != src[at + 8]:
            return framing.CHECKSUM
        self.flags = 0
        self.evidence = 0
        if code == 0x86:
            self._measure(src, at)
            return 9
        self._kind = events.REPLY
        for known, name in _REPLIES:
            if code == known:
                self.reply = name
        return 9

    def _measure(self, src: bytes | bytearray | memoryview, at: int) -> None:
        v = self.values
        co2 = src[at + 2] << 8 | src[at + 3]
        u = src[at + 6] << 8 | src[at + 7]
        v[0] = co2
        v[1] = src[at + 4] - 40
        v[2] = src[at + 5]
        v[3] = u
        if co2 >= self.FULL_SCALE:  # the range that is set is where it stops
            self.flags = flags.SATURATED if co2 <= 10000 else flags.RANGE
        if not co2:
            self.flags = flags.RANGE
        if u == _BOOT_WORD:
            self.flags |= flags.WARMING
            self.evidence = framing.POWER_UP
        if self._constant.shows_power_up(co2):
            self.evidence = framing.POWER_UP

    def fields(self) -> list:
        """The acknowledging byte."""
        return [("ok", self.raw[2])]


def decoder(model: str) -> framing.Decoder:
    """A decoder for one of this family's models."""
    return MhZ()


_SAME = ("mhz19b", "mhz19c", "mhz14a")  # documented alike, unlike the others
ALL = ("mhz19", "mhz19b", "mhz19c", "mhz19d", "mhz19e", "mhz14a", "mhz16")


def describe(model: str) -> Model:
    """Facts of one of this family's models; **Source**: the manuals named above."""
    m = Model(model)
    m.maker = "Winsen"
    m.family = "winsen"
    m.headline = (("co2_ppm", "co2_ppm"),)
    m.framing = "9 bytes, 0xFF first"
    m.modes = ("polled",)
    m.interval_s = 5
    m.warm_up_s = 180
    m.abc = True
    m.err = (("co2_ppm", 50, 5),)
    m.clamp = (("co2_ppm", 400),)
    m.poll = READ
    m.calibrations = (("outdoor", 400, 400),)
    if model in ("mhz19", "mhz19b", "mhz14a", "mhz16"):
        m.calibrations += (("span", 1000, 5000),)
    if model in ("mhz19b", "mhz14a"):
        m.calibrations += (("range", 2000, 10000),)
    if model in _SAME:
        m.same_wire_as = tuple(other for other in _SAME if other != model)
    if model == "mhz19":
        m.source = "Winsen MH-Z19 manual 1.0"
    elif model == "mhz19b":
        m.source = "Winsen MH-Z19B manual 1.5"
    elif model == "mhz19c":
        m.warm_up_s = 150
        m.source = "Winsen MH-Z19C manual 1.21"
    elif model == "mhz14a":
        m.source = "Winsen MH-Z14A manual 1.01"
    elif model == "mhz16":
        m.source = "Winsen MH-Z16 manual"
        m.unconfirmed = ("ABC command 79",)
    else:
        m.warm_up_s = 60
        m.source = "Winsen %s manual" % ("MH-Z19D" if model == "mhz19d" else "MH-Z19E")
        m.unconfirmed = ("warm-up of 1 min", "ABC command 79", "accuracy")
    if not m.same_wire_as:
        m.same_wire_as = tuple(other for other in ALL if other != model)
    return m


class WinsenDialogue(Dialogue):
    """Polls; sets automatic calibration as asked, again after every power-up because some units forget it."""

    def start(self) -> None:
        """ABC on or off when asked for."""
        self.poll = READ
        abc = self_calibration.hours(self.option("abc", "leave"), self.model)
        if abc != self_calibration.LEAVE:
            self.ask(Step(ABC_ON if abc else ABC_OFF, "abc", 1))

    def heard(self, decoder, now_ms: int) -> None:
        """As in Dialogue; evidence of power-up repeats the start."""
        if decoder.event == events.SAMPLE and decoder.evidence == framing.POWER_UP and not self._queue:
            self.start()
        super().heard(decoder, now_ms)


def calibration(model: str, kind: str, ppm: int, decoder) -> tuple:
    """The steps that calibrate: `kind` outdoor (to 400 ppm), span (to `ppm`), neither acknowledged, or range."""
    if kind == "range":
        return (Step(measuring_range(ppm), "range", 1),)
    return (Step(ZERO if kind == "outdoor" else span(ppm), "", 1),)


def dialogue(model: str, interval_ms: int, options: dict | None) -> Dialogue:
    """What to say to one of this family's models."""
    return WinsenDialogue(describe(model), interval_ms, options)
