"""All lines of the daemon: opened when it is time, read when there is something, given up when they are gone."""

import os
import selectors
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from firmware_bridge.cable import Cable
from firmware_bridge.errors import PortError
from firmware_bridge.line import Line
from firmware_bridge.nodes import Nodes

if TYPE_CHECKING:
    from firmware_bridge.daemon import Daemon


class Lines:
    """The lines of the configured sensors whose model is known; what happens to one never touches another."""

    def __init__(self, daemon: "Daemon", selector: selectors.BaseSelector, nodes: Nodes) -> None:
        self._daemon = daemon
        self._selector = selector
        nodes.watch = self._watch_cable
        self._nodes = nodes
        sensors = daemon.config.sensors
        self._paths = [sensor.port for sensor in daemon.configured if sensor.port.startswith("/")]
        self._lines = [Line(sensor, nodes, daemon.problems, daemon.clock.ticks_ms) for sensor in sensors]

    def __iter__(self) -> Iterator[Line]:
        return iter(self._lines)

    def __len__(self) -> int:
        return len(self._lines)

    def taken(self) -> set[str]:
        """Devices that are in use, or that a sensor of the configuration names as its own."""
        return {os.path.realpath(path) for path in self._paths} | {
            line.real_path() for line in self._lines if line.is_open
        }

    def wait_s(self) -> float:
        """Seconds until `tend` is worth calling."""
        return min([line.wait_s() for line in self._lines], default=3600.0)

    def _watch_cable(self, cable: Cable, opened: bool) -> None:
        if opened:
            self._selector.register(cable.fileno(), selectors.EVENT_READ, cable)
        else:
            self._selector.unregister(cable.fileno())

    def read(self, line: Line | Cable) -> None:
        """Take what has arrived on a line, or on the cable of several."""
        if isinstance(line, Cable):
            line.read()
            return
        self._guard(line, lambda: line.read(self._daemon.step))
        if line.is_open and line.confirmed and not line.described:
            self._describe(line)

    def tend(self) -> None:
        """Open what is closed, say what is due."""
        for line in self._lines:
            if not line.is_open and line.try_open(self.taken()):
                self._opened(line)
            if line.is_open:
                self._guard(line, lambda line=line: line.speak(self._daemon.step))  # type: ignore[misc]

    def check(self) -> None:
        """Once a second: give up lines that are dead or lead elsewhere."""
        self._nodes.check()
        for line in self._lines:
            if line.is_open:
                self._guard(line, line.check)
            if line.deaf:
                self._say_lost(line)

    def close(self) -> None:
        """Close everything."""
        for line in self._lines:
            if line.port is not None:
                self._selector.unregister(line.port.fileno())
                line.lose(self._daemon.step, "")
        self._nodes.close()

    def _opened(self, line: Line) -> None:
        daemon = self._daemon
        assert line.port is not None
        self._selector.register(line.port.fileno(), selectors.EVENT_READ, line)
        daemon.settings.sensor(line.sid).port = line.name  # before a first sample tells who is there
        daemon.send(daemon.monitor.port(line.sid, True, None, *daemon.now(), appeared=line.appeared()))
        if line.confirmed:
            self._describe(line)

    def _describe(self, line: Line) -> None:
        line.described = True
        self._daemon.settings.sensor(line.sid).port = line.name
        self._daemon.send([self._daemon.monitor.meta(line.sid)])

    def _guard(self, line: Line, act: Callable[[], None]) -> None:
        try:
            act()
        except PortError as error:
            self._lose(line, str(error))

    def _lose(self, line: Line, why: str) -> None:
        if line.port is not None:
            self._selector.unregister(line.port.fileno())
        was_confirmed = line.confirmed
        line.lose(self._daemon.step, why)
        if was_confirmed:
            self._say_lost(line)

    def _say_lost(self, line: Line) -> None:
        daemon = self._daemon
        daemon.await_late(line)
        daemon.send(daemon.monitor.port(line.sid, False, "value_missing", *daemon.now()))
