"""Amphenol Telaire T6613 and T6615 CO2 sensors, 19200 8N1: 0xFF 0xFA, length, data. There is no checksum.

A reply does not name its command either, so the decoder must know the request, and a reading is only as good as the
line. What protects it is the header, the exact length and the range.

Its self-test is started by one command and told by another: a flag, the state of the amplifier, and how many of how
many measurements were good; one driver has it so, and the sensor does not say what passes.

**Source**: Telaire UART protocol T63182-004; commands and status bits as three drivers have them (ESPHome t6615, an
Arduino library T6615 and a header of the Tsunami-Lite protocol); vectors in tests/vectors/telaire.json.
"""

from aqsense import flags
from aqsense.wire import events, framing, self_calibration
from aqsense.wire.dialogue import Dialogue, Step
from aqsense.wire.model import Model


def command(*data: int) -> bytes:
    """A request to the sensor."""
    return bytes((0xFF, 0xFE, len(data))) + bytes(data)


READ = command(0x02, 0x03)
SERIAL = command(0x02, 0x01)
VERSION = command(0x02, 0x0D)
ELEVATION = command(0x02, 0x0F)
STATUS = command(0xB6)
ABC = command(0xB7, 0)
ABC_ON = command(0xB7, 1)
ABC_OFF = command(0xB7, 2)
CALIBRATE = command(0x9B)
IDLE_ON = command(0xB9, 1)
IDLE_OFF = command(0xB9, 2)
SELF_TEST = command(0xC0, 0)
SELF_TEST_RESULTS = command(0xC0, 1)
SELF_TEST_MS = 15000


def set_elevation(metres: int) -> bytes:
    """Correct readings for the elevation, which the sensor keeps in feet."""
    feet = _feet(metres)
    return command(0x03, 0x0F, feet >> 8, feet & 255)


def _feet(metres: int) -> int:
    return (metres * 3281 + 500) // 1000


_WARM_UP = 2
_CALIBRATING = 4
_ERROR = 1
_TESTING = 0x80

# First two bytes of a request (one for a bare command), the name of its reply, the reply's length (0: any)
_REQUESTS = (
    (0x0203, "co2", 2),
    (0x0201, "serial", 15),
    (0x020D, "version", 0),
    (0x020F, "elevation", 2),
    (0x030F, "elevation_set", 0),
    (0x0311, "target_set", 0),
    (0xB600, "status", 1),
    (0xB700, "abc", 1),
    (0xB701, "abc", 1),
    (0xB702, "abc", 1),
    (0x9B00, "calibrating", 0),
    (0xB901, "idle", 0),
    (0xB902, "idle", 0),
    (0xC000, "self_test_started", 0),
    (0xC001, "self_test", 4),
)
_STATES = ((1, "error"), (2, "warm-up"), (4, "calibrating"), (8, "idle"), (0x80, "self-test"))


class T66(framing.Decoder):
    """T6613 and T6615: CO2 in ppm (the widest ranges of the T6615 send a fraction of it)."""

    FIELDS = ("co2_ppm",)
    SCALES = (1,)
    HEADS = b"\xff"
    LONGEST = 19
    MOST = 16
    FULL_SCALE = 5000
    STUCK = (3, 0)

    def __init__(self, full_scale: int) -> None:
        super().__init__()
        self._full_scale = full_scale
        self._asked = 0
        self._standing = True
        self._status = 0

    def expect(self, request: bytes) -> None:
        """The next reply answers `request`."""
        self.abandon()
        self._asked = request[3] << 8 | (request[4] if len(request) > 4 else 0)
        self._standing = False

    def stand(self, request: bytes) -> None:
        """Every following reply answers `request`."""
        self.expect(request)
        self._standing = True

    def _look(self, src: bytes | bytearray | memoryview, at: int, have: int) -> int:
        if src[at] != 0xFF:
            return framing.RESYNC
        if have < 2:
            return framing.MORE
        if src[at + 1] != 0xFA:
            return framing.RESYNC
        if have < 3:
            return framing.MORE
        size = src[at + 2]
        if size > self.MOST:
            return framing.LENGTH
        if have < size + 3:
            return framing.MORE
        asked = self._asked
        if self._standing and not asked:
            asked = 0x0203 if size == 2 else 0xB600
        self._kind = events.DISCARDED
        for request, name, length in _REQUESTS:
            if request == asked and (size == length or not length):
                self._kind = self._judge(src, at, request, name)
                if not self._standing:
                    self._asked = 0
        return size + 3

    def _judge(self, src: bytes | bytearray | memoryview, at: int, request: int, name: str) -> int:
        if request == 0xB600:
            self._status = src[at + 3]
        if request != 0x0203:
            self.reply = name
            return events.REPLY
        co2 = src[at + 3] << 8 | src[at + 4]
        status = self._status
        doubt = flags.WARMING if status & _WARM_UP else 0
        if status & _CALIBRATING:
            doubt |= flags.CALIBRATING
        if status & (_ERROR | _TESTING):
            doubt |= flags.SELF_TEST
        if not co2 or co2 > 2 * self._full_scale:
            doubt |= flags.RANGE
        elif co2 >= self._full_scale:
            doubt |= flags.SATURATED
        self.values[0] = co2
        self.flags = doubt
        self.evidence = framing.POWER_UP if status & _WARM_UP else 0
        return events.SAMPLE

    def fields(self) -> list:
        """The reply by name; texts as text, the status with its words."""
        raw = self.raw
        data = raw[3:]
        if self.reply in ("serial", "version"):
            return [(self.reply, "".join([chr(b) for b in data if 32 <= b < 127]))]
        if self.reply == "elevation":
            return [("elevation", data[0] << 8 | data[1])]
        if self.reply == "abc":
            return [("abc", "on" if data[0] == 1 else "off")]
        if self.reply == "status":
            says = ", ".join([text for bit, text in _STATES if data[0] & bit])
            return [("status", data[0]), ("says", says or "normal")]
        if self.reply == "self_test":
            names = ("self_test_flag", "amplifier", "good_measurements", "measurements")
            return [(names[i], data[i]) for i in range(4)]
        return [("ok", True)]


