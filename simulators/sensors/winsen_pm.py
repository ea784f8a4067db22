"""Simulated Winsen ZH03B and ZH06.

**Source** Winsen ZH03B manual (initiative upload, question and answer, dormant mode); public drivers of ZH03B and ZH06.
"""

import math
from collections.abc import Mapping
from typing import ClassVar

from simulators.device import REPLY_S, Device, Register, Registers, Setup, unsigned16
from simulators.fan import drawn_in
from simulators.sums import additive16, negated

LENGTH = 9
ZEROS_S = 3.0
STABLE_S = 30.0
READ, MODE, DORMANT = 0x86, 0x78, 0xA7
ANSWERING = 0x41

SIZES = ("pm1_ugm3", "pm2_5_ugm3", "pm10_ugm3")


class Zh(Device):
    """Uploads once a second on its own initiative, or answers questions; power brings back the initiative.

    Options: `answering` whether an earlier program left it answering questions.
    """

    LIFETIME_H = 26_280.0
    QUANTITIES: ClassVar[tuple[str, ...]] = SIZES
    FULL_SCALE: ClassVar[Mapping[str, float]] = dict.fromkeys(SIZES, 1000.0)
    REGISTERS: ClassVar[tuple[Register, ...]] = tuple(Register(name, 0, 65535) for name in SIZES)
    OPTIONS: ClassVar[Mapping[str, float]] = {"answering": 0.0}
    SPARE = 6

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        if self.options["answering"]:
            self.answering = True
            self._schedule(0.0)

    def power_on(self, now_s: float) -> None:
        self.answering = False
        self.asleep = False
        self.fan_s = now_s
        self._schedule(now_s)

    def _schedule(self, now_s: float) -> None:
        self.stream_due_s = math.inf if self.answering or self.asleep else now_s + 1.0

    def on_bytes(self, data: bytes, now_s: float) -> None:
        self.inbox += data
        while len(self.inbox) >= LENGTH:
            raw = bytes(self.inbox[:LENGTH])
            if raw[:2] == b"\xff\x01" and negated(raw[1:8]) == raw[8]:
                del self.inbox[:LENGTH]
                self._command(raw, now_s)
            else:
                del self.inbox[:1]

    def _command(self, raw: bytes, now_s: float) -> None:
        code, value = raw[2], raw[3]
        if code == READ:
            self.heard(raw, "read", now_s)
            if self.answering and not self.asleep:
                self.send(self.answer(self.registers(now_s)), now_s + REPLY_S)
        elif code == MODE:
            self.answering = value == ANSWERING
            self.heard(raw, "question and answer" if self.answering else "initiative upload", now_s)
            self._schedule(now_s)
        elif code == DORMANT:
            self.heard(raw, "sleep" if value else "wake", now_s)
            if self.asleep and not value:
                self.fan_s = now_s
            self.asleep = bool(value)
            self._schedule(now_s)
            self.send(closed(bytes([0xFF, DORMANT, 1]) + bytes(5)), now_s + REPLY_S)
        else:
            self.heard(raw, "unknown", now_s)

    def stream_frame(self, now_s: float) -> bytes:
        return self.encode(self.registers(now_s))

    def measure(self, now_s: float) -> Registers:
        seen = drawn_in(self, now_s, self.fan_s, ZEROS_S, STABLE_S)
        return {name: min(1000.0, seen[name]) for name in SIZES}

    def encode(self, registers: Mapping[str, float]) -> bytes:
        copy = b"".join(unsigned16(registers.get(f"{name}_copy", registers.get(name, 0.0))) for name in SIZES)
        masses = b"".join(unsigned16(registers.get(name, 0.0)) for name in SIZES)
        body = copy + masses + bytes(self.SPARE)
        unsummed = b"\x42\x4d" + (len(body) + 2).to_bytes(2, "big") + body
        return unsummed + additive16(unsummed)

    def answer(self, registers: Mapping[str, float]) -> bytes:
        """The reply to a question: PM2.5, PM10, PM1, in this order."""
        order = (registers.get(name, 0.0) for name in ("pm2_5_ugm3", "pm10_ugm3", "pm1_ugm3"))
        return closed(b"\xff\x86" + b"".join(unsigned16(value) for value in order))


class Zh06(Zh):
    """The same in 32 bytes."""

    SPARE = 14


def closed(first_eight: bytes) -> bytes:
    """The nine bytes with their check byte."""
    return first_eight + bytes([negated(first_eight[1:])])
