"""Simulated Amphenol Telaire T6613 and T6615.

**Source** Telaire T6600 UART protocol as public drivers use it; its self-test as a public header of the Tsunami-Lite
protocol has it. Warm-up times, and how long the self-test takes, have no primary source here.
"""

import math
from collections.abc import Mapping
from typing import ClassVar

from simulators.baseline import DAY_S, Baseline
from simulators.device import REPLY_S, Device, Register, Registers, Setup, unsigned16
from simulators.infrared import Infrared

WARM_S = 120.0
WARMING, IDLE, TESTING = 0x02, 0x08, 0x80
TEST_S = 10.0
HIGHEST_PPM = {"t6613": 2000.0, "t6615": 10000.0}


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
        self.tested_s = -math.inf
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
        if code == 0xC0:
            return self._test(raw, detail, now_s)
        if code == 0x84:
            self.heard(raw, "restart", now_s)
            self.turn_on(now_s)
            return None
        self.heard(raw, "unknown", now_s)
        return None

    def _test(self, raw: bytes, detail: bytes, now_s: float) -> bytes:
        self.heard(raw, "self-test", now_s)
        if detail == b"\x00":
            self.tested_s = now_s
            return b""
        good = 16 if now_s - self.tested_s >= TEST_S else 0
        return bytes([1 if good else 0, 1, good, 16])

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
        testing = now_s - self.tested_s < TEST_S
        warming = self.age_s(now_s) < WARM_S
        return (WARMING if warming else 0) | (IDLE if self.idle else 0) | (TESTING if testing else 0)

    def on_time(self, now_s: float) -> None:
        if not self.idle:
            self.cell.step(now_s)

    def wait_s(self, now_s: float) -> float:
        return min(super().wait_s(now_s), 1.0)

    def measure(self, now_s: float) -> Registers:
        settled = min(1.0, max(0.0, self.age_s(now_s)) / WARM_S)
        shown = min(HIGHEST_PPM[self.model], self.cell.ppm) * (0.7 + 0.3 * settled)
        return {"co2_ppm": max(0.0, shown) / self.options["divisor"]}

    def encode(self, registers: Mapping[str, float]) -> bytes:
        return b"\xff\xfa\x02" + unsigned16(registers.get("co2_ppm", 0.0))
