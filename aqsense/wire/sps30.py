"""Sensirion SPS30 over SHDLC, 115200 8N1: mass and number concentrations as floats, asked for once a second.

The sensor starts idle and must be told to measure. PM4 and PM10 are extrapolated from the smaller sizes.

**Source**: Sensirion SPS30 datasheet v1.0 (March 2020); captures in tests/vectors/sensirion.json.
"""

import struct
from array import array

from aqsense import flags
from aqsense.wire import events, framing
from aqsense.wire.dialogue import Dialogue, Step
from aqsense.wire.float32 import scaled
from aqsense.wire.model import Model
from aqsense.wire.shdlc import ShdlcDecoder, request, state_text
from aqsense.wire.sums import LOOPS

START_FLOAT = request(0x00, b"\x01\x03")
STOP = request(0x01)
READ = request(0x03)
SLEEP = request(0x10)
WAKE = b"\xff" + request(0x11)  # the first byte only wakes the interface
CLEAN = request(0x56)
CLEAN_INTERVAL = request(0x80, b"\x00")
SERIAL = request(0xD0, b"\x03")
VERSION = request(0xD1)
STATUS = request(0xD2, b"\x00")
RESET = request(0xD3)

WEEK_S = 604800  # the fan's own interval, which begins anew whenever the sensor is switched off

_NOT_NOW = 0x43
_FULL_SCALE = 10000  # tenths of ug/m3
_REPLIES = (
    (0x00, "start"),
    (0x01, "stop"),
    (0x03, "read"),
    (0x10, "sleep"),
    (0x11, "wake"),
    (0x56, "clean"),
    (0x80, "clean_interval"),
    (0xD0, "device"),
    (0xD1, "version"),
    (0xD2, "status"),
    (0xD3, "reset"),
)


_unpack = struct.unpack_from
# What `scaled` rounds away, and the bits that it shows, of five numbers in hundredths and one in thousandths
_HALF = int.from_bytes(b"\0\0\0\x01" * 5 + b"\0\0\0\x08", "big")
_SHOWN = int.from_bytes(b"\xff\xff\xff\xfe" * 5 + b"\xff\xff\xff\xf0", "big")


def _ten_at_once(plain: bytearray, out: array) -> bool:
    # What `scaled` gives for each of the ten numbers, where all are ordinary; False otherwise.
    a, b, c, d, e, f, g, h, i, j = _unpack(">10f", plain, 4)
    if not a + b + c + d + e + f + g + h + i + j < 100000 or min(a, b, c, d, e, f, g, h, i, j) < 0:
        return False
    shown = int.from_bytes(plain[20:44], "big") + _HALF & _SHOWN
    e, f, g, h, i, j = _unpack(">6f", shown.to_bytes(24, "big"))
    out[0] = int(a * 10 + 0.5)
    out[1] = int(b * 10 + 0.5)
    out[2] = int(c * 10 + 0.5)
    out[3] = int(d * 10 + 0.5)
    out[4] = int(e * 100 + 0.5)
    out[5] = int(f * 100 + 0.5)
    out[6] = int(g * 100 + 0.5)
    out[7] = int(h * 100 + 0.5)
    out[8] = int(i * 100 + 0.5)
    out[9] = int(j * 1000 + 0.5)
    return True


