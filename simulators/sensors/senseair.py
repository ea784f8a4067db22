"""Simulated Senseair S8, S88, K30 and Sunrise.

**Source** Senseair "Modbus on Senseair S8" TDE2067, PSP126 S8 LP and Sunrise documents; replies recorded by Tasmota;
public drivers of S88, K30 and Sunrise.
"""

from collections.abc import Mapping
from typing import ClassVar

from simulators.baseline import HOUR_S, Baseline
from simulators.device import Register, Registers, Setup, signed16, unsigned16, whole
from simulators.infrared import STANDARD_HPA, Infrared
from simulators.modbus import (
    ILLEGAL_ADDRESS,
    ILLEGAL_VALUE,
    READ_HOLDING,
    READ_INPUT,
    WRITE_MANY,
    WRITE_ONE,
    ModbusDevice,
    Refused,
    closed,
)

WARM_S = 30.0
LAMP_CYCLE_S = 2.0
OUT_OF_RANGE = 0x20
SELF_DIAGNOSTIC = 0x10
NOTHING_MEASURED = 0x80
BACKGROUND_DONE = 0x20
ZERO_DONE = 0x40
FACTORY = 0x7C02
BACKGROUND = 0x7C06
ZERO = 0x7C07
PPM_PER_KPA = 0.016
READ_RAM = 0x44
RESTART = 0xFF
PRESSURE = 46
NO_PRESSURE = 0x10


