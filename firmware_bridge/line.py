"""One sensor on its serial line: opened, spoken to, read, and found again after it went away."""

import os
import random
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from aqsense.jsontext import Fixed
from aqsense.wire import dialogue, events, registry
from firmware_bridge import finder, nodes
from firmware_bridge.config import Sensor
from firmware_bridge.errors import PortError
from firmware_bridge.node_clock import Stamp
from firmware_bridge.nodes import NodePort, Nodes
from firmware_bridge.port import Lost, Port
from firmware_bridge.problems import Problems

CHUNK = 4096
FIRST_WAIT_S = 0.2
LONGEST_WAIT_S = 2.0  # a sensor that comes back is read again within five seconds
REENUMERATION_S = 2.0  # a port that is away for less kept its power: a hub reset, not a person
PROBE_S = 4.0  # how long a port may stay without a sample of this model while its port is looked for
DEAF_BYTES = 64
DEAF_S = 10.0

Step = Callable[[str, Any, Stamp | None], None]  # sensor, decoder, when its bytes came unless that is now


class Line:
    """The line of one configured sensor. Its model must be known; the port may be "auto" or a node's."""

    def __init__(self, sensor: Sensor, nodes: Nodes, problems: Problems, ticks_ms: Callable[[], int]) -> None:
        self.sid = sensor.id
        self.model = sensor.model
        self.info = registry.info(sensor.model)
        self.decoder = registry.open(sensor.model)
        self.port: Port | NodePort | None = None
        self.name: str | None = None  # what documents call the port
        self.described = False  # what it is has been published since the port was opened
        self.reopens = -1
        self.last_sample: float | None = None
        self.confirmed = sensor.port != "auto"
        self._sensor = sensor
        self._nodes = nodes
        self._problems = problems
        self._ticks_ms = ticks_ms
        self._buffer = bytearray(CHUNK)
        self._dialogue: Any = None
        self._real = ""
        self._wait = FIRST_WAIT_S
        self._next_try = 0.0
        self._opened_at = 0.0
        self._gone_since: float | None = None
        self._boot = ""  # of the node that it ends at
        self._last_byte = 0.0
        self._bytes_at_sample = 0
        self.deaf = False  # bytes come and no frame is among them
        self._tried: list[str] = []

    @property
    def is_of_node(self) -> bool:
        """Whether the sensor is wired to a thin node."""
        return self._sensor.port.startswith(nodes.PREFIX)

    @property
    def is_open(self) -> bool:
        """Whether there is a port to wait on."""
        return self.port is not None

    def try_open(self, taken: set[str]) -> bool:
        """Open the port if it is time to; `taken` are the ports of the other lines. True when it is now open."""
        now = time.monotonic()
        if self.port is not None or now < self._next_try:
            return False
        try:
            port = self._port(self._path(taken))
            port.open()
        except PortError as error:
            if error.kind == "missing" and self._gone_since is None:
                self._gone_since = now
            self._problems.set(f"port {self.sid}", f"{self.sid}: {error}")
            self._next_try = now + self._wait * random.uniform(0.5, 1.5)
            self._wait = min(self._wait * 2, LONGEST_WAIT_S)
            return False
        self._opened(port, now)
        return True

    def _port(self, path: str) -> Port | NodePort:
        if path.startswith(nodes.PREFIX):
            return self._nodes.port(path)
        return Port(path, self.info.baud, self.info.bits, self.info.parity, self.info.stop)

    def _path(self, taken: set[str]) -> str:
        if self._sensor.port != "auto":
            return self._sensor.port
        free = [found for found in finder.ports() if found.path not in taken]
        if not free:
            self._tried.clear()
            raise _missing("no free serial port for it: plug the sensor in, or see aqsense detect")
        fresh = [found for found in free if found.path not in self._tried]
        if not fresh:
            self._tried.clear()
            fresh = free
        fresh.sort(key=lambda found: found.by_id is None or found.by_id != self.name)
        self._tried.append(fresh[0].path)
        return fresh[0].path

    def _opened(self, port: Port | NodePort, now: float) -> None:
        self.port = port
        self.described = False
        self._real = os.path.realpath(port.path)
        self.name = finder.name_of(port.path)
        self.reopens += 1
        self._wait = FIRST_WAIT_S
        self._opened_at = now
        self._bytes_at_sample = self.decoder.bytes_in
        self._dialogue = self._conversation()
        if self.confirmed:
            self._problems.clear(f"port {self.sid}", f"{self.sid}: {port.path} is open again")

    def _conversation(self) -> Any:
        if self._sensor.correction != "none":
            self._check_correction()
        interval_ms = 1000 * (self._sensor.poll_s or 0)
        options = {"abc": self._sensor.abc, "duty": self._sensor.duty, "altitude_m": self._sensor.altitude_m}
        try:
            return dialogue.open(self.model, interval_ms, options)
        except ValueError as error:  # the model was found by itself and cannot do what the configuration asks
            self._problems.set(f"options {self.sid}", f"{self.sid}: {error}")
            return dialogue.open(self.model, interval_ms, {})

    def _check_correction(self) -> None:
        """Say when a model that was found by itself does not report what the chosen correction needs."""
        from aqsense import corrections

        try:
            corrections.open(self._sensor.correction, self.info.fields, self.info.scales)
        except ValueError as error:
            self._problems.set(
                f"correction {self.sid}",
                f"{self.sid}: {error}: nothing is learned of it until another correction is chosen",
            )

    def appeared(self) -> bool:
        """Whether the port was away long enough for the sensor to have lost its power; asked once per opening."""
        gone, self._gone_since = self._gone_since, None
        if isinstance(self.port, NodePort):  # the node keeps its sensors under power while it cannot be reached
            before, self._boot = self._boot, self.port.boot
            return before not in ("", self._boot)
        return gone is not None and self.reopens > 0 and time.monotonic() - gone > REENUMERATION_S

    def read(self, step: Step) -> None:
        """Take what has arrived and hand every event to `step`; raises Lost when the port went away."""
        assert self.port is not None
        n = self.port.read_into(self._buffer)
        if n:
            self._last_byte = time.monotonic()
            self.decoder.receive_data(self._buffer, n)
            self._events(step)

    def _events(self, step: Step) -> None:
        decoder = self.decoder
        while decoder.next_event() != events.NEED_DATA:
            if decoder.event == events.SAMPLE:
                self.last_sample = time.monotonic()
                self._bytes_at_sample = decoder.bytes_in
                self.deaf = False
                if not self.confirmed or self._problems.has(f"port {self.sid}"):
                    self._confirm()
            if self._dialogue is not None:
                self._dialogue.heard(decoder, self._ticks_ms())
            step(self.sid, decoder, self._stamp())

    def _stamp(self) -> Stamp | None:
        return self.port.stamp if isinstance(self.port, NodePort) else None

    def _confirm(self) -> None:
        self.confirmed = True
        self._tried.clear()
        self._problems.clear(f"port {self.sid}", f"{self.sid}: {self.model} reads from {self.name}")

    def speak(self, step: Step) -> None:
        """Send what is due; raises Lost when the port went away."""
        if self.port is None:
            return
        now_ms = self._ticks_ms()
        request = self._dialogue.due(now_ms)
        while request:
            if self._dialogue.drain:
                self.read(step)
            self.port.write(request)
            self.decoder.expect(request)
            request = self._dialogue.due(now_ms)

    def wait_s(self) -> float:
        """Seconds until `speak` or `try_open` is worth calling."""
        if self.port is None:
            return max(0.0, self._next_try - time.monotonic())
        return float(self._dialogue.wait_ms(self._ticks_ms())) / 1000

    def check(self) -> None:
        """Once a second: raises Lost when the link points elsewhere, the line is dead, or this is the wrong port."""
        assert self.port is not None
        now = time.monotonic()
        if os.path.realpath(self.port.path) != self._real:
            raise Lost(f"{self.port.path} points to another port now")
        since = max(self._opened_at, self.last_sample or 0.0)
        if not self.confirmed and now - since > PROBE_S:
            raise Lost(f"{self.port.path} carries no {self.model}")
        if now - since > DEAF_S and self.decoder.bytes_in - self._bytes_at_sample > DEAF_BYTES:
            self._report_deaf(self.port.path)
        if now - max(since, self._last_byte) > self._dialogue.quiet_ms / 1000:
            raise Lost(f"{self.port.path} has been silent for {int(now - since)} s: check power and wiring")

    def _report_deaf(self, path: str) -> None:
        self.deaf = True
        serial = f"{self.info.baud} {self.info.bits}{self.info.parity}{self.info.stop}"
        self._problems.set(
            f"port {self.sid}",
            f"{self.sid}: {path} sends bytes but no {self.model} frame at {serial}: "
            f"another model or baud rate? try aqsense detect {path}",
        )

    def lose(self, step: Step, why: str) -> None:
        """Close the port after a loss; what was half received is accounted for."""
        if self.port is None:
            return
        self.port.close()
        self.decoder.finish()
        self._dialogue = None
        self._events(step)
        self.port = None
        self._next_try = time.monotonic() + FIRST_WAIT_S * random.uniform(0.5, 1.0)
        if self._sensor.port == "auto":
            self.confirmed = False
        if why:
            self._problems.set(f"port {self.sid}", f"{self.sid}: {why}")

    def real_path(self) -> str:
        """The device behind the open port; empty when closed."""
        return self._real if self.port is not None else ""

    def counts(self, noisy: bool) -> OrderedDict[str, Any]:
        """The line's entry in `health`."""
        decoder = self.decoder
        reasons = enumerate(events.REASONS)
        discarded = OrderedDict((name, decoder.discarded[i]) for i, name in reasons if decoder.discarded[i])
        permille = 1000 * decoder.rejected // decoder.candidates if decoder.candidates else 0
        age = None if self.last_sample is None else int(time.monotonic() - self.last_sample)
        return OrderedDict(
            sid=self.sid,
            open=self.is_open,
            reopens=max(self.reopens, 0),
            bytes=decoder.bytes_in,
            samples=decoder.samples,
            discarded_bytes=decoder.discarded_bytes,
            discarded=discarded,
            reject_pct=Fixed(permille, 1),
            noisy=noisy,
            last_sample_s=age,
        )


def _missing(text: str) -> PortError:
    error = PortError(text)
    error.kind = "missing"
    return error
