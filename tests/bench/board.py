"""What the full node keeps on a board's heap, by module, with the code in RAM and executed in place."""

import os
import tempfile
from pathlib import Path

from firmware_bridge.boardimage import build
from tests.board.lockstep import HERE
from tests.mpy import interpreters

MODELS = ["pms5003", "mhz19b"]


def measure() -> dict[str, dict[str, int]]:
    """Bytes by module or kind of object, of the two ways to load the code."""
    interpreter = interpreters.Interpreter("i386")
    script = HERE / "scripts" / "bytes_by_module.py"
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        build.build(Path(folder), MODELS)
        for way, rom in (("code in RAM", ""), ("code in place", str(Path(folder) / "aqsense.romfs"))):
            os.environ["AQ_ROM"] = rom
            path = (HERE / "shims",) if rom else (HERE / "shims", Path(folder) / "files")
            result = interpreter.run(script, path=path, heap="600k")
            if result.returncode:
                raise RuntimeError(result.stdout + result.stderr)
            lines = [line.split(" ", 1) for line in result.stdout.splitlines() if not line.startswith("#")]
            found[way] = {name: int(size) for size, name in lines}
    del os.environ["AQ_ROM"]
    return found
