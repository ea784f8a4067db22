"""Real parts for the tests of the daemon: a private mosquitto, simulated sensors, the daemon itself, a listener."""

import json
import os
import queue
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from tests.schemas import documents

MOSQUITTO = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")
AQSENSE = [sys.executable, "-m", "firmware_bridge.commands.main"]


def free_port() -> int:
    """A TCP port that nothing uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Process:
    """A child whose output goes to a file; `stop` ends it."""

    def __init__(self, command: list[str], log: Path, environment: dict[str, str] | None = None) -> None:
        self.log = log
        self.started = time.monotonic()
        with log.open("wb") as file:
            self.child = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT, env=environment
            )

    def said(self) -> str:
        """What it has written."""
        return self.log.read_text("utf-8", "replace")

    def stop(self, number: int = signal.SIGTERM, timeout_s: float = 8.0) -> int:
        """End it; its exit code."""
        if self.child.poll() is None:
            self.child.send_signal(number)
        try:
            return self.child.wait(timeout_s)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()
            raise


def wait_for(condition: Callable[[], Any], timeout_s: float = 10.0, what: str = "") -> Any:
    """The first true answer of `condition`; fails when there is none in time."""
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        found = condition()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError(f"did not happen within {timeout_s} s: {what or condition}")


def clear_of_the_half_hour(seconds: float) -> None:
    """Wait, rarely, until no half hour ends within so many seconds: with no sensor there it would end an open claim."""
    left = 1800 - time.time() % 1800
    if left < seconds:
        time.sleep(left + 0.5)


class Mosquitto:
    """A private broker on a port of its own; `lines` are further lines of its configuration."""

    def __init__(self, directory: Path, *lines: str, anonymous: bool = True) -> None:
        self.port = free_port()
        self._log = directory / f"mosquitto-{self.port}.log"
        self._settings = directory / f"mosquitto-{self.port}.conf"
        allow = "true" if anonymous else "false"
        text = [f"listener {self.port} 127.0.0.1", f"allow_anonymous {allow}", "user root", *lines]
        text += ["persistence true", f"persistence_location {directory}/", f"persistence_file {self.port}.db"]
        self._settings.write_text("\n".join(text) + "\n")
        self._process: Process | None = None
        self.start()

    def start(self) -> None:
        """Start it, and wait until it listens."""
        assert MOSQUITTO, "mosquitto is not installed"
        self._process = Process([MOSQUITTO, "-c", str(self._settings)], self._log)
        wait_for(self._listens, 5.0, "mosquitto listens")

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self) -> None:
        """Stop it; it keeps what it retains and what it owes to its listeners."""
        if self._process is not None:
            self._process.stop()
            self._process = None


class Listener:
    """Everything that is published, in order: (arrival, topic, body, retained); each body is checked by its schema."""

    def __init__(self, port: int, topic: str = "aqsense/#", user: tuple[str, str] | None = None) -> None:
        self.messages: list[tuple[float, str, Any, bool]] = []
        self.invalid: list[str] = []
        self._queue: queue.SimpleQueue[tuple[float, paho.MQTTMessage]] = queue.SimpleQueue()
        client_id = f"listener-{os.getpid()}-{id(self)}"
        self._client = paho.Client(CallbackAPIVersion.VERSION2, client_id, protocol=paho.MQTTv5)
        if user:
            self._client.username_pw_set(*user)
        self._client.reconnect_delay_set(0.2, 0.5)  # type: ignore[arg-type]
        self._client.on_connect = lambda client, *_: client.subscribe(topic, qos=1)
        self._client.on_message = lambda _client, _data, message: self._queue.put((time.monotonic(), message))
        kept = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        kept.SessionExpiryInterval = 3600  # nothing is missed while the broker or the connection is away
        self._client.connect("127.0.0.1", port, clean_start=False, properties=kept)
        self._client.loop_start()

    def _take(self) -> None:
        while not self._queue.empty():
            arrival, message = self._queue.get()
            try:
                body = json.loads(message.payload) if message.payload else None
            except (ValueError, RecursionError):
                body = None  # a test's own nonsense
            self.messages.append((arrival, message.topic, body, message.retain))
            if isinstance(body, dict) and "schema" in body:
                try:
                    documents.validate(body)
                except Exception as error:
                    self.invalid.append(f"{message.topic}: {error}: {message.payload.decode()}")

    def of(self, part: str) -> list[Any]:
        """Bodies whose topic ends with or holds `part`."""
        self._take()
        return [body for _, topic, body, _ in self.messages if part in topic and body is not None]

    def last(self, part: str) -> Any:
        """The newest body on such a topic, None without any."""
        found = self.of(part)
        return found[-1] if found else None

    def wait(self, part: str, condition: Callable[[Any], bool] = lambda _: True, timeout_s: float = 10.0) -> Any:
        """The first body on such a topic that fulfils a condition, from now on or before."""
        return wait_for(lambda: next((body for body in self.of(part) if condition(body)), None), timeout_s, part)

    def close(self) -> None:
        """Leave."""
        self._client.disconnect()
        self._client.loop_stop()


class Bench:
    """A directory with everything that one test starts; `close` ends all of it."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._processes: list[Process] = []
        self._closers: list[Callable[[], Any]] = []
        self.environment = {**os.environ, "XDG_RUNTIME_DIR": str(directory), "PYTHONUNBUFFERED": "1"}
        self.environment.pop("NOTIFY_SOCKET", None)

    def run(self, name: str, command: list[str], **extra: str) -> Process:
        """Start a process."""
        number = len(self._processes)
        process = Process(command, self.directory / f"{name}-{number}.log", {**self.environment, **extra})
        self._processes.append(process)
        return process

    def mosquitto(self, *lines: str, anonymous: bool = True) -> Mosquitto:
        """Start a broker."""
        broker = Mosquitto(self.directory, *lines, anonymous=anonymous)
        self._closers.append(broker.stop)
        return broker

    def listener(self, port: int, topic: str = "aqsense/#", user: tuple[str, str] | None = None) -> Listener:
        """Start listening."""
        listener = Listener(port, topic, user)
        self._closers.append(listener.close)
        return listener

    def sensor(self, model: str, *options: str, link: str | None = None) -> Process:
        """Start a simulated sensor; with `link`, under that name in the directory."""
        where = ["--link", str(self.directory / link)] if link else []
        process = self.run(f"sensor-{model}", [*AQSENSE, "simulate", "sensor", model, *where, "--json", *options])
        wait_for(lambda: '"ready"' in process.said(), 10.0, f"{model} is ready")
        return process

    def config(self, port: int, sensors: list[dict[str, Any]], name: str = "aqsense.toml", **tables: Any) -> Path:
        """Write a configuration: `sensors` as TOML tables, further tables by name."""
        mqtt = {"url": f"mqtt://127.0.0.1:{port}", **tables.pop("mqtt", {})}
        publish = {"every_s": 1, "commit_s": 1, **tables.pop("publish", {})}
        top = {"home": "maple", "tz": "UTC", "state_dir": str(self.directory / "state"), **tables.pop("top", {})}
        lines = [f"{key} = {json.dumps(value)}" for key, value in top.items()]
        for title, table in {"mqtt": mqtt, "publish": publish, **tables}.items():
            lines += [f"[{title}]", *(f"{key} = {json.dumps(value)}" for key, value in table.items())]
        for sensor in sensors:
            lines += ["[[sensor]]", *(f"{key} = {json.dumps(value)}" for key, value in sensor.items())]
        path = self.directory / name
        path.write_text("\n".join(lines) + "\n")
        return path

    def daemon(self, config: Path, **extra: str) -> Process:
        """Start the daemon."""
        return self.run("daemon", [*AQSENSE, "run", "--config", str(config)], **extra)

    def link(self, name: str) -> str:
        """Path of a link in the directory."""
        return str(self.directory / name)

    def close(self) -> None:
        """End everything, last one first."""
        for process in reversed(self._processes):
            if process.child.poll() is None:
                process.stop(signal.SIGKILL)
        for close in reversed(self._closers):
            close()