class Sps30(ShdlcDecoder):
    """SPS30: PM in tenths of a ug/m3, counts in hundredths per cm3 (cumulative from 0.3 um), typical size in nm."""

    FIELDS = (
        "pm1_ugm3",
        "pm2_5_ugm3",
        "pm4_ugm3",
        "pm10_ugm3",
        "n0_5_cm3",
        "n1_0_cm3",
        "n2_5_cm3",
        "n4_0_cm3",
        "n10_cm3",
        "typical_size_um",
    )
    SCALES = (10, 10, 10, 10, 100, 100, 100, 100, 100, 1000)

    def __init__(self) -> None:
        super().__init__()
        self._state = 0  # flags of the last status register

    def _judge(self, command: int, state: int, count: int) -> int:
        if command == 0x03 and count and not state & 127:
            if count == 40:
                self._floats()
            elif count == 20:
                self._integers()
            else:
                return events.DISCARDED
            self._doubt(state)
            return events.SAMPLE
        for code, name in _REPLIES:
            if code == command:
                self.reply = name
                if command == 0xD2 and count >= 4:
                    self._remember()
                return events.REPLY
        return events.DISCARDED

    def _floats(self) -> None:
        v = self.values
        if not LOOPS and _ten_at_once(self.plain, v):
            return
        scales = self.SCALES
        i = 0
        while i < 10:
            v[i] = scaled(self.plain, 4 + 4 * i, scales[i])
            i += 1

    def _integers(self) -> None:
        v = self.values
        plain = self.plain
        scales = self.SCALES
        i = 0
        while i < 9:
            v[i] = (plain[4 + 2 * i] << 8 | plain[5 + 2 * i]) * scales[i]
            i += 1
        v[9] = plain[22] << 8 | plain[23]

    def _doubt(self, state: int) -> None:
        v = self.values
        doubt = self._state
        if state & 128 and not doubt:
            doubt = flags.SELF_TEST
        if v[0] > v[1] or v[1] > v[2] or v[2] > v[3]:
            doubt |= flags.INCONSISTENT
        i = 0
        while i < 10:
            if v[i] < 0:
                doubt |= flags.RANGE
            i += 1
        if v[1] >= _FULL_SCALE:
            doubt |= flags.SATURATED
        self.flags = doubt

    def _remember(self) -> None:
        plain = self.plain
        found = 0
        if plain[5] & 0x20:  # bit 21: speed out of range
            found |= flags.FAN
        if plain[7] & 0x20:
            found |= flags.LASER
        if plain[7] & 0x10:
            found |= flags.FAN
        self._state = found

    def fields(self) -> list:
        """The state in words, then what the reply carries."""
        plain = self.plain
        command = plain[1]
        data = bytes(plain[4 : 4 + plain[3]])
        found: list = [("state", plain[2])]
        if plain[2] & 127:
            found.append(("error", state_text(plain[2])))
        elif command == 0x03:
            found.append(("data", "none"))
        elif command == 0x80 and len(data) == 4:
            found.append(("auto_clean_interval_s", data[0] << 24 | data[1] << 16 | data[2] << 8 | data[3]))
        elif command == 0xD0:
            text = "".join([chr(b) for b in data if 32 <= b < 127])
            found.append(("product_type" if len(text) == 8 else "serial", text))
        elif command == 0xD1 and len(data) == 7:
            found.append(("firmware", "%d.%d" % (data[0], data[1])))
            found.append(("hardware", data[3]))
            found.append(("shdlc", "%d.%d" % (data[5], data[6])))
        elif command == 0xD2 and len(data) >= 4:
            found.append(("status_register", data[0] << 24 | data[1] << 16 | data[2] << 8 | data[3]))
            words = ((data[1] & 0x20, "fan speed out of range"), (data[3] & 0x20, "laser"), (data[3] & 0x10, "fan"))
            found.append(("says", ", ".join([text for wrong, text in words if wrong]) or "normal"))
        return found


def set_clean_interval(seconds: int) -> bytes:
    """Clean the fan by itself each so many seconds of being on, 0 never; kept without power."""
    return request(0x80, b"\x00" + struct.pack(">I", seconds))


def decoder(model: str) -> framing.Decoder:
    """A decoder for the SPS30."""
    return Sps30()


