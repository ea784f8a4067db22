"""Simulated Plantower PMSx003: PMS1003, 3003, 5003, 7003, A003, 9003M, 5003T, 5003S and 5003ST.

**Source** Plantower digital output manuals (frame tables, commands); captured frames of PMS3003, 5003, 5003T and 7003.
"""

import math
from collections.abc import Mapping
from typing import ClassVar

from simulators.device import Device, Register, Registers, Setup, signed16, unsigned16, whole
from simulators.fan import drawn_in
from simulators.particles import COUNTS, factory_standard
from simulators.sums import additive16

HEADER = b"\x42\x4d"
COMMAND_LENGTH = 7
ZEROS_S = 3.0
STABLE_S = 30.0
FAST_S = 0.8
REFRESH_S = 0.95

MASSES = ("pm1_cf1_ugm3", "pm2_5_cf1_ugm3", "pm10_cf1_ugm3", "pm1_atm_ugm3", "pm2_5_atm_ugm3", "pm10_atm_ugm3")
WORD = tuple(Register(name, 0, 65535) for name in MASSES + COUNTS)
HCHO = Register("hcho_ugm3", 0, 65535)
LAST = (Register("version", 0, 255), Register("error", 0, 255))
CLIMATE = (Register("temp_c", -40.0, 100.0, 0.1), Register("rh_pct", 0.0, 100.0, 0.1))


class Plantower(Device):
    """Streaming 42 4D frames; passive mode, sleep and acknowledgements where the part has them.

    Options: `mode_survives_sleep` keeps passive mode over sleep and wake; `wake_glitch` sends a stale sleep
    acknowledgement and one stray byte at wake; `command_gap_s` is the time in which a further command is lost;
    `steady_interval_s` is the time between frames while the air is steady (some firmware takes 2.3 s);
    `passive` and `asleep` are how an earlier program left it; `starts_silent` sends nothing after power-up until active
    mode is asked for, as the PM2009X does that speaks this protocol.
    """

    QUANTITIES: ClassVar[tuple[str, ...]] = (
        "pm1_ugm3",
        "pm2_5_ugm3",
        "pm4_ugm3",
        "pm10_ugm3",
        "temp_c",
        "rh_pct",
        "hcho_ugm3",
    )
    FULL_SCALE: ClassVar[Mapping[str, float]] = {"pm1_ugm3": 1000.0, "pm2_5_ugm3": 1000.0, "pm10_ugm3": 1000.0}
    REGISTERS = (*WORD, *LAST)
    OPTIONS: ClassVar[Mapping[str, float]] = {
        "mode_survives_sleep": 1.0,
        "wake_glitch": 0.0,
        "command_gap_s": 0.05,
        "steady_interval_s": 1.0,
        "passive": 0.0,
        "asleep": 0.0,
        "starts_silent": 0.0,
        "version": 0x97,
    }
    LISTENS = True

    def __init__(self, setup: Setup) -> None:
        self.passive = False
        self.asleep = False
        self.fan_s = 0.0
        self._heard_s = -math.inf
        self._held: Registers | None = None
        self._refreshed_s = -math.inf
        self._steady = not setup.cold
        super().__init__(setup)
        self.passive = bool(self.options.get("passive"))
        self.asleep = bool(self.options.get("asleep"))
        if self.passive or self.asleep:
            self.stream_due_s = math.inf

    def power_on(self, now_s: float) -> None:
        self.passive = False
        self.asleep = False
        self._start_fan(now_s)
        if self.options.get("starts_silent"):
            self.stream_due_s = math.inf

    def _start_fan(self, now_s: float) -> None:
        self.fan_s = now_s
        self._held = None
        self._steady = False
        self.stream_due_s = math.inf if self.passive else now_s + FAST_S

    # --- commands

    def on_bytes(self, data: bytes, now_s: float) -> None:
        if not self.LISTENS:
            return
        self.inbox += data
        while True:
            start = self.inbox.find(HEADER)
            if start < 0:
                del self.inbox[: max(0, len(self.inbox) - 1)]
                return
            del self.inbox[:start]
            if len(self.inbox) < COMMAND_LENGTH:
                return
            raw = bytes(self.inbox[:COMMAND_LENGTH])
            if additive16(raw[:5]) == raw[5:]:
                del self.inbox[:COMMAND_LENGTH]
                self._command(raw, now_s)
            else:
                del self.inbox[:1]

    def _command(self, raw: bytes, now_s: float) -> None:
        if now_s - self._heard_s < self.options["command_gap_s"] and now_s != self._heard_s:
            self.heard(raw, "lost: too soon after the command before", now_s)
            return
        self._heard_s = now_s
        code, value = raw[2], raw[4]
        if self.asleep and (code, value) != (0xE4, 1):
            self.heard(raw, "ignored: asleep", now_s)
        elif code == 0xE1:
            self._set_mode(raw, value, now_s)
        elif code == 0xE2:
            self.heard(raw, "read", now_s)
            if self.passive:
                self.send(self._frame(now_s), now_s + 0.03)
        elif code == 0xE4:
            self._sleep_or_wake(raw, value, now_s)
        else:
            self.heard(raw, "unknown", now_s)

    def _set_mode(self, raw: bytes, value: int, now_s: float) -> None:
        self.heard(raw, "active" if value else "passive", now_s)
        self.passive = value == 0
        self.stream_due_s = math.inf if self.passive else now_s + FAST_S
        self._acknowledge(raw, now_s)

    def _sleep_or_wake(self, raw: bytes, value: int, now_s: float) -> None:
        self.heard(raw, "wake" if value else "sleep", now_s)
        if value == 0:
            self.asleep = True
            self.stream_due_s = math.inf
            self._acknowledge(raw, now_s)
        elif self.asleep:
            self.asleep = False
            self.passive = self.passive and bool(self.options["mode_survives_sleep"])
            if self.options["wake_glitch"]:
                self.send(acknowledgement(0xE4, 0) + b"\x00", now_s + 0.1)
            self._start_fan(now_s)

    def _acknowledge(self, raw: bytes, now_s: float) -> None:
        self.send(acknowledgement(raw[2], raw[4]), now_s + 0.02)

    # --- measuring

    def stream_frame(self, now_s: float) -> bytes:
        return self._frame(now_s)

    def stream_interval_s(self, now_s: float) -> float:
        return self.options["steady_interval_s"] if self._steady else FAST_S

    def _frame(self, now_s: float) -> bytes:
        before = self._held
        if before is None or now_s - self._refreshed_s >= REFRESH_S:
            fresh = self._held = self.registers(now_s)
            self._refreshed_s = now_s
            if before is not None:
                change = abs(fresh["pm2_5_atm_ugm3"] - before["pm2_5_atm_ugm3"])
                self._steady = now_s - self.fan_s > STABLE_S and change <= max(3.0, 0.1 * fresh["pm2_5_atm_ugm3"])
            return self.encode(fresh)
        return self.encode(before)

    def measure(self, now_s: float) -> Registers:
        seen = drawn_in(self, now_s, self.fan_s, ZEROS_S, STABLE_S)
        registers: Registers = {}
        for size in ("pm1", "pm2_5", "pm10"):
            mass = seen[f"{size}_ugm3"]
            registers[f"{size}_atm_ugm3"] = mass
            registers[f"{size}_cf1_ugm3"] = factory_standard(mass)
        for name in COUNTS:
            registers[name] = seen[name]
        registers["version"] = self.options.get("version", 0.0)
        registers["error"] = 0.0
        for name in ("temp_c", "rh_pct", "hcho_ugm3"):
            registers[name] = seen.get(name, 0.0) if now_s - self.fan_s >= ZEROS_S else 0.0
        return registers

    def encode(self, registers: Mapping[str, float]) -> bytes:
        return frame(self._body(registers))

    def _body(self, registers: Mapping[str, float]) -> bytes:
        return words(registers, MASSES + COUNTS) + last_word(registers)


