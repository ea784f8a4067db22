"""Plantower PMSx003: 24-, 32- and 40-byte frames that begin "BM", streamed at 9600 8N1.

The T and S variants put other quantities at the places of the larger counts and cannot be told from a plain PMS5003
by the frame, so the model must be named. Counts are cumulative, per 0.1 litre.

**Source**: Plantower PMS5003, PMS7003, PMSA003 and PMS5003T data manuals; captures in tests/vectors/plantower.json.
"""

import struct
from array import array

from aqsense import flags
from aqsense.wire import events, framing
from aqsense.wire.dialogue import Dialogue, Step
from aqsense.wire.model import Model
from aqsense.wire.sums import LOOPS, add, add_loop

PM = (
    "pm1_ugm3",
    "pm2_5_ugm3",
    "pm10_ugm3",
    "pm1_cf1_ugm3",
    "pm2_5_cf1_ugm3",
    "pm10_cf1_ugm3",
    "pm1_atm_ugm3",
    "pm2_5_atm_ugm3",
    "pm10_atm_ugm3",
)
COUNTS = ("n0_3_per_dl", "n0_5_per_dl", "n1_0_per_dl", "n2_5_per_dl", "n5_0_per_dl", "n10_0_per_dl")
ONES = (1,) * 15
_HEAD = 0x424D001C
FULL_SCALE = 1000  # ug/m3; the maximum range begins here
MOST_COUNTED = 65535
_PLAIN = ("pms1003", "pms5003", "pms7003", "pmsa003", "pms9003m")
MANY = 100  # particles a decilitre
MUCH = 5  # ug/m3

_unpack = struct.unpack_from
_pack = struct.pack_into


def _frame_at_once(src: bytes | bytearray | memoryview, at: int, out: array) -> int:
    # Twelve big-endian words to out[3:15], the atmospheric three to out[0:3] as well.
    # The flags that they earn, or why this is no frame.
    head, a, b, c, d, e, f, g, h, i, j, k, m, _, stated = _unpack(">I14H", src, at)
    if head != _HEAD:
        return framing.LENGTH
    if sum(src[at : at + 30]) != stated:
        return framing.CHECKSUM
    _pack("15i", out, 0, d, e, f, a, b, c, d, e, f, g, h, i, j, k, m)
    doubt = flags.INCONSISTENT if a > b or b > c or (c and not g) else 0
    if c >= FULL_SCALE or g == MOST_COUNTED:
        doubt |= flags.SATURATED
    return doubt


def _frame_by_bytes(src: bytes | bytearray | memoryview, at: int, out: array) -> int:
    # As above without allocating, for a runtime where a tuple lies on the heap.
    if src[at] != 0x42 or src[at + 1] != 0x4D or src[at + 2] or src[at + 3] != 28:
        return framing.LENGTH
    if add_loop(src, at, at + 30) != src[at + 30] << 8 | src[at + 31]:
        return framing.CHECKSUM
    at += 4
    i = 3
    while i < 15:
        out[i] = src[at] << 8 | src[at + 1]
        at += 2
        i += 1
    out[0] = out[6]
    out[1] = out[7]
    out[2] = out[8]
    doubt = flags.INCONSISTENT if out[3] > out[4] or out[4] > out[5] or (out[5] and not out[9]) else 0
    if out[5] >= FULL_SCALE or out[9] == MOST_COUNTED:
        doubt |= flags.SATURATED
    return doubt


_frame = _frame_by_bytes if LOOPS else _frame_at_once


class Plantower(framing.Decoder):
    """What all variants share: header, length, sum, and acknowledgements of eight bytes."""

    HEADS = b"\x42"
    SIZE = 32
    STUCK = (4, 2)
    VERSION = 0  # bytes from the version to the end; 0 where there is none

    def __init__(self) -> None:
        super().__init__()
        self._before = -1  # particles of the frame before

    def _look(self, src: bytes | bytearray | memoryview, at: int, have: int) -> int:
        size = self.SIZE
        if have < size or src[at] != 0x42 or src[at + 1] != 0x4D or src[at + 3] != size - 4 or src[at + 2]:
            return self._short(src, at, have)
        stated = src[at + size - 2] << 8 | src[at + size - 1]
        if add(src, at, at + size - 2) != stated:
            return framing.CHECKSUM
        self.evidence = 0
        self._measure(src, at)
        return size

    def _measure(self, src: bytes | bytearray | memoryview, at: int) -> None:
        # Values and flags of the whole frame at src[at].
        raise NotImplementedError

    def _particles(self, seen: int, many: int) -> None:
        # None at once where there were many (or nothing was known): the fan is starting. Clean air comes by degrees.
        before = self._before
        if not seen and (before < 0 or before >= many):
            self.flags |= flags.WARMING
            self.evidence = framing.POWER_UP
        self._before = seen

    def _short(self, src: bytes | bytearray | memoryview, at: int, have: int) -> int:
        # Too few bytes for a measurement, or another length: an acknowledgement, or no frame of this model.
        if have < 1:
            return framing.MORE
        if src[at] != 0x42:
            return framing.RESYNC
        if have < 2:
            return framing.MORE
        if src[at + 1] != 0x4D:
            return framing.RESYNC
        if have < 3:
            return framing.MORE
        if src[at + 2]:
            return framing.LENGTH
        if have < 4:
            return framing.MORE
        length = src[at + 3]
        if length == self.SIZE - 4:
            return framing.MORE
        if length != 4:
            return framing.LENGTH
        if have < 8:
            return framing.MORE
        if add(src, at, at + 6) != src[at + 6] << 8 | src[at + 7]:
            return framing.CHECKSUM
        self._kind = events.REPLY
        self.reply = "ack"
        return 8

    def firmware(self) -> str:
        """The version byte, as text."""
        return "0x%02x" % self._src[self._at - self.VERSION] if self.VERSION else ""

    def fields(self) -> list:
        """What an acknowledgement acknowledges."""
        raw = self.raw
        command = raw[4]
        found: list = [("ack_of", "%02X" % command), ("data", raw[5])]
        if command == 0xE1:
            found.append(("mode", "active" if raw[5] else "passive"))
        elif command == 0xE4:
            found.append(("mode", "awake" if raw[5] else "sleep"))
        return found