def decoder(model: str) -> framing.Decoder:
    """A decoder for one of this family's models."""
    return T66(2000 if model == "t6613" else 50000)


def describe(model: str) -> Model:
    """Facts of one of this family's models; **Source**: T6613 and T6615 data sheets."""
    m = Model(model)
    m.maker = "Amphenol Telaire"
    m.family = "telaire"
    m.headline = (("co2_ppm", "co2_ppm"),)
    m.baud = 19200
    m.framing = "0xFF 0xFA, length, no checksum"
    m.modes = ("polled",)
    m.interval_s = 5
    m.warm_up_s = 120
    m.sleep = True
    m.abc = True
    m.altitude = True
    m.guarded = False
    m.err = (("co2_ppm", 30, 3),) if model == "t6613" else (("co2_ppm", 75, 10),)
    m.poll = READ
    m.calibrations = (("known", 400, 2000),)
    m.actions = (
        ("status", "reads what the sensor says of its own health", ""),
        ("self-test", "lets the sensor test itself for 15 s and reads what it found", ""),
    )
    m.same_wire_as = ("t6615",) if model == "t6613" else ("t6613",)
    m.source = "Telaire UART protocol T63182-004"
    m.unconfirmed = (
        "accuracy",
        "warm-up of 2 min, full accuracy after 10",
        "unit of the elevation",
        "self-test: one driver only",
    )
    if model == "t6615":
        m.unconfirmed += ("ranges above 10,000 ppm send a fraction that depends on the order number",)
    return m


class TelaireDialogue(Dialogue):
    """Asks one thing at a time; the status now and then; ABC and elevation are written only when they differ."""

    POLL = READ
    REPLY_MS = 1000
    TO_SLEEP = (Step(IDLE_ON, "idle"),)
    TO_WAKE = (Step(IDLE_OFF, "idle"),)
    ON_START = (Step(SERIAL, "serial"), Step(VERSION, "version"), Step(STATUS, "status"), Step(ABC, "abc"))

    def start(self) -> None:
        """As in Dialogue, with the elevation when it was asked for."""
        super().start()
        if self.option("altitude_m", -1) >= 0:
            self.ask(Step(ELEVATION, "elevation"))

    def heard(self, decoder, now_ms: int) -> None:
        """As in Dialogue; every twelfth sample is followed by the status, every sample while it warms up."""
        if decoder.event == events.SAMPLE and (decoder.flags or decoder.samples % 12 == 0) and not self._queue:
            self.ask(Step(STATUS, "status", 1))
        super().heard(decoder, now_ms)

    def learn(self, decoder) -> None:
        """Compare ABC and elevation with what was asked for."""
        if decoder.reply == "status":
            return
        super().learn(decoder)
        altitude = self.option("altitude_m", -1)
        if decoder.reply == "elevation" and altitude >= 0 and decoder.fields()[0][1] != _feet(altitude):
            self.ask(Step(set_elevation(altitude), "elevation_set", 2))
        if decoder.reply == "abc":
            wanted = self_calibration.hours(self.option("abc", "leave"), self.model)
            if self_calibration.differs(wanted, decoder.fields()[0][1] == "on"):
                self.ask(Step(ABC_ON if wanted else ABC_OFF, "abc", 1))


def action(model: str, name: str, days: int | None) -> tuple:
    """The steps of `name`: status, or self-test, started and asked for its results when it should be over."""
    if name == "status":
        return (Step(STATUS, "status"),)
    return (Step(SELF_TEST, "self_test_started", 1, SELF_TEST_MS), Step(SELF_TEST_RESULTS, "self_test"))


def calibration(model: str, kind: str, ppm: int, decoder) -> tuple:
    """The steps that calibrate: `kind` known, to `ppm`."""
    target = command(0x03, 0x11, ppm >> 8, ppm & 255)
    return (Step(target, "target_set", 2), Step(CALIBRATE, "calibrating", 1))


def dialogue(model: str, interval_ms: int, options: dict | None) -> Dialogue:
    """What to say to one of this family's models."""
    return TelaireDialogue(describe(model), interval_ms, options)