class Pms3003(Plantower):
    """24-byte frames, transmit only: sleeps by its SET pin alone."""

    REGISTERS = tuple(Register(name, 0, 65535) for name in MASSES)
    OPTIONS: ClassVar[Mapping[str, float]] = {"steady_interval_s": 1.0, "reserved": 0x51}
    LISTENS = False

    def _body(self, registers: Mapping[str, float]) -> bytes:
        return words(registers, MASSES) + bytes(5) + bytes([int(self.options["reserved"])])

    def measure(self, now_s: float) -> Registers:
        registers = super().measure(now_s)
        return {name: registers[name] for name in MASSES}


class Pms5003T(Plantower):
    """Temperature and humidity where the two largest counts were."""

    REGISTERS = (*WORD[:10], *CLIMATE, *LAST)
    OPTIONS: ClassVar[Mapping[str, float]] = {**Plantower.OPTIONS, "version": 0x9A}

    def _body(self, registers: Mapping[str, float]) -> bytes:
        return words(registers, MASSES + COUNTS[:4]) + climate(registers) + last_word(registers)


class Pms5003S(Plantower):
    """Formaldehyde where version and error were."""

    REGISTERS = (*WORD, HCHO)

    def _body(self, registers: Mapping[str, float]) -> bytes:
        return words(registers, (*MASSES, *COUNTS, "hcho_ugm3"))


class Pms5003ST(Plantower):
    """40-byte frames: formaldehyde, temperature, humidity and a reserved word, then version and error."""

    REGISTERS = (*WORD, HCHO, *CLIMATE, *LAST)

    def _body(self, registers: Mapping[str, float]) -> bytes:
        body = words(registers, (*MASSES, *COUNTS, "hcho_ugm3")) + climate(registers)
        return body + bytes(2) + last_word(registers)


def frame(body: bytes) -> bytes:
    """Header, length (the body and the sum), body and sum."""
    unsummed = HEADER + (len(body) + 2).to_bytes(2, "big") + body
    return unsummed + additive16(unsummed)


def acknowledgement(code: int, value: int) -> bytes:
    """The eight bytes that answer a mode or sleep command. **Source** PyPMS recordings; it waits for eight."""
    return frame(bytes([code, value]))


def words(registers: Mapping[str, float], names: tuple[str, ...]) -> bytes:
    """Unsigned words, high byte first."""
    return b"".join(unsigned16(registers.get(name, 0.0)) for name in names)


def climate(registers: Mapping[str, float]) -> bytes:
    """Temperature (signed) and humidity in tenths."""
    return signed16(registers.get("temp_c", 0.0) * 10.0) + unsigned16(registers.get("rh_pct", 0.0) * 10.0)


def last_word(registers: Mapping[str, float]) -> bytes:
    """Version and error bytes."""
    return bytes([whole(registers.get("version", 0x97), 0, 255), whole(registers.get("error", 0.0), 0, 255)])
