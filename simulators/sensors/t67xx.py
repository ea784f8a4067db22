"""Simulated Amphenol Telaire T6703 and T6713.

**Source** T67xx register and EEPROM headers of the Telaire firmware (altitude: a float of feet). Status bits and
warm-up times have no primary source here.
"""

import struct
from collections.abc import Mapping
from typing import ClassVar

from simulators.baseline import DAY_S, Baseline
from simulators.device import Register, Registers, Setup, unsigned16, whole
from simulators.infrared import STANDARD_HPA, Infrared
from simulators.modbus import (
    ILLEGAL_ADDRESS,
    ILLEGAL_VALUE,
    READ_HOLDING,
    READ_INPUT,
    WRITE_COIL,
    WRITE_MANY,
    WRITE_ONE,
    ModbusDevice,
    Refused,
    closed,
)

WARM_S = 120.0
QUIET_S = 10.0
SHORT_WARM_UP = 0x0800
FAULTY = 0x0001
PPM_PER_KPA = 0.016
ALTITUDE = 4099


class T67xx(ModbusDevice):
    """Modbus at address 0x15, 8E1; status and calibration by coils.

    Options: `abc` is its stored state.
    """

    BAUD = 19200
    CHARACTER_BITS = 11
    ADDRESS = 0x15
    FUNCTIONS = (READ_HOLDING, READ_INPUT, WRITE_COIL, WRITE_ONE, WRITE_MANY)
    LIFETIME_H = 131_400.0
    QUANTITIES: ClassVar[tuple[str, ...]] = ("co2_ppm",)
    FULL_SCALE: ClassVar[Mapping[str, float]] = {"co2_ppm": 5000.0}
    REGISTERS: ClassVar[tuple[Register, ...]] = (Register("co2_ppm", 0, 16383),)
    OPTIONS: ClassVar[Mapping[str, float]] = {"abc": 1.0}
    POLL = bytes.fromhex("1504138b00014670")

    def __init__(self, setup: Setup) -> None:
        self.cell = Infrared(self, 4.0, Baseline(DAY_S), PPM_PER_KPA)
        self.held = {4000: 6713, 4002: 0, 4003: 4711, 4005: self.ADDRESS, 4006: 1, 4007: 0, 4008: 4, 4029: 400}
        self.held.update({4103: 0, 4104: 1013, 4105: 600})
        self.altitude_ft = 0.0  # in force after a restart
        super().__init__(setup)
        self.cell.baseline.on = bool(self.options["abc"])

    def power_on(self, now_s: float) -> None:
        self.cell.told_hpa = STANDARD_HPA * max(0.1, 1.0 - 2.25577e-5 * 0.3048 * self.altitude_ft) ** 5.25588
        self.cell.restart(now_s)

    def on_bytes(self, data: bytes, now_s: float) -> None:
        if self.age_s(now_s) >= 1.0:
            super().on_bytes(data, now_s)

    def read_register(self, function: int, register: int, now_s: float) -> int:
        if function == READ_INPUT:
            ppm = whole(self.registers(now_s)["co2_ppm"], 0, 0x3FFF)
            words = {5000: self.cell.count & 0xFFFF, 5001: 0x0109, 5002: self._status(now_s), 5003: ppm, 5004: ppm}
        else:
            high, low = struct.unpack(">2H", struct.pack(">f", self.altitude_ft))
            words = {**self.held, ALTITUDE: high, ALTITUDE + 1: low}
        if register not in words:
            raise Refused(ILLEGAL_ADDRESS)
        return words[register]

    def write_register(self, register: int, value: int, now_s: float) -> None:
        if register in (ALTITUDE, ALTITUDE + 1):
            words = list(struct.unpack(">2H", struct.pack(">f", self.altitude_ft)))
            words[register - ALTITUDE] = value
            self.altitude_ft = struct.unpack(">f", struct.pack(">2H", *words))[0]
            return
        if register not in self.held:
            raise Refused(ILLEGAL_ADDRESS)
        self.held[register] = value

    def write_coil(self, coil: int, on: bool, now_s: float) -> None:
        if coil == 1000:
            self.turn_on(now_s)
        elif coil == 1001:
            self.cell.calibrate(now_s, 0.0)
        elif coil in (1002, 1003, 1004):
            self.cell.calibrate(now_s, float(self.held[4029]))
        elif coil == 1006:
            self.cell.baseline.on = on
            self.cell.baseline.restart(now_s)
        elif coil != 1008:
            raise Refused(ILLEGAL_VALUE if coil < 1000 else ILLEGAL_ADDRESS)

    def answer(self, raw: bytes, now_s: float) -> bytes:
        answer = super().answer(raw, now_s)
        return b"" if raw[1] == WRITE_COIL and raw[2:4] == b"\x03\xe8" else answer  # a reset is not answered

    def _status(self, now_s: float) -> int:
        return (SHORT_WARM_UP if self.age_s(now_s) < WARM_S else 0) | (FAULTY if self.worn(now_s) > 1.0 else 0)

    def on_time(self, now_s: float) -> None:
        self.cell.step(now_s)

    def wait_s(self, now_s: float) -> float:
        return min(super().wait_s(now_s), self.cell.wait_s(now_s))

    def measure(self, now_s: float) -> Registers:
        if self.age_s(now_s) < QUIET_S:
            return {"co2_ppm": 0.0}
        settled = min(1.0, self.age_s(now_s) / WARM_S)
        return {"co2_ppm": min(5000.0, self.cell.ppm) * (0.8 + 0.2 * settled)}

    def encode(self, registers: Mapping[str, float]) -> bytes:
        return closed(b"\x15\x04\x02" + unsigned16(registers.get("co2_ppm", 0.0)))
