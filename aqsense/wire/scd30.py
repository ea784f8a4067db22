"""Sensirion SCD30 over Modbus RTU, 19200 8N1, address 0x61: CO2, temperature and humidity as floats.

A reading is fetched when "data ready" says 1; before that the sensor repeats itself or gives NaN.

**Source**: Sensirion SCD30 interface description 1.0 (May 2020) and datasheet 1.0;
vectors in tests/vectors/sensirion.json.
"""

from aqsense import flags
from aqsense.ticks import ticks_add
from aqsense.wire import events, framing, modbus, self_calibration
from aqsense.wire.dialogue import Dialogue, Step
from aqsense.wire.float32 import scaled
from aqsense.wire.model import Model

ADDRESS = 0x61
READY = modbus.request(ADDRESS, 3, 0x27, 1)
READ = modbus.request(ADDRESS, 3, 0x28, 6)
FIRMWARE = modbus.request(ADDRESS, 3, 0x20, 1)
INTERVAL = modbus.request(ADDRESS, 3, 0x25, 1)
ALTITUDE = modbus.request(ADDRESS, 3, 0x38, 1)
ASC = modbus.request(ADDRESS, 3, 0x3A, 1)
ASC_ON = modbus.request(ADDRESS, 6, 0x3A, 1)
ASC_OFF = modbus.request(ADDRESS, 6, 0x3A, 0)
STOP = modbus.request(ADDRESS, 6, 0x37, 1)
RESET = modbus.request(ADDRESS, 6, 0x34, 1)

_NAMES = (
    (0x20, "firmware"),
    (0x25, "interval_s"),
    (0x27, "data_ready"),
    (0x36, "start"),
    (0x37, "stop"),
    (0x38, "altitude_m"),
    (0x39, "frc_ppm"),
    (0x3A, "asc"),
    (0x3B, "temp_offset_ck"),
    (0x34, "reset"),
)
_FULL_SCALE = 40000


def start(pressure_hpa: int = 0) -> bytes:
    """Start continuous measurement; 700 to 1400 hPa also sets the ambient pressure, 0 leaves it out."""
    return modbus.request(ADDRESS, 6, 0x36, pressure_hpa)


def set_altitude(metres: int) -> bytes:
    """Correct readings for the altitude from now on; kept without power."""
    return modbus.request(ADDRESS, 6, 0x38, metres)


def calibrate(ppm: int) -> bytes:
    """Forced recalibration: what is in the air now is `ppm`, 400 to 2000."""
    return modbus.request(ADDRESS, 6, 0x39, ppm)


class Scd30(modbus.ModbusDecoder):
    """SCD30: CO2 in ppm, temperature and humidity in tenths."""

    FIELDS = ("co2_ppm", "temp_c", "rh_pct")
    SCALES = (1, 10, 10)
    ADDRESS = ADDRESS
    FUNCTIONS = (3, 4, 6)
    POLLS = ((3, 0x28, 6),)
    LONGEST = 37
    STUCK = (3, 2)

    def _measured(self, src: bytes | bytearray | memoryview, at: int, register: int, count: int) -> int:
        if register != 0x28 or count != 6:
            return self._written(register)
        v = self.values
        scales = self.SCALES
        i = 0
        while i < 3:
            v[i] = scaled(src, at + 4 * i, scales[i])
            if v[i] == framing.MISSING_VALUE:
                self.flags = flags.RANGE
            i += 1
        if v[0] <= 0:  # no measurement yet
            self.flags |= flags.WARMING
            self.evidence = framing.POWER_UP
        elif v[0] >= _FULL_SCALE:
            self.flags |= flags.SATURATED
        return events.SAMPLE

    def _written(self, register: int) -> int:
        return self._named(_NAMES, register)

    def fields(self) -> list:
        """Registers by name; a write is echoed with the value that was written."""
        raw = self.raw
        if raw[1] & 128:
            return super().fields()
        value = raw[4] << 8 | raw[5] if raw[1] == modbus.WRITE_ONE else self.word(0)
        if self.reply == "firmware":
            return [("firmware", "%d.%d" % (value >> 8, value & 255))]
        return [(self.reply, value)]


