"""Senseair CO2 sensors over Modbus RTU, 9600 8N1: S8, S88, K30 and Sunrise.

The S8 and S88 keep status and CO2 in input registers 0 to 3, calibration acknowledgement, command and ABC period in
holding registers 0, 1 and 31. The K30 is read from its RAM, the Sunrise answers to address 0x68 and is written with
function 16. Address 0xFE means "any sensor" on a line of one.

**Source**: Senseair "Modbus on Senseair S8" TDE2067 and S8 specification PSP126; Senseair's Sunrise examples; captures
in tests/vectors/senseair.json.
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
ZERO = modbus.request(ADDRESS, 6, 1, 0x7C07)  # what is in the cell now is free of CO2
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
_HOLDING = ((0, "ack_register"), (1, "command"), (13, "abc_period_h"), (31, "abc_period_h"))
_FAULTS = 0x5F  # every meter status bit but "out of range"
_OUT_OF_RANGE = 0x20


RAM_READ = b"\xfe\x44\x00\x08\x02\x9f\x25"
SUNRISE = 0x68
SUNRISE_READ = modbus.request(SUNRISE, 4, 0, 4)
SUNRISE_FIRMWARE = modbus.request(SUNRISE, 4, 28, 1)
SUNRISE_ABC = modbus.request(SUNRISE, 3, 13, 1)
SUNRISE_BACKGROUND = modbus.write_many(SUNRISE, 1, (0x7C06,))
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
            return self._named(_HOLDING, register)
        if not register <= 3 < register + count:
            return self._named(_INPUT, register)
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
        elif register in (13, 31):
            self.reply = "abc_set"
        elif not register:
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


class K30(S8):
    """Senseair K30: CO2 from its RAM; only the range of 10,000 ppm sends whole ppm."""

    FIELDS = ("co2_ppm",)
    SCALES = (1,)
    FUNCTIONS = (3, 4, 6, modbus.READ_RAM)
    POLLS = ((modbus.READ_RAM, 8, 1),)

    def _measured(self, src: bytes | bytearray | memoryview, at: int, register: int, count: int) -> int:
        if register != 8 or self._function in _BY_REGISTER:
            return self._named(_HOLDING if self._function == modbus.READ_HOLDING else _INPUT, register)
        ppm = src[at] << 8 | src[at + 1]
        if ppm & 0x8000:
            ppm -= 65536
            self.flags = flags.RANGE
        elif ppm >= self.FULL_SCALE:
            self.flags = flags.SATURATED
        self.values[0] = ppm
        return events.SAMPLE


class Sunrise(S8):
    """Senseair Sunrise: CO2 filtered and pressure-compensated, and the error status."""

    FIELDS = ("co2_ppm", "error_status")
    SCALES = (1, 1)
    ADDRESS = SUNRISE
    POLLS = ((4, 0, 4),)

    def _measured(self, src: bytes | bytearray | memoryview, at: int, register: int, count: int) -> int:
        if self._function == modbus.READ_HOLDING:
            return self._named(_HOLDING, register)
        if not register <= 3 < register + count:
            return self._named(_INPUT, register)
        v = self.values
        k = at + 2 * (3 - register)
        v[0] = src[k] << 8 | src[k + 1]
        v[1] = src[at] << 8 | src[at + 1] if not register else framing.MISSING_VALUE
        self._doubt(0 if register else v[1])
        return events.SAMPLE


def decoder(model: str) -> framing.Decoder:
    """A decoder for one of this family's models."""
    if model == "k30":
        return K30()
    if model == "sunrise":
        return Sunrise()
    return S8()


def describe(model: str) -> Model:
    """Facts of one of this family's models.

    **Source**: PSP126 (S8: accuracy, 4 s interval), K30 and Sunrise data sheets; the first 30 s settle.
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
    m.err = (("co2_ppm", 40, 3),)
    m.poll = READ
    m.calibrations = (("outdoor", 400, 400),) if model == "sunrise" else (("outdoor", 400, 400), ("zero", 0, 0))
    m.source = "Senseair TDE2067, PSP126"
    if model == "s8":
        m.same_wire_as = ("s88",)
    elif model == "s88":
        m.same_wire_as = ("s8",)
        m.source = "public drivers of the S88 (map of the S8)"
        m.unconfirmed = ("default address", "accuracy")
    elif model == "k30":
        m.framing = "Modbus RTU with Senseair's function 68, address 254"
        m.interval_s = 2
        m.err = (("co2_ppm", 30, 3),)
        m.poll = RAM_READ
        m.source = "Senseair K30 data sheet; captured replies"
    else:
        m.framing = "Modbus RTU, address 104"
        m.interval_s = 16
        m.err = (("co2_ppm", 30, 3),)
        m.poll = SUNRISE_READ
        m.source = "Senseair's Sunrise examples"
        m.unconfirmed = ("accuracy", "calibration to a target (command 7C05)", "pressure register 46")
    return m


class SenseairDialogue(Dialogue):
    """Polls; reads firmware, serial number and ABC period once; writes the ABC period only when it differs."""

    REPLY_MS = 250
    LEAST_INTERVAL_MS = 2000
    ADDRESS = ADDRESS
    ABC_REGISTER = 31
    ABC_HOURS = 180

    def start(self) -> None:
        """The poll, what the sensor is, and its ABC period."""
        self.poll = self.model.poll
        address = self.ADDRESS
        self.ask(Step(modbus.request(address, 4, 28, 1), "firmware"))
        self.ask(Step(modbus.request(address, 4, 29, 2), "serial"))
        self.ask(Step(modbus.request(address, 3, self.ABC_REGISTER, 1), "abc_period_h"))

    def learn(self, decoder) -> None:
        """Compare the ABC period with the one asked for."""
        super().learn(decoder)
        if decoder.reply != "abc_period_h":
            return
        hours = decoder.word(0)
        abc = self.option("abc", "leave")
        if abc == "off" and hours:
            self.ask(Step(self.set_abc(0), "abc_set"))
        elif abc == "on" and not hours:
            self.ask(Step(self.set_abc(self.ABC_HOURS), "abc_set"))

    def set_abc(self, hours: int) -> bytes:
        """The request that sets the ABC period; 0 is off."""
        return modbus.request(self.ADDRESS, 6, self.ABC_REGISTER, hours)


class SunriseDialogue(SenseairDialogue):
    """As for the S8, with the Sunrise's address and registers; it is written with function 16 only."""

    ADDRESS = SUNRISE
    ABC_REGISTER = 13

    def set_abc(self, hours: int) -> bytes:
        """As for the S8."""
        return modbus.write_many(SUNRISE, self.ABC_REGISTER, (hours,))


def calibration(model: str, kind: str, ppm: int) -> tuple:
    """The steps that calibrate: `kind` outdoor or zero; the acknowledgement register says in the end what was done."""
    if model == "sunrise":
        clear = Step(modbus.write_many(SUNRISE, 0, (0,)), "ack_cleared")
        return (
            clear,
            Step(SUNRISE_BACKGROUND, "calibrating", 1, 32000),
            Step(modbus.request(SUNRISE, 3, 0, 1), "ack_register"),
        )
    told = ZERO if kind == "zero" else BACKGROUND
    return (Step(CLEAR_ACK, "ack_cleared"), Step(told, "calibrating", 1, 4500), Step(READ_ACK, "ack_register"))


def dialogue(model: str, interval_ms: int, options: dict | None) -> Dialogue:
    """What to say to one of this family's models."""
    if model == "sunrise":
        return SunriseDialogue(describe(model), interval_ms, options)
    return SenseairDialogue(describe(model), interval_ms, options)
