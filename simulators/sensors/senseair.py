"""Simulated Senseair S8.

**Source** Senseair "Modbus on Senseair S8" TDE2067; PSP126 S8 LP product specification; replies recorded by Tasmota.
"""

from collections.abc import Mapping
from typing import ClassVar

from simulators.baseline import HOUR_S, Baseline
from simulators.device import Register, Registers, Setup, signed16, unsigned16
from simulators.modbus import ILLEGAL_ADDRESS, ILLEGAL_VALUE, READ_INPUT, ModbusDevice, Refused, closed

MEASURE_S = 4.0
WARM_S = 30.0
LAMP_CYCLE_S = 2.0
OUT_OF_RANGE = 0x20
SELF_DIAGNOSTIC = 0x10
BACKGROUND_DONE = 0x20
ZERO_DONE = 0x40
BACKGROUND = 0x7C06
ZERO = 0x7C07
PPM_PER_KPA = 0.016
STANDARD_HPA = 1013.25


class S8(ModbusDevice):
    """Input registers 0-3 and identity, holding registers for calibration and ABC; answers to 0x68 and 0xFE.

    Options: `abc_h` is the stored ABC period (0 off); `type_id`, `firmware` and `serial_number` are what it says.
    """

    ANY = (0xFE,)
    MOST_REGISTERS = 8
    LIFETIME_H = 131_400.0
    QUANTITIES = ("co2_ppm",)
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
        self.baseline = Baseline(0.0)
        self.acknowledged = 0
        self._co2_ppm = 0.0
        self._measured_s = 0.0
        self._pending: tuple[float, int] | None = None
        super().__init__(setup)
        self._set_abc(int(self.options["abc_h"]), 0.0)

    def power_on(self, now_s: float) -> None:
        self.acknowledged = 0
        self._pending = None
        self._measured_s = now_s - MEASURE_S
        self.baseline.restart(now_s)

    def _set_abc(self, hours: int, now_s: float) -> None:
        self.abc_h = hours
        self.baseline.on = hours > 0
        self.baseline.period_s = max(1, hours) * HOUR_S
        self.baseline.restart(now_s)

    # --- registers

    def read_register(self, function: int, register: int, now_s: float) -> int:
        words = self._inputs(now_s) if function == READ_INPUT else {0: self.acknowledged, 1: 0, 31: self.abc_h}
        if register not in words:
            raise Refused(ILLEGAL_ADDRESS)
        return words[register]

    def _inputs(self, now_s: float) -> dict[int, int]:
        registers = self.registers(now_s)
        type_id, serial = int(self.options["type_id"]), int(self.options["serial_number"])
        ppm = int.from_bytes(signed16(registers["co2_ppm"]), "big")
        return {
            0: int(registers["meter_status"]),
            1: int(registers["alarm_status"]),
            2: int(registers["output_status"]),
            3: ppm,
            21: min(0x3FFF, max(0, ppm * 0x3FFF // 2000)),
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
            self.baseline.calibrate(self._inhaled(now_s), now_s, target_ppm)
            self._measured_s = now_s - MEASURE_S
        if now_s - self._measured_s >= MEASURE_S:
            self._measured_s = now_s
            raw_ppm = self._inhaled(now_s)
            self._co2_ppm = raw_ppm + self.baseline.offset_ppm
            self.baseline.observe(raw_ppm, now_s)

    def wait_s(self, now_s: float) -> float:
        return min(super().wait_s(now_s), max(0.0, self._measured_s + MEASURE_S - now_s))

    def _inhaled(self, now_s: float) -> float:
        air = self.breathe(now_s)
        co2_ppm = air.get("co2_ppm", 0.0)
        if "pressure_hpa" in self.air.exact:
            co2_ppm *= 1.0 + PPM_PER_KPA * (air["pressure_hpa"] - STANDARD_HPA) / 10.0
        return co2_ppm

    def measure(self, now_s: float) -> Registers:
        shown, status = self._co2_ppm, 0
        if self.ailment.zero:
            shown = 0.0
        if not -100.0 <= shown <= 10000.0:
            status |= OUT_OF_RANGE
        if self.worn(now_s) > 1.0:
            status |= SELF_DIAGNOSTIC
        if self.age_s(now_s) < WARM_S:
            settling = max(0.0, self.age_s(now_s)) / WARM_S
            shown *= 0.6 + 0.4 * settling
        return {"meter_status": status, "alarm_status": 0.0, "output_status": 0.0, "co2_ppm": min(shown, 10000.0)}

    def encode(self, registers: Mapping[str, float]) -> bytes:
        names = ("meter_status", "alarm_status", "output_status")
        words = b"".join(unsigned16(registers.get(name, 0.0)) for name in names)
        return closed(b"\xfe\x04\x08" + words + signed16(registers.get("co2_ppm", 0.0)))
