"""Senseair Sunrise over Modbus RTU, 9600 8N1, address 0x68: filtered CO2, written with function 16 only.

Holding registers 13 and 18 (ABC period; bits that switch ABC, 2, and pressure compensation, 16, off) keep their values
without power, wear out, and act after a restart (register 17): they are written only when they differ from what was
asked for. Register 46, the air pressure in tenths of a hPa, is forgotten without power and told again after each.

**Source**: Senseair's Sunrise examples; the I2C map of a second driver (register n of Modbus is 0x80 + 2 n there:
ABC period 0x9A, restart 0xA3, meter control 0xA5, pressure 0xDC, 3000 to 13000); tests/vectors/senseair.json.
"""

from aqsense.wire import events, framing, modbus, self_calibration
from aqsense.wire.dialogue import Dialogue, Step
from aqsense.wire.model import Model
from aqsense.wire.senseair import ABC_USUAL_H, INPUT, S8, SenseairDialogue

ADDRESS = 0x68
READ = modbus.request(ADDRESS, 4, 0, 4)
ABC_PERIOD = modbus.request(ADDRESS, 3, 13, 1)
METER_CONTROL = modbus.request(ADDRESS, 3, 18, 1)
BACKGROUND = modbus.write_many(ADDRESS, 1, (0x7C06,))  # what is in the air now becomes the ABC target, 400 ppm
RESTART = modbus.write_many(ADDRESS, 17, (0xFF,))
ERROR_STATUS = modbus.request(ADDRESS, 4, 0, 1)

_ABC_OFF = 2
_PRESSURE_OFF = 16
_RESTART_MS = 2000
_INPUT = ((0, "error_status"),) + INPUT
_HOLDING = ((0, "ack_register"), (1, "command"), (13, "abc_period_h"), (18, "meter_control"), (46, "pressure"))
_WRITTEN = ((0, "ack_cleared"), (1, "calibrating"), (13, "abc_set"), (18, "control_set"), (46, "pressure_set"))


class Sunrise(S8):
    """Senseair Sunrise: CO2 filtered and pressure-compensated, and the error status."""

    FIELDS = ("co2_ppm", "error_status")
    SCALES = (1, 1)
    ADDRESS = ADDRESS
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

    def _written(self, register: int) -> int:
        return self._named(_WRITTEN, register, "written")

    def fields(self) -> list:
        """Registers by name; the meter control says when it has ABC switched off."""
        found = super().fields()
        if self.reply == "meter_control" and self.word(0) & _ABC_OFF:
            found.append(("abc", "off"))
        return found


def decoder(model: str) -> framing.Decoder:
    """A decoder for the Sunrise."""
    return Sunrise()


def describe(model: str) -> Model:
    """Facts of the Sunrise; **Source**: Senseair's Sunrise examples; the first 30 s settle."""
    m = Model(model)
    m.maker = "Senseair"
    m.family = "senseair"
    m.headline = (("co2_ppm", "co2_ppm"),)
    m.framing = "Modbus RTU, address 104"
    m.modes = ("polled",)
    m.interval_s = 16
    m.warm_up_s = 30
    m.abc = True
    m.abc_period_h = (1, 65534, 1)
    m.altitude = True
    m.err = (("co2_ppm", 30, 3),)
    m.poll = READ
    m.calibrations = (("outdoor", 400, 400),)
    m.actions = (("status", "reads what the sensor says of its own health", ""),)
    m.source = "Senseair's Sunrise examples; register map of a second driver"
    m.unconfirmed = ("accuracy", "calibration to a target (command 7C05), which is left alone")
    return m


class SunriseDialogue(SenseairDialogue):
    """As for the S8, with the Sunrise's registers, and the pressure of an altitude when one was given."""

    ADDRESS = ADDRESS
    ABC = ABC_PERIOD

    def start(self) -> None:
        """As for the S8, with the meter control, and the pressure."""
        super().start()
        self.ask(Step(METER_CONTROL, "meter_control"))
        self._period_h = 0
        self._pressure = b""
        self._lost = False
        altitude = self.option("altitude_m", -1)
        if altitude >= 0:
            from aqsense.wire import barometric

            self._pressure = modbus.write_many(ADDRESS, 46, (barometric.tenths_of_hpa(altitude),))
            self.ask(Step(self._pressure, "pressure_set"))

    def heard(self, decoder, now_ms: int) -> None:
        """As in Dialogue; after a power-up the pressure is told again."""
        if decoder.event == events.SAMPLE and self._pressure:
            if decoder.evidence:
                self._lost = True
            elif self._lost:
                self._lost = False
                self.ask(Step(self._pressure, "pressure_set"))
        super().heard(decoder, now_ms)

    def learn(self, decoder) -> None:
        """As for the S8; the meter control comes after the period and completes what is known."""
        super().learn(decoder)
        if decoder.reply == "meter_control":
            self._switch(decoder.word(0))

    def settle(self, decoder) -> None:
        """Keep the period until the meter control is known too."""
        self._period_h = decoder.word(0)

    def _switch(self, control: int) -> None:
        # Write period and meter control where they differ from what was asked for, then restart so that they act.
        wanted = self._period_h
        switches = control
        if self_calibration.differs(self._abc_h, 0 if control & _ABC_OFF else wanted):
            wanted = self._abc_h if self._abc_h >= 0 else wanted or ABC_USUAL_H
            if wanted:
                switches &= ~_ABC_OFF
        if self._pressure:
            switches &= ~_PRESSURE_OFF
        if wanted != self._period_h:
            self.ask(Step(modbus.write_many(ADDRESS, 13, (wanted,)), "abc_set"))
        if switches != control:
            self.ask(Step(modbus.write_many(ADDRESS, 18, (switches,)), "control_set"))
        if wanted != self._period_h or switches != control:
            self.ask(Step(RESTART, "", 1, _RESTART_MS))


def calibration(model: str, kind: str, ppm: int, decoder) -> tuple:
    """The steps that calibrate to outdoor air; the acknowledgement register says in the end what was done."""
    return (
        Step(modbus.write_many(ADDRESS, 0, (0,)), "ack_cleared"),
        Step(BACKGROUND, "calibrating", 1, 32000),
        Step(modbus.request(ADDRESS, 3, 0, 1), "ack_register"),
    )


def action(model: str, name: str, days: int | None) -> tuple:
    """The steps of `name`: status reads the error status."""
    return (Step(ERROR_STATUS, "error_status"),)


def dialogue(model: str, interval_ms: int, options: dict | None) -> Dialogue:
    """What to say to a Sunrise."""
    return SunriseDialogue(describe(model), interval_ms, options)
