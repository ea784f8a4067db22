"""Simulated SM300D2 (M701) and its Modbus variant.

**Source** captures of esp-air and of Stack Overflow question 75096697.
"""

from collections.abc import Mapping
from typing import ClassVar

from simulators.device import Device, Register, Registers, signed16, unsigned16, whole
from simulators.fan import drawn_in
from simulators.sums import low_byte, modbus

ZEROS_S = 3.0
STABLE_S = 30.0


class Sm300d2(Device):
    """Transmits seventeen bytes once a second; its CO2 is derived from VOC.

    Options: `sum_off` adds 0x80 to the check byte as some units do; `dead_climate` shows -1.1 C and 103.9 %.
    """

    QUANTITIES: ClassVar[tuple[str, ...]] = ("pm2_5_ugm3", "pm10_ugm3", "temp_c", "rh_pct", "tvoc_ugm3")
    FULL_SCALE: ClassVar[Mapping[str, float]] = {"pm2_5_ugm3": 999.0, "pm10_ugm3": 1000.0}
    REGISTERS: ClassVar[tuple[Register, ...]] = (
        Register("eco2_ppm", 0, 65535),
        Register("ech2o_ugm3", 0, 65535),
        Register("tvoc_ugm3", 0, 65535),
        Register("pm2_5_ugm3", 0, 65535),
        Register("pm10_ugm3", 0, 65535),
        Register("temp_c", -127.9, 127.9, 0.1),
        Register("rh_pct", 0, 255.9, 0.1),
    )
    OPTIONS: ClassVar[Mapping[str, float]] = {"sum_off": 0.0, "dead_climate": 0.0}

    def power_on(self, now_s: float) -> None:
        self.stream_due_s = now_s + 1.0

    def stream_frame(self, now_s: float) -> bytes:
        return self.encode(self.registers(now_s))

    def measure(self, now_s: float) -> Registers:
        seen = drawn_in(self, now_s, self.powered_s, ZEROS_S, STABLE_S)
        tvoc = seen.get("tvoc_ugm3", 0.0)
        registers: Registers = {"eco2_ppm": 400.0 + tvoc * 0.35, "ech2o_ugm3": tvoc / 8.0, "tvoc_ugm3": tvoc}
        registers.update({name: seen.get(name, 0.0) for name in ("pm2_5_ugm3", "pm10_ugm3", "temp_c", "rh_pct")})
        if self.options.get("dead_climate"):
            registers.update({"temp_c": -1.1, "rh_pct": 103.9})
        return registers

    def encode(self, registers: Mapping[str, float]) -> bytes:
        names = ("eco2_ppm", "ech2o_ugm3", "tvoc_ugm3", "pm2_5_ugm3", "pm10_ugm3")
        words = b"".join(unsigned16(registers.get(name, 0.0)) for name in names)
        frame = b"\x3c\x02" + words + tenths(registers.get("temp_c", 0.0)) + tenths(registers.get("rh_pct", 0.0))
        return frame + bytes([low_byte(frame) ^ (0x80 if self.options.get("sum_off") else 0)])


class Sm300d2Modbus(Sm300d2):
    """The variant under the same name that sends Modbus replies nobody asked for.

    Options: `dead_climate` as its sibling.
    """

    REGISTERS: ClassVar[tuple[Register, ...]] = (
        *Sm300d2.REGISTERS[:5],
        Register("temp_c", -327.68, 327.67, 0.01),
        Register("rh_pct", 0, 655.35, 0.01),
    )
    OPTIONS: ClassVar[Mapping[str, float]] = {"dead_climate": 0.0}

    def encode(self, registers: Mapping[str, float]) -> bytes:
        names = ("eco2_ppm", "ech2o_ugm3", "tvoc_ugm3", "pm2_5_ugm3", "pm10_ugm3")
        words = b"".join(unsigned16(registers.get(name, 0.0)) for name in names)
        climate = signed16(registers.get("temp_c", 0.0) * 100.0) + unsigned16(registers.get("rh_pct", 0.0) * 100.0)
        frame = b"\x01\x03\x0e" + words + climate
        return frame + modbus(frame)


def tenths(value: float) -> bytes:
    """Whole part and tenth, the sign in the highest bit of the whole part."""
    scaled = min(1279, whole(abs(value) * 10.0, 0, 2559)) if value < 0.0 else whole(value * 10.0, 0, 2559)
    return bytes([scaled // 10 | (0x80 if value < 0.0 else 0), scaled % 10])
