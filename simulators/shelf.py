"""The folder in which simulated sensors can be found, as real ones are found below /dev."""

import os
import stat
from pathlib import Path


def folder() -> Path:
    """`$XDG_RUNTIME_DIR/aqsense-ports`, else `/tmp/aqsense-ports-<uid>`."""
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    return Path(runtime) / "aqsense-ports" if runtime else Path(f"/tmp/aqsense-ports-{os.getuid()}")


def place(model: str) -> Path | None:
    """The link of this process's sensor, in a folder that only its owner may use; None where there can be none."""
    shelf = folder()
    try:
        shelf.mkdir(mode=0o700, exist_ok=True)
        about = shelf.lstat()
    except OSError:
        return None
    if not stat.S_ISDIR(about.st_mode) or about.st_uid != os.getuid():
        return None
    _sweep(shelf)
    return shelf / f"{model}-{os.getpid()}"


def _sweep(shelf: Path) -> None:
    """Remove what killed simulators left: their terminals may be somebody's by now."""
    for link in shelf.iterdir():
        owner = link.name.rpartition("-")[2]
        if owner.isdigit() and not Path(f"/proc/{owner}").exists():
            link.unlink(missing_ok=True)
