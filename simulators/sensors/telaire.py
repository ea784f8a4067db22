"""Simulated Amphenol Telaire T6613, T6615, T6703 and T6713.

**Source** Telaire T6600 UART protocol as public drivers use it; T67xx register headers of the Telaire firmware. Status
bits and warm-up times have no primary source here.
"""

from collections.abc import Mapping
from typing import ClassVar

from simulators.baseline import DAY_S, Baseline
from simulators.device import REPLY_S, Device, Register, Registers, Setup, unsigned16, whole
from simulators.infrared import Infrared
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
WARMING, CALIBRATING, IDLE = 0x02, 0x04, 0x08
SHORT_WARM_UP = 0x0800
FAULTY = 0x0001
PARTS_PPM = {"t6613": 2000.0, "t6615": 10000.0, "t6703": 5000.0, "t6713": 5000.0}


class T66xx(Device):
    """FF FE in, FF FA out, no check byte.

    Options: `abc` is its stored state, `divisor` is for parts that report ppm divided by it.
    """

    BAUD = 19200
    LIFETIME_H = 131_400.0
    QUANTITIES: ClassVar[tuple[str, ...]] = ("co2_ppm",)
    FULL_SCALE: ClassVar[Mapping[str, float]] = {"co2_ppm": 10000.0}
    REGISTERS: ClassVar[tuple[Register, ...]] = (Register("co2_ppm", 0, 65535),)
    OPTIONS: ClassVar[Mapping[str, float]] = {"abc": 1.0, "divisor": 1.0}
    POLL = bytes.fromhex("fffe020203")

    def __init__(self, setup: Setup) -> None:
        self.cell = Infrared(self, 4.0, Baseline(DAY_S))
        self.elevation_ft = 0
        self.idle = False
        super().__init__(setup)
        self.cell.baseline.on = bool(self.options["abc"])

    def power_on(self, now_s: float) -> None:
        self.idle = False
        self.target_ppm = 400
        self.cell.restart(now_s)

    def on_bytes(self, data: bytes, now_s: float) -> None:
        self.inbox += data
        while len(self.inbox) >= 3:
            length = self.inbox[2]
            if self.inbox[:2] != b"\xff\xfe" or not 1 <= length <= 8:
                del self.inbox[:1]
            elif len(self.inbox) < 3 + length:
                return
            else:
                raw = bytes(self.inbox[: 3 + length])
                del self.inbox[: 3 + length]
                answer = self._command(raw, raw[3:], now_s)
                if answer is not None:
                    self.send(b"\xff\xfa" + bytes([len(answer)]) + answer, now_s + REPLY_S)

    def _command(self, raw: bytes, body: bytes, now_s: float) -> bytes | None:
        code, detail = body[0], body[1:]
        if code == 0xB6:
            self.heard(raw, "status", now_s)
            return bytes([self._status(now_s)])
        if code == 0xB7:
            self.heard(raw, "abc", now_s)
            if detail[:1] in (b"\x01", b"\x02"):
                self.cell.baseline.on = detail == b"\x01"
            return bytes([1 if self.cell.baseline.on else 2])
        if code == 0x02:
            return self._read(raw, detail, now_s)
        if code == 0x03:
            self.heard(raw, "write", now_s)
            return self._write(detail)
        if code == 0xB9:
            self.heard(raw, "idle", now_s)
            self.idle = detail == b"\x01"
            return b""
        if code == 0x9B:
            self.heard(raw, "calibrate", now_s)
            self.cell.calibrate(now_s, self.target_ppm)
            return b""
        if code == 0x84:
            self.heard(raw, "restart", now_s)
            self.turn_on(now_s)
            return None
        self.heard(raw, "unknown", now_s)
        return None

    def _read(self, raw: bytes, detail: bytes, now_s: float) -> bytes | None:
        if detail == b"\x03":
            self.heard(raw, "read", now_s)
            return self.encode(self.registers(now_s))[3:]
        known = {b"\x01": b"074128 20110 0A"[:15], b"\x0d": b"A16", b"\x0f": unsigned16(self.elevation_ft)}
        self.heard(raw, "identity", now_s)
        return known.get(detail)

    def _write(self, detail: bytes) -> bytes:
        if detail[:1] == b"\x0f":
            self.elevation_ft = int.from_bytes(detail[1:3], "big")
        elif detail[:1] == b"\x11":
            self.target_ppm = int.from_bytes(detail[1:3], "big")
        return b""

    def _status(self, now_s: float) -> int:
        return (WARMING if self.age_s(now_s) < WARM_S else 0) | (IDLE if self.idle else 0)

    def on_time(self, now_s: float) -> None:
        if not self.idle:
            self.cell.step(now_s)

    def wait_s(self, now_s: float) -> float:
        return min(super().wait_s(now_s), 1.0)

    def measure(self, now_s: float) -> Registers:
        settled = min(1.0, max(0.0, self.age_s(now_s)) / WARM_S)
        shown = min(PARTS_PPM.get(self.model, 10000.0), self.cell.ppm) * (0.7 + 0.3 * settled)
        return {"co2_ppm": max(0.0, shown) / self.options["divisor"]}

    def encode(self, registers: Mapping[str, float]) -> bytes:
        return b"\xff\xfa\x02" + unsigned16(registers.get("co2_ppm", 0.0))


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
        self.cell = Infrared(self, 4.0, Baseline(DAY_S))
        self.held = {4000: 6713, 4002: 0, 4003: 4711, 4005: self.ADDRESS, 4006: 1, 4007: 0, 4008: 4, 4029: 400}
        self.held.update({4099: 0, 4100: 0, 4103: 0, 4104: 1013, 4105: 600})
        super().__init__(setup)
        self.cell.baseline.on = bool(self.options["abc"])

    def power_on(self, now_s: float) -> None:
        self.cell.restart(now_s)

    def on_bytes(self, data: bytes, now_s: float) -> None:
        if self.age_s(now_s) >= 1.0:
            super().on_bytes(data, now_s)

    def read_register(self, function: int, register: int, now_s: float) -> int:
        if function == READ_INPUT:
            ppm = whole(self.registers(now_s)["co2_ppm"], 0, 0x3FFF)
            words = {5000: self.cell.count & 0xFFFF, 5001: 0x0109, 5002: self._status(now_s), 5003: ppm, 5004: ppm}
        else:
            words = self.held
        if register not in words:
            raise Refused(ILLEGAL_ADDRESS)
        return words[register]

    def write_register(self, register: int, value: int, now_s: float) -> None:
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
