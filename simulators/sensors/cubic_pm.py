"""Simulated Cubic PM1003, PM1006, PM1006K and the PM2008 class.

**Source** Cubic PM1006 and PM2008 specifications; captures from an IKEA VINDRIKTNING; ESPHome pull request 13766 (K).
"""

import math
from collections.abc import Mapping
from typing import ClassVar

from simulators.cubic import BAD_VALUE, SENSOR, UNKNOWN, CubicDevice, framed
from simulators.device import Register, Registers, Setup, unsigned16, whole
from simulators.fan import drawn_in
from simulators.particles import COUNTS

ZEROS_S = 2.0
STABLE_S = 8.0
BURST_S = 20.0
REST_S = 10.0


class Pm1006(CubicDevice):
    """Answers the read command with sixteen bytes of which two are PM2.5 and the rest is undocumented.

    Options: `vindriktning` is the sensor inside the lamp of that name: its own controller asks, so replies come
    unasked, in bursts while the fan runs.
    """

    LIFETIME_H = 26_280.0
    COMPLAINS = False
    QUANTITIES: ClassVar[tuple[str, ...]] = ("pm2_5_ugm3",)
    FULL_SCALE: ClassVar[Mapping[str, float]] = {"pm2_5_ugm3": 1000.0}
    REGISTERS: ClassVar[tuple[Register, ...]] = (
        Register("pm2_5_ugm3", 0, 65535),
        Register("df5_8_raw", 0, 0xFFFFFFFF),
        Register("df9_12_raw", 0, 0xFFFFFFFF),
        Register("df13_16_raw", 0, 0xFFFFFFFF),
    )
    OPTIONS: ClassVar[Mapping[str, float]] = {"vindriktning": 0.0}
    POLL = bytes.fromhex("11020b01e1")

    def power_on(self, now_s: float) -> None:
        self.fan_s = now_s
        self.stream_due_s = now_s + 1.0 if self.options.get("vindriktning") else math.inf

    def command(self, code: int, data: bytes, now_s: float) -> bytes | int | None:
        if (code, data) == (0x0B, b"\x01"):
            return self.encode(self.registers(now_s))[3:-1]
        return UNKNOWN

    def describe(self, code: int, data: bytes) -> str:
        return "read" if code == 0x0B else super().describe(code, data)

    def stream_frame(self, now_s: float) -> bytes:
        return self.encode(self.registers(now_s))

    def stream_interval_s(self, now_s: float) -> float:
        return 3.0 if self.age_s(now_s) % (BURST_S + REST_S) < BURST_S - 3.0 else REST_S + 3.0

    def measure(self, now_s: float) -> Registers:
        mass = min(1000.0, drawn_in(self, now_s, self.fan_s, ZEROS_S, STABLE_S)["pm2_5_ugm3"])
        light = 780.0 + 6.0 * mass + self.random.gauss(0.0, 12.0)
        return {"pm2_5_ugm3": mass, "df5_8_raw": round(light), "df9_12_raw": round(mass), "df13_16_raw": 0x01000000}

    def encode(self, registers: Mapping[str, float]) -> bytes:
        others = ("df5_8_raw", "df9_12_raw", "df13_16_raw")
        rest = b"".join(whole(registers.get(name, 0.0), 0, 0xFFFFFFFF).to_bytes(4, "big") for name in others)
        return framed(SENSOR, 0x0B, bytes(2) + unsigned16(registers.get("pm2_5_ugm3", 0.0)) + rest)


class Pm1006K(CubicDevice):
    """Another read command and twelve bytes, in which PM1 and PM10 have places of their own."""

    LIFETIME_H = 26_280.0
    COMPLAINS = False
    QUANTITIES: ClassVar[tuple[str, ...]] = ("pm1_ugm3", "pm2_5_ugm3", "pm10_ugm3")
    FULL_SCALE: ClassVar[Mapping[str, float]] = dict.fromkeys(QUANTITIES, 1000.0)
    REGISTERS: ClassVar[tuple[Register, ...]] = tuple(Register(name, 0, 65535) for name in QUANTITIES)
    POLL = bytes.fromhex("110102ec")

    def power_on(self, now_s: float) -> None:
        self.fan_s = now_s

    def command(self, code: int, data: bytes, now_s: float) -> bytes | int | None:
        return self.encode(self.registers(now_s))[3:-1] if (code, data) == (0x02, b"") else UNKNOWN

    def describe(self, code: int, data: bytes) -> str:
        return "read" if code == 0x02 else super().describe(code, data)

    def measure(self, now_s: float) -> Registers:
        seen = drawn_in(self, now_s, self.fan_s, ZEROS_S, STABLE_S)
        return {name: min(1000.0, seen[name]) for name in self.QUANTITIES}

    def encode(self, registers: Mapping[str, float]) -> bytes:
        order = ("pm2_5_ugm3", "pm1_ugm3", "pm10_ugm3")
        return framed(SENSOR, 0x02, b"".join(bytes(2) + unsigned16(registers.get(name, 0.0)) for name in order))


