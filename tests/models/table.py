"""The table of all models: what detection calls a simulated sensor, and what the daemon publishes of it."""

import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aqsense.wire import registry
from tests.bridge.bench_parts import Bench, Listener
from tests.models.rack import Rack, expected, newest

MODELS = tuple(line[0] for line in registry.MODELS)
RACKS = 5  # each with its own sensors, broker and daemon
LONGEST_S = 15
FINEST = 0.1  # what a value may lose on the wire


@dataclass
class Row:
    """One model: `port` is the line of `aqsense detect`, `sample` the newest measured/…/all."""

    model: str
    port: dict[str, Any]
    sample: dict[str, Any] | None
    documents: list[dict[str, Any]] = field(default_factory=list)
    invalid: list[str] = field(default_factory=list)

    @property
    def read(self) -> dict[str, float]:
        """Values that were published."""
        values = self.sample["values"] if self.sample else {}
        return {name: value for name, value in values.items() if value is not None}

    def problems(self) -> list[str]:
        """What is wrong with this row; empty when nothing is."""
        return [*self._not_named(), *self._not_published(), *self.invalid]

    def _not_named(self) -> list[str]:
        named = set(self.port["candidates"])
        if self.port["result"] not in ("found", "ambiguous") or not self.model in named <= alike(self.model):
            return [f"detected as {self.port['result']} {sorted(named)}"]
        return [] if self.port["seconds"] <= LONGEST_S else [f"detection took {self.port['seconds']} s"]

    def _not_published(self) -> list[str]:
        if self.sample is None:
            return ["published nothing usable"]
        held = expected(self.model)
        wrong = [name for name, value in held.items() if abs(self.read[name] - value) > FINEST]
        doubts = [flag for flag in self.sample["flags"] if flag != "power_up_unknown"]
        return [f"{name} {held[name]} was read as {self.read[name]}" for name in wrong] + [f"flag {f}" for f in doubts]


def alike(model: str) -> set[str]:
    """The models that share the frames of one, itself among them: any that says so of another, however far."""
    found = {model}
    while True:
        more = {other for known in found for other in registry.info(known).same_wire_as} - found
        more |= {other for other in MODELS if found & set(registry.info(other).same_wire_as)} - found
        if not more:
            return found
        found |= more


def rows(models: Sequence[str] = MODELS) -> list[Row]:
    """The rows of all models, measured on several racks at once, in the order of `models`."""
    shares = [models[i::RACKS] for i in range(RACKS) if models[i::RACKS]]
    with ThreadPoolExecutor(RACKS) as pool:
        found = {row.model: row for share in pool.map(_measured, shares) for row in share}
    return [found[model] for model in models]


def _measured(models: Sequence[str]) -> list[Row]:
    with tempfile.TemporaryDirectory() as directory:
        bench = Bench(Path(directory))
        try:
            rack = Rack(bench, models)
            ports = rack.detect()
            listener = rack.publish()
            return [_row(model, ports[model], listener) for model in models]
        finally:
            bench.close()


def _row(model: str, port: dict[str, Any], listener: Listener) -> Row:
    documents = [body for topic in ("measured", "sensor") for body in listener.of(f"/{topic}/{model}/")]
    invalid = [text for text in listener.invalid if f"/{model}/" in text]
    return Row(model, port, newest(listener, model), documents, invalid)
