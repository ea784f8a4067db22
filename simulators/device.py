"""A simulated sensor as a pure state machine: bytes and time in, frames out; no I/O, no wall clock."""

import bisect
import math
import random
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, NamedTuple

from simulators.air import Air

HOUR_S = 3600.0
REPLY_S = 0.015
MOST_FRAMES_BEHIND = 64

Registers = dict[str, float]


class Register(NamedTuple):
    """One number of a measurement frame: its name in contract section 1, its range on the wire and its step."""

    name: str
    low: float
    high: float
    step: float = 1.0


class Command(NamedTuple):
    """One thing that the host said: seconds of the simulation, the bytes, and what they mean to the sensor."""

    t_s: float
    raw: bytes
    means: str


@dataclass
class Ailment:
    """What is wrong with the sensing part (the line's faults are in `simulators.line`)."""

    stuck: bool = False
    zero: bool = False
    saturate: bool = False
    noisy: bool = False
    drift_rel_per_day: float = 0.0
    drift_abs_per_day: float = 0.0
    since_s: float = 0.0

    def drifted(self, value: float, now_s: float) -> float:
        """The value after the drift so far."""
        days = max(0.0, now_s - self.since_s) / 86400.0
        return value * (1.0 + self.drift_rel_per_day * days) + self.drift_abs_per_day * days


@dataclass(frozen=True)
class Setup:
    """How a simulated sensor starts; times are seconds of the simulation."""

    model: str
    air: Air
    seed: int = 1
    cold: bool = False
    options: Mapping[str, float] = field(default_factory=dict)


