"""What is installed is what was tested: the wheel holds every file, and runs without the source."""

import json
import os
import subprocess
import sys
import zipfile

import pytest

from tests.project.tree import ROOT, files

PACKAGES = ("aqsense", "firmware_bridge", "simulators")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q"]
    built = subprocess.run(
        [*pip, "wheel", "--no-deps", "--no-build-isolation", "-w", str(folder), str(ROOT)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert built.returncode == 0, built.stderr
    (found,) = folder.glob("aqsense-*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """A folder into which the wheel alone was installed; its libraries come from the environment of the tests."""
    target = tmp_path_factory.mktemp("installed")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q"]
    subprocess.run([*pip, "install", "--no-deps", "--target", str(target), str(wheel)], check=True)
    return target


def run(installed, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *command],
        cwd=installed, capture_output=True, text=True, check=False, timeout=60,
        env={**os.environ, "PYTHONPATH": str(installed)},
    )  # fmt: skip


def test_the_wheel_holds_every_file_of_the_packages(wheel):
    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if ".dist-info/" not in name}
    ours = {str(f.relative_to(ROOT)) for f in files() if f.relative_to(ROOT).parts[0] in PACKAGES}
    assert packed == ours


def test_the_packages_come_from_the_wheel_and_not_from_the_source(installed):
    result = run(
        installed, "-c", "import aqsense, firmware_bridge, simulators as s; print(aqsense.__file__, s.__file__)"
    )
    assert result.returncode == 0, result.stderr
    assert all(path.startswith(str(installed)) for path in result.stdout.split()), result.stdout


def test_the_installed_command_decodes_a_frame(installed):
    frame = "424d001c0026003a003f001d002d0038192307440149002a0006000297000366"
    (installed / "frame.hex").write_text(frame)
    result = run(installed, str(installed / "bin" / "aqsense"), "decode", "pms5003", "frame.hex", "--hex", "--json")
    assert result.returncode == 0, result.stderr
    first = json.loads(result.stdout.splitlines()[0])
    assert first["event"] == "sample" and first["values"]["pm2_5_atm_ugm3"] == 45
