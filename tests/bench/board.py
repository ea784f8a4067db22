"""What the full node keeps on a board's heap, by module, with the code loaded into RAM and frozen into the firmware."""

import tempfile
from pathlib import Path

from firmware_bridge.boardimage import build
from tests.board.lockstep import HERE
from tests.mpy import interpreters

MODELS = ["pms5003", "mhz19b"]


def measure() -> dict[str, dict[str, int]]:
    """Bytes by module or kind of object, of the two ways to load the code."""
    script = HERE / "scripts" / "bytes_by_module.py"
    with tempfile.TemporaryDirectory() as folder:
        build.build(Path(folder), MODELS)
        loaded = _bytes(interpreters.get("i386"), script, (HERE / "shims", Path(folder) / "files"))
    return {"code in RAM": loaded, "frozen": _bytes(interpreters.firmware(), script, ())}


def _bytes(interpreter: interpreters.Interpreter, script: Path, path: tuple[Path, ...]) -> dict[str, int]:
    result = interpreter.run(script, path=path, heap="600k")
    if result.returncode:
        raise RuntimeError(result.stdout + result.stderr)
    lines = [line.split(" ", 1) for line in result.stdout.splitlines() if not line.startswith("#")]
    return {name: int(size) for size, name in lines}
