"""Virtual environments of the drivers, made when they are first needed and kept in build/drivers."""

import fcntl
import hashlib
import shutil
import subprocess
import sys
import tomllib
import venv
from pathlib import Path

HERE = Path(__file__).parent
BUILD = HERE.parents[2] / "build" / "drivers"
PATIENCE_S = 300.0


def python_of(driver: str) -> Path:
    """The interpreter of a driver's environment. Errors: CalledProcessError when it cannot be installed."""
    requirements = tomllib.loads((HERE / "requirements.toml").read_text())[driver]
    wanted = hashlib.sha256("\n".join([sys.version, *requirements]).encode()).hexdigest()
    place = BUILD / driver
    BUILD.mkdir(parents=True, exist_ok=True)
    with (BUILD / f"{driver}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        made = place / "made"
        if not made.exists() or made.read_text() != wanted:
            shutil.rmtree(place, ignore_errors=True)
            venv.create(place, symlinks=True)
            pip = [
                sys.executable,
                "-m",
                "pip",
                "--disable-pip-version-check",
                "--python",
                str(place / "bin" / "python"),
            ]
            subprocess.run([*pip, "install", "-q", *requirements], check=True, timeout=PATIENCE_S)
            made.write_text(wanted)
    return place / "bin" / "python"


if __name__ == "__main__":
    for name in tomllib.loads((HERE / "requirements.toml").read_text()):
        print(python_of(name))
