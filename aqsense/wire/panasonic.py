"""Panasonic SN-GCJA5, 9600 8E1: 32 bytes each second, little-endian, from 0x02 to 0x03; it takes no commands.

Counts are per size class, not cumulative. Mass is whole ug/m3 on this line (the finer values are on I2C).

**Source**: Panasonic SN-GCJA5 communication specification JA5-SSP-COMM-E1.0; vectors in tests/vectors/panasonic.json.
"""

from aqsense import flags
from aqsense.wire import framing
from aqsense.wire.dialogue import Dialogue
from aqsense.wire.model import Model
from aqsense.wire.sums import xor

_FULL_SCALE = 2000


class Gcja5(framing.Decoder):
    """SN-GCJA5: mass, counts of six size classes, and the status byte."""

    FIELDS = (
        "pm1_ugm3",
        "pm2_5_ugm3",
        "pm10_ugm3",
        "n0_3_0_5",
        "n0_5_1_0",
        "n1_0_2_5",
        "n2_5_5_0",
        "n5_0_7_5",
        "n7_5_10",
        "status",
    )
    SCALES = (1,) * 10
    HEADS = b"\x02"
    STUCK = (1, 2)

    def _look(self, src: bytes | bytearray | memoryview, at: int, have: int) -> int:
        if src[at] != 0x02:
            return framing.RESYNC
        if have < 32:
            return framing.MORE
        if xor(src, at + 1, at + 30) != src[at + 30]:
            return framing.CHECKSUM
        if src[at + 31] != 0x03:
            return framing.TAIL
        v = self.values
        doubt = 0
        i = 0
        while i < 3:
            k = at + 1 + 4 * i
            v[i] = src[k + 2] << 16 | src[k + 1] << 8 | src[k]
            if src[k + 3]:
                doubt = flags.RANGE
            i += 1
        while i < 9:
            k = at + 7 + 2 * i if i < 6 else at + 9 + 2 * i
            v[i] = src[k + 1] << 8 | src[k]
            i += 1
        v[9] = src[at + 29]
        if v[0] > v[1] or v[1] > v[2]:
            doubt |= flags.INCONSISTENT
        if v[2] >= _FULL_SCALE:
            doubt |= flags.SATURATED
        self.flags = doubt
        self._status(v[9])
        return 32

    def _status(self, status: int) -> None:
        # Bits 1-0 fan, 3-2 laser diode, 5-4 photodiode, 7-6 the worst of them
        self.evidence = 0
        fan = status & 3
        if fan == 2:
            self.flags |= flags.WARMING
            self.evidence = framing.POWER_UP
        elif fan == 3:
            self.flags |= flags.FAN
        if status >> 2 & 3 >= 2 or status >> 4 & 3 >= 2:
            self.flags |= flags.LASER


def decoder(model: str) -> framing.Decoder:
    """A decoder for the SN-GCJA5."""
    return Gcja5()


def describe(model: str) -> Model:
    """Facts of the SN-GCJA5; **Source**: JA5-SSP-COMM-E1.0 and the product specification (stable after 28 s)."""
    m = Model(model)
    m.maker = "Panasonic"
    m.family = "panasonic"
    m.headline = (("pm1_ugm3", "pm1_ugm3"), ("pm2_5_ugm3", "pm2_5_ugm3"), ("pm10_ugm3", "pm10_ugm3"))
    m.parity = "E"
    m.framing = "32 bytes, 0x02 first, 0x03 last, exclusive-or"
    m.warm_up_s = 28
    m.err = (("pm2_5_ugm3", 10, 10),)
    m.detection_limit = (("pm2_5_ugm3", 5),)
    m.source = "Panasonic JA5-SSP-COMM-E1.0"
    m.unconfirmed = ("no recorded frame is known: the vectors are built from the layout", "error below 35 ug/m3")
    return m


def dialogue(model: str, interval_ms: int, options: dict | None) -> Dialogue:
    """The SN-GCJA5 has no receiver."""
    return Dialogue(describe(model), interval_ms, options)