class Device:
    """Base of all simulated sensors.

    `receive(data, now_s)` takes what the host wrote, `take(now_s)` gives the frames due by now and `poll(now_s)` the
    same joined; `now_s` never goes back. `commands` collects what the host said. Non-volatile settings are attributes
    made in `__init__`; volatile ones are made in `power_on`.
    """

    BAUD: ClassVar[int] = 9600
    CHARACTER_BITS: ClassVar[int] = 10
    QUANTITIES: ClassVar[tuple[str, ...]] = ()
    REGISTERS: ClassVar[tuple[Register, ...]] = ()
    COUNTERS: ClassVar[tuple[str, ...]] = ()  # registers that go on when the value is stuck
    FULL_SCALE: ClassVar[Mapping[str, float]] = {}
    LIFETIME_H: ClassVar[float] = 8000.0
    POLL: ClassVar[bytes] = b""  # the request that `encode` answers; empty for a streaming sensor
    OPTIONS: ClassVar[Mapping[str, float]] = {"hours": 0.0}

    def __init__(self, setup: Setup) -> None:
        self.model = setup.model
        self.air = setup.air
        self.random = random.Random(f"{setup.model}-{setup.seed}")
        self.options: dict[str, float] = {**Device.OPTIONS, **type(self).OPTIONS, **setup.options}
        self.ailment = Ailment()
        self.commands: deque[Command] = deque()
        self.frames_out = 0
        self.hours = self.options["hours"]
        self._outbox: list[tuple[float, int, bytes]] = []
        self._serial = 0
        self._frozen: Registers | None = None
        self._since_s = 0.0
        self.powered = False
        self.powered_s = 0.0
        self.stream_due_s = math.inf
        self.inbox = bytearray()
        self.turn_on(0.0 if setup.cold else -HOUR_S)
        if not setup.cold:
            self.settle()

    # --- power

    def turn_on(self, now_s: float) -> None:
        """Apply power: a cold start."""
        self.powered = True
        self.powered_s = now_s
        self._since_s = now_s
        self.stream_due_s = math.inf
        self.inbox.clear()
        self._frozen = None
        self.power_on(now_s)

    def turn_off(self, now_s: float) -> None:
        """Remove power: what was about to be sent is lost, non-volatile settings stay."""
        if self.powered:
            self.hours += max(0.0, now_s - self._since_s) / HOUR_S
        self.powered = False
        self.stream_due_s = math.inf
        self._outbox.clear()

    def power_on(self, now_s: float) -> None:
        """Set the volatile state of a sensor that was just powered."""

    def settle(self) -> None:
        """Bring a sensor that has been powered for an hour to time zero, with nothing waiting to be sent."""
        self._outbox.clear()
        if self.stream_due_s < 0.0:
            self.stream_due_s = self.random.uniform(0.0, 0.5)

    def age_s(self, now_s: float) -> float:
        """Seconds since power was applied."""
        return now_s - self.powered_s

    def worn(self, now_s: float) -> float:
        """Operating hours as a share of the stated lifetime."""
        return (self.hours + max(0.0, now_s - self._since_s) / HOUR_S) / self.LIFETIME_H

    def brightness(self, now_s: float) -> float:
        """What the light source still gives: all of it for half its life, 85 % at its end, half 20 % after that."""
        worn = self.worn(now_s)
        if worn <= 0.5:
            return 1.0
        if worn <= 1.0:
            return 1.0 - 0.3 * (worn - 0.5)
        return max(0.1, 0.85 - 1.75 * (worn - 1.0))

    # --- bytes

    def receive(self, data: bytes, now_s: float) -> None:
        """Take bytes from the host."""
        if self.powered:
            self.on_time(now_s)
            self.on_bytes(data, now_s)

    def take(self, now_s: float) -> list[bytes]:
        """Frames that left the sensor by now, in order."""
        if not self.powered:
            return []
        self._run_stream(now_s)
        self.on_time(now_s)
        frames = []
        while self._outbox and self._outbox[0][0] <= now_s:
            frames.append(self._outbox.pop(0)[2])
        self.frames_out += len(frames)
        return frames

    def poll(self, now_s: float) -> bytes:
        """Bytes that left the sensor by now."""
        return b"".join(self.take(now_s))

    def wait_s(self, now_s: float) -> float:
        """Seconds until `take` may have something; infinite when only the host can cause it."""
        due = min(self._outbox[0][0] if self._outbox else math.inf, self.stream_due_s)
        return max(0.0, due - now_s)

    def send(self, frame: bytes, at_s: float) -> None:
        """Put a frame on the wire at that time."""
        self._serial += 1
        bisect.insort(self._outbox, (at_s, self._serial, frame))

    def heard(self, raw: bytes, means: str, now_s: float) -> None:
        """Keep account of one thing that the host said."""
        self.commands.append(Command(now_s, bytes(raw), means))

    def _run_stream(self, now_s: float) -> None:
        behind = 0
        while self.stream_due_s <= now_s:
            due_s = self.stream_due_s
            frame = self.stream_frame(due_s)
            if frame:
                self.send(frame, due_s)
            self.stream_due_s = due_s + self.stream_interval_s(due_s)
            behind += 1
            if behind >= MOST_FRAMES_BEHIND:
                self.stream_due_s = max(self.stream_due_s, now_s)

    # --- what a model fills in

    def on_bytes(self, data: bytes, now_s: float) -> None:
        """React to bytes from the host; a transmit-only sensor has no ear."""

    def on_time(self, now_s: float) -> None:
        """Let slow things happen."""

    def stream_frame(self, now_s: float) -> bytes:
        """The next frame of a streaming sensor; empty when it has nothing to say."""
        return b""

    def stream_interval_s(self, now_s: float) -> float:
        """Seconds from one streamed frame to the next."""
        return 1.0

    def measure(self, now_s: float) -> Registers:
        """Numbers of a measurement frame from the air at the inlet."""
        return {}

    def encode(self, registers: Mapping[str, float]) -> bytes:
        """The measurement frame that carries these numbers; a number that is not given is zero."""
        return b""

    # --- sensing

    def registers(self, now_s: float) -> Registers:
        """Numbers that the sensor holds now, faults of its sensing part included."""
        if self.ailment.stuck:
            if self._frozen is None:
                self._frozen = self._measured(now_s)
            fresh = self._measured(now_s)
            return {**self._frozen, **{name: fresh[name] for name in self.COUNTERS}}
        self._frozen = None
        return self._measured(now_s)

    def _measured(self, now_s: float) -> Registers:
        registers = self.measure(now_s)
        held = self.air.at(now_s)
        for name in registers:
            if name in self.air.exact and name in held and name not in self.QUANTITIES:
                registers[name] = held[name]
        return registers

    def breathe(self, now_s: float) -> dict[str, float]:
        """The air as the sensing part reports it: drift, zero and saturation applied, unset quantities noisy."""
        air = self.air.at(now_s)
        for name in self.QUANTITIES:
            if name in air:
                air[name] = self._sensed(name, air[name], now_s)
        return air

    def _sensed(self, name: str, value: float, now_s: float) -> float:
        if self.ailment.saturate and name in self.FULL_SCALE:
            return self.FULL_SCALE[name]
        if self.ailment.zero and name in self.FULL_SCALE:
            return 0.0
        if name in self.FULL_SCALE:
            value = self.ailment.drifted(value * (self.brightness(now_s) if name.startswith("pm") else 1.0), now_s)
        return value if name in self.air.exact else self.noisy(name, value)

    def noisy(self, name: str, value: float) -> float:
        """The value with this sensor's own noise."""
        if name.startswith("pm"):
            return max(0.0, value * self.random.gauss(1.0, 0.04) + self.random.gauss(0.0, 0.2))
        if name == "co2_ppm":
            return value + self.random.gauss(0.0, 2.0 + 0.003 * value)
        return value + self.random.gauss(0.0, 0.03)


def whole(value: float, low: int, high: int) -> int:
    """The nearest integer that the field can carry."""
    return max(low, min(high, math.floor(value + 0.5)))


def unsigned16(value: float) -> bytes:
    """Two bytes, high byte first, clipped to what they can carry."""
    return whole(value, 0, 0xFFFF).to_bytes(2, "big")


def signed16(value: float) -> bytes:
    """Two bytes of two's complement, high byte first, clipped to what they can carry."""
    return whole(value, -0x8000, 0x7FFF).to_bytes(2, "big", signed=True)
