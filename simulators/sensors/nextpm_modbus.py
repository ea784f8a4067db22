"""Simulated Tera NextPM asked by Modbus.

**Source** Tera NextPM user guide v3.4.
"""

import math
from collections.abc import Mapping
from typing import ClassVar

from simulators.device import Register, Registers, whole
from simulators.fan import drawn_in
from simulators.modbus import ILLEGAL_ADDRESS, ILLEGAL_VALUE, READ_HOLDING, ModbusDevice, Refused, closed

BOOT_S = 15.0
STABLE_S = 20.0
DEGRADED, NOT_READY = 0x02, 0x04
MASSES = ("pm1_ugm3", "pm2_5_ugm3", "pm10_ugm3")
WINDOWS = ("10s", "60s", "900s")
ORDER = tuple(
    [f"{size}_{window}_per_L" for size in ("n1", "n2_5", "n10")]
    + [f"{size}_{window}_ugm3" for size in ("pm1", "pm2_5", "pm10")]
    for window in WINDOWS
)


class NextPmModbus(ModbusDevice):
    """The same sensor asked by Modbus: thousandths in two words, the low one first."""

    BAUD = 115200
    CHARACTER_BITS = 11
    LIFETIME_H = 87_600.0
    ADDRESS = 1
    FUNCTIONS = (READ_HOLDING, 16)
    QUANTITIES: ClassVar[tuple[str, ...]] = (*MASSES, "temp_c", "rh_pct")
    FULL_SCALE: ClassVar[Mapping[str, float]] = dict.fromkeys(MASSES, 1000.0)
    REGISTERS: ClassVar[tuple[Register, ...]] = tuple(
        Register(name, 0.0, 100_000.0, 0.001) for window in ORDER for name in window
    )
    POLL = bytes.fromhex("010300320024e41e")

    def power_on(self, now_s: float) -> None:
        self.fan_s = now_s
        self._read_s = math.nan
        self._averages = b""

    def read_register(self, function: int, register: int, now_s: float) -> int:
        if 50 <= register <= 85:
            if now_s != self._read_s:  # all words of one reply are of one moment
                self._read_s, self._averages = now_s, self._packed(self.registers(now_s))
            return int.from_bytes(self._averages[2 * (register - 50) :][:2], "big")
        air = self.breathe(now_s)
        booting = NOT_READY if now_s - self.fan_s < BOOT_S else 0
        words = {
            1: 0x42,
            19: booting | (DEGRADED if self.worn(now_s) > 1.0 else 0),
            88: self.ADDRESS,
            89: 100,
            101: 0,
            102: 100,
            106: whole((air.get("rh_pct", 40.0) + 4.727) / 1.1768 * 100.0, 0, 0xFFFF),
            107: whole((air.get("temp_c", 20.0) + 4.2488) / 0.9754 * 100.0, 0, 0xFFFF),
        }
        if register not in words:
            raise Refused(ILLEGAL_ADDRESS)
        return words[register]

    def write_register(self, register: int, value: int, now_s: float) -> None:
        if register != 88 or not 1 <= value <= 15:
            raise Refused(ILLEGAL_VALUE if register == 88 else ILLEGAL_ADDRESS)

    def measure(self, now_s: float) -> Registers:
        if now_s - self.fan_s < BOOT_S:
            return {name: 0.0 for window in ORDER for name in window}
        seen = drawn_in(self, now_s, self.fan_s, 0.0, STABLE_S)
        fine = seen["n0_3_per_dl"] * 10.0
        values = [fine * 0.985, fine * 0.995, fine, *(min(1000.0, seen[name]) for name in MASSES)]
        return {name: value for window in ORDER for name, value in zip(window, values, strict=True)}

    def _packed(self, registers: Mapping[str, float]) -> bytes:
        packed = b""
        for window in ORDER:
            for name in window:
                value = whole(registers.get(name, 0.0) * 1000.0, 0, 0xFFFFFFFF)
                packed += (value & 0xFFFF).to_bytes(2, "big") + (value >> 16).to_bytes(2, "big")
        return packed

    def encode(self, registers: Mapping[str, float]) -> bytes:
        return closed(bytes([self.ADDRESS, 0x03, 72]) + self._packed(registers))
