"""The MicroPythons of the tests: Debian's for i386 (32-bit words, a real heap limit), WebAssembly, and a firmware.

The firmware is Debian's source built for i386 with our code frozen into it and single-precision floats, as on boards.
`make test` fetches or builds all three. Without them the tests say so; in CI that is a failure.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
NAMES = ("i386", "wasm")
I386 = Path(os.environ.get("AQSENSE_MICROPYTHON", ROOT / ".mpy" / "i386" / "micropython"))
FIRMWARE = ROOT / ".mpy" / "firmware" / "micropython"
WASM = HERE / "node_modules" / "@micropython" / "micropython-webassembly-pyscript"


class Interpreter:
    """One MicroPython; `run` gives it a script, folders to import from, and a heap where the limit is real."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.heap_is_real = name != "wasm"

    def missing(self) -> str | None:
        """What to do when this interpreter is not here; None when it is."""
        if self.name == "i386":
            return None if I386.exists() else f"no {I386}: make test fetches it"
        if self.name == "firmware":
            return None if FIRMWARE.exists() else f"no {FIRMWARE}: make test builds it"
        if not shutil.which("node"):
            return "no node on PATH: install nodejs"
        return None if WASM.is_dir() else "no WebAssembly build: make test fetches it"

    def command(
        self, script: Path | str, *arguments: str, path: tuple[Path, ...] = (), heap: str = "100k"
    ) -> list[str]:
        """The command that runs `script` with the packages and modules in the folders of `path` importable."""
        if self.heap_is_real:
            program = I386 if self.name == "i386" else FIRMWARE
            return [str(program), "-X", f"heapsize={heap}", *self._start(script), *arguments]
        mounts: list[str] = []
        for number, folder in enumerate(path):
            mounts += ["--mount", f"{folder}:/path{number}/x", "--path", f"/path{number}/x"]
        return ["node", str(HERE / "runner.mjs"), *mounts, str(script), *arguments]

    def _start(self, script: Path | str) -> list[str]:
        """A script by its path, or a frozen module by its bare name."""
        return [str(script)] if "/" in str(script) else ["-m", str(script)]

    def environment(self, path: tuple[Path, ...] = ()) -> dict[str, str]:
        """The environment for `command`."""
        return {**os.environ, "MICROPYPATH": os.pathsep.join([".frozen", *map(str, path)])}

    def run(
        self, script: Path | str, *arguments: str, path: tuple[Path, ...] = (), heap: str = "100k", timeout: float = 120
    ) -> subprocess.CompletedProcess[str]:
        """Run `script` to its end; output and exit status as of any process."""
        return subprocess.run(
            self.command(script, *arguments, path=path, heap=heap),
            capture_output=True,
            text=True,
            timeout=timeout,
            env=self.environment(path),
            check=False,
        )


def get(name: str) -> Interpreter:
    """The interpreter called `name`; fails in CI when it is not here, and is skipped elsewhere."""
    interpreter = Interpreter(name)
    missing = interpreter.missing()
    if missing:
        pytest.skip(missing)
    return interpreter


def _frozen() -> list[Path]:
    """Every file that the firmware is made of."""
    folders = [
        ROOT / "aqsense",
        ROOT / "firmware_bridge" / "board",
        HERE.parent / "firmware",
        HERE.parent / "board" / "shims",
    ]
    found = [
        file for folder in folders for file in folder.rglob("*") if "__pycache__" not in file.parts and file.is_file()
    ]
    return [*found, HERE.parent / "board" / "start.py", HERE.parent / "get_firmware.sh"]


def firmware() -> Interpreter:
    """The firmware with the present sources in it, made again when one of them is newer; otherwise as `get`."""
    interpreter = get("firmware")
    made = FIRMWARE.stat().st_mtime
    if any(file.stat().st_mtime > made for file in _frozen()):
        command = ["sh", str(HERE.parent / "get_firmware.sh"), str(FIRMWARE.parent), sys.executable]
        subprocess.run(command, check=True, capture_output=True)
    return interpreter
