"""What the full node keeps on a board's heap, by module and by where its code is, and what it erases of the flash."""

import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from firmware_bridge.board import modules
from firmware_bridge.boardimage import build
from tests.board import home
from tests.board.lockstep import HERE, ROOT, Board, TimeServer, Wire
from tests.mpy import interpreters

MODELS = ["pms5003", "mhz19b"]
DAYS = 2
CUTS = {100, 400}  # steps of five minutes


def measure() -> dict[str, dict[str, int]]:
    """Bytes by module or kind of object, of the two ways to load the code."""
    script = HERE / "scripts" / "bytes_by_module.py"
    with tempfile.TemporaryDirectory() as folder:
        build.build(Path(folder), MODELS)
        loaded = _bytes(interpreters.get("i386"), script, (HERE / "shims", Path(folder) / "files"))
    return {"code in RAM": loaded, "frozen": _bytes(interpreters.firmware(), script, ())}


def _bytes(interpreter: interpreters.Interpreter, script: Path, path: tuple[Path, ...]) -> dict[str, int]:
    result = interpreter.run(script, *modules.THIN, path=path, heap="600k")
    if result.returncode:
        raise RuntimeError(result.stdout + result.stderr)
    lines = [line.split(" ", 1) for line in result.stdout.splitlines() if not line.startswith("#")]
    return {name: int(size) for size, name in lines}


def smallest_heaps() -> dict[str, tuple[int, int]]:
    """(KiB of the smallest heap in which the node lives two days with two cuts, bytes in use at rest), by its code."""
    interpreters.firmware()
    with tempfile.TemporaryDirectory() as folder:
        build.build(Path(folder), MODELS)
        ways: dict[str, dict[str, Path]] = {
            "frozen": {},
            "executed in place": {"image": Path(folder) / "aqsense.romfs"},
            "loaded into RAM": {"library": Path(folder) / "files"},
        }
        return {name: _smallest(way) for name, way in ways.items()}


def _smallest(code: dict[str, Path]) -> tuple[int, int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    mosquitto = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin")
    if mosquitto is None:
        raise RuntimeError("no mosquitto on PATH: install it")
    process = subprocess.Popen([mosquitto, "-p", str(port)], stderr=subprocess.DEVNULL)
    time.sleep(0.5)
    low, high, rest = 64, 320, 0
    try:
        while high - low > 1:
            middle = (low + high) // 2
            lived = _lives(port, middle, code)
            if lived is None:
                low = middle
            else:
                high, rest = middle, lived
    finally:
        process.terminate()
        process.wait()
    return high, rest


def _lives(port: int, kib: int, code: dict[str, Path]) -> int | None:
    clock, wires = TimeServer(), [Wire(), Wire()]
    with tempfile.TemporaryDirectory() as folder:
        board = Board(Path(folder), home.config(port, clock.port), wires, clock, heap=f"{kib}k", ledger=False, **code)
        try:
            home.live(board, DAYS, 3, CUTS)
        except AssertionError:
            return None
        finally:
            board.kill()
            clock.close()
            for wire in wires:
                wire.close()
    return board.heap_at_rest()


FLASHES = (("ESP32, LittleFS", "32"), ("RP2, LittleFS", "256"), ("either, raw", "raw"))


def erases() -> dict[str, tuple[float, float]]:
    """Sector erases a day, all and of the sector that is erased most, over 24 days, by the kind of flash."""
    interpreter = interpreters.get("i386")
    found = {}
    for name, where in FLASHES:
        result = interpreter.run(HERE / "scripts" / "wear.py", where, path=(ROOT,), heap="4m", timeout=300)
        if result.returncode:
            raise RuntimeError(result.stdout + result.stderr)
        all_sectors, one = map(float, result.stdout.split())
        found[name] = all_sectors, one
    return found
