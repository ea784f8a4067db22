"""Winsen ZPHS01B multi-sensor board, 9600 8N1: 26-byte replies that begin 0xFF 0x86.

**Source**: Winsen ZPHS01B manual; the temperature is (word - 500) / 10 in its newer editions and in current drivers,
(word - 435) / 10 in older ones. Vector in tests/vectors/boards.json.
"""

from aqsense import flags
from aqsense.wire import framing
from aqsense.wire.dialogue import Dialogue
from aqsense.wire.model import Model
from aqsense.wire.sums import add
from aqsense.wire.winsen_co2 import READ

_SIZE = 26


class Zphs01b(framing.Decoder):
    """ZPHS01B: particles, CO2, climate and formaldehyde; grade of VOC, CO, ozone and NO2 raw."""

    FIELDS = (
        "pm1_ugm3",
        "pm2_5_ugm3",
        "pm10_ugm3",
        "co2_ppm",
        "temp_c",
        "rh_pct",
        "hcho_ugm3",
        "voc_grade",
        "co_ppm",
        "o3_ppm",
        "no2_ppm",
    )
    SCALES = (1, 1, 1, 1, 10, 1, 1, 1, 10, 100, 100)
    HEADS = b"\xff"
    STUCK = (2, 1)

    def _look(self, src: bytes | bytearray | memoryview, at: int, have: int) -> int:
        if src[at] != 0xFF:
            return framing.RESYNC
        if have < 2:
            return framing.MORE
        if src[at + 1] != 0x86:
            return framing.RESYNC
        if have < _SIZE:
            return framing.MORE
        if -add(src, at + 1, at + 25) & 255 != src[at + 25]:
            return framing.CHECKSUM
        v = self.values
        i = 0
        k = at + 2
        while i < 4:
            v[i] = src[k] << 8 | src[k + 1]
            k += 2
            i += 1
        v[7] = src[at + 10]
        v[4] = (src[at + 11] << 8 | src[at + 12]) - 500
        v[5] = src[at + 13] << 8 | src[at + 14]
        v[6] = src[at + 15] << 8 | src[at + 16]
        v[8] = src[at + 17] << 8 | src[at + 18]
        v[9] = src[at + 19] << 8 | src[at + 20]
        v[10] = src[at + 21] << 8 | src[at + 22]
        doubt = flags.INCONSISTENT if v[0] > v[1] or v[1] > v[2] else 0
        if v[2] >= 1000 or v[3] >= 5000:
            doubt |= flags.SATURATED
        if v[5] > 100 or not v[3]:
            doubt |= flags.RANGE
        self.flags = doubt
        self.evidence = 0
        return _SIZE


def decoder(model: str) -> framing.Decoder:
    """A decoder for the ZPHS01B."""
    return Zphs01b()


def describe(model: str) -> Model:
    """Facts of the ZPHS01B; **Source**: Winsen's manual (at least 3 min until the values settle)."""
    m = Model(model)
    m.maker = "Winsen"
    m.family = "winsen"
    m.headline = tuple((name, name) for name in Zphs01b.FIELDS[:7])
    m.framing = "26 bytes, 0xFF 0x86 first, 8-bit sum"
    m.modes = ("polled",)
    m.interval_s = 5
    m.warm_up_s = 180
    m.err = (("pm2_5_ugm3", 15, 15), ("co2_ppm", 50, 5))
    m.detection_limit = (("pm2_5_ugm3", 5),)
    m.poll = READ
    m.source = "Winsen ZPHS01B manual"
    m.unconfirmed = ("no recorded frame is known: the vector is built from the layout", "accuracy", "commands A7")
    return m


class BoardDialogue(Dialogue):
    """Asks for everything at once."""

    POLL = READ


def dialogue(model: str, interval_ms: int, options: dict | None) -> Dialogue:
    """What to say to a ZPHS01B."""
    return BoardDialogue(describe(model), interval_ms, options)
