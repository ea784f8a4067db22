"""`aqsense simulate sensor` as a person or a script uses it (contract section 8)."""

import gzip
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import serial

from tests.simulators.bench import until

COMMAND = [sys.executable, "-m", "firmware_bridge.commands.main", "simulate", "sensor"]
READ = bytes.fromhex("ff0186000000000079")


class Running:
    """One simulated sensor in a process of its own."""

    def __init__(self, *arguments: str, shelf: Path) -> None:
        environment = {**os.environ, "XDG_RUNTIME_DIR": str(shelf)}
        self.process = subprocess.Popen([*COMMAND, *arguments], stdout=subprocess.PIPE, text=True, env=environment)
        assert self.process.stdout is not None
        self.first = self.process.stdout.readline().strip()

    def stop(self, number: int = signal.SIGTERM) -> list[dict[str, Any]]:
        if self.process.poll() is None:
            self.process.send_signal(number)
        said, _ = self.process.communicate(timeout=10)
        assert self.process.returncode == 0
        return [json.loads(line) for line in said.splitlines() if line.startswith("{")]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Any]:
    running: list[Running] = []

    def begin(*arguments: str) -> Running:
        running.append(Running(*arguments, shelf=tmp_path))
        return running[-1]

    yield begin
    for one in running:
        if one.process.poll() is None:
            one.process.kill()
        one.process.communicate()


def test_the_first_line_is_the_tty_and_a_read_is_answered(start: Any) -> None:
    sensor = start("mhz19b", "--set", "co2_ppm=812")
    with serial.Serial(sensor.first, 9600, timeout=2) as port:
        port.write(READ)
        assert port.read(9)[:4].hex() == "ff86032c"
    sensor.stop(signal.SIGINT)


def test_json_lines_say_ready_command_fault_and_summary(start: Any, tmp_path: Path) -> None:
    link = tmp_path / "co2"
    sensor = start("MH-Z19B", "--json", "--link", str(link), "--fault", "stall@1.5+30", "--seed", "7")
    ready = json.loads(sensor.first)
    assert list(ready) == ["event", "model", "tty", "link", "seed", "pid"]
    assert ready["tty"] == str(link.readlink())
    assert (ready["model"], ready["seed"], ready["pid"]) == ("mhz19b", 7, sensor.process.pid)
    with serial.Serial(str(link), 9600, timeout=2) as port:
        port.write(READ)
        assert len(port.read(9)) == 9
        port.timeout = 0.2
        until(lambda: not (port.write(READ) and port.read(9)))
    command, *_, fault, summary = [e for e in sensor.stop() if e["event"] != "command" or e["t_s"] < 1.0]
    assert command["event"] == "command"
    assert (command["hex"], command["means"]) == (READ.hex(), "read")
    assert fault == {"event": "fault", "t_s": 1.5, "spec": "stall@1.5+30"}
    assert summary["event"] == "summary"
    assert summary["bytes_out"] == 9 * summary["frames_out"]
    assert summary["bytes_in"] > summary["bytes_out"]
    assert summary["faults"] == {"stall": 1}
    assert not link.is_symlink()


def test_a_simulated_sensor_can_be_found_and_leaves_nothing_behind(start: Any, tmp_path: Path) -> None:
    sensor = start("s8")
    shelf = tmp_path / "aqsense-ports"
    assert [str(link.readlink()) for link in shelf.iterdir()] == [sensor.first]
    assert shelf.stat().st_mode & 0o777 == 0o700
    sensor.stop()
    assert list(shelf.iterdir()) == []


def test_a_recording_is_played_at_its_speed(start: Any, tmp_path: Path) -> None:
    recording = tmp_path / "room.csv.gz"
    with gzip.open(recording, "wt") as out:
        out.write("epoch_s,room,pm2_5_ugm3,pm10_ugm3\n1000,a,5,6\n1000,b,50,60\n1060,a,7,\n1060,b,70,80\n1120,a,9,11\n")
    sensor = start("sds011", "--csv", str(recording), "--speed", "60", "--room", "a")
    seen = []
    with serial.Serial(sensor.first, 9600, timeout=2) as port:
        while not seen or seen[-1] != (90, 110):
            port.read_until(b"\xaa\xc0")
            body = port.read(8)
            seen.append((int.from_bytes(body[0:2], "little"), int.from_bytes(body[2:4], "little")))
    assert sorted(set(seen)) == [(50, 60), (70, 60), (90, 110)]
    sensor.stop()


def test_a_scenario_file_holds_values_steps_and_faults(start: Any, tmp_path: Path) -> None:
    scenario = tmp_path / "cooking.toml"
    scenario.write_text('faults = ["stall@40+5"]\n[set]\nco2_ppm = 600\n[[step]]\nat_s = 20\nset = {co2_ppm = 1500}\n')
    sensor = start("s8", "--scenario", str(scenario), "--speed", "20", "--json", "--for", "60")
    seen = set()
    with serial.Serial(json.loads(sensor.first)["tty"], 9600, timeout=0.5) as port:
        until(lambda: seen.add(asked_s8(port)) or {600, 1500, None} <= seen)
    events = [event["event"] for event in sensor.stop()]
    assert (events[-1], "fault" in events) == ("summary", True)


def asked_s8(port: serial.Serial) -> int | None:
    port.reset_input_buffer()
    port.write(bytes.fromhex("fe0400030001d5c5"))
    reply = port.read(7)
    return int.from_bytes(reply[3:5], "big") if len(reply) == 7 else None


@pytest.mark.parametrize(
    ("arguments", "code", "hint"),
    [
        (["pms5030"], 2, "pms5003"),
        (["pms5003", "--set", "pm25=3"], 2, "did you mean"),
        (["pms5003", "--set", "pm2_5_ugm3"], 2, "NAME=VALUE"),
        (["pms5003", "--fault", "stal"], 2, "stall"),
        (["pms5003", "--fault", "other=pms9999"], 2, "no simulated sensor"),
        (["pms5003", "--speed", "0"], 2, "above 0"),
        (["pms5003", "--csv", "/nowhere.csv"], 1, "check path"),
        (["pms5003", "--link", "/nowhere/link"], 1, "/nowhere/link"),
        (["pms5003", "--link", "/etc/passwd"], 2, "choose another path"),
    ],
)
def test_a_wrong_wish_is_one_line_that_says_what_to_do(arguments: list[str], code: int, hint: str) -> None:
    said = subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, timeout=20, check=False)
    assert said.returncode == code
    assert said.stderr.count("\n") == 1
    assert hint in said.stderr
    assert said.stdout == ""


def test_the_names_that_can_be_set_are_listed() -> None:
    said = subprocess.run([*COMMAND, "pms5003", "--names"], capture_output=True, text=True, timeout=20, check=True)
    assert "mode_survives_sleep" in said.stdout
    assert "pm2_5_ugm3" in said.stdout
