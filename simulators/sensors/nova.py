"""Simulated Nova SDS011, SDS018, SDS021 and SDS198.

**Source** Nova Laser Dust Sensor Control Protocol V1.3; PyPMS recordings; lewapek/sds-dust-sensors-arduino-library #6
for the bytes at wake.
"""

import math
from collections.abc import Callable, Mapping
from typing import ClassVar

from simulators.device import Device, Register, Registers, Setup, whole
from simulators.fan import drawn_in
from simulators.sums import low_byte

LENGTH = 19
HEAD = 0xAA
COMMAND = 0xB4
TAIL = 0xAB
DATA = 0xC0
COARSE = 0xCF
REPLY = 0xC5
ANYBODY = 0xFFFF
REPLY_S = 0.02
ZEROS_S = 2.0
STABLE_S = 30.0
MEASURING_S = 30.0
WAKE_GARBAGE = bytes.fromhex("ad50105edd")
FIRMWARE = (15, 7, 10)


class Sds(Device):
    """Ten-byte frames once a second, or on request; report mode, id and working period are kept without power.

    Options: `device_id`; `query` starts in query mode; `period_min` is the stored working period; `wake_glitch` sends
    the stray bytes of a waking unit; `wakes_on_any_byte` as older units do.
    """

    QUANTITIES: ClassVar[tuple[str, ...]] = ("pm2_5_ugm3", "pm10_ugm3")
    FULL_SCALE: ClassVar[Mapping[str, float]] = {"pm2_5_ugm3": 999.9, "pm10_ugm3": 1999.9}
    REGISTERS: ClassVar[tuple[Register, ...]] = (
        Register("pm2_5_ugm3", 0, 6553.5, 0.1),
        Register("pm10_ugm3", 0, 6553.5, 0.1),
        Register("device_id", 0, 65535),
    )
    OPTIONS: ClassVar[Mapping[str, float]] = {
        "device_id": 0xA160,
        "query": 0.0,
        "period_min": 0.0,
        "wake_glitch": 0.0,
        "wakes_on_any_byte": 0.0,
    }

    def __init__(self, setup: Setup) -> None:
        self.asleep = False
        self.fan_s = 0.0
        self.query = False
        self.period_min = 0
        self.identity = 0
        super().__init__(setup)
        self.query = bool(self.options["query"])
        self.period_min = int(self.options["period_min"])
        self.identity = int(self.options["device_id"])
        self._schedule(self.fan_s if setup.cold else 0.0)

    def power_on(self, now_s: float) -> None:
        self.asleep = False
        self.fan_s = now_s
        self._schedule(now_s)

    def _schedule(self, now_s: float) -> None:
        if self.asleep or (self.query and not self.period_min):
            self.stream_due_s = math.inf
        else:
            self.stream_due_s = now_s + (MEASURING_S if self.period_min else 1.0)

    # --- commands

    def on_bytes(self, data: bytes, now_s: float) -> None:
        if self.asleep and self.options["wakes_on_any_byte"]:
            self._work(True, now_s)
        self.inbox += data
        while len(self.inbox) >= LENGTH:
            raw = bytes(self.inbox[:LENGTH])
            if raw[:2] == bytes([HEAD, COMMAND]) and raw[18] == TAIL and low_byte(raw[2:17]) == raw[17]:
                del self.inbox[:LENGTH]
                self._command(raw, now_s)
            else:
                del self.inbox[:1]

    def _command(self, raw: bytes, now_s: float) -> None:
        means, act = ACTIONS.get(raw[2], ("unknown", None))
        if int.from_bytes(raw[15:17], "big") not in (ANYBODY, self.identity):
            self.heard(raw, "ignored: another device id", now_s)
        elif self.asleep and raw[2] != 0x06:
            self.heard(raw, "ignored: asleep", now_s)
        else:
            self.heard(raw, means, now_s)
            if act is not None:
                act(self, raw, now_s)

    def _mode(self, raw: bytes, now_s: float) -> None:
        if raw[3]:
            self.query = raw[4] == 1
            self._schedule(now_s)
        self._answer(bytes([0x02, raw[3], int(self.query), 0]), now_s)

    def _read(self, raw: bytes, now_s: float) -> None:
        self.send(self.encode(self.registers(now_s)), now_s + REPLY_S)

    def _rename(self, raw: bytes, now_s: float) -> None:
        self.identity = int.from_bytes(raw[13:15], "big")
        self._answer(bytes([0x05, 0, 0, 0]), now_s)

    def _sleep_or_work(self, raw: bytes, now_s: float) -> None:
        if raw[3]:
            self._work(raw[4] == 1, now_s)
        self._answer(bytes([0x06, raw[3], int(not self.asleep), 0]), now_s)

    def _work(self, work: bool, now_s: float) -> None:
        woken = self.asleep and work
        self.asleep = not work
        if woken:
            self.fan_s = now_s
            if self.options["wake_glitch"]:
                self.send(WAKE_GARBAGE, now_s + 0.001)
        self._schedule(now_s)

    def _firmware(self, raw: bytes, now_s: float) -> None:
        self._answer(bytes([0x07, *FIRMWARE]), now_s)

    def _period(self, raw: bytes, now_s: float) -> None:
        if raw[3] and raw[4] <= 30:
            self.period_min = raw[4]
            self.fan_s = now_s if self.period_min else self.fan_s
            self._schedule(now_s)
        self._answer(bytes([0x08, raw[3], self.period_min, 0]), now_s)

    def _answer(self, four: bytes, now_s: float) -> None:
        self.send(self._framed(REPLY, four), now_s + REPLY_S)

    def _framed(self, kind: int, four: bytes, identity: int | None = None) -> bytes:
        body = four + (self.identity if identity is None else identity).to_bytes(2, "big")
        return bytes([HEAD, kind]) + body + bytes([low_byte(body), TAIL])

    # --- measuring

    def stream_frame(self, now_s: float) -> bytes:
        return self.encode(self.registers(now_s))

    def stream_interval_s(self, now_s: float) -> float:
        if not self.period_min:
            return 1.0
        self.fan_s += self.period_min * 60.0
        return self.period_min * 60.0

    def measure(self, now_s: float) -> Registers:
        stable_s = MEASURING_S if self.period_min else STABLE_S
        seen = drawn_in(self, now_s, self.fan_s, ZEROS_S, stable_s)
        return {
            "pm2_5_ugm3": min(999.9, seen["pm2_5_ugm3"]),
            "pm10_ugm3": min(1999.9, seen["pm10_ugm3"]),
            "device_id": float(self.identity),
        }

    def encode(self, registers: Mapping[str, float]) -> bytes:
        tenths = (registers.get("pm2_5_ugm3", 0.0), registers.get("pm10_ugm3", 0.0))
        body = b"".join(whole(value * 10.0, 0, 0xFFFF).to_bytes(2, "little") for value in tenths)
        return self._framed(DATA, body, int(registers.get("device_id", self.identity)))


