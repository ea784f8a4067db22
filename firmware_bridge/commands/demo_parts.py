"""The demo's processes: broker, simulated sensors and the real daemon; they end with it, however it ends."""

import ctypes
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from firmware_bridge.errors import AqsenseError

PORT = 41883  # easy to remember; any other free one when it is taken
_SET_PARENT_DEATH_SIGNAL = 1  # linux/prctl.h
STOP_S = 4.0
START_S = 15.0


def free_port() -> int:
    """A TCP port of this machine that nothing listens on."""
    for wanted in (PORT, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", wanted))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise AqsenseError("no free TCP port on this machine: end some programs and try again")


class Parts:
    """Child processes in the order of their start; `stop` ends them in the reverse order."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._children: list[tuple[str, subprocess.Popen[bytes]]] = []
        self._libc = ctypes.CDLL(None)

    def start(self, name: str, command: list[str]) -> None:
        """Start a child that writes to a log of its own and dies with us."""
        with self.log(name).open("wb") as log:
            child = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C reaches us alone, and we end them in order
                preexec_fn=self._die_with_parent,  # noqa: PLW1509  no thread runs yet
            )
        self._children.append((name, child))

    def _die_with_parent(self) -> None:
        self._libc.prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGTERM)

    def log(self, name: str) -> Path:
        """Where a child writes."""
        return self._directory / f"{name}.log"

    def check(self) -> None:
        """Raise when a child has ended by itself, with the last line that it wrote."""
        for name, child in self._children:
            if child.poll() is not None:
                lines = self.log(name).read_text("utf-8", "replace").strip().splitlines()
                said = lines[-1] if lines else f"exit code {child.returncode}"
                raise AqsenseError(f"the demo's {name} ended: {said}")

    def wait_for_port(self, port: int) -> None:
        """Wait until something listens on a port of this machine."""
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline:
            self.check()
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return
            time.sleep(0.05)
        raise AqsenseError(f"the demo's broker does not listen on port {port} after {START_S:.0f} s: try again")

    def stop(self) -> None:
        """End every child, last one first."""
        for _, child in reversed(self._children):
            if child.poll() is None:
                child.terminate()
                try:
                    child.wait(STOP_S)
                except subprocess.TimeoutExpired:
                    child.kill()
                    child.wait()
        self._children.clear()


def broker_command(kind: str, port: int, directory: Path) -> list[str]:
    """How to start the demo's broker."""
    if kind == "mosquitto":
        path = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")
        if path is None:
            raise AqsenseError("mosquitto is not installed: sudo apt install mosquitto, or leave --broker away")
        settings = directory / "mosquitto.conf"
        settings.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\npersistence false\n")
        return [path, "-c", str(settings)]
    try:
        import importlib.util

        if importlib.util.find_spec("amqtt") is None:
            raise ImportError
    except ImportError:
        raise AqsenseError(
            "the embedded broker is missing: pip install 'aqsense[demo]', or add --broker mosquitto"
        ) from None
    return [sys.executable, "-m", "firmware_bridge.commands.demo_broker", str(port)]
