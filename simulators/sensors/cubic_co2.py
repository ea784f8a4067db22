"""Simulated Cubic CM1106, CM1107 and CM1106SL-N.

**Source** Cubic CM1106-C V0.5 and CM1106SL-N specifications; captures of a CM1107 by AirMeter.IO.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from simulators.baseline import DAY_S, Baseline
from simulators.cubic import BAD_LENGTH, BAD_VALUE, SENSOR, UNKNOWN, CubicDevice, framed
from simulators.device import Register, Registers, Setup, unsigned16, whole
from simulators.infrared import Infrared
from simulators.sensors.cubic_pm import serial_number

PREHEAT_S = 30.0
PREHEAT_PPM = 550.0
HEATED, ABOVE, BELOW, CALIBRATING, AGED = 0x01, 0x04, 0x08, 0x10, 0x20
ABC_ON, ABC_OFF = 0, 2
CALIBRATING_S = 8.0


@dataclass(frozen=True)
class Part:
    """What tells the models apart."""

    software: bytes
    days: int
    highest_ppm: int
    abc: bool = True
    slow: bool = False


PARTS = {
    "cm1106": Part(b"CM V0.0.20\x00", 15, 5000),
    "cm1107": Part(b"CM V2.0.03\x00", 7, 5000),
    "cm1106sln": Part(b"V0.04SL-N2\x00", 7, 5000, abc=False, slow=True),
}


class Cm110x(CubicDevice):
    """Answers a read with CO2, a status byte and a counter that runs at 1 Hz.

    Options: `abc` is its stored state; `heated_bit` is what bit 0 of the status is once warm (units differ);
    `period_s` between measurements (SL-N); `climate` adds temperature and humidity to the reply of a CM1107, as in the
    CM1107T (their scale is that of Tasmota's driver alone, the four last bytes are unknown).
    """

    LIFETIME_H = 87_600.0
    QUANTITIES: ClassVar[tuple[str, ...]] = ("co2_ppm",)
    FULL_SCALE: ClassVar[Mapping[str, float]] = {"co2_ppm": 5000.0}
    REGISTERS: ClassVar[tuple[Register, ...]] = (
        Register("co2_ppm", 0, 65535),
        Register("df3_status", 0, 255),
        Register("df4_counter", 0, 255),
    )
    COUNTERS: ClassVar[tuple[str, ...]] = ("df4_counter",)
    OPTIONS: ClassVar[Mapping[str, float]] = {
        "abc": -1.0,
        "heated_bit": 1.0,
        "period_s": 0.0,
        "climate": 0.0,
        "serial_number": 5.29090827710008e14,
    }
    POLL = bytes.fromhex("110101ed")

    def __init__(self, setup: Setup) -> None:
        self.part = PARTS[setup.model]
        self.cell = Infrared(self, 1.0, Baseline(self.part.days * DAY_S, on=self.part.abc))
        self.days = self.part.days
        self.smoothing = 1
        self.continuous = True
        self._busy_until_s = 0.0
        super().__init__(setup)
        if self.options["abc"] >= 0.0:
            self.cell.baseline.on = bool(self.options["abc"])
        if self.options["period_s"] > 0.0:
            self.cell.interval_s = self.options["period_s"]

    def power_on(self, now_s: float) -> None:
        self.cell.restart(now_s)

    # --- commands

    def command(self, code: int, data: bytes, now_s: float) -> bytes | int | None:
        if now_s < self._busy_until_s:
            return None
        if code == 0x01 and not data:
            return self.encode(self.registers(now_s))[3:-1]
        if code == 0x03:
            return self._calibrate(data, now_s)
        if code == 0x0F and not data:
            mode = ABC_ON if self.cell.baseline.on else ABC_OFF
            return bytes([0x64, mode, self.days]) + unsigned16(self.cell.baseline.target_ppm) + b"\x64"
        if code == 0x10:
            return self._set_abc(data, now_s)
        if code == 0x1E and not data:
            return self.part.software
        if code == 0x1F and not data:
            return serial_number(int(self.options["serial_number"]))
        if code == 0x0D and not data:
            return unsigned16(2000.0) + b"\x00\x01\x00"
        return self._slow(code, data) if self.part.slow else UNKNOWN

    def _calibrate(self, data: bytes, now_s: float) -> bytes | int:
        if len(data) != 2:
            return BAD_LENGTH
        target_ppm = int.from_bytes(data, "big")
        if not 400 <= target_ppm <= 1500:
            return BAD_VALUE
        self.cell.calibrate(now_s, target_ppm)
        self._busy_until_s = now_s + CALIBRATING_S
        return b""

    def _set_abc(self, data: bytes, now_s: float) -> bytes | int:
        if len(data) != 6:
            return BAD_LENGTH
        mode, days, target_ppm = data[1], data[2], int.from_bytes(data[3:5], "big")
        if mode not in (ABC_ON, ABC_OFF) or not 1 <= days <= 30:
            return BAD_VALUE
        baseline = self.cell.baseline
        self.days, baseline.on, baseline.target_ppm = days, mode == ABC_ON, float(target_ppm)
        baseline.period_s = days * DAY_S
        baseline.restart(now_s)
        return b""

    def _slow(self, code: int, data: bytes) -> bytes | int:
        if code == 0x50 and len(data) == 3:
            self.cell.interval_s = float(max(1, int.from_bytes(data[:2], "big")))
            self.smoothing = data[2]
            return b""
        if code == 0x51 and len(data) == 1:
            self.continuous = data[0] == 1
            return b""
        return b"" if code == 0x11 and not data else UNKNOWN

    def describe(self, code: int, data: bytes) -> str:
        known = {0x01: "read", 0x03: "calibrate", 0x0F: "read abc", 0x10: "set abc", 0x1E: "software version"}
        return known.get(code, super().describe(code, data))

    # --- measuring

    def on_time(self, now_s: float) -> None:
        self.cell.step(now_s, learning=self.age_s(now_s) >= PREHEAT_S)

    def wait_s(self, now_s: float) -> float:
        return min(super().wait_s(now_s), max(0.2, self.cell.wait_s(now_s)))

    def measure(self, now_s: float) -> Registers:
        counter = int(max(0.0, self.age_s(now_s))) & 0xFF
        seen = self.breathe(now_s) if self.options["climate"] else {}
        climate = {name: seen.get(name, 0.0) for name in ("temp_c", "rh_pct") if self.options["climate"]}
        if self.age_s(now_s) < PREHEAT_S:
            return {"co2_ppm": PREHEAT_PPM, "df3_status": 0.0, "df4_counter": counter, **climate}
        status = HEATED if self.options["heated_bit"] else 0
        ppm = self.cell.ppm
        status |= ABOVE if ppm > self.part.highest_ppm else BELOW if ppm < 0.0 else 0
        status |= AGED if self.worn(now_s) > 1.0 else 0
        status |= CALIBRATING if now_s < self._busy_until_s else 0
        shown = max(0.0, min(ppm, self.part.highest_ppm))
        return {"co2_ppm": shown, "df3_status": status, "df4_counter": counter, **climate}

    def encode(self, registers: Mapping[str, float]) -> bytes:
        last = bytes(whole(registers.get(name, 0.0), 0, 255) for name in ("df3_status", "df4_counter"))
        co2 = unsigned16(registers.get("co2_ppm", 0.0))
        if not self.options["climate"]:
            return framed(SENSOR, 0x01, co2 + last)
        temp = unsigned16(registers.get("temp_c", 0.0) * 100.0 + 4685.0)
        humidity = unsigned16(registers.get("rh_pct", 0.0) * 100.0 + 600.0)
        return framed(SENSOR, 0x01, co2 + last + temp + humidity + bytes(4))
