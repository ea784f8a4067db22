"""Simulated Honeywell HPMA115S0 and the compact HPMA115C0.

**Source** Honeywell HPM datasheet 32322550 issue F, tables 4 to 7; PyPMS recordings; forum.arduino.cc topic 471975.
"""

import math
from collections.abc import Callable, Mapping
from typing import ClassVar

from simulators.device import Device, Register, Registers, Setup, unsigned16, whole
from simulators.fan import drawn_in
from simulators.sums import additive16, negated

HEAD = 0x68
ACKNOWLEDGED = b"\xa5\xa5"
REFUSED = b"\x96\x96"
REPLY_S = 0.01
ZEROS_S = 2.0
STABLE_S = 6.0


class Hpma(Device):
    """Streams once a second until told to stop; the customer coefficient is kept without power.

    Options: `coefficient` is the stored customer coefficient (30 to 200, 100 is neutral); `auto` whether an earlier
    program left it streaming.
    """

    LIFETIME_H = 87_600.0
    QUANTITIES: ClassVar[tuple[str, ...]] = ("pm1_ugm3", "pm2_5_ugm3", "pm4_ugm3", "pm10_ugm3")
    FULL_SCALE: ClassVar[Mapping[str, float]] = {"pm2_5_ugm3": 1000.0, "pm10_ugm3": 1000.0}
    REGISTERS: ClassVar[tuple[Register, ...]] = (Register("pm2_5_ugm3", 0, 65535), Register("pm10_ugm3", 0, 65535))
    OPTIONS: ClassVar[Mapping[str, float]] = {"coefficient": 100.0, "auto": 1.0}
    SPARE: ClassVar[bytes] = b"\x51\x00"

    def __init__(self, setup: Setup) -> None:
        self.coefficient = 100
        super().__init__(setup)
        self.coefficient = int(self.options["coefficient"])
        if not self.options["auto"]:
            self.auto = False
            self._schedule(0.0)

    def power_on(self, now_s: float) -> None:
        self.measuring = True
        self.auto = True
        self.fan_s = now_s
        self._schedule(now_s)

    def _schedule(self, now_s: float) -> None:
        self.stream_due_s = now_s + 1.0 if self.auto and self.measuring else math.inf

    # --- commands

    def on_bytes(self, data: bytes, now_s: float) -> None:
        self.inbox += data
        while len(self.inbox) >= 4:
            length = self.inbox[1] + 3
            if self.inbox[0] != HEAD or not 4 <= length <= 5:
                del self.inbox[:1]
            elif len(self.inbox) < length:
                return
            elif negated(self.inbox[: length - 1]) != self.inbox[length - 1]:
                del self.inbox[:1]
            else:
                raw = bytes(self.inbox[:length])
                del self.inbox[:length]
                self._command(raw, now_s)

    def _command(self, raw: bytes, now_s: float) -> None:
        means, act = ACTIONS.get(raw[2], ("unknown", None))
        self.heard(raw, means, now_s)
        self.send(REFUSED if act is None else act(self, raw, now_s), now_s + REPLY_S)

    def _read(self, raw: bytes, now_s: float) -> bytes:
        return self.answer(self.registers(now_s)) if self.measuring else REFUSED

    def _start(self, raw: bytes, now_s: float) -> bytes:
        if not self.measuring:
            self.measuring = True
            self.fan_s = now_s
            self._schedule(now_s)
        return ACKNOWLEDGED

    def _stop(self, raw: bytes, now_s: float) -> bytes:
        self.measuring = False
        self._schedule(now_s)
        return ACKNOWLEDGED

    def _set_coefficient(self, raw: bytes, now_s: float) -> bytes:
        if len(raw) != 5 or not 30 <= raw[3] <= 200:
            return REFUSED
        self.coefficient = raw[3]
        return ACKNOWLEDGED

    def _read_coefficient(self, raw: bytes, now_s: float) -> bytes:
        return replied(0x10, bytes([self.coefficient]))

    def _quiet(self, raw: bytes, now_s: float) -> bytes:
        self.auto = False
        self._schedule(now_s)
        return ACKNOWLEDGED

    def _stream(self, raw: bytes, now_s: float) -> bytes:
        if not self.auto:
            self.auto = True
            self._schedule(now_s)
        return ACKNOWLEDGED

    # --- measuring

    def stream_frame(self, now_s: float) -> bytes:
        return self.encode(self.registers(now_s))

    def measure(self, now_s: float) -> Registers:
        seen = drawn_in(self, now_s, self.fan_s, ZEROS_S, STABLE_S)
        scale = self.coefficient / 100.0
        return {register.name: min(1000.0, seen[register.name] * scale) for register in self.REGISTERS}

    def encode(self, registers: Mapping[str, float]) -> bytes:
        return auto_sent(bytes(2) + self._words(registers) + bytes(20 - 2 * len(self.REGISTERS)) + bytes(2), self.SPARE)

    def answer(self, registers: Mapping[str, float]) -> bytes:
        """The reply to a read command."""
        return replied(0x04, self._words(registers))

    def _words(self, registers: Mapping[str, float]) -> bytes:
        return b"".join(unsigned16(registers.get(register.name, 0.0)) for register in self.REGISTERS)


class HpmaCompact(Hpma):
    """Four sizes, from the first data byte on.

    Options: `coefficient` is the stored customer coefficient (30 to 200, 100 is neutral).
    """

    REGISTERS: ClassVar[tuple[Register, ...]] = tuple(Register(name, 0, 65535) for name in Hpma.QUANTITIES)
    SPARE: ClassVar[bytes] = b"\x00\x00"

    def encode(self, registers: Mapping[str, float]) -> bytes:
        return auto_sent(self._words(registers) + bytes(16), self.SPARE)

    def answer(self, registers: Mapping[str, float]) -> bytes:
        return replied(0x04, self._words(registers) + bytes(4))


ACTIONS: dict[int, tuple[str, Callable[[Hpma, bytes, float], bytes]]] = {
    0x01: ("start measuring", Hpma._start),
    0x02: ("stop measuring", Hpma._stop),
    0x04: ("read", Hpma._read),
    0x08: ("set coefficient", Hpma._set_coefficient),
    0x10: ("read coefficient", Hpma._read_coefficient),
    0x20: ("stop auto-send", Hpma._quiet),
    0x40: ("start auto-send", Hpma._stream),
}


def auto_sent(data: bytes, spare: bytes) -> bytes:
    """A 32-byte frame of 24 data bytes, two spare ones and the sum."""
    unsummed = b"\x42\x4d\x00\x1c" + data + spare
    return unsummed + additive16(unsummed)


def replied(code: int, data: bytes) -> bytes:
    """A reply with its length and check byte."""
    unsummed = bytes([0x40, whole(len(data) + 1, 0, 255), code]) + data
    return unsummed + bytes([negated(unsummed)])
