"""Amphenol Telaire T6703 and T6713 CO2 sensors over Modbus RTU, 19200 8E1, address 0x15.

**Source**: Telaire T67xx firmware headers and application note AAS-916-142A; status bits as two drivers have them
(apache/nuttx t67xx.c and a T67XX library); vectors in tests/vectors/telaire.json.
"""

from aqsense import flags
from aqsense.wire import events, framing, modbus
from aqsense.wire.dialogue import Dialogue, Step
from aqsense.wire.model import Model

ADDRESS = 0x15
READ = modbus.request(ADDRESS, 4, 5003, 1)
STATUS = modbus.request(ADDRESS, 4, 5002, 1)
FIRMWARE = modbus.request(ADDRESS, 4, 5001, 1)
ABC_ON = modbus.request(ADDRESS, 5, 1006, 0xFF00)
ABC_OFF = modbus.request(ADDRESS, 5, 1006, 0)
CALIBRATE = modbus.request(ADDRESS, 5, 1004, 0xFF00)
ZERO = modbus.request(ADDRESS, 5, 1001, 0xFF00)

_ERRORS = 0x0007
_WARM_UP = 0x0800
_CALIBRATING = 0x8000
_INPUT = ((5000, "updates"), (5001, "firmware"), (5002, "status"), (5004, "raw"))
_WRITTEN = ((1001, "zero"), (1004, "calibrating"), (1006, "abc_set"), (4029, "target_set"))
STATES = (
    (0x0001, "error"),
    (0x0002, "flash error"),
    (0x0004, "calibration error"),
    (0x0100, "RS-232"),
    (0x0200, "RS-485"),
    (0x0400, "I2C"),
    (0x0800, "warm-up"),
    (0x8000, "single-point calibration"),
)


class T67(modbus.ModbusDecoder):
    """T6703 and T6713: CO2 in ppm; the status comes by itself and is remembered."""

    FIELDS = ("co2_ppm",)
    SCALES = (1,)
    ADDRESS = ADDRESS
    FUNCTIONS = (3, 4, 5, 6, 16)
    POLLS = ((4, 5003, 1),)
    LONGEST = 37
    FULL_SCALE = 5000
    STUCK = (3, 2)

    def __init__(self) -> None:
        super().__init__()
        self._status = 0

    def _measured(self, src: bytes | bytearray | memoryview, at: int, register: int, count: int) -> int:
        word = src[at] << 8 | src[at + 1]
        if self._function != modbus.READ_HOLDING and register == 5003:
            return self._co2(word)
        self.reply = "registers"
        if self._function == modbus.READ_INPUT:
            for known, name in _INPUT:
                if known == register:
                    self.reply = name
            if register == 5002:
                self._status = word
        return events.REPLY

    def _co2(self, ppm: int) -> int:
        status = self._status
        if status & _WARM_UP:
            self.flags = flags.WARMING
            self.evidence = framing.POWER_UP
        if status & _CALIBRATING:
            self.flags |= flags.CALIBRATING
        if status & _ERRORS:
            self.flags |= flags.SELF_TEST
        if not ppm or ppm > 2 * self.FULL_SCALE:
            self.flags |= flags.RANGE
        elif ppm >= self.FULL_SCALE:
            self.flags |= flags.SATURATED
        self.values[0] = ppm
        return events.SAMPLE

    def _written(self, register: int) -> int:
        self.reply = "written"
        for known, name in _WRITTEN:
            if known == register:
                self.reply = name
        return events.REPLY

    def fields(self) -> list:
        """Registers by name, the status with its words."""
        raw = self.raw
        if raw[1] & 128 or raw[1] > modbus.READ_INPUT:
            return super().fields()
        word = self.word(0)
        if self.reply == "status":
            return [("status", word), ("says", ", ".join([text for bit, text in STATES if word & bit]) or "normal")]
        return [(self.reply, word)]


def decoder(model: str) -> framing.Decoder:
    """A decoder for one of this family's models."""
    return T67()


def describe(model: str) -> Model:
    """Facts of one of this family's models; **Source**: T6703 and T6713 data sheets (full accuracy after 10 min)."""
    m = Model(model)
    m.maker = "Amphenol Telaire"
    m.family = "telaire"
    m.headline = (("co2_ppm", "co2_ppm"),)
    m.baud = 19200
    m.parity = "E"
    m.framing = "Modbus RTU, address 21"
    m.modes = ("polled",)
    m.interval_s = 5
    m.warm_up_s = 600
    m.abc = True
    m.err = (("co2_ppm", 30, 3),) if model == "t6713" else (("co2_ppm", 75, 10),)
    m.poll = READ
    m.calibrations = (("known", 400, 2000), ("zero", 0, 0))
    m.same_wire_as = ("t6713",) if model == "t6703" else ("t6703",)
    m.source = "Telaire T67xx firmware headers, apache/nuttx t67xx.c"
    m.unconfirmed = ("ABC needs 24 h", "altitude and pressure registers, which are left alone")
    return m


class T67Dialogue(Dialogue):
    """Asks for CO2, and for the status at the start, while it warms up, and once a minute; ABC by option only."""

    POLL = READ
    LEAST_INTERVAL_MS = 2000
    ON_START = (Step(FIRMWARE, "firmware", 6), Step(STATUS, "status"))

    def start(self) -> None:
        """As in Dialogue; the ABC coil cannot be read, so it is written at each start when asked for."""
        super().start()
        abc = self.option("abc", "leave")
        if abc != "leave":
            self.ask(Step(ABC_ON if abc == "on" else ABC_OFF, "abc_set", 2))

    def heard(self, decoder, now_ms: int) -> None:
        """As in Dialogue, with the status after some samples."""
        if decoder.event == events.SAMPLE and (decoder.flags or decoder.samples % 12 == 0) and not self._queue:
            self.ask(Step(STATUS, "status", 1))
        super().heard(decoder, now_ms)

    def learn(self, decoder) -> None:
        """The status is no fact."""
        if decoder.reply != "status":
            super().learn(decoder)


def calibration(model: str, kind: str, ppm: int) -> tuple:
    """The steps that calibrate: `kind` known, to `ppm`, or zero."""
    if kind == "zero":
        return (Step(ZERO, "zero", 1),)
    return (Step(modbus.request(ADDRESS, 6, 4029, ppm), "target_set", 2), Step(CALIBRATE, "calibrating", 1))


def dialogue(model: str, interval_ms: int, options: dict | None) -> Dialogue:
    """What to say to one of this family's models."""
    return T67Dialogue(describe(model), interval_ms, options)
