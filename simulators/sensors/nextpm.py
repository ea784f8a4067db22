"""Simulated Tera NextPM, simple protocol.

**Source** Tera NextPM user guide v3.4.
"""

from collections.abc import Mapping
from typing import ClassVar

from simulators.device import Device, Register, Registers, Setup, unsigned16, whole
from simulators.fan import drawn_in
from simulators.sums import negated

HEAD = 0x81
REPLY_S = 0.05
BOOT_S = 15.0
STABLE_S = 20.0
FIRMWARE = 0x0034
ASLEEP, DEGRADED, NOT_READY, FAN, LASER = 0x01, 0x02, 0x04, 0x20, 0x80
STATE = 0x16

MASSES = ("pm1_ugm3", "pm2_5_ugm3", "pm10_ugm3")
NUMBERS = ("n1_per_L", "n2_5_per_L", "n10_per_L")


class NextPm(Device):
    """Polled; whatever is asked, it answers with its state while it boots, sleeps or is broken.

    Options: `asleep` is how an earlier program left it, `modbus_address` is stored, `reply_s` is how long it thinks.
    """

    BAUD = 115200
    CHARACTER_BITS = 11
    LIFETIME_H = 87_600.0
    QUANTITIES: ClassVar[tuple[str, ...]] = (*MASSES, "temp_c", "rh_pct")
    FULL_SCALE: ClassVar[Mapping[str, float]] = dict.fromkeys(MASSES, 1000.0)
    REGISTERS: ClassVar[tuple[Register, ...]] = (
        Register("state", 0, 255),
        *(Register(name, 0, 65535) for name in NUMBERS),
        *(Register(name, 0, 6553.5, 0.1) for name in MASSES),
    )
    OPTIONS: ClassVar[Mapping[str, float]] = {"asleep": 0.0, "modbus_address": 1.0, "reply_s": REPLY_S}
    POLL = bytes.fromhex("81116e")

    def __init__(self, setup: Setup) -> None:
        self.modbus_address = 1
        super().__init__(setup)
        self.modbus_address = int(self.options["modbus_address"])
        self.asleep = bool(self.options["asleep"])

    def power_on(self, now_s: float) -> None:
        self.asleep = False
        self.fan_s = now_s

    def state(self, now_s: float) -> int:
        """The state byte."""
        worn = self.worn(now_s)
        broken = (DEGRADED if worn > 1.0 else 0) | (LASER if worn > 1.1 else 0) | (FAN if worn > 1.3 else 0)
        booting = now_s - self.fan_s < BOOT_S and not self.asleep
        return broken | (ASLEEP if self.asleep else 0) | (NOT_READY if booting else 0)

    # --- commands

    def on_bytes(self, data: bytes, now_s: float) -> None:
        self.inbox += data
        while len(self.inbox) >= 3:
            length = 4 if self.inbox[1] in (0x21, 0x22) else 3
            if self.inbox[0] != HEAD:
                del self.inbox[:1]
            elif len(self.inbox) < length:
                return
            elif sum(self.inbox[:length]) & 0xFF:
                del self.inbox[:1]
            else:
                raw = bytes(self.inbox[:length])
                del self.inbox[:length]
                self.send(self._answer(raw, now_s), now_s + self.options["reply_s"])

    def _answer(self, raw: bytes, now_s: float) -> bytes:
        code = raw[1]
        if code == 0x15:
            return self._toggle(raw, now_s)
        state = self.state(now_s)
        if code == STATE or state & (ASLEEP | NOT_READY | LASER | FAN):
            self.heard(raw, "state" if code == STATE else f"command {code:#04x}", now_s)
            return summed(STATE, bytes([state]))
        if code in (0x11, 0x12, 0x13):
            self.heard(raw, "read", now_s)
            return self.average(code, self.registers(now_s))
        if code == 0x14:
            self.heard(raw, "read climate", now_s)
            return summed(code, bytes([state]) + self._climate(now_s))
        if code == 0x17:
            self.heard(raw, "firmware", now_s)
            return summed(code, bytes([state]) + FIRMWARE.to_bytes(2, "big"))
        if code == 0x22:
            self.heard(raw, "modbus address", now_s)
            self.modbus_address = raw[2] if 1 <= raw[2] <= 15 else self.modbus_address
            return summed(code, bytes([state, self.modbus_address]))
        self.heard(raw, "unknown" if code != 0x21 else "fan speed", now_s)
        return summed(code, bytes([state, raw[2]])) if code == 0x21 else summed(STATE, bytes([state]))

    def _toggle(self, raw: bytes, now_s: float) -> bytes:
        self.asleep = not self.asleep
        self.heard(raw, "sleep" if self.asleep else "wake", now_s)
        if not self.asleep:
            self.fan_s = now_s
        return summed(0x15, bytes([self.state(now_s)]))

    def _climate(self, now_s: float) -> bytes:
        air = self.breathe(now_s)
        inside_c = (air.get("temp_c", 20.0) + 4.2488) / 0.9754
        inside_pct = (air.get("rh_pct", 40.0) + 4.727) / 1.1768
        return unsigned16(inside_c * 100.0) + unsigned16(inside_pct * 100.0)

    # --- measuring

    def measure(self, now_s: float) -> Registers:
        seen = drawn_in(self, now_s, self.fan_s, 0.0, STABLE_S)
        registers: Registers = {"state": float(self.state(now_s))}
        fine = seen["n0_3_per_dl"] * 10.0
        for name, share in zip(NUMBERS, (0.985, 0.995, 1.0), strict=True):
            registers[name] = fine * share
        return {**registers, **{name: min(1000.0, seen[name]) for name in MASSES}}

    def average(self, code: int, registers: Mapping[str, float]) -> bytes:
        """The reply to one of the three average commands."""
        state = bytes([whole(registers.get("state", 0.0), 0, 255)])
        numbers = b"".join(unsigned16(registers.get(name, 0.0)) for name in NUMBERS)
        masses = b"".join(unsigned16(registers.get(name, 0.0) * 10.0) for name in MASSES)
        return summed(code, state + numbers + masses)

    def encode(self, registers: Mapping[str, float]) -> bytes:
        return self.average(0x11, registers)


def summed(code: int, data: bytes) -> bytes:
    """A reply with its check byte."""
    unsummed = bytes([HEAD, code]) + data
    return unsummed + bytes([negated(unsummed)])
