"""Senseair CO2 sensors over Modbus RTU, 9600 8N1.

The S8 keeps status and CO2 in input registers 0 to 3, calibration acknowledgement, command and ABC period in holding
registers 0, 1 and 31. Address 0xFE means "any sensor" on a line of one.

**Source**: Senseair "Modbus on Senseair S8" TDE2067 and S8 product specification PSP126; captures in tests/vectors.
"""

from aqsense import flags
from aqsense.wire import events, framing, modbus
from aqsense.wire.dialogue import Dialogue, Step
from aqsense.wire.model import Model

ADDRESS = 0xFE
READ = modbus.request(ADDRESS, 4, 0, 4)
FIRMWARE = modbus.request(ADDRESS, 4, 28, 1)
SERIAL = modbus.request(ADDRESS, 4, 29, 2)
ABC_PERIOD = modbus.request(ADDRESS, 3, 31, 1)
CLEAR_ACK = modbus.request(ADDRESS, 6, 0, 0)
BACKGROUND = modbus.request(ADDRESS, 6, 1, 0x7C06)  # what is in the air now becomes 400 ppm
READ_ACK = modbus.request(ADDRESS, 3, 0, 1)
ABC_OFF = modbus.request(ADDRESS, 6, 31, 0)
ABC_ON = modbus.request(ADDRESS, 6, 31, 180)

_INPUT = (
    (0, "meter_status"),
    (1, "alarm_status"),
    (2, "output_status"),
    (21, "pwm"),
    (25, "type_id_high"),
    (26, "type_id_low"),
    (27, "map_version"),
    (28, "firmware"),
    (29, "serial"),
)
_HOLDING = ((0, "ack_register"), (1, "command"), (31, "abc_period_h"))
_FAULTS = 0x5F  # every meter status bit but "out of range"
_OUT_OF_RANGE = 0x20


class S8(modbus.ModbusDecoder):
    """Senseair S8: CO2 in ppm (signed: a bad zero calibration shows) beside the three status registers."""

    FIELDS = ("co2_ppm", "meter_status", "alarm_status", "output_status")
    SCALES = (1, 1, 1, 1)
    ADDRESS = ADDRESS
    POLLS = ((4, 0, 4), (4, 3, 1))
    LONGEST = 39
    FULL_SCALE = 10000
    STUCK = (3, 2)

    def _measured(self, src: bytes | bytearray | memoryview, at: int, register: int, count: int) -> int:
        if self._function == modbus.READ_HOLDING:
            return self._named(_HOLDING, register)
        if not register <= 3 < register + count:
            return self._named(_INPUT, register)
        v = self.values
        i = 0
        while i < 4:
            k = at + 2 * (i - register)
            v[i + 1 & 3] = (src[k] << 8 | src[k + 1]) if i >= register else framing.MISSING_VALUE
            i += 1
        if v[0] & 0x8000:
            v[0] -= 65536
        status = v[1] if register == 0 else 0
        if status & _FAULTS:
            self.flags = flags.SELF_TEST
        if status & _OUT_OF_RANGE or v[0] < 0:
            self.flags |= flags.RANGE
        if v[0] >= self.FULL_SCALE:
            self.flags |= flags.SATURATED
        return events.SAMPLE

    def _named(self, names: tuple, register: int) -> int:
        for known, name in names:
            if known == register:
                self.reply = name
                return events.REPLY
        self.reply = "registers"
        return events.REPLY

    def _written(self, register: int) -> int:
        if register == 1:
            self.reply = "calibrating"
        elif register == 31:
            self.reply = "abc_set"
        elif register == 0:
            self.reply = "ack_cleared"
        else:
            self.reply = "written"
        return events.REPLY

    def fields(self) -> list:
        """Registers by name."""
        raw = self.raw
        if raw[1] & 128 or raw[1] > modbus.READ_INPUT:
            return super().fields()
        first = self.word(0)
        if self.reply == "firmware":
            return [("firmware", "%d.%d" % (first >> 8, first & 255))]
        if self.reply == "serial" and raw[2] == 4:
            return [("serial", "%04x%04x" % (first, self.word(1)))]
        if self.reply in ("type_id_high", "type_id_low"):
            return [(self.reply, "0x%04x" % first)]
        if self.reply == "registers":
            return [(str(self._register + i), self.word(i)) for i in range(raw[2] // 2)]
        if self.reply == "ack_register":
            return [(self.reply, first), ("background_done", bool(first & 0x20)), ("zero_done", bool(first & 0x40))]
        return [(self.reply, first)]


def decoder(model: str) -> framing.Decoder:
    """A decoder for one of this family's models."""
    return S8()


def describe(model: str) -> Model:
    """Facts of the S8; **Source**: PSP126 (accuracy, 4 s interval); about 30 s until the first figures settle."""
    m = Model(model)
    m.maker = "Senseair"
    m.family = "senseair"
    m.headline = (("co2_ppm", "co2_ppm"),)
    m.framing = "Modbus RTU, address 254"
    m.modes = ("polled",)
    m.interval_s = 4
    m.warm_up_s = 30
    m.abc = True
    m.err = (("co2_ppm", 40, 3),)
    m.poll = READ
    m.source = "Senseair TDE2067, PSP126"
    return m


class SenseairDialogue(Dialogue):
    """Polls; reads firmware, serial number and ABC period once; writes the ABC period only when it differs."""

    REPLY_MS = 250
    LEAST_INTERVAL_MS = 2000

    def start(self) -> None:
        """What the sensor is, and its ABC period."""
        self.poll = READ
        self.ask(Step(FIRMWARE, "firmware"))
        self.ask(Step(SERIAL, "serial"))
        self.ask(Step(ABC_PERIOD, "abc_period_h"))

    def learn(self, decoder) -> None:
        """Compare the ABC period with the one asked for; an exception answers whatever was asked."""
        if decoder.reply == "exception":
            if self._waiting is not None:
                self._answered(self._waiting.answer, self._free_at)
            return
        super().learn(decoder)
        if decoder.reply != "abc_period_h":
            return
        hours = decoder.word(0)
        abc = self.option("abc", "leave")
        if abc == "off" and hours:
            self.ask(Step(ABC_OFF, "abc_set"))
        elif abc == "on" and not hours:
            self.ask(Step(ABC_ON, "abc_set"))


def dialogue(model: str, interval_ms: int, options: dict | None) -> Dialogue:
    """What to say to one of this family's models."""
    return SenseairDialogue(describe(model), interval_ms, options)
