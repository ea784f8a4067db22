"""Calibrating a CO2 sensor with open eyes: watch it, judge whether the moment is right, tell it, watch again.

A calibration at the wrong moment makes every later reading wrong, so nothing is sent unless the level was steady and
plausible for what the sensor is told.
"""

import json
import select
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from aqsense import flags
from aqsense.ticks import PERIOD
from aqsense.wire import dialogue, events, framing, registry
from aqsense.wire.dialogue import Step
from firmware_bridge.port import Port

FILE = "calibrations.jsonl"
OUTDOOR_PPM = (330, 650)  # what a sensor that is not far off reads outdoors
OUTDOOR_FAR_PPM = (250, 1500)  # and one that is, when somebody vouches for the air
NITROGEN_PPM = 200  # what a sensor that is not far off reads at most in a gas without CO2
LEAST_SAMPLES = 20
RANGES_PPM = (2000, 5000, 10000)
REFUSALS = ("refused", "exception")


@dataclass(frozen=True)
class Plan:
    """What the sensor is to be told: `kind` outdoor, known, span, zero or range, and what the air is taken for."""

    model: str
    kind: str
    ppm: int
    vouched: bool = False


@dataclass
class Watched:
    """CO2 of a stretch of time, in ppm, how many samples there were, and the doubts that the sensor itself had."""

    ppm: list[int] = field(default_factory=list)
    doubts: int = 0
    samples: int = 0

    @property
    def level(self) -> int:
        """The median."""
        return round(median(self.ppm))

    @property
    def spread(self) -> int:
        """Between the 5th and 95th hundredth."""
        ordered = sorted(self.ppm)
        edge = len(ordered) // 20
        return ordered[-1 - edge] - ordered[edge]

    @property
    def drift(self) -> int:
        """Change of the level from the first to the last quarter."""
        quarter = max(1, len(self.ppm) // 4)
        return round(median(self.ppm[-quarter:]) - median(self.ppm[:quarter]))


def objection(plan: Plan, watched: Watched) -> str | None:
    """Why the sensor must not be calibrated now, and what to do about it; None when nothing speaks against it."""
    if len(watched.ppm) < LEAST_SAMPLES:
        return f"only {len(watched.ppm)} readings came: check the line with aqsense detect"
    if watched.doubts & flags.WARMING:
        return "the sensor is warming up: leave it on for half an hour and try again"
    if watched.doubts & (flags.SELF_TEST | flags.SATURATED):
        return "the sensor reports a fault: see aqsense sensors, and mend that first"
    if plan.kind == "range":
        return None
    level = watched.level
    if abs(watched.drift) > max(15, level // 50):
        return f"the level is moving ({watched.drift:+d} ppm while it was watched): wait until it stands still"
    if watched.spread > max(30, level // 20):
        return f"the level is not steady (it varies by {watched.spread} ppm): keep breath and draughts away from it"
    return _implausible(plan, level)


def _implausible(plan: Plan, level: int) -> str | None:
    if plan.kind == "outdoor":
        low, high = OUTDOOR_FAR_PPM if plan.vouched else OUTDOOR_PPM
        if not low <= level <= high:
            more = "" if plan.vouched else "; if it has stood outdoors for 20 minutes, say so with --outdoors"
            return f"{level} ppm is no outdoor air (that is {low} to {high} ppm): take the sensor outdoors{more}"
        return None
    if plan.kind == "zero":
        if level > NITROGEN_PPM:
            return f"{level} ppm is no nitrogen: let it flow through the sensor until the reading stands still near 0"
        return None
    if abs(level - plan.ppm) > max(150, plan.ppm * 3 // 10):
        return f"it reads {level} ppm, too far from {plan.ppm} ppm: check the reference, and that it reaches the sensor"
    return None


class Bench:
    """The sensor on its port while it is watched and told; close it in the end."""

    def __init__(self, path: str, model: str, interval_ms: int = 0) -> None:
        info = registry.info(model)
        self.port = Port(path, info.baud, info.bits, info.parity, info.stop)
        self.port.open()
        self.decoder = registry.open(model)
        self.dialogue = dialogue.open(model, interval_ms)
        self._buffer = bytearray(4096)
        fields = self.decoder.FIELDS
        self._co2 = fields.index("co2_ppm") if "co2_ppm" in fields else -1
        self.replies: list[tuple[str, dict[str, Any]]] = []

    def close(self) -> None:
        """Give the port back."""
        self.port.close()

    def watch(self, seconds: float) -> Watched:
        """What the sensor says in that time; a port that goes away raises PortError."""
        watched = Watched()
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self._turn(watched)
        return watched

    def steps(self, plan: Plan) -> Sequence[Step]:
        """What to say to the sensor; ValueError, `problem: fix`, for a level that it cannot be told."""
        family = registry.family(plan.model)
        return tuple(family.calibration(plan.model, plan.kind, plan.ppm, self.decoder))

    def tell(self, steps: Sequence[Step], longest_s: float = 120.0) -> bool:
        """Send requests one after the other; True when each that has an answer was answered, and none refused."""
        missed = self.dialogue.missed
        self.replies.clear()
        for step in steps:
            self.dialogue.ask(step)
        end = time.monotonic() + longest_s
        while self.dialogue.busy and time.monotonic() < end:
            self._turn(Watched())
        refused = any(name in REFUSALS or "error" in fields for name, fields in self.replies)
        return not refused and not self.dialogue.busy and self.dialogue.missed <= missed

    def calibrated(self, plan: Plan, steps: Sequence[Step]) -> bool:
        """Send a calibration; True when it was acknowledged, by the sensor's own register where it has one."""
        answered = self.tell(steps)
        told = [fields for name, fields in self.replies if name == "ack_register"]
        done = not told or told[-1].get("zero_done" if plan.kind == "zero" else "background_done", True)
        return answered and bool(done)

    def _turn(self, watched: Watched) -> None:
        request = self.dialogue.due(_now_ms())
        if request:
            self.port.write(request)
            self.decoder.expect(request)
        wait_s = min(0.1, self.dialogue.wait_ms(_now_ms()) / 1000)
        if select.select([self.port.fileno()], [], [], wait_s)[0]:
            n = self.port.read_into(self._buffer)
            self.decoder.receive_data(self._buffer, n)
        while (event := self.decoder.next_event()) != events.NEED_DATA:
            self.dialogue.heard(self.decoder, _now_ms())
            if event == events.SAMPLE:
                value = self.decoder.values[self._co2] if self._co2 >= 0 else framing.MISSING_VALUE
                if value > -NITROGEN_PPM:
                    watched.ppm.append(value)
                watched.samples += 1
                watched.doubts |= self.decoder.flags | (flags.WARMING if self.decoder.evidence else 0)
            elif event == events.REPLY:
                self.replies.append((self.decoder.reply, dict(self.decoder.fields())))


def _now_ms() -> int:
    return int(time.monotonic() * 1000) & PERIOD - 1


def record(folder: Path, fact: dict[str, Any]) -> None:
    """Add one calibration to the list that is kept beside the data; the daemon reads it when it starts."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / FILE).open("a", encoding="utf-8") as file:
        file.write(json.dumps(fact, separators=(",", ":"), ensure_ascii=False) + "\n")


def recorded(folder: Path, sid: str) -> list[dict[str, Any]]:
    """Calibrations of one sensor, oldest first; a line that is no JSON object is passed over."""
    found = []
    path = folder / FILE
    lines = path.read_bytes().splitlines() if path.exists() else []
    for line in lines:
        try:
            fact = json.loads(line)
        except ValueError:
            continue
        if isinstance(fact, dict) and fact.get("sid") == sid:
            found.append(fact)
    return found
