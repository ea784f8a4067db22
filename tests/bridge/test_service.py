"""The files for systemd and udev."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SERVICE = Path("firmware_bridge/service/aqsense.service")


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not on this machine")
def test_the_unit_is_valid_and_hardened(tmp_path: Path) -> None:
    unit = tmp_path / "aqsense.service"
    unit.write_text(SERVICE.read_text().replace("/opt/aqsense/bin/aqsense", sys.executable))
    checked = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, check=False)
    assert "aqsense.service" not in checked.stderr
    command = ["systemd-analyze", "security", "--offline=true", "--threshold=25", str(unit)]
    judged = subprocess.run(command, capture_output=True, text=True, check=False)
    assert judged.returncode == 0, judged.stdout[-300:]


def test_the_unit_lets_the_daemon_ask_the_clock_and_open_serial_ports() -> None:
    text = SERVICE.read_text()
    assert "SystemCallFilter=adjtimex" in text
    assert "ProtectClock=yes" not in text
    for kind in ("ttyUSB", "ttyACM", "ttyAMA"):
        assert f"DeviceAllow=char-{kind} rw" in text


def test_a_wrong_configuration_is_not_tried_again() -> None:
    assert "RestartPreventExitStatus=78" in SERVICE.read_text()
