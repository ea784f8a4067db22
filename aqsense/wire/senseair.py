"""Senseair CO2 sensors over Modbus RTU, 9600 8N1: S8, S88 and K30.

The S8 and S88 keep status and CO2 in input registers 0 to 3, calibration acknowledgement, command and ABC period in
holding registers 0, 1 and 31. The K30 is read from its RAM. Address 0xFE means "any sensor" on a line of one. None of
them can be told altitude or pressure: a reading rises by 1.6 % a kPa, which is for a correction to undo.

**Source**: Senseair "Modbus on Senseair S8" TDE2067 and S8 specification PSP126; captures in
tests/vectors/senseair.json.
"""

from aqsense import flags
from aqsense.wire import events, framing, modbus, self_calibration
from aqsense.wire.dialogue import Dialogue, Step
from aqsense.wire.model import Model

ADDRESS = 0xFE
READ = modbus.request(ADDRESS, 4, 0, 4)
FIRMWARE = modbus.request(ADDRESS, 4, 28, 1)
SERIAL = modbus.request(ADDRESS, 4, 29, 2)
ABC_PERIOD = modbus.request(ADDRESS, 3, 31, 1)
CLEAR_ACK = modbus.request(ADDRESS, 6, 0, 0)
ZERO = modbus.request(ADDRESS, 6, 1, 0x7C07)  # what is in the cell now is free of CO2
BACKGROUND = modbus.request(ADDRESS, 6, 1, 0x7C06)  # what is in the air now becomes 400 ppm
READ_ACK = modbus.request(ADDRESS, 3, 0, 1)
METER_STATUS = modbus.request(ADDRESS, 4, 0, 1)
ABC_USUAL_H = 180
ABC_RANGE_H = (4, 4800, 1)
METER_STATES = (
    (1, "fatal error"),
    (2, "offset regulation error"),
    (4, "algorithm error"),
    (8, "output error"),
    (16, "self-diagnostic error"),
    (32, "out of range"),
    (64, "memory error"),
    (128, "nothing measured yet"),
)

