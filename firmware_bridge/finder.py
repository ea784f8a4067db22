"""Which serial ports there are: by their lasting names first, simulated ones included."""

import os
from dataclasses import dataclass
from pathlib import Path

BY_ID = Path("/dev/serial/by-id")
PATTERNS = ("ttyUSB*", "ttyACM*", "ttyAMA*", "ttySC*")


@dataclass(frozen=True)
class Found:
    """A port: `path` to open, `by_id` its lasting name or None."""

    path: str
    by_id: str | None

    @property
    def name(self) -> str:
        """What to call the port in documents: the lasting name where there is one."""
        return self.by_id or self.path


def simulated_dir() -> Path:
    """Where simulated sensors of this user leave links to their terminals."""
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    return Path(runtime, "aqsense-ports") if runtime else Path(f"/tmp/aqsense-ports-{os.getuid()}")


def _simulated() -> list[Path]:
    directory = simulated_dir()
    try:
        status = directory.stat()
    except OSError:
        return []
    if status.st_uid != os.getuid() or status.st_mode & 0o022:
        return []  # somebody else could point us at any terminal
    return [link for link in _entries(directory) if link.exists() and _lives(link.name)]


def _entries(directory: Path) -> list[Path]:
    try:
        return sorted(directory.iterdir())
    except OSError:
        return []  # it goes with the last port, even while it is looked at


def _lives(name: str) -> bool:
    """Whether the simulator that made a link `<model>-<pid>` still runs: its terminal's number is soon another's."""
    pid = name.rpartition("-")[2]
    return not pid.isdecimal() or Path("/proc", pid).exists()


def ports() -> list[Found]:
    """All serial ports that may carry a sensor, each once."""
    links = [*_entries(BY_ID), *_simulated()]
    named = [Found(os.path.realpath(link), link.name) for link in links]
    plain = [Found(str(path), None) for pattern in PATTERNS for path in sorted(Path("/dev").glob(pattern))]
    found: dict[str, Found] = {}
    for port in named + plain:
        found.setdefault(port.path, port)
    return list(found.values())


def name_of(path: str) -> str:
    """The lasting name of a port that was given by path, else the path as it was given."""
    given = Path(path)
    if given.parent == BY_ID:
        return given.name
    real = os.path.realpath(path)
    for port in ports():
        if port.path == real and port.by_id:
            return port.by_id
    return path
