"""Simulated GSS CozIR, SprintIR and MinIR: lines of ASCII.

**Source** GSS CozIR software user guide as public guides quote it; pycozir (readings, auto-calibration, firmware); a
public driver of the SprintIR-R (auto-calibration is set in command mode only).
"""

import math
from collections.abc import Mapping
from typing import ClassVar

from simulators.baseline import DAY_S, Baseline
from simulators.device import REPLY_S, Device, Register, Registers, Setup, whole
from simulators.infrared import Infrared

COMMAND_MODE, STREAMING, POLLING = 0, 1, 2
LONGEST_LINE = 40
HUMIDITY, TEMPERATURE, FILTERED, RAW = 4096, 64, 4, 2
EARLY_S = 3.0
FIELDS = (("rh_pct", "H"), ("temp_c", "T"), ("co2_filtered", "Z"), ("co2_raw", "z"))
BITS = {"rh_pct": HUMIDITY, "temp_c": TEMPERATURE, "co2_filtered": FILTERED, "co2_raw": RAW}
MULTIPLIERS = {"cozir": 1, "minir": 10, "sprintir": 10}
RATES_HZ = {"cozir": 2.0, "minir": 2.0, "sprintir": 20.0}


class Gss(Device):
    """Streams lines at power-up, answers letters; values are ppm divided by the multiplier.

    Options: `mode` at the start (0 command, 1 streaming, 2 polling), `multiplier` (0: the model's own), `mask` of the
    fields in a streamed line, `climate` whether temperature and humidity are fitted, `auto_days` of auto-calibration.
    """

    LIFETIME_H = 131_400.0
    QUANTITIES: ClassVar[tuple[str, ...]] = ("co2_ppm",)
    FULL_SCALE: ClassVar[Mapping[str, float]] = {"co2_ppm": 200_000.0}
    REGISTERS: ClassVar[tuple[Register, ...]] = (Register("co2_filtered", 0, 65535), Register("co2_raw", 0, 65535))
    OPTIONS: ClassVar[Mapping[str, float]] = {
        "mode": 1.0,
        "multiplier": 0.0,
        "mask": 6.0,
        "climate": 0.0,
        "auto_days": 0.0,
    }

    def __init__(self, setup: Setup) -> None:
        self.cell = Infrared(self, 0.05, Baseline(8.0 * DAY_S, on=False))
        self.mode = STREAMING
        self.mask = FILTERED | RAW
        self.filter = 16
        self.pressure = 8192
        self.memory: dict[int, int] = {8: 1, 9: 144, 10: 1, 11: 144}
        super().__init__(setup)
        self.mask = int(self.options["mask"])
        self.multiplier = int(self.options["multiplier"]) or MULTIPLIERS[setup.model]
        self._set_auto(self.options["auto_days"], 0.0)
        self._set_mode(int(self.options["mode"]), 0.0)

    def power_on(self, now_s: float) -> None:
        self.cell.restart(now_s)
        self._set_mode(STREAMING, now_s)

    def _set_mode(self, mode: int, now_s: float) -> None:
        self.mode = mode
        self.stream_due_s = now_s + 1.0 / RATES_HZ[self.model] if mode == STREAMING else math.inf

    def _set_auto(self, days: float, now_s: float) -> None:
        self.cell.baseline.on = days > 0.0
        self.cell.baseline.period_s = max(0.01, days) * DAY_S
        self.cell.baseline.restart(now_s)

    # --- lines

    def on_bytes(self, data: bytes, now_s: float) -> None:
        self.inbox += data
        while True:
            end = self.inbox.find(b"\n")
            if end < 0:
                del self.inbox[:-LONGEST_LINE]
                return
            raw = bytes(self.inbox[: end + 1])
            del self.inbox[: end + 1]
            words = raw.decode("ascii", "replace").split()
            if words:
                answer = self._answer(words, raw, now_s)
                self.send(f" {answer}\r\n".encode("ascii"), now_s + REPLY_S)

    def _answer(self, words: list[str], raw: bytes, now_s: float) -> str:
        letter = words[0]
        if letter == "@" and len(words) > 1:
            self.heard(raw, "set auto-calibration", now_s)
            return self._set_periods(words[1:], now_s)
        numbers = [int(word) if word.isdigit() else -1 for word in words[1:]]
        known = ANSWERS.get(letter)
        self.heard(raw, known or "unknown", now_s)
        if known is None or -1 in numbers:
            return "?"
        answered = self._set(letter, numbers, now_s) if numbers or letter in "GU" else self._tell(letter, now_s)
        return answered if isinstance(answered, str) else f"{letter} {answered:05d}"

    def _set_periods(self, words: list[str], now_s: float) -> str:
        refused = self.model != "cozir" and self.mode != COMMAND_MODE
        try:
            days = [float(word) for word in words]
        except ValueError:
            return "?"
        if refused or len(days) > 2 or min(days) < 0.0 or (len(days) == 1 and days[0]):
            return "?"
        self._set_auto(days[-1], now_s)
        return "@ " + " ".join(words)

    def _tell(self, letter: str, now_s: float) -> int | str:
        registers = self.registers(now_s)
        air = self.breathe(now_s)
        if letter == "Q":
            return self._line(registers, self.mask)
        if letter == "Y":
            return "Y,Jan 30 2013,10:45:03,AL17\r\n B 00233 00000"
        if letter == "*":
            return "Configured"
        if letter == "@":
            return f"@ 1.0 {self.cell.baseline.period_s / DAY_S:.1f}" if self.cell.baseline.on else "@ 0"
        fitted = self.options["climate"]
        known = {
            "Z": registers["co2_filtered"],
            "z": registers["co2_raw"],
            "T": 1000.0 + 10.0 * air.get("temp_c", 0.0) if fitted else 1000.0,
            "H": 10.0 * air.get("rh_pct", 0.0) if fitted else 0.0,
            "L": 0.0,
            ".": self.multiplier,
            "K": self.mode,
            "a": self.filter,
            "s": self.pressure,
            "p": self.pressure,
        }
        return whole(known[letter], 0, 99999) if letter in known else "?"

    def _set(self, letter: str, numbers: list[int], now_s: float) -> int | str:
        first = numbers[0] if numbers else 0
        if letter == "K" and first <= POLLING:
            self._set_mode(first, now_s)
        elif letter == "A":
            self.filter = first
        elif letter == "M":
            self.mask = first
        elif letter == "S":
            self.pressure = first
        elif letter in "GUXu":
            return self._calibrate(letter, first, now_s)
        elif letter == "F" and len(numbers) == 2:
            self.cell.calibrate(now_s, float(numbers[1] * self.multiplier))
            return 33000
        elif letter == "P" and len(numbers) == 2:
            self.memory[first] = numbers[1]
            return f"P {first:05d} {numbers[1]:05d}"
        elif letter == "p":
            return self.memory.get(first, 255)
        else:
            return "?"
        return first

    def _calibrate(self, letter: str, first: int, now_s: float) -> int:
        targets = {"G": 400.0, "U": 0.0, "X": float(first * self.multiplier)}
        if letter in targets:
            self.cell.calibrate(now_s, targets[letter])
        return 33000 if letter != "u" else first

    # --- measuring

    def on_time(self, now_s: float) -> None:
        self.cell.step(now_s)

    def stream_frame(self, now_s: float) -> bytes:
        self.cell.step(now_s)
        return f" {self._line(self.registers(now_s), self.mask)}\r\n".encode("ascii")

    def stream_interval_s(self, now_s: float) -> float:
        return 1.0 / RATES_HZ[self.model]

    def measure(self, now_s: float) -> Registers:
        shown = max(0.0, self.cell.ppm) / self.multiplier
        if self.age_s(now_s) < EARLY_S:
            shown *= self.random.uniform(0.0, 3.0)
        scatter = 0.0 if "co2_ppm" in self.air.exact else self.random.gauss(0.0, 4.0 / self.multiplier)
        registers = {"co2_filtered": shown, "co2_raw": max(0.0, shown + scatter)}
        if self.options["climate"]:
            air = self.breathe(now_s)
            registers.update({"temp_c": air.get("temp_c", 0.0), "rh_pct": air.get("rh_pct", 0.0)})
        return registers

    def _line(self, registers: Mapping[str, float], mask: int) -> str:
        fields = []
        for name, letter in FIELDS:
            if mask & BITS[name] and name in registers:
                value = registers[name]
                scaled = 1000.0 + 10.0 * value if name == "temp_c" else 10.0 * value if name == "rh_pct" else value
                fields.append(f"{letter} {whole(scaled, 0, 99999):05d}")
        return " ".join(fields)

    def encode(self, registers: Mapping[str, float]) -> bytes:
        return f" {self._line(registers, -1)}\r\n".encode("ascii")


ANSWERS = {
    "K": "mode",
    "Z": "read",
    "z": "read raw",
    "T": "read temperature",
    "H": "read humidity",
    "L": "read light",
    "Q": "read line",
    ".": "multiplier",
    "A": "set filter",
    "a": "filter",
    "M": "set mask",
    "S": "set pressure",
    "s": "pressure",
    "Y": "firmware",
    "*": "configuration",
    "@": "auto-calibration",
    "G": "calibrate to fresh air",
    "U": "calibrate to nitrogen",
    "u": "set zero point",
    "X": "calibrate to known gas",
    "F": "fine tune",
    "P": "write memory",
    "p": "read memory",
}