def decoder(model: str) -> framing.Decoder:
    """A decoder for the SCD30."""
    return Scd30()


def describe(model: str) -> Model:
    """Facts of the SCD30; **Source**: datasheet 1.0 (accuracy); the first two intervals after start are unsettled."""
    m = Model(model)
    m.maker = "Sensirion"
    m.family = "scd30"
    m.headline = (("co2_ppm", "co2_ppm"), ("temp_c", "temp_c"), ("rh_pct", "rh_pct"))
    m.baud = 19200
    m.framing = "Modbus RTU, address 97"
    m.modes = ("polled",)
    m.interval_s = 2
    m.warm_up_s = 60
    m.abc = True
    m.altitude = True
    m.err = (("co2_ppm", 30, 3), ("temp_c", 0.4, 0), ("rh_pct", 3, 0))
    m.poll = READ
    m.calibrations = (("known", 400, 2000),)
    m.source = "Sensirion SCD30 interface description 1.0, datasheet 1.0"
    return m


class Scd30Dialogue(Dialogue):
    """Asks whether data are ready, then reads; starts a sensor that never has any.

    ASC and altitude are kept without power: they are read, and written only when they differ from what was asked for.
    """

    REPLY_MS = 250
    NEVER = 5  # polls without data before the measurement is started

    def start(self) -> None:
        """Firmware, interval, ASC; pressure compensation when asked for, because it is lost at power-off."""
        self.poll = READY
        self._not_ready = 0
        self.ask(Step(FIRMWARE, "firmware", 10))  # it takes 2 s to boot
        self.ask(Step(INTERVAL, "interval_s"))
        self.ask(Step(ASC, "asc"))
        pressure = self.option("pressure_hpa", 0)
        if pressure:
            self.ask(Step(start(pressure), "start"))
        elif self.option("altitude_m", -1) >= 0:  # a pressure would override it
            self.ask(Step(ALTITUDE, "altitude_m"))
        self._poll_step.answer = "data_ready"

    def learn(self, decoder) -> None:
        """Data ready: read now. The ASC state is compared with the one asked for."""
        if decoder.reply == "data_ready":
            if decoder.word(0):
                self._not_ready = 0
                self.ask(Step(READ, "sample", 1))
                return
            self._poll_at = ticks_add(self._free_at, 500)
            self._not_ready += 1
            if self._not_ready >= max(self.NEVER, 3 * self._interval_s()) and not self._queue:
                self._not_ready = 0
                self.ask(Step(start(self.option("pressure_hpa", 0)), "start"))
            return
        if decoder.reply not in ("start", "stop", "reset"):
            super().learn(decoder)
        if decoder.reply == "altitude_m" and decoder.raw[1] == modbus.READ_HOLDING:
            altitude = self.option("altitude_m", -1)
            if altitude >= 0 and decoder.word(0) != altitude:
                self.ask(Step(set_altitude(altitude), "altitude_m"))
        if decoder.reply == "asc" and decoder.raw[1] == modbus.READ_HOLDING:
            wanted = self_calibration.hours(self.option("abc", "leave"), self.model)
            if self_calibration.differs(wanted, decoder.word(0)):
                self.ask(Step(ASC_ON if wanted else ASC_OFF, "asc"))

    def _interval_s(self) -> int:
        for name, value in self.facts:
            if name == "interval_s":
                return int(value)
        return 2


def calibration(model: str, kind: str, ppm: int, decoder) -> tuple:
    """The steps that calibrate: `kind` known, to `ppm`, after at least 2 min of measuring every 2 s."""
    return (Step(calibrate(ppm), "frc_ppm", 2),)


def dialogue(model: str, interval_ms: int, options: dict | None) -> Dialogue:
    """What to say to an SCD30."""
    return Scd30Dialogue(describe(model), interval_ms, options)
