"""Simulated Winsen ZPHS01B.

**Source** the 26-byte layout as public drivers read it; no capture is known.
"""

from collections.abc import Mapping
from typing import ClassVar

from simulators.device import REPLY_S, Device, Register, Registers, unsigned16, whole
from simulators.fan import drawn_in
from simulators.sums import negated

ZEROS_S = 3.0
STABLE_S = 30.0
WARM_S = 180.0
ASK = 0x86


class Zphs01b(Device):
    """Nine bytes in, twenty-six out.

    Options: `temp_offset` is what the manual's version adds to the temperature in tenths (500, in others 435).
    """

    QUANTITIES: ClassVar[tuple[str, ...]] = (
        "pm1_ugm3",
        "pm2_5_ugm3",
        "pm10_ugm3",
        "co2_ppm",
        "temp_c",
        "rh_pct",
        "hcho_ugm3",
    )
    FULL_SCALE: ClassVar[Mapping[str, float]] = {"pm2_5_ugm3": 1000.0, "pm10_ugm3": 1000.0, "co2_ppm": 5000.0}
    REGISTERS: ClassVar[tuple[Register, ...]] = (
        Register("pm1_ugm3", 0, 65535),
        Register("pm2_5_ugm3", 0, 65535),
        Register("pm10_ugm3", 0, 65535),
        Register("co2_ppm", 0, 65535),
        Register("voc_grade", 0, 3),
        Register("temp_c", -40.0, 100.0, 0.1),
        Register("rh_pct", 0, 100),
        Register("hcho_ugm3", 0, 65535),
        Register("co_ppm", 0, 6553.5, 0.1),
        Register("o3_ppm", 0, 655.35, 0.01),
        Register("no2_ppm", 0, 655.35, 0.01),
    )
    OPTIONS: ClassVar[Mapping[str, float]] = {"temp_offset": 500.0}
    POLL = bytes.fromhex("ff0186000000000079")

    def on_bytes(self, data: bytes, now_s: float) -> None:
        self.inbox += data
        while len(self.inbox) >= 9:
            raw = bytes(self.inbox[:9])
            if raw[:2] == b"\xff\x01" and negated(raw[1:8]) == raw[8]:
                del self.inbox[:9]
                self.heard(raw, "read" if raw[2] == ASK else "unknown", now_s)
                if raw[2] == ASK:
                    self.send(self.encode(self.registers(now_s)), now_s + REPLY_S)
            else:
                del self.inbox[:1]

    def measure(self, now_s: float) -> Registers:
        seen = drawn_in(self, now_s, self.powered_s, ZEROS_S, STABLE_S)
        warm = self.age_s(now_s) >= WARM_S
        registers: Registers = {name: seen[name] for name in ("pm1_ugm3", "pm2_5_ugm3", "pm10_ugm3")}
        registers["co2_ppm"] = seen.get("co2_ppm", 0.0) if warm else 400.0
        registers["voc_grade"] = 1.0 if warm else 0.0
        for name in ("temp_c", "rh_pct", "hcho_ugm3"):
            registers[name] = seen.get(name, 0.0)
        return {**registers, "co_ppm": 0.3, "o3_ppm": 0.02, "no2_ppm": 0.01}

    def encode(self, registers: Mapping[str, float]) -> bytes:
        def word(name: str, scale: float = 1.0, offset: float = 0.0) -> bytes:
            return unsigned16(registers.get(name, 0.0) * scale + offset)

        body = word("pm1_ugm3") + word("pm2_5_ugm3") + word("pm10_ugm3") + word("co2_ppm")
        body += bytes([whole(registers.get("voc_grade", 0.0), 0, 255)])
        body += word("temp_c", 10.0, self.options["temp_offset"]) + word("rh_pct") + word("hcho_ugm3")
        body += word("co_ppm", 10.0) + word("o3_ppm", 100.0) + word("no2_ppm", 100.0) + bytes(2)
        frame = b"\xff\x86" + body
        return frame + bytes([negated(frame[1:])])
