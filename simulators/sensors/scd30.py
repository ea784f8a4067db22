"""Simulated Sensirion SCD30 over Modbus RTU.

**Source** Sensirion SCD30 interface description v1.0 (May 2020); SCD30 datasheet.
"""

import struct
from collections.abc import Mapping
from typing import ClassVar

from simulators.baseline import DAY_S, Baseline
from simulators.device import Register, Registers, Setup
from simulators.modbus import ILLEGAL_ADDRESS, ILLEGAL_VALUE, ModbusDevice, Refused, closed

BOOT_S = 2.0
READY = 0x27
VALUES = 0x28
STANDARD_HPA = 1013.25
ORDER = ("co2_ppm", "temp_c", "rh_pct")


class Scd30(ModbusDevice):
    """Measures between start and stop; interval, altitude, offset, ASC and the running state are kept without power.

    Options: `running` is the stored running state; `interval_s`, `asc` and `offset_k` are the stored settings.
    """

    BAUD = 19200
    ADDRESS = 0x61
    LIFETIME_H = 15 * 365.25 * 24
    QUANTITIES: ClassVar[tuple[str, ...]] = ORDER
    FULL_SCALE: ClassVar[Mapping[str, float]] = {"co2_ppm": 40000.0}
    REGISTERS: ClassVar[tuple[Register, ...]] = (
        Register("co2_ppm", 0.0, 40000.0, 0.001),
        Register("temp_c", -40.0, 70.0, 0.001),
        Register("rh_pct", 0.0, 100.0, 0.001),
    )
    OPTIONS: ClassVar[Mapping[str, float]] = {"running": 0.0, "interval_s": 2.0, "asc": 0.0, "offset_k": 0.0}
    POLL = bytes.fromhex("6103002800064c60")

    def __init__(self, setup: Setup) -> None:
        self.running = False
        self.interval_s = 2
        self.altitude_m = 0
        self.offset = 0
        self.pressure_hpa = 0
        self.recalibrated_ppm = 400
        self.baseline = Baseline(7.0 * DAY_S, on=False)
        super().__init__(setup)
        self.running = bool(self.options["running"])
        self.interval_s = int(self.options["interval_s"])
        self.offset = int(self.options["offset_k"] * 100.0)
        self.baseline.on = bool(self.options["asc"])
        self._begin(self.powered_s if setup.cold else -self.interval_s * 3.0)

    def power_on(self, now_s: float) -> None:
        self.recalibrated_ppm = 400
        self.baseline.restart(now_s)
        self._begin(now_s + BOOT_S)

    def _begin(self, now_s: float) -> None:
        self._began_s = now_s
        self._due_s = now_s + self.interval_s
        self._held: Registers = dict.fromkeys(ORDER, 0.0)
        self.ready = False

    def on_bytes(self, data: bytes, now_s: float) -> None:
        if self.age_s(now_s) >= BOOT_S:
            super().on_bytes(data, now_s)

    # --- registers

    def read_register(self, function: int, register: int, now_s: float) -> int:
        if VALUES <= register < VALUES + 6:
            self.ready = False
            packed = self._packed(self._held)
            return int.from_bytes(packed[2 * (register - VALUES) :][:2], "big")
        words = {
            0x20: 0x0342,
            0x25: self.interval_s,
            READY: int(self.ready),
            0x36: self.pressure_hpa,
            0x38: self.altitude_m,
            0x39: self.recalibrated_ppm,
            0x3A: int(self.baseline.on),
            0x3B: self.offset,
        }
        if register not in words:
            raise Refused(ILLEGAL_ADDRESS)
        return words[register]

    def write_register(self, register: int, value: int, now_s: float) -> None:
        if register == 0x36:
            self._start(value, now_s)
        elif register == 0x37:
            self.running = False
        elif register == 0x34:
            self.turn_on(now_s)
        elif register == 0x25:
            self.interval_s = within(value, 2, 1800)
        elif register == 0x38:
            self.altitude_m = value
        elif register == 0x39:
            self.recalibrated_ppm = within(value, 400, 2000)
            self.baseline.calibrate(self._inhaled(now_s), now_s, value)
        elif register == 0x3A:
            self.baseline.on = within(value, 0, 1) == 1
            self.baseline.restart(now_s)
        elif register == 0x3B:
            self.offset = value
        else:
            raise Refused(ILLEGAL_ADDRESS)

    def _start(self, pressure_hpa: int, now_s: float) -> None:
        if pressure_hpa:
            within(pressure_hpa, 700, 1400)
        self.pressure_hpa = pressure_hpa
        if not self.running:
            self.running = True
            self._begin(now_s)

    # --- measuring

    def on_time(self, now_s: float) -> None:
        if not self.running or now_s < self._due_s:
            return
        self._due_s += self.interval_s * (1 + int((now_s - self._due_s) / self.interval_s))
        self._held = self.registers(now_s)
        self.ready = True

    def wait_s(self, now_s: float) -> float:
        measured_s = max(0.0, self._due_s - now_s) if self.running else super().wait_s(now_s)
        return min(super().wait_s(now_s), measured_s)

    def _inhaled(self, now_s: float) -> float:
        air = self.breathe(now_s)
        co2_ppm = air.get("co2_ppm", 0.0)
        if "pressure_hpa" in self.air.exact:
            assumed_hpa = self.pressure_hpa or STANDARD_HPA * (1.0 - 2.25577e-5 * self.altitude_m) ** 5.25588
            co2_ppm *= air["pressure_hpa"] / assumed_hpa
        return co2_ppm

    def measure(self, now_s: float) -> Registers:
        air = self.breathe(now_s)
        raw_ppm = self._inhaled(now_s)
        self.baseline.observe(raw_ppm, now_s)
        co2_ppm = raw_ppm + self.baseline.offset_ppm
        settled = (now_s - self._began_s) / self.interval_s
        if settled < 1.5:
            co2_ppm = 0.0
        elif settled < 2.5:
            co2_ppm *= self.random.uniform(0.8, 1.1)
        if self.ailment.zero:
            co2_ppm = 0.0
        temp_c = air.get("temp_c", 20.0) - self.offset / 100.0
        return {"co2_ppm": max(0.0, co2_ppm), "temp_c": temp_c, "rh_pct": air.get("rh_pct", 40.0)}

    def _packed(self, registers: Mapping[str, float]) -> bytes:
        return struct.pack(">3f", *(registers.get(name, 0.0) for name in ORDER))

    def encode(self, registers: Mapping[str, float]) -> bytes:
        return closed(bytes([self.ADDRESS, 0x03, 12]) + self._packed(registers))


def within(value: int, low: int, high: int) -> int:
    """The value, if the sensor takes it. Errors: Refused."""
    if not low <= value <= high:
        raise Refused(ILLEGAL_VALUE)
    return value
