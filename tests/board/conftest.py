"""A real broker, and the board's code compiled as a board gets it."""

import shutil
import socket
import subprocess
import time

import pytest

from firmware_bridge.boardimage import build
from tests.board.lockstep import TimeServer, Wire
from tests.mpy import compiled, interpreters
from tests.mpy.conftest import sources_only  # noqa: F401  (a fixture)
from tests.mpy.interpreters import ROOT

pytest.register_assert_rewrite("tests.board.same", "tests.board.moments", "tests.board.damage")


@pytest.fixture(scope="session")
def broker(tmp_path_factory):
    """The port of a mosquitto of our own."""
    mosquitto = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin")
    if mosquitto is None:
        pytest.skip("no mosquitto on PATH: install it")
    folder = tmp_path_factory.mktemp("broker")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    lines = [f"listener {port} 127.0.0.1", "allow_anonymous true", "max_queued_messages 0"]
    lines += ["max_inflight_messages 0", "set_tcp_nodelay true"]  # or a slow listener gets QoS 1 after later QoS 0
    (folder / "mosquitto.conf").write_text("\n".join(lines) + "\n")
    process = subprocess.Popen([mosquitto, "-c", folder / "mosquitto.conf"], stderr=subprocess.DEVNULL)
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            break
        except OSError:
            time.sleep(0.05)
    yield port
    process.terminate()
    process.wait()


@pytest.fixture(scope="session")
def library(tmp_path_factory):
    """A folder with the library and the board's adapters as .mpy."""
    folder = tmp_path_factory.mktemp("board")
    files = compiled.sources() + [ROOT / "firmware_bridge" / "__init__.py"]
    compiled.compile_all(files + compiled.sources("firmware_bridge/board"), ROOT, folder)
    return folder


@pytest.fixture(scope="session")
def image(tmp_path_factory):
    """What `make board` makes for a PMS5003 and an MH-Z19B."""
    folder = tmp_path_factory.mktemp("image")
    build.build(folder, ["pms5003", "mhz19b"])
    return folder


@pytest.fixture(scope="session")
def firmware():
    """The firmware with the present sources frozen in."""
    return interpreters.firmware()


@pytest.fixture
def clock():
    """A time server that the test sets."""
    server = TimeServer()
    yield server
    server.close()


@pytest.fixture
def wires():
    """Two UART lines."""
    made = [Wire(), Wire()]
    yield made
    for wire in made:
        wire.close()
