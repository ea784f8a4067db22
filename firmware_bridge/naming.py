"""Finds out, beside the reading loop, which model a sensor is whose configuration says "auto"."""

import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

from firmware_bridge import finder
from firmware_bridge.config import Config, Sensor
from firmware_bridge.store import Store

AGAIN_S = 10.0
_NAMED = ("found", "ambiguous")


class Named(NamedTuple):
    """A sensor and the model that it was found to be."""

    sid: str
    model: str


def remembered(config: Config, store: Store) -> tuple[Config, tuple[Sensor, ...]]:
    """The configuration with every model that is known or was found earlier, and the sensors that are still unknown."""
    known = []
    unknown = []
    for sensor in config.sensors:
        model = store.noted(f"model {sensor.id}") if sensor.model == "auto" else sensor.model
        if model is None:
            unknown.append(sensor)
        else:
            known.append(replace(sensor, model=model))
    return replace(config, sensors=tuple(known)), tuple(unknown)


class Namer:
    """Tries the ports of unknown sensors until one answers; `found` fills, and `wake` is called after each."""

    def __init__(self, sensors: Sequence[Sensor], taken: Callable[[], set[str]], wake: Callable[[], None]) -> None:
        self._sensors = list(sensors)
        self._taken = taken
        self._wake = wake
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="aqsense-namer", daemon=True)
        self.found: queue.SimpleQueue[Named] = queue.SimpleQueue()

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """Stop looking; a port that is being tried is given back at the end of its try."""
        self._stop.set()

    def _run(self) -> None:
        while self._sensors and not self._stop.is_set():
            for sensor in list(self._sensors):
                model = self._look(sensor)
                if model is not None:
                    self._sensors.remove(sensor)
                    self.found.put(Named(sensor.id, model))
                    self._wake()
            self._stop.wait(AGAIN_S)

    def _look(self, sensor: Sensor) -> str | None:
        from firmware_bridge import detect

        for port in self._ports(sensor):
            if self._stop.is_set():
                return None
            heard = detect.on(port)
            if heard.result in _NAMED:
                return str(heard.candidates[0])
        return None

    def _ports(self, sensor: Sensor) -> list[finder.Found]:
        if sensor.port != "auto":
            return [finder.Found(sensor.port, None)]
        taken = self._taken()
        return [port for port in finder.ports() if port.path not in taken]