def describe(model: str) -> Model:
    """Facts of the SPS30; **Source**: datasheet v1.0, tables 1, 2 and 5 (start-up up to 30 s in clean air)."""
    m = Model(model)
    m.maker = "Sensirion"
    m.family = "sps30"
    m.headline = (
        ("pm1_ugm3", "pm1_ugm3"),
        ("pm2_5_ugm3", "pm2_5_ugm3"),
        ("pm4_ugm3", "pm4_ugm3"),
        ("pm10_ugm3", "pm10_ugm3"),
    )
    m.baud = 115200
    m.framing = "SHDLC, 0x7E first and last, stuffed"
    m.modes = ("polled",)
    m.sleep = True
    m.err = (("pm1_ugm3", 10, 10), ("pm2_5_ugm3", 10, 10), ("pm4_ugm3", 25, 25), ("pm10_ugm3", 25, 25))
    m.detection_limit = (("pm2_5_ugm3", 1),)
    m.poll = READ
    m.actions = (
        ("status", "reads what the sensor says of its own health", ""),
        ("clean-fan", "blows the dust out of the fan, 10 s", ""),
        ("clean-interval", "days between two cleanings by itself, 0 never", "auto_clean_interval_s"),
    )
    m.source = "Sensirion SPS30 datasheet 1.0 (March 2020)"
    return m


class Sps30Dialogue(Dialogue):
    """Starts the measurement, polls, and starts again when the sensor has become idle; sleeping needs idle first.

    A sensor that is sent to sleep each time before its week is over never cleans its fan by itself: it is told to.
    """

    REPLY_MS = 200
    GAP_MS = 20
    TO_SLEEP = (Step(STOP, "stop"), Step(SLEEP, "sleep"))
    TO_WAKE = (Step(WAKE, "wake", 3), Step(START_FLOAT, "start"))

    def start(self) -> None:
        """Wake, serial number, version, status, start."""
        self.poll = READ
        self._uncleaned_s = 0
        self.ask(Step(WAKE, "wake", 2))
        self.ask(Step(SERIAL, "device"))
        self.ask(Step(VERSION, "version"))
        self.ask(Step(STATUS, "status", 1))
        self.ask(Step(START_FLOAT, "start"))

    def wake(self) -> None:
        """As in Dialogue; the fan is cleaned once a week."""
        super().wake()
        if self.duty:
            self._uncleaned_s += self.duty[0] // 1000
            if self._uncleaned_s >= WEEK_S:
                self._uncleaned_s = 0
                self.ask(Step(CLEAN, "clean"))

    def heard(self, decoder, now_ms: int) -> None:
        """A sample whose error flag is set makes the status register worth reading."""
        if decoder.event == events.SAMPLE and decoder.flags & flags.SELF_TEST and not self._queue:
            self.ask(Step(STATUS, "status", 1))
        super().heard(decoder, now_ms)

    def learn(self, decoder) -> None:
        """Replies become facts; an empty reading answers a poll, a refused one means that the sensor is idle."""
        if decoder.reply == "read":
            self._answered("sample", self._free_at)
            if decoder.plain[2] & 127 == _NOT_NOW and not self._queue:
                self.ask(Step(START_FLOAT, "start"))
            return
        if decoder.reply == "start" and not decoder.plain[2] & 127:
            self.warm_from(self._free_at)  # it was idle: the fan starts only now
        for name, value in decoder.fields():
            if name not in ("state", "error"):
                self.note(name, value)


def action(model: str, name: str, days: int | None) -> tuple:
    """The steps of `name`: status, clean-fan, or clean-interval, which is written first when `days` are given."""
    if name == "status":
        return (Step(STATUS, "status"),)
    if name == "clean-fan":
        return (Step(CLEAN, "clean"),)
    read = Step(CLEAN_INTERVAL, "clean_interval")
    return (read,) if days is None else (Step(set_clean_interval(86400 * days), "clean_interval"), read)


def dialogue(model: str, interval_ms: int, options: dict | None) -> Dialogue:
    """What to say to an SPS30."""
    return Sps30Dialogue(describe(model), interval_ms, options)
