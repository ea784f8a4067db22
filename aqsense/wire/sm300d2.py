"""SM300D2 and M701 seven-in-one boards, 9600 8N1: 17 bytes each second; a variant sends Modbus replies unasked.

CO2 and formaldehyde are estimates from a VOC sensor and are never published as measured. Some units send a checksum
that is 0x80 off: it is accepted after three frames in a row were off by just that and none was right.

**Source**: captures in tests/vectors/boards.json (esp-air, Stack Overflow 75096697); esphome/esphome issues
2263 and 2335.
"""

from aqsense import flags
from aqsense.wire import events, framing, modbus
from aqsense.wire.dialogue import Dialogue
from aqsense.wire.model import Model
from aqsense.wire.sums import add

_FIELDS = ("pm2_5_ugm3", "pm10_ugm3", "temp_c", "rh_pct", "eco2_ppm", "ech2o_ugm3", "tvoc_ugm3")
_SCALES = (1, 1, 10, 10, 1, 1, 1)
_SURE = 8  # a line with one bad bit in a hundred damages the same bit of three frames on end now and then


def _doubt(v) -> int:
    doubt = flags.INCONSISTENT if v[0] > v[1] else 0
    if v[3] > 1000 or not -400 <= v[2] <= 850:
        doubt |= flags.RANGE
    if v[1] >= 1000:
        doubt |= flags.SATURATED
    return doubt


class Sm300d2(framing.Decoder):
    """SM300D2 and M701: particles and climate; estimates raw."""

    FIELDS = _FIELDS
    SCALES = _SCALES
    HEADS = b"\x3c"
    STUCK = (2, 1)

    def __init__(self) -> None:
        super().__init__()
        self._off = 0
        self._suspects = 0

    def _look(self, src: bytes | bytearray | memoryview, at: int, have: int) -> int:
        if src[at] != 0x3C:
            return framing.RESYNC
        if have < 2:
            return framing.MORE
        if src[at + 1] != 0x02:
            return framing.RESYNC
        if have < 17:
            return framing.MORE
        wrong = (add(src, at, at + 16) ^ src[at + 16]) & 255
        if wrong != self._off:
            self._suspects = self._suspects + 1 if wrong == self._off ^ 0x80 else 0
            if self._suspects < _SURE:
                return framing.CHECKSUM
            self._off = wrong
        self._suspects = 0
        v = self.values
        v[4] = src[at + 2] << 8 | src[at + 3]
        v[5] = src[at + 4] << 8 | src[at + 5]
        v[6] = src[at + 6] << 8 | src[at + 7]
        v[0] = src[at + 8] << 8 | src[at + 9]
        v[1] = src[at + 10] << 8 | src[at + 11]
        tenths = (src[at + 12] & 127) * 10 + src[at + 13]
        v[2] = -tenths if src[at + 12] & 128 else tenths
        v[3] = src[at + 14] * 10 + src[at + 15]
        self.flags = _doubt(v)
        self.evidence = 0
        return 17


class Sm300d2Modbus(modbus.ModbusDecoder):
    """The variant that sends Modbus replies: the same quantities, climate in hundredths."""

    FIELDS = _FIELDS
    SCALES = _SCALES
    ADDRESS = 1
    FUNCTIONS = (3,)
    POLLS = ((3, 0, 7),)
    MOST_REGISTERS = 7
    LONGEST = 19
    STUCK = (3, 2)

    def _measured(self, src: bytes | bytearray | memoryview, at: int, register: int, count: int) -> int:
        v = self.values
        v[4] = src[at] << 8 | src[at + 1]
        v[5] = src[at + 2] << 8 | src[at + 3]
        v[6] = src[at + 4] << 8 | src[at + 5]
        v[0] = src[at + 6] << 8 | src[at + 7]
        v[1] = src[at + 8] << 8 | src[at + 9]
        hundredths = src[at + 10] << 8 | src[at + 11]
        if hundredths & 0x8000:
            hundredths -= 65536
        v[2] = (hundredths + 5) // 10
        v[3] = ((src[at + 12] << 8 | src[at + 13]) + 5) // 10
        self.flags = _doubt(v)
        return events.SAMPLE


def decoder(model: str) -> framing.Decoder:
    """A decoder for one of the two variants."""
    return Sm300d2Modbus() if model == "sm300d2modbus" else Sm300d2()


def describe(model: str) -> Model:
    """Facts of the board; **Source**: captures and drivers, no manufacturer's document was found."""
    m = Model(model)
    m.maker = "Smart Sensor"
    m.family = "sm300d2"
    m.headline = tuple((name, name) for name in _FIELDS[:4])
    m.framing = "17 bytes, 0x3C 0x02 first, 8-bit sum"
    if model == "sm300d2modbus":
        m.framing = "Modbus RTU replies that nobody asked for"
    m.warm_up_s = 180
    m.err = (("pm2_5_ugm3", 15, 15),)
    m.detection_limit = (("pm2_5_ugm3", 5),)
    m.source = "captures of three units; esphome/esphome component sm300d2"
    m.unconfirmed = ("accuracy", "warm-up time")
    return m


def dialogue(model: str, interval_ms: int, options: dict | None) -> Dialogue:
    """The board takes no commands."""
    return Dialogue(describe(model), interval_ms, options)
