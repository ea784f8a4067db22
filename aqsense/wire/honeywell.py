"""Honeywell HPMA115S0 and HPMA115C0, 9600 8N1: 32-byte "BM" frames each second, or short replies on request.

The streamed frame begins like a Plantower's and means something else, so the model must be named. Acknowledgements are
two bare bytes without a checksum.

**Source**: Honeywell HPM series datasheet 32322550 issue F; captures in tests/vectors/honeywell.json.
"""

from aqsense import flags
from aqsense.wire import events, framing
from aqsense.wire.dialogue import Dialogue, Step
from aqsense.wire.model import Model
from aqsense.wire.sums import add

_MUCH = 5
_FULL_SCALE = 1000


def command(code: int, data: bytes = b"") -> bytes:
    """A request with its length and checksum."""
    out = bytes((0x68, 1 + len(data), code)) + data
    return out + bytes((-sum(out) & 255,))


READ = command(0x04)
START = command(0x01)
STOP = command(0x02)
COEFFICIENT = command(0x10)
QUIET = command(0x20)
STREAM = command(0x40)


class HpmaS0(framing.Decoder):
    """HPMA115S0: PM2.5 and PM10 in ug/m3."""

    FIELDS: tuple = ("pm2_5_ugm3", "pm10_ugm3")
    SCALES: tuple = (1, 1)
    HEADS = b"\x42\x40\xa5\x96"
    STREAMED: tuple = (6, 8)  # places of the values in a streamed frame
    ANSWERED: tuple = (3, 5)  # and in a reply
    READ_LENGTH = 5
    STUCK = (3, 1)

    def __init__(self) -> None:
        super().__init__()
        self._before = -1

    def _look(self, src: bytes | bytearray | memoryview, at: int, have: int) -> int:
        head = src[at]
        if head == 0x42:
            return self._streamed(src, at, have)
        if head == 0x40:
            return self._answered(src, at, have)
        if head not in self.HEADS:
            return framing.RESYNC
        if have < 2:
            return framing.MORE
        if src[at + 1] != head:
            return framing.RESYNC
        self._kind = events.REPLY
        self.reply = "ack"
        return 2

    def _streamed(self, src: bytes | bytearray | memoryview, at: int, have: int) -> int:
        if have < 2:
            return framing.MORE
        if src[at + 1] != 0x4D:
            return framing.RESYNC
        if have > 2 and src[at + 2]:
            return framing.LENGTH
        if have > 3 and src[at + 3] != 28:
            return framing.LENGTH
        if have < 32:
            return framing.MORE
        if add(src, at, at + 30) != src[at + 30] << 8 | src[at + 31]:
            return framing.CHECKSUM
        self._measure(src, at, self.STREAMED)
        return 32

    def _answered(self, src: bytes | bytearray | memoryview, at: int, have: int) -> int:
        if have < 2:
            return framing.MORE
        length = src[at + 1]
        if length != self.READ_LENGTH and length != 2:  # noqa: PLR1714 - a tuple would be allocated
            return framing.LENGTH
        size = length + 3
        if have < size:
            return framing.MORE
        if add(src, at, at + size) & 255:
            return framing.CHECKSUM
        code = src[at + 2]
        if length == self.READ_LENGTH and code == 0x04:
            self._measure(src, at, self.ANSWERED)
        elif code == 0x10:
            self._kind = events.REPLY
            self.reply = "coefficient"
        else:
            self._kind = events.DISCARDED
        return size

    def _measure(self, src: bytes | bytearray | memoryview, at: int, places: tuple) -> None:
        v = self.values
        doubt = 0
        i = 0
        while i < len(places):
            k = at + places[i]
            v[i] = src[k] << 8 | src[k + 1]
            if i and v[i - 1] > v[i]:
                doubt = flags.INCONSISTENT
            i += 1
        most = v[i - 1]
        if most >= _FULL_SCALE:
            doubt |= flags.SATURATED
        self.evidence = 0
        if not most and (self._before < 0 or self._before >= _MUCH):
            doubt |= flags.WARMING
            self.evidence = framing.POWER_UP
        self._before = most
        self.flags = doubt

    def fields(self) -> list:
        """An acknowledgement (False: refused), or the customer's coefficient in percent."""
        raw = self.raw
        if self.reply == "ack":
            return [("ack", raw[0] == 0xA5)]
        return [("customer_coefficient", raw[3])]


class HpmaC0(HpmaS0):
    """HPMA115C0: PM1, PM2.5, PM4 and PM10 in ug/m3."""

    FIELDS = ("pm1_ugm3", "pm2_5_ugm3", "pm4_ugm3", "pm10_ugm3")
    SCALES = (1, 1, 1, 1)
    STREAMED = (4, 6, 8, 10)
    ANSWERED = (3, 5, 7, 9)
    READ_LENGTH = 13


def decoder(model: str) -> framing.Decoder:
    """A decoder for one of this family's models."""
    return HpmaC0() if model == "hpma115c0" else HpmaS0()


def describe(model: str) -> Model:
    """Facts of one of this family's models; **Source**: datasheet 32322550 issue F."""
    m = Model(model)
    m.maker = "Honeywell"
    m.family = "honeywell"
    m.headline = tuple((name, name) for name in decoder(model).FIELDS)
    m.framing = "32 bytes, 'BM' first, 16-bit sum; replies 0x40, length, 8-bit sum"
    m.modes = ("streaming", "polled")
    m.warm_up_s = 10
    m.sleep = True
    m.err = (("pm2_5_ugm3", 15, 15),)
    m.detection_limit = (("pm2_5_ugm3", 5),)
    m.poll = READ
    m.source = "Honeywell HPM datasheet 32322550 issue F"
    return m


class HoneywellDialogue(Dialogue):
    """Listens; reads the coefficient once, for it scales everything; the fan stops with the measurement."""

    TO_SLEEP = (Step(STOP, "ack"),)
    TO_WAKE = (Step(START, "ack"),)
    ROUSE = (Step(START, "ack"), Step(STREAM, "ack"))

    def start(self) -> None:
        """The coefficient; without streaming when polling is asked for."""
        if self.option("mode", "streaming") == "polled":
            self.poll = READ
            self.ask(Step(QUIET, "ack"))
        self.ask(Step(COEFFICIENT, "coefficient"))

    def learn(self, decoder) -> None:
        """Acknowledgements are no facts."""
        if decoder.reply != "ack":
            super().learn(decoder)


def dialogue(model: str, interval_ms: int, options: dict | None) -> Dialogue:
    """What to say to one of this family's models."""
    return HoneywellDialogue(describe(model), interval_ms, options)
