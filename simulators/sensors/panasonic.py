"""Simulated Panasonic SN-GCJA5.

**Source** Panasonic JA5-SSP-COMM-E1.0, UART communication.
"""

from collections.abc import Mapping
from typing import ClassVar

from simulators.device import Device, Register, Registers, whole
from simulators.fan import drawn_in
from simulators.particles import COUNTS
from simulators.sums import exclusive_or

ZEROS_S = 8.0
STABLE_S = 28.0
MASSES = ("pm1_ugm3", "pm2_5_ugm3", "pm10_ugm3")
BINS = ("n0_3_0_5", "n0_5_1_0", "n1_0_2_5", "n2_5_5_0", "n5_0_7_5", "n7_5_10")


class SnGcja5(Device):
    """Transmits 32 bytes once a second, 8E1, and hears nothing; counts are differential."""

    CHARACTER_BITS = 11
    LIFETIME_H = 43_800.0
    QUANTITIES: ClassVar[tuple[str, ...]] = MASSES
    FULL_SCALE: ClassVar[Mapping[str, float]] = dict.fromkeys(MASSES, 2000.0)
    REGISTERS: ClassVar[tuple[Register, ...]] = (
        *(Register(name, 0, 2000) for name in MASSES),
        *(Register(name, 0, 65535) for name in BINS),
        Register("status", 0, 255),
    )

    def power_on(self, now_s: float) -> None:
        self.stream_due_s = now_s + 1.0

    def stream_frame(self, now_s: float) -> bytes:
        return self.encode(self.registers(now_s))

    def measure(self, now_s: float) -> Registers:
        seen = drawn_in(self, now_s, self.powered_s, ZEROS_S, STABLE_S)
        registers: Registers = {name: min(2000.0, seen[name]) for name in MASSES}
        above = [seen[name] for name in COUNTS]
        middle = above[4] - 0.6 * (above[4] - above[5])
        edges = (*above[:5], middle, above[5])
        for i, name in enumerate(BINS):
            registers[name] = max(0.0, edges[i] - edges[i + 1])
        registers["status"] = self._status(now_s)
        return registers

    def _status(self, now_s: float) -> int:
        worn = self.worn(now_s)
        fan = 2 if self.age_s(now_s) < ZEROS_S else 3 if worn > 1.3 else 0
        laser = 2 if worn > 1.1 else 3 if worn > 1.0 else 1 if worn > 0.7 else 0
        states = (fan, laser)
        overall = 3 if 3 in states else 2 if laser == 2 else 1 if laser == 1 else 0
        return overall << 6 | laser << 2 | fan

    def encode(self, registers: Mapping[str, float]) -> bytes:
        masses = b"".join(whole(registers.get(name, 0.0), 0, 0xFFFFFFFF).to_bytes(4, "little") for name in MASSES)
        counts = [whole(registers.get(name, 0.0), 0, 0xFFFF).to_bytes(2, "little") for name in BINS]
        status = bytes([whole(registers.get("status", 0.0), 0, 255)])
        body = masses + b"".join(counts[:3]) + bytes(2) + b"".join(counts[3:]) + bytes(2) + status
        return b"\x02" + body + bytes([exclusive_or(body)]) + b"\x03"
