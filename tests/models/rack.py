"""A rack of simulated sensors, each in a process of its own, on real pseudo-terminals: detected, then read."""

import json
import subprocess
import time
from collections.abc import Sequence
from typing import Any

from aqsense.wire import registry
from simulators import bench as simulated
from tests.bridge.bench_parts import AQSENSE, Bench, Listener, wait_for

AIR = {  # what the sensors breathe: values that every resolution on the wire can carry
    "pm1_ugm3": 14,
    "pm2_5_ugm3": 23,
    "pm4_ugm3": 27,
    "pm10_ugm3": 31,
    "co2_ppm": 810,
    "temp_c": 22.5,
    "rh_pct": 44,
    "hcho_ugm3": 20,
}
OPTIONS = {"scd30": {"running": 1}, "sps30": {"running": 1}}  # they measure since they were powered, an hour ago
READY_S = 40.0
PUBLISHED_S = 40.0


def headline(model: str) -> tuple[str, ...]:
    """The quantities of a model that the memory may learn from."""
    return tuple(field for field, _ in registry.info(model).headline)


def breathed(model: str) -> dict[str, float]:
    """Those quantities of AIR that a simulated sensor of this model senses."""
    senses = dict(simulated.names(model))["air"]
    return {name: value for name, value in AIR.items() if name in senses}


def expected(model: str) -> dict[str, float]:
    """What the daemon should publish of a simulated sensor: each headline quantity that it was told to breathe."""
    return {name: value for name, value in breathed(model).items() if name in headline(model)}


class Rack:
    """Simulated sensors, one of each of `models`; they run until the bench closes."""

    def __init__(self, bench: Bench, models: Sequence[str]) -> None:
        self.bench = bench
        self.models = tuple(models)
        sensors = [self._plug_in(model) for model in self.models]
        for model, sensor in zip(self.models, sensors, strict=True):
            wait_for(lambda sensor=sensor: '"ready"' in sensor.said(), READY_S, f"{model} is ready: {sensor.said()}")

    def _plug_in(self, model: str) -> Any:
        held = {**breathed(model), **OPTIONS.get(model, {})}
        told = [part for name, value in held.items() for part in ("--set", f"{name}={value}")]
        options = ["--link", self.bench.link(model), "--strict-baud", "--json", *told]
        return self.bench.run(f"sensor-{model}", [*AQSENSE, "simulate", "sensor", model, *options])

    def detect(self) -> dict[str, dict[str, Any]]:
        """The line that `aqsense detect --json` prints of each model's port."""
        ports = [self.bench.link(model) for model in self.models]
        done = subprocess.run(
            [*AQSENSE, "detect", *ports, "--json"],
            stdout=subprocess.PIPE,
            env=self.bench.environment,
            text=True,
            check=True,
        )
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        return dict(zip(self.models, lines[:-1], strict=True))

    def publish(self) -> Listener:
        """Start a broker and a daemon that reads all of them; returns when each has published, or time is over."""
        broker = self.bench.mosquitto("max_queued_messages 0")
        listener = self.bench.listener(broker.port)
        sensors = [
            {"id": model, "model": model, "port": self.bench.link(model), "room": model} for model in self.models
        ]
        self.bench.daemon(self.bench.config(broker.port, sensors))
        end = time.monotonic() + PUBLISHED_S
        while time.monotonic() < end and not all(newest(listener, model) for model in self.models):
            time.sleep(0.2)
        return listener


def newest(listener: Listener, model: str) -> dict[str, Any] | None:
    """The last whole sample of a model in which every expected value is there; None before that."""
    for sample in reversed(listener.of(f"/measured/{model}/all")):
        if all(sample["values"].get(name) is not None for name in expected(model)):
            return dict(sample)
    return None