class Sds198(Sds):
    """The outdoor dust sensor: PM100 in whole ug/m3 behind a reserved word."""

    QUANTITIES: ClassVar[tuple[str, ...]] = ("pm10_ugm3",)
    FULL_SCALE: ClassVar[Mapping[str, float]] = {"pm10_ugm3": 20000.0}
    REGISTERS: ClassVar[tuple[Register, ...]] = (
        Register("pm100_ugm3", 0, 65535),
        Register("reserved", 0, 65535),
        Register("device_id", 0, 65535),
    )

    def measure(self, now_s: float) -> Registers:
        seen = drawn_in(self, now_s, self.fan_s, ZEROS_S, STABLE_S)
        dust = min(20000.0, seen["pm10_ugm3"] * 1.3)
        return {"pm100_ugm3": dust, "reserved": seen["pm2_5_ugm3"], "device_id": float(self.identity)}

    def encode(self, registers: Mapping[str, float]) -> bytes:
        words = (registers.get("reserved", 0.0), registers.get("pm100_ugm3", 0.0))
        body = b"".join(whole(value, 0, 0xFFFF).to_bytes(2, "little") for value in words)
        return self._framed(COARSE, body, int(registers.get("device_id", self.identity)))


ACTIONS: dict[int, tuple[str, Callable[[Sds, bytes, float], None]]] = {
    0x02: ("report mode", Sds._mode),
    0x04: ("read", Sds._read),
    0x05: ("set device id", Sds._rename),
    0x06: ("sleep or work", Sds._sleep_or_work),
    0x07: ("firmware", Sds._firmware),
    0x08: ("working period", Sds._period),
}