INPUT = (
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
HOLDING = ((0, "ack_register"), (1, "command"), (31, "abc_period_h"))
WRITTEN = ((0, "ack_cleared"), (1, "calibrating"), (31, "abc_set"))
_FAULTS = 0x5F  # every meter status bit but "out of range"
_OUT_OF_RANGE = 0x20


RAM_READ = b"\xfe\x44\x00\x08\x02\x9f\x25"
_NOTHING_YET = 0x80
_BY_REGISTER = (modbus.READ_HOLDING, modbus.READ_INPUT)


class S8(modbus.ModbusDecoder):
    """Senseair S8: CO2 in ppm (signed: a bad zero calibration shows) beside the three status registers."""

    FIELDS: tuple = ("co2_ppm", "meter_status", "alarm_status", "output_status")
    SCALES: tuple = (1, 1, 1, 1)
    ADDRESS = ADDRESS
    POLLS: tuple = ((4, 0, 4), (4, 3, 1))
    LONGEST = 39
    FULL_SCALE = 10000
    STUCK = (3, 2)

    def _measured(self, src: bytes | bytearray | memoryview, at: int, register: int, count: int) -> int:
        if self._function == modbus.READ_HOLDING:
            return self._named(HOLDING, register)
        if not register <= 3 < register + count:
            return self._named(INPUT, register)
        v = self.values
        i = 0
        while i < 4:
            k = at + 2 * (i - register)
            v[i + 1 & 3] = (src[k] << 8 | src[k + 1]) if i >= register else framing.MISSING_VALUE
            i += 1
        self._doubt(0 if register else v[1])
        return events.SAMPLE

    def _doubt(self, status: int) -> None:
        v = self.values
        if v[0] & 0x8000:
            v[0] -= 65536
        if status & _FAULTS:
            self.flags = flags.SELF_TEST
        if status & _NOTHING_YET:
            self.flags |= flags.WARMING
            self.evidence = framing.POWER_UP
        if status & _OUT_OF_RANGE or v[0] < 0:
            self.flags |= flags.RANGE
        if v[0] >= self.FULL_SCALE:
            self.flags |= flags.SATURATED

    def _written(self, register: int) -> int:
        return self._named(WRITTEN, register, "written")

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
        if self.reply in ("meter_status", "error_status"):
            says = ", ".join([text for bit, text in METER_STATES if first & bit])
            return [(self.reply, first), ("says", says or "normal")]
        return [(self.reply, first)]


class K30(S8):
    """Senseair K30: CO2 from its RAM; only the range of 10,000 ppm sends whole ppm."""

    FIELDS = ("co2_ppm",)
    SCALES = (1,)
    FUNCTIONS = (3, 4, 6, modbus.READ_RAM)
    POLLS = ((modbus.READ_RAM, 8, 1),)

    def _measured(self, src: bytes | bytearray | memoryview, at: int, register: int, count: int) -> int:
        if register != 8 or self._function in _BY_REGISTER:
            return self._named(HOLDING if self._function == modbus.READ_HOLDING else INPUT, register)
        ppm = src[at] << 8 | src[at + 1]
        if ppm & 0x8000:
            ppm -= 65536
            self.flags = flags.RANGE
        elif ppm >= self.FULL_SCALE:
            self.flags = flags.SATURATED
        self.values[0] = ppm
        return events.SAMPLE


def decoder(model: str) -> framing.Decoder:
    """A decoder for one of this family's models."""
    return K30() if model == "k30" else S8()


def describe(model: str) -> Model:
    """Facts of one of this family's models.

    **Source**: PSP126 (S8: accuracy, 4 s interval) and the K30's data sheet; the first 30 s settle.
    """
    m = Model(model)
    m.maker = "Senseair"
    m.family = "senseair"
    m.headline = (("co2_ppm", "co2_ppm"),)
    m.framing = "Modbus RTU, address 254"
    m.modes = ("polled",)
    m.interval_s = 4
    m.warm_up_s = 30
    m.abc = True
    m.abc_period_h = ABC_RANGE_H
    m.err = (("co2_ppm", 40, 3),)
    m.poll = READ
    m.calibrations = (("outdoor", 400, 400), ("zero", 0, 0))
    m.actions = (("status", "reads what the sensor says of its own health", ""),)
    m.source = "Senseair TDE2067, PSP126"
    if model == "s8":
        m.same_wire_as = ("s88",)
    elif model == "s88":
        m.same_wire_as = ("s8",)
        m.source = "public drivers of the S88 (map of the S8)"
        m.unconfirmed = ("default address", "accuracy")
    else:
        m.framing = "Modbus RTU with Senseair's function 68, address 254"
        m.interval_s = 2
        m.err = (("co2_ppm", 30, 3),)
        m.poll = RAM_READ
        m.source = "Senseair K30 data sheet; captured replies"
    return m


class SenseairDialogue(Dialogue):
    """Polls; reads firmware, serial number and ABC period once; writes the ABC period only when it differs."""

    REPLY_MS = 250
    LEAST_INTERVAL_MS = 2000
    ADDRESS = ADDRESS
    ABC = ABC_PERIOD

    def start(self) -> None:
        """The poll, what the sensor is, and its ABC period."""
        self.poll = self.model.poll
        self._abc_h = self_calibration.hours(self.option("abc", "leave"), self.model)
        self.ask(Step(modbus.request(self.ADDRESS, 4, 28, 1), "firmware"))
        self.ask(Step(modbus.request(self.ADDRESS, 4, 29, 2), "serial"))
        self.ask(Step(self.ABC, "abc_period_h"))

    def learn(self, decoder) -> None:
        """Compare the ABC period with the one asked for."""
        super().learn(decoder)
        if decoder.reply == "abc_period_h":
            self.settle(decoder)

    def settle(self, decoder) -> None:
        """Write what the sensor has been found to hold otherwise than asked for, once."""
        if self_calibration.differs(self._abc_h, decoder.word(0)):
            self.ask(Step(set_abc(self._abc_h), "abc_set"))


def set_abc(hours: int) -> bytes:
    """The request that sets the ABC period in hours, 0 is off; ANY takes the usual 180."""
    return modbus.request(ADDRESS, 6, 31, ABC_USUAL_H if hours == self_calibration.ANY else hours)


def calibration(model: str, kind: str, ppm: int, decoder) -> tuple:
    """The steps that calibrate: `kind` outdoor or zero; the acknowledgement register says in the end what was done."""
    told = ZERO if kind == "zero" else BACKGROUND
    return (Step(CLEAR_ACK, "ack_cleared"), Step(told, "calibrating", 1, 4500), Step(READ_ACK, "ack_register"))


def action(model: str, name: str, days: int | None) -> tuple:
    """The steps of `name`: status reads the meter status."""
    return (Step(METER_STATUS, "meter_status"),)


def dialogue(model: str, interval_ms: int, options: dict | None) -> Dialogue:
    """What to say to one of this family's models."""
    return SenseairDialogue(describe(model), interval_ms, options)