class Pm2008(CubicDevice):
    """Laser sensor with two mass scales and six counts; measures between open and close, open at power-up.

    Options: `serial_number`, and `open` whether it measures at the start; `first_command_s` within which a command must
    come after power-up, or it is deaf until the next one (PM2016, which then speaks something else; 0: any time).
    """

    LIFETIME_H = 43_800.0
    QUANTITIES: ClassVar[tuple[str, ...]] = ("pm1_ugm3", "pm2_5_ugm3", "pm10_ugm3")
    FULL_SCALE: ClassVar[Mapping[str, float]] = dict.fromkeys(QUANTITIES, 1000.0)
    NAMES: ClassVar[tuple[str, ...]] = (
        *(f"{size}_{scale}_ugm3" for scale in ("grimm", "tsi") for size in ("pm1", "pm2_5", "pm10")),
        *COUNTS[:5],
        "n10_per_dl",
    )
    REGISTERS: ClassVar[tuple[Register, ...]] = tuple(
        Register(name, 0, 1000 if name.endswith("_ugm3") else 1_000_000) for name in NAMES
    )
    OPTIONS: ClassVar[Mapping[str, float]] = {
        "open": 1.0,
        "serial_number": 52_908.0,
        "first_command_s": 0.0,
    }
    POLL = bytes.fromhex("11020b07db")

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        self.open = bool(self.options["open"])
        self.listens = not setup.cold or not self.options["first_command_s"]

    def power_on(self, now_s: float) -> None:
        self.listens = not self.options["first_command_s"]
        self.open = True
        self.fan_s = now_s

    def command(self, code: int, data: bytes, now_s: float) -> bytes | int | None:
        if (code, data) == (0x0B, b"\x07"):
            return self.encode(self.registers(now_s))[3:-1]
        if code == 0x0C and len(data) == 2 and data[1] == 0x1E:
            return self._switch(data[0], now_s)
        if code == 0x1E:
            return b"PM V2.0.03\x00"
        if code == 0x1F:
            return serial_number(int(self.options["serial_number"]))
        return UNKNOWN

    def on_bytes(self, data: bytes, now_s: float) -> None:
        self.listens = self.listens or self.age_s(now_s) <= self.options["first_command_s"]
        if self.listens:
            super().on_bytes(data, now_s)

    def _switch(self, value: int, now_s: float) -> bytes | int:
        if value not in (1, 2):
            return BAD_VALUE
        if value == 2 and not self.open:
            self.fan_s = now_s
        self.open = value == 2
        return bytes([value])

    def describe(self, code: int, data: bytes) -> str:
        known = {0x0B: "read", 0x1E: "software version", 0x1F: "serial number"}
        if code == 0x0C:
            return "open" if data[:1] == b"\x02" else "close"
        return known.get(code, super().describe(code, data))

    def measure(self, now_s: float) -> Registers:
        if not self.open:
            return dict.fromkeys(self.NAMES, 0.0)
        seen = drawn_in(self, now_s, self.fan_s, ZEROS_S, STABLE_S)
        registers: Registers = {}
        for size in ("pm1", "pm2_5", "pm10"):
            mass = min(1000.0, seen[f"{size}_ugm3"])
            registers[f"{size}_grimm_ugm3"] = mass
            registers[f"{size}_tsi_ugm3"] = mass * 0.88
        for name, count in zip(self.NAMES[6:], COUNTS, strict=True):
            registers[name] = seen[count]
        return registers

    def encode(self, registers: Mapping[str, float]) -> bytes:
        words = (whole(registers.get(name, 0.0), 0, 0xFFFFFFFF).to_bytes(4, "big") for name in self.NAMES)
        return framed(SENSOR, 0x0B, b"".join(words) + bytes(4))


def serial_number(number: int) -> bytes:
    """Five words of four decimal digits each, as Cubic writes its serial numbers."""
    digits = f"{number:020d}"
    return b"".join(int(digits[i : i + 4]).to_bytes(2, "big") for i in range(0, 20, 4))
