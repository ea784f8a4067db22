"""Nova SDS sensors: 10-byte frames from 0xAA to 0xAB, streamed each second at 9600 8N1 or given on request.

Mode, working period and device number are stored in the sensor, so a driver that was there before leaves them behind:
the dialogue asks what is set and goes along with it instead of writing.

**Source**: Nova Laser Dust Sensor Control Protocol V1.3 and SDS011 specification V1.3;
captures in tests/vectors/nova.json.
"""

from aqsense import flags
from aqsense.wire import events, framing
from aqsense.wire.dialogue import Dialogue, Step
from aqsense.wire.model import Model
from aqsense.wire.sums import add

_FULL_SCALE = 9999
_CLEAN = 50  # tenths of ug/m3: zeros that follow at most this are air, not a sensor that was switched on


class Sds(framing.Decoder):
    """SDS011, SDS018 and SDS021: PM2.5 and PM10 in tenths of a ug/m3."""

    FIELDS: tuple = ("pm2_5_ugm3", "pm10_ugm3")
    SCALES: tuple = (10, 10)
    HEADS = b"\xaa"
    LONGEST = 10
    STUCK = (2, 4)
    KINDS = b"\xc0\xc5"  # a measurement, a reply

    def __init__(self) -> None:
        super().__init__()
        self._last = -1

    def _look(self, src: bytes | bytearray | memoryview, at: int, have: int) -> int:
        if have < 1:
            return framing.MORE
        if src[at] != 0xAA:
            return framing.RESYNC
        if have < 2:
            return framing.MORE
        kind = src[at + 1]
        if kind not in self.KINDS:
            return framing.RESYNC
        if have < 10:
            return framing.MORE
        if add(src, at + 2, at + 8) & 255 != src[at + 8]:
            return framing.CHECKSUM
        if src[at + 9] != 0xAB:
            return framing.TAIL
        self.flags = 0
        self.evidence = 0
        if kind == 0xC5:
            self._kind = self._name(src[at + 2])
        else:
            self._measure(src, at)
        return 10

    def _measure(self, src: bytes | bytearray | memoryview, at: int) -> None:
        v = self.values
        small = src[at + 3] << 8 | src[at + 2]
        large = src[at + 5] << 8 | src[at + 4]
        v[0] = small
        v[1] = large
        if small > large:
            self.flags = flags.INCONSISTENT
        if large >= _FULL_SCALE:
            self.flags |= flags.SATURATED
        if not large and not small and not 0 <= self._last <= _CLEAN:
            self.flags = flags.WARMING
            self.evidence = framing.POWER_UP
        self._last = large

    def _name(self, code: int) -> int:
        for known, name in _REPLIES:
            if code == known:
                self.reply = name
                return events.REPLY
        return events.DISCARDED

    def fields(self) -> list:
        """What the reply says, and the number of the sensor that says it."""
        raw = self.raw
        code = raw[2]
        found: list = []
        if code == 2:
            found = [("set", raw[3]), ("mode", "query" if raw[4] else "active")]
        elif code == 6:
            found = [("set", raw[3]), ("state", "work" if raw[4] else "sleep")]
        elif code == 7:
            found = [("version", "20%02d-%02d-%02d" % (raw[3], raw[4], raw[5]))]
        elif code == 8:
            found = [("set", raw[3]), ("period_min", raw[4])]
        found.append(("device_id", "%02x%02x" % (raw[6], raw[7])))
        return found


class Sds198(Sds):
    """SDS198: PM100 in ug/m3, which is none of the quantities that are published."""

    FIELDS = ("pm100_ugm3",)
    SCALES = (1,)
    KINDS = b"\xcf\xc5"

    def _measure(self, src: bytes | bytearray | memoryview, at: int) -> None:
        self.values[0] = src[at + 5] << 8 | src[at + 4]


_REPLIES = ((2, "report_mode"), (5, "device_id"), (6, "sleep_or_work"), (7, "firmware"), (8, "working_period"))


def command(code: int, d2: int = 0, d3: int = 0) -> bytes:
    """A request of 19 bytes to whatever sensor is on the line."""
    out = bytearray(19)
    out[0] = 0xAA
    out[1] = 0xB4
    out[2] = code
    out[3] = d2
    out[4] = d3
    out[15] = out[16] = 0xFF
    out[17] = add(out, 2, 17) & 255
    out[18] = 0xAB
    return bytes(out)


READ = command(4)
SLEEP = command(6, 1, 0)
WORK = command(6, 1, 1)
MODE = command(2)
STREAM = command(2, 1, 0)
POLLED = command(2, 1, 1)
FIRMWARE = command(7)
PERIOD = command(8)


def decoder(model: str) -> framing.Decoder:
    """A decoder for one of this family's models."""
    return Sds198() if model == "sds198" else Sds()


_SAME = ("sds011", "sds018", "sds021")


def describe(model: str) -> Model:
    """Facts of one of this family's models; **Source**: SDS011 specification V1.3, control protocol V1.3."""
    m = Model(model)
    m.maker = "Nova"
    m.family = "nova"
    m.headline = (("pm2_5_ugm3", "pm2_5_ugm3"), ("pm10_ugm3", "pm10_ugm3"))
    m.framing = "10 bytes, 0xAA first, 0xAB last"
    m.modes = ("streaming", "polled")
    m.warm_up_s = 30
    m.sleep = True
    m.err = (("pm2_5_ugm3", 10, 15), ("pm10_ugm3", 10, 15))
    m.detection_limit = (("pm2_5_ugm3", 0.3), ("pm10_ugm3", 0.3))
    m.poll = READ
    m.source = "Nova SDS011 specification V1.3, control protocol V1.3"
    if model in _SAME:
        m.same_wire_as = tuple(other for other in _SAME if other != model)
    else:
        m.headline = ()
        m.err = ()
        m.detection_limit = ()
    return m


class NovaDialogue(Dialogue):
    """Listens, asks for firmware, mode and period; polls a sensor set to be asked; writes a mode only by option."""

    GAP_MS = 100
    TO_SLEEP = (Step(SLEEP, "sleep_or_work"),)
    TO_WAKE = (Step(WORK, "sleep_or_work", 5),)
    ROUSE = (Step(WORK, "sleep_or_work", 2), Step(MODE, "report_mode"))

    def start(self) -> None:
        """Firmware, reporting mode, working period."""
        self.poll = b""
        self.ask(Step(FIRMWARE, "firmware"))
        mode = self.option("mode", "")
        if mode == "polled":
            self.ask(Step(POLLED, "report_mode"))
        elif mode == "streaming":
            self.ask(Step(STREAM, "report_mode"))
        else:
            self.ask(Step(MODE, "report_mode"))
        self.ask(Step(PERIOD, "working_period"))

    def learn(self, decoder) -> None:
        """Go along with the mode and the period that the sensor has stored."""
        for name, value in decoder.fields():
            if name == "set":
                continue
            self.note("firmware" if name == "version" else name, value)
            if name == "mode":
                self.poll = READ if value == "query" else b""
            elif name == "period_min" and value:
                self.quiet_ms = max(self.quiet_ms, value * 90000)
                self.ROUSE_MS = self.quiet_ms


def dialogue(model: str, interval_ms: int, options: dict | None) -> Dialogue:
    """What to say to one of this family's models."""
    return NovaDialogue(describe(model), interval_ms, options)