class Pms5003(Plantower):
    """PMS1003, PMS5003, PMS7003, PMSA003, PMS9003M: mass by both calibrations, and six counts."""

    FIELDS = PM + COUNTS
    SCALES = ONES
    VERSION = 4

    def _look(self, src: bytes | bytearray | memoryview, at: int, have: int) -> int:
        if have < 32:
            return self._short(src, at, have)
        doubt = _frame(src, at, self.values)
        if doubt < 0:
            return self._short(src, at, have) if doubt == framing.LENGTH else doubt
        self.flags = doubt
        self.evidence = 0
        seen = self.values[9] or self.values[5]
        if not seen:
            self._particles(0, MANY)
        self._before = seen
        return 32


class Pms3003(Plantower):
    """PMS3003 and PMS2003: 24 bytes, no counts (the reserved words hold other data), no commands."""

    FIELDS = PM
    SCALES = ONES[:9]
    SIZE = 24

    def _measure(self, src: bytes | bytearray | memoryview, at: int) -> None:
        v = self.values
        i = 3
        k = at + 4
        while i < 9:
            v[i] = src[k] << 8 | src[k + 1]
            k += 2
            i += 1
        v[0] = v[6]
        v[1] = v[7]
        v[2] = v[8]
        self.flags = flags.INCONSISTENT if v[3] > v[4] or v[4] > v[5] else 0
        if v[5] >= FULL_SCALE:
            self.flags |= flags.SATURATED
        self._particles(v[5], MUCH)


def decoder(model: str) -> framing.Decoder:
    """A decoder for one of this family's models."""
    if model == "pms3003":
        return Pms3003()
    if model not in _PLAIN:
        from aqsense.wire import plantower_variants

        return plantower_variants.decoder(model)
    return Pms5003()


PASSIVE = b"\x42\x4d\xe1\x00\x00\x01\x70"
ACTIVE = b"\x42\x4d\xe1\x00\x01\x01\x71"
READ = b"\x42\x4d\xe2\x00\x00\x01\x71"
SLEEP = b"\x42\x4d\xe4\x00\x00\x01\x73"
WAKE = b"\x42\x4d\xe4\x00\x01\x01\x74"


def describe(model: str) -> Model:
    """Facts of one of this family's models.

    **Source**: the data manuals named above; accuracy is their "maximum consistency error".
    """
    m = Model(model)
    m.maker = "Plantower"
    m.family = "plantower"
    m.headline = (("pm1_ugm3", "pm1_atm_ugm3"), ("pm2_5_ugm3", "pm2_5_atm_ugm3"), ("pm10_ugm3", "pm10_atm_ugm3"))
    m.framing = "32 bytes, 'BM' first, 16-bit sum"
    m.modes = ("streaming", "polled")
    m.sleep = True
    m.err = (("pm2_5_ugm3", 10, 10),)
    m.detection_limit = (("pm2_5_ugm3", 5),)
    m.poll = READ
    m.source = "Plantower PMS5003 series data manual V2.3"
    if model in _PLAIN:
        m.same_wire_as = tuple(other for other in _PLAIN if other != model)
    if model == "pms3003":
        m.framing = "24 bytes, 'BM' first, 16-bit sum"
        m.modes = ("streaming",)
        m.sleep = False
        m.poll = b""
        m.source = "Plantower PMS3003 data manual V2.0"
    elif model == "pms5003t":
        m.source = "Plantower PMS5003T data manual V1.0"
    elif model in ("pms5003s", "pms5003st"):
        m.framing = "40 bytes, 'BM' first, 16-bit sum" if model == "pms5003st" else m.framing
        m.source = "Plantower %s data manual" % model.upper()
        m.unconfirmed = ("no recorded frame is known: the vectors are built from the layout", "error of formaldehyde")
    return m


class PlantowerDialogue(Dialogue):
    """Listens; wakes a sensor that says nothing; passive mode and sleep by option. Modes are lost at power-off."""

    GAP_MS = 100  # commands sent back to back are lost
    TO_SLEEP = (Step(SLEEP, "ack"),)
    TO_WAKE = (Step(WAKE, ""),)
    ROUSE = (Step(WAKE, ""), Step(ACTIVE, "ack"))

    def start(self) -> None:
        """Passive mode when asked for; otherwise nothing."""
        if self.option("mode", "streaming") == "polled":
            self.poll = READ
            self.ROUSE = (Step(WAKE, ""), Step(PASSIVE, "ack"))
            self.ask(Step(PASSIVE, "ack"))


class Mute(Dialogue):
    """A sensor that has no receiver: only its SET pin sends it to sleep."""


def dialogue(model: str, interval_ms: int, options: dict | None) -> Dialogue:
    """What to say to one of this family's models."""
    if model == "pms3003":
        return Mute(describe(model), interval_ms, options)
    return PlantowerDialogue(describe(model), interval_ms, options)