class S8(ModbusDevice):
    """Input registers 0-3 and identity, holding registers for calibration and ABC; answers to 0x68 and 0xFE.

    Options: `abc_h` is the stored ABC period (0 off); `type_id`, `firmware` and `serial_number` are what it says.
    """

    ANY = (0xFE,)
    MOST_REGISTERS = 8
    LIFETIME_H = 131_400.0
    MEASURE_S = 4.0
    HIGHEST_PPM = 10000.0
    QUANTITIES: ClassVar[tuple[str, ...]] = ("co2_ppm",)
    FULL_SCALE: ClassVar[Mapping[str, float]] = {"co2_ppm": 10000.0}
    REGISTERS: ClassVar[tuple[Register, ...]] = (
        Register("meter_status", 0, 127),
        Register("alarm_status", 0, 65535),
        Register("output_status", 0, 65535),
        Register("co2_ppm", -32768, 32767),
    )
    OPTIONS: ClassVar[Mapping[str, float]] = {
        "abc_h": 180.0,
        "type_id": 0x0177,
        "firmware": 0x0154,
        "serial_number": 0x00A1B2C3,
    }
    POLL = bytes.fromhex("fe0400000004e5c6")

    def __init__(self, setup: Setup) -> None:
        self.cell = Infrared(self, self.MEASURE_S, Baseline(HOUR_S), PPM_PER_KPA)
        self.acknowledged = 0
        self._pending: tuple[float, int] | None = None
        super().__init__(setup)
        self._set_abc(int(self.options["abc_h"]), 0.0)

    def power_on(self, now_s: float) -> None:
        self.acknowledged = 0
        self._pending = None
        self.cell.restart(now_s)

    def _set_abc(self, hours: int, now_s: float) -> None:
        self.abc_h = hours
        self.cell.baseline.on = hours > 0
        self.cell.baseline.period_s = max(1, hours) * HOUR_S
        self.cell.baseline.restart(now_s)

    # --- registers

    def read_register(self, function: int, register: int, now_s: float) -> int:
        words = self._inputs(now_s) if function == READ_INPUT else {0: self.acknowledged, 1: 0, 31: self.abc_h}
        if register not in words:
            raise Refused(ILLEGAL_ADDRESS)
        return words[register]

    def _inputs(self, now_s: float) -> dict[int, int]:
        registers = self.registers(now_s)
        type_id, serial = int(self.options["type_id"]), int(self.options["serial_number"])
        ppm = word(registers["co2_ppm"])
        return {
            0: int(registers["meter_status"]),
            1: int(registers["alarm_status"]),
            2: int(registers["output_status"]),
            3: ppm,
            21: min(0x3FFF, ppm * 0x3FFF // 2000),
            25: type_id >> 16,
            26: type_id & 0xFFFF,
            27: 0x0065,
            28: int(self.options["firmware"]),
            29: serial >> 16,
            30: serial & 0xFFFF,
        }

    def write_register(self, register: int, value: int, now_s: float) -> None:
        if register == 0:
            self.acknowledged = value
        elif register == 1:
            if value not in (BACKGROUND, ZERO):
                raise Refused(ILLEGAL_VALUE)
            self._pending = (now_s + LAMP_CYCLE_S, value)
        elif register == 31:
            self._set_abc(value, now_s)
        else:
            raise Refused(ILLEGAL_ADDRESS)

    # --- measuring

    def on_time(self, now_s: float) -> None:
        if self._pending is not None and now_s >= self._pending[0]:
            target_ppm = 400.0 if self._pending[1] == BACKGROUND else 0.0
            self.acknowledged |= BACKGROUND_DONE if target_ppm else ZERO_DONE
            self._pending = None
            self.cell.calibrate(now_s, target_ppm)
        self.cell.step(now_s)

    def wait_s(self, now_s: float) -> float:
        return min(super().wait_s(now_s), self.cell.wait_s(now_s))

    def measure(self, now_s: float) -> Registers:
        shown, status = self.cell.ppm, 0
        if not -100.0 <= shown <= self.HIGHEST_PPM:
            status |= OUT_OF_RANGE
        if self.worn(now_s) > 1.0:
            status |= SELF_DIAGNOSTIC
        if self.age_s(now_s) < WARM_S:
            settling = max(0.0, self.age_s(now_s)) / WARM_S
            shown *= 0.6 + 0.4 * settling
        shown = min(shown, self.HIGHEST_PPM)
        return {"meter_status": status, "alarm_status": 0.0, "output_status": 0.0, "co2_ppm": shown}

    def encode(self, registers: Mapping[str, float]) -> bytes:
        names = ("meter_status", "alarm_status", "output_status")
        words = b"".join(unsigned16(registers.get(name, 0.0)) for name in names)
        return closed(b"\xfe\x04\x08" + words + signed16(registers.get("co2_ppm", 0.0)))


class K30(S8):
    """The same registers with temperature and humidity behind the CO2, and the memory read that its users know.

    Options as the S8.
    """

    MEASURE_S = 2.0
    FUNCTIONS = (READ_HOLDING, READ_INPUT, WRITE_ONE, READ_RAM)
    QUANTITIES: ClassVar[tuple[str, ...]] = ("co2_ppm", "temp_c", "rh_pct")
    REGISTERS: ClassVar[tuple[Register, ...]] = (Register("co2_ppm", -32768, 32767),)
    OPTIONS: ClassVar[Mapping[str, float]] = {**S8.OPTIONS, "type_id": 0x0083}
    POLL = bytes.fromhex("fe440008029f25")

    def _inputs(self, now_s: float) -> dict[int, int]:
        air = self.breathe(now_s)
        climate = {4: word(air.get("temp_c", 0.0) * 100.0), 5: word(air.get("rh_pct", 0.0) * 100.0)}
        return {**super()._inputs(now_s), **climate}

    def answer(self, raw: bytes, now_s: float) -> bytes:
        if raw[1] != READ_RAM:
            return super().answer(raw, now_s)
        if len(raw) != 7:
            raise Refused(ILLEGAL_VALUE)
        address, count = int.from_bytes(raw[2:4], "big"), raw[4]
        self.heard(raw, f"read memory {address:#06x} x{count}", now_s)
        inputs = self._inputs(now_s)
        known = {0x08: inputs[3], 0x12: inputs[4], 0x14: inputs[5], 0x1E: inputs[0]}
        memory = b"".join(known.get(address + i, 0).to_bytes(2, "big") for i in range(0, count, 2))
        return bytes([READ_RAM, count]) + memory[:count]

    def encode(self, registers: Mapping[str, float]) -> bytes:
        return closed(b"\xfe\x44\x02" + signed16(registers.get("co2_ppm", 0.0)))


class Sunrise(ModbusDevice):
    """Battery-friendly sibling: writes with function 16 only; settings 10 to 18 act after a restart, the pressure in
    register 46 at once and until the power fails.

    Options: `period_s` between measurements, `abc_h` the ABC period, `single` measures only when asked, `control` the
    meter control register, whose bits 2 and 16 switch ABC and the correction for pressure off.
    """

    ANY = (0xFE,)
    FUNCTIONS = (READ_HOLDING, READ_INPUT, WRITE_MANY)
    MOST_REGISTERS = 32
    LIFETIME_H = 131_400.0
    QUANTITIES: ClassVar[tuple[str, ...]] = ("co2_ppm", "temp_c")
    FULL_SCALE: ClassVar[Mapping[str, float]] = {"co2_ppm": 10000.0}
    REGISTERS: ClassVar[tuple[Register, ...]] = (
        Register("error_status", 0, 65535),
        Register("co2_ppm", -32768, 32767),
    )
    OPTIONS: ClassVar[Mapping[str, float]] = {
        "period_s": 16.0,
        "abc_h": 180.0,
        "single": 0.0,
        "control": 0.0,
        "serial_number": 4711.0,
    }
    POLL = closed(bytes.fromhex("680400000004"))

    def __init__(self, setup: Setup) -> None:
        self.cell = Infrared(self, 16.0, Baseline(HOUR_S), PPM_PER_KPA)
        self.held = {0: 0, 4: 0, 10: 0, 11: 16, 12: 8, 13: 180, 15: 400, 18: 0, PRESSURE: 10132}
        super().__init__(setup)
        self.held.update({10: int(self.options["single"]), 11: int(self.options["period_s"])})
        self.held.update({13: int(self.options["abc_h"]), 18: int(self.options["control"])})
        self._apply(0.0 if setup.cold else -HOUR_S)

    def power_on(self, now_s: float) -> None:
        self.held.update({0: 0, PRESSURE: 10132})
        self._single_due_s: float | None = None
        self._apply(now_s)

    def _apply(self, now_s: float) -> None:
        self.cell.interval_s = float(max(2, self.held[11]))
        self.cell.baseline.on = self.held[13] > 0 and not self.held[18] & 2
        self.cell.baseline.period_s = max(1, self.held[13]) * HOUR_S
        self.cell.baseline.target_ppm = float(self.held[15])
        self._correct()
        self.cell.restart(now_s)

    def _correct(self) -> None:
        self.cell.told_hpa = STANDARD_HPA if self.held[18] & NO_PRESSURE else self.held[PRESSURE] / 10.0

    def read_register(self, function: int, register: int, now_s: float) -> int:
        words = self._inputs(now_s) if function == READ_INPUT else {**self.held, 1: 0}
        if register not in words and not (function == READ_HOLDING and 34 <= register <= 57):
            raise Refused(ILLEGAL_ADDRESS)
        return words.get(register, 0)

    def _inputs(self, now_s: float) -> dict[int, int]:
        registers = self.registers(now_s)
        ppm, serial = word(registers["co2_ppm"]), int(self.options["serial_number"])
        temp = word(self.breathe(now_s).get("temp_c", 0.0) * 100.0)
        cycle = int(max(0.0, self.age_s(now_s)) % self.cell.interval_s / 2.0)
        inputs = {0: int(registers["error_status"]), 1: 0, 2: 0, 3: ppm, 4: temp, 5: 0, 6: self.cell.count & 0xFF}
        return {**inputs, 7: cycle, 8: ppm, 9: ppm, 10: ppm, 23: 0, 28: 0x0106, 29: serial >> 16, 30: serial & 0xFFFF}

    def write_register(self, register: int, value: int, now_s: float) -> None:
        if register == 17 and value == RESTART:
            self.turn_on(now_s)
        elif register == 33:
            self._single_due_s = now_s + LAMP_CYCLE_S
        elif register == 1:
            self._special(value, now_s)
        elif register in self.held or 34 <= register <= 57:
            self.held[register] = value
            if register == PRESSURE:
                self._correct()
        else:
            raise Refused(ILLEGAL_ADDRESS)

    def _special(self, value: int, now_s: float) -> None:
        if value == FACTORY:
            self.cell.baseline.offset_ppm = 0.0
        elif value in (BACKGROUND, ZERO, 0x7C05):
            self.held[0] |= BACKGROUND_DONE
            self.cell.calibrate(now_s, 0.0 if value == ZERO else None)
        else:
            raise Refused(ILLEGAL_VALUE)

    def on_time(self, now_s: float) -> None:
        if not self.held[10] or now_s < self.powered_s:
            self.cell.step(now_s)
        elif self._single_due_s is not None and now_s >= self._single_due_s:
            self._single_due_s = None
            self.cell.step(now_s)

    def wait_s(self, now_s: float) -> float:
        return min(super().wait_s(now_s), self.cell.wait_s(now_s) if not self.held[10] else 1.0)

    def measure(self, now_s: float) -> Registers:
        warming = self.age_s(now_s) < LAMP_CYCLE_S * 4.0 or (self.held[10] and not self.cell.count)
        if warming:
            return {"error_status": NOTHING_MEASURED, "co2_ppm": 0.0}
        shown = min(10000.0, self.cell.ppm)
        return {"error_status": OUT_OF_RANGE if self.cell.ppm > 10000.0 else 0.0, "co2_ppm": shown}

    def encode(self, registers: Mapping[str, float]) -> bytes:
        words = unsigned16(registers.get("error_status", 0.0)) + bytes(4) + signed16(registers.get("co2_ppm", 0.0))
        return closed(b"\x68\x04\x08" + words)


def word(value: float) -> int:
    """A signed value as the register holds it."""
    return whole(value, -0x8000, 0x7FFF) & 0xFFFF
