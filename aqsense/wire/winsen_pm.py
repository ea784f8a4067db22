"""Winsen ZH03B and ZH06 laser dust sensors, 9600 8N1: "BM" frames each second, or 9-byte replies on request.

Streamed frames hold the atmospheric values at 10, 12 and 14; a reply holds PM2.5, PM10, PM1 in that order.

**Source**: Winsen ZH03B and ZH06 manuals; captures in tests/vectors/winsen_pm.json.
"""

from aqsense import flags
from aqsense.wire import events, framing
from aqsense.wire.dialogue import Dialogue, Step
from aqsense.wire.model import Model
from aqsense.wire.sums import add
from aqsense.wire.winsen_co2 import command

READ = command(0x86)
ASKED = command(0x78, 0x41)
STREAM = command(0x78, 0x40)
SLEEP = command(0xA7, 1)
WAKE = command(0xA7, 0)

_CODES = b"\x78\x86\xa7"
_FULL_SCALE = 1000
_MUCH = 5


class Zh03b(framing.Decoder):
    """ZH03B: 24-byte frames."""

    FIELDS = ("pm1_ugm3", "pm2_5_ugm3", "pm10_ugm3")
    SCALES = (1, 1, 1)
    HEADS = b"\x42\xff"
    SIZE = 24
    STUCK = (2, 2)

    def __init__(self) -> None:
        super().__init__()
        self._before = -1

    def _look(self, src: bytes | bytearray | memoryview, at: int, have: int) -> int:
        if src[at] == 0xFF:
            return self._answered(src, at, have)
        if src[at] != 0x42:
            return framing.RESYNC
        if have < 2:
            return framing.MORE
        if src[at + 1] != 0x4D:
            return framing.RESYNC
        size = self.SIZE
        if have > 2 and src[at + 2]:
            return framing.LENGTH
        if have > 3 and src[at + 3] != size - 4:
            return framing.LENGTH
        if have < size:
            return framing.MORE
        if add(src, at, at + size - 2) != src[at + size - 2] << 8 | src[at + size - 1]:
            return framing.CHECKSUM
        self._measure(src, at + 10, at + 12, at + 14)
        return size

    def _answered(self, src: bytes | bytearray | memoryview, at: int, have: int) -> int:
        if have < 2:
            return framing.MORE
        code = src[at + 1]
        if code not in _CODES:
            return framing.RESYNC  # a sum of eight bits would let one junk of 256 swallow the frame behind it
        if have < 9:
            return framing.MORE
        if -add(src, at + 1, at + 8) & 255 != src[at + 8]:
            return framing.CHECKSUM
        if code == 0x86:
            self._measure(src, at + 6, at + 2, at + 4)
        else:
            self._kind = events.REPLY
            self.reply = "dormant" if code == 0xA7 else "mode"
        return 9

    def _measure(self, src: bytes | bytearray | memoryview, one: int, two: int, ten: int) -> None:
        v = self.values
        v[0] = src[one] << 8 | src[one + 1]
        v[1] = src[two] << 8 | src[two + 1]
        v[2] = src[ten] << 8 | src[ten + 1]
        doubt = flags.INCONSISTENT if v[0] > v[1] or v[1] > v[2] else 0
        if v[2] >= _FULL_SCALE:
            doubt |= flags.SATURATED
        self.evidence = 0
        if not v[2] and (self._before < 0 or self._before >= _MUCH):
            doubt |= flags.WARMING
            self.evidence = framing.POWER_UP
        self._before = v[2]
        self.flags = doubt

    def fields(self) -> list:
        """Whether the sensor did what it was told."""
        return [("ok", self.raw[2] == 1)]


class Zh06(Zh03b):
    """ZH06: 32-byte frames."""

    SIZE = 32


def decoder(model: str) -> framing.Decoder:
    """A decoder for one of this family's models."""
    return Zh06() if model == "zh06" else Zh03b()


def describe(model: str) -> Model:
    """Facts of one of this family's models; **Source**: Winsen's manuals."""
    m = Model(model)
    m.maker = "Winsen"
    m.family = "winsen"
    m.headline = tuple((name, name) for name in Zh03b.FIELDS)
    m.framing = "24 bytes, 'BM' first, 16-bit sum; replies 9 bytes, 0xFF first"
    m.modes = ("streaming", "polled")
    m.warm_up_s = 30
    m.sleep = True
    m.err = (("pm2_5_ugm3", 15, 15),)
    m.detection_limit = (("pm2_5_ugm3", 5),)
    m.poll = READ
    m.unconfirmed = ("accuracy",)
    m.source = "Winsen ZH03B manual"
    if model == "zh06":
        m.framing = "32 bytes, 'BM' first, 16-bit sum; replies 9 bytes, 0xFF first"
        m.warm_up_s = 45
        m.source = "Winsen ZH06 manual"
    return m


class WinsenPmDialogue(Dialogue):
    """Listens; asks only when that is the mode that was chosen."""

    TO_SLEEP = (Step(SLEEP, "dormant"),)
    TO_WAKE = (Step(WAKE, "dormant"),)
    ROUSE = (Step(WAKE, "dormant", 2), Step(STREAM, ""))

    def start(self) -> None:
        """Question and answer when asked for."""
        if self.option("mode", "streaming") == "polled":
            self.poll = READ
            self.ask(Step(ASKED, ""))

    def learn(self, decoder) -> None:
        """Acknowledgements are no facts."""


def dialogue(model: str, interval_ms: int, options: dict | None) -> Dialogue:
    """What to say to one of this family's models."""
    return WinsenPmDialogue(describe(model), interval_ms, options)
