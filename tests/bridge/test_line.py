"""What goes wrong while a line is opened is said, and ends nothing."""

import os
import tty
from pathlib import Path

import pytest
import serial

from firmware_bridge import finder
from firmware_bridge.config import Sensor
from firmware_bridge.errors import PortError
from firmware_bridge.line import Line
from firmware_bridge.nodes import Nodes
from firmware_bridge.port import Port
from firmware_bridge.problems import Problems


def test_a_correction_that_does_not_fit_the_model_that_was_found_is_said() -> None:
    near, far = os.openpty()
    problems = Problems()
    sensor = Sensor("s1", "pms5003", os.ttyname(far), "kitchen", correction="co2-pressure:900")
    line = Line(sensor, Nodes(lambda *_: None, problems, lambda *_: None), problems, lambda: 0)
    assert line.try_open(set())
    (said,) = problems.texts()
    assert said.startswith("s1: ")
    assert "co2_ppm" in said
    assert said.endswith("until another correction is chosen")
    line.lose(lambda *_: None, "")
    os.close(near)
    os.close(far)


def test_a_port_that_goes_away_while_it_is_opened_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    near, far = os.openpty()
    path = os.ttyname(far)
    tty.setraw(far)
    os.close(far)
    whole = serial.Serial

    def unplugged_just_then(*args: object, **how: object) -> object:
        opened = whole(*args, **how)  # type: ignore[arg-type]
        os.close(near)
        return opened

    monkeypatch.setattr(serial, "Serial", unplugged_just_then)
    with pytest.raises(PortError) as found:
        Port(path).open()
    assert found.value.kind == "missing"


def test_no_directory_of_ports_is_no_ports(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    gone = tmp_path / "by-id"
    gone.mkdir()
    monkeypatch.setattr(finder, "BY_ID", gone)
    before = finder.ports()
    gone.rmdir()
    assert finder.ports() == before
    monkeypatch.setattr(Path, "is_dir", lambda _: True)  # it was there when it was asked for
    assert finder.ports() == before
