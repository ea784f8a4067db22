"""The two MicroPythons of the tests: Debian's for i386 (32-bit words, a real heap limit) and the WebAssembly build.

`make test` fetches both. Without them the tests say so; in CI that is a failure.
"""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
NAMES = ("i386", "wasm")
I386 = Path(os.environ.get("AQSENSE_MICROPYTHON", ROOT / ".mpy" / "i386" / "micropython"))
WASM = HERE / "node_modules" / "@micropython" / "micropython-webassembly-pyscript"


class Interpreter:
    """One MicroPython; `run` gives it a script, folders to import from, and a heap where the limit is real."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.heap_is_real = name == "i386"

    def missing(self) -> str | None:
        """What to do when this interpreter is not here; None when it is."""
        if self.name == "i386":
            return None if I386.exists() else f"no {I386}: make test fetches it"
        if not shutil.which("node"):
            return "no node on PATH: install nodejs"
        return None if WASM.is_dir() else "no WebAssembly build: make test fetches it"

    def command(
        self, script: Path | str, *arguments: str, path: tuple[Path, ...] = (), heap: str = "100k"
    ) -> list[str]:
        """The command that runs `script` with the packages and modules in the folders of `path` importable."""
        if self.name == "i386":
            return [str(I386), "-X", f"heapsize={heap}", str(script), *arguments]
        mounts: list[str] = []
        for number, folder in enumerate(path):
            mounts += ["--mount", f"{folder}:/path{number}/x", "--path", f"/path{number}/x"]
        return ["node", str(HERE / "runner.mjs"), *mounts, str(script), *arguments]

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
