"""Amphenol Telaire T6703 and T6713 CO2 sensors over Modbus RTU, 19200 8E1, address 0x15.

It corrects for an altitude, kept without power as a 32-bit float of feet in holding registers 4099 and 4100. The unit
of its pressure registers (4103, 4104) is unknown even to the maker's header, so they are left alone. The period of its
ABC (42 samples, one each 4 h) is a factory setting. It has no self-test that can be asked for: the status tells faults.

**Source**: Telaire T67xx firmware (holdingRegs.h for the registers, eeprom.h for units and defaults) and application
note AAS-916-142A; status bits as two drivers have them (apache/nuttx t67xx.c and a T67XX library); vectors in
tests/vectors/telaire.json.
"""

import struct

from aqsense import flags
from aqsense.wire import events, framing, modbus, self_calibration
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
SERIAL = modbus.request(ADDRESS, 3, 4002, 2)
ALTITUDE = modbus.request(ADDRESS, 3, 4099, 2)
RESET = modbus.request(ADDRESS, 5, 1000, 0xFF00)

_RESET_MS = 15000  # it starts, and is silent for up to 15 s
_ERRORS = 0x0007
_WARM_UP = 0x0800
_CALIBRATING = 0x8000
_INPUT = ((5000, "updates"), (5001, "firmware"), (5002, "status"), (5004, "raw"))
_HOLDING = ((4002, "serial"), (4099, "altitude"))
_WRITTEN = (
    (1000, "reset"),
    (1001, "zero"),
    (1004, "calibrating"),
    (1006, "abc_set"),
    (4029, "target_set"),
    (4099, "altitude_set"),
)
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


def set_altitude(metres: int) -> bytes:
    """Correct readings for the altitude; kept without power, in force after a restart."""
    return modbus.write_many(ADDRESS, 4099, struct.unpack(">2H", struct.pack(">f", _feet(metres))))


def _feet(metres: int) -> int:
    return (metres * 3281 + 500) // 1000


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
        if self._function == modbus.READ_HOLDING:
            return self._named(_HOLDING, register)
        if register == 5002:
            self._status = word
        return self._named(_INPUT, register)

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
        return self._named(_WRITTEN, register, "written")

    def fields(self) -> list:
        """Registers by name, the status with its words."""
        raw = self.raw
        if raw[1] & 128 or raw[1] > modbus.READ_INPUT:
            return super().fields()
        word = self.word(0)
        if self.reply == "status":
            return [("status", word), ("says", ", ".join([text for bit, text in STATES if word & bit]) or "normal")]
        if self.reply == "serial" and raw[2] == 4:
            told = word << 16 | self.word(1)
            return [] if told == 0xFFFFFFFF else [("serial", "%d" % told)]  # the factory has written none
        if self.reply == "altitude" and raw[2] == 4:
            return [("altitude_ft", struct.unpack(">f", raw[3:7])[0])]
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
    m.altitude = True
    m.err = (("co2_ppm", 30, 3),) if model == "t6713" else (("co2_ppm", 75, 10),)
    m.poll = READ
    m.calibrations = (("known", 400, 2000), ("zero", 0, 0))
    m.actions = (("status", "reads what the sensor says of its own health", ""),)
    m.same_wire_as = ("t6713",) if model == "t6703" else ("t6703",)
    m.source = "Telaire T67xx firmware headers, apache/nuttx t67xx.c"
    m.unconfirmed = ("ABC needs 24 h", "unit of the pressure registers, which are left alone")
    return m


class T67Dialogue(Dialogue):
    """Asks for CO2, and for the status at the start, while it warms up, and once a minute; ABC by option only."""

    POLL = READ
    LEAST_INTERVAL_MS = 2000
    ON_START = (Step(FIRMWARE, "firmware", 6), Step(SERIAL, "serial"), Step(STATUS, "status"))

    def start(self) -> None:
        """As in Dialogue; the ABC coil cannot be read, so it is written at each start when asked for."""
        super().start()
        abc = self_calibration.hours(self.option("abc", "leave"), self.model)
        if abc != self_calibration.LEAVE:
            self.ask(Step(ABC_ON if abc else ABC_OFF, "abc_set", 2))
        if self.option("altitude_m", -1) >= 0:
            self.ask(Step(ALTITUDE, "altitude"))

    def heard(self, decoder, now_ms: int) -> None:
        """As in Dialogue, with the status after some samples."""
        if decoder.event == events.SAMPLE and (decoder.flags or decoder.samples % 12 == 0) and not self._queue:
            self.ask(Step(STATUS, "status", 1))
        super().heard(decoder, now_ms)

    def learn(self, decoder) -> None:
        """The status is no fact; the altitude is written when it is another one, and the sensor restarted."""
        if decoder.reply == "status":
            return
        super().learn(decoder)
        altitude = self.option("altitude_m", -1)
        if decoder.reply == "altitude" and altitude >= 0 and abs(decoder.fields()[0][1] - _feet(altitude)) >= 1:
            self.ask(Step(set_altitude(altitude), "altitude_set", 2))
            self.ask(Step(RESET, "", 1, _RESET_MS))


def action(model: str, name: str, days: int | None) -> tuple:
    """The steps of `name`: status reads the status register."""
    return (Step(STATUS, "status"),)


def calibration(model: str, kind: str, ppm: int, decoder) -> tuple:
    """The steps that calibrate: `kind` known, to `ppm`, or zero."""
    if kind == "zero":
        return (Step(ZERO, "zero", 1),)
    return (Step(modbus.request(ADDRESS, 6, 4029, ppm), "target_set", 2), Step(CALIBRATE, "calibrating", 1))


def dialogue(model: str, interval_ms: int, options: dict | None) -> Dialogue:
    """What to say to one of this family's models."""
    return T67Dialogue(describe(model), interval_ms, options)
