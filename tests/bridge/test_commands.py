"""The command line itself: quick, one line an error, and the right exit code."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from firmware_bridge.commands.main import COMMANDS
from tests.bridge.bench_parts import AQSENSE
from tests.schemas import documents

CONTRACT = (
    "demo run check doctor sensors detect decode capture simulate replay evaluate calibrate status explain confirm "
    "dispute annotate retract declare relearn pause resume level forget export"
)


def _run(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([*AQSENSE, *arguments], capture_output=True, text=True, check=False)


def test_every_command_of_the_contract_is_there_and_no_other() -> None:
    assert sorted(name for name, _ in COMMANDS) == sorted(CONTRACT.split())


@pytest.mark.parametrize("name", [name for name, _ in COMMANDS])
def test_every_command_explains_itself(name: str) -> None:
    found = _run(name, "--help")
    assert found.returncode == 0
    assert name in found.stdout


def test_help_needs_no_library() -> None:
    watch = (
        "import sys; from firmware_bridge.commands.main import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "print([name for name in ('paho', 'serial', 'numpy', 'sqlite3', 'simulators') if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", watch], capture_output=True, text=True, check=True)
    assert found.stdout.splitlines()[-1] == "[]"


def test_the_daemon_loads_no_numpy_and_no_simulator() -> None:
    watch = (
        "import sys, firmware_bridge.daemon; print([n for n in ('numpy', 'simulators', 'amqtt') if n in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", watch], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_a_command_that_does_not_exist_is_a_usage_error_with_the_nearest() -> None:
    found = _run("doktor")
    assert found.returncode == 2
    assert found.stderr.count("\n") == 1
    assert "did you mean 'doctor'?" in found.stderr


def test_forgetting_nothing_in_particular_is_told_which_options_there_are() -> None:
    found = _run("forget", "--from", "2026-02-19T18:00:00Z")
    assert found.returncode == 2
    assert "give --from and --to" in found.stderr


def test_one_sensor_is_counted_as_one(tmp_path: Path) -> None:
    file = tmp_path / "aqsense.toml"
    sensor = '[[sensor]]\nid = "s1"\nmodel = "pms5003"\nport = "auto"\nroom = "kitchen"\n'
    file.write_text(f'home = "maple"\nstate_dir = "{tmp_path}"\n[mqtt]\nurl = "mqtt://127.0.0.1:1"\n{sensor}')
    for command in ("check", "doctor"):
        said = _run(command, "--config", str(file)).stdout
        assert "home maple, 1 sensor" in said and "1 sensors" not in said


@pytest.mark.parametrize(
    "arguments", [("replay",), ("demo", "--for", "soon"), ("capture", "/dev/null"), ("run", "--hm")]
)
def test_wrong_arguments_are_one_line_and_exit_2(arguments: tuple[str, ...]) -> None:
    found = _run(*arguments)
    assert found.returncode == 2
    assert found.stderr.count("\n") == 1


def test_a_reader_that_leaves_early_is_no_error(tmp_path: Path) -> None:
    rows = "".join(f"{1749146400 + i * 60},k,5\n" for i in range(3000))
    path = tmp_path / "a.csv"
    path.write_text("epoch_s,room,pm2_5_ugm3\n" + rows)
    command = f"{' '.join(AQSENSE)} replay {path} --measured --json | head -1"
    found = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
    assert found.stderr == ""


def test_doctor_reports_as_the_contract_shows_it(tmp_path: Path) -> None:
    config = tmp_path / "aqsense.toml"
    lines = ['home = "maple"', f'state_dir = "{tmp_path}"', "[mqtt]", 'url = "mqtt://127.0.0.1:1"']
    config.write_text(
        "\n".join([*lines, "[[sensor]]", 'id = "s1"', 'model = "pms5003"', 'port = "/dev/nowhere"']) + "\n"
    )
    found = _run("doctor", "--config", str(config), "--json")
    checks = [json.loads(line) for line in found.stdout.splitlines()]
    for check in checks:
        documents.validate(check)
    states = {check["name"]: check["state"] for check in checks}
    assert states["sensor"] == "fail"
    assert states["broker"] == "fail"
    assert states["disk"] in ("ok", "warn")
    assert all(check["fix"] for check in checks if check["state"] != "ok")
    assert found.returncode == 1


@pytest.mark.parametrize(
    ("port", "said"),
    [("/dev/nowhere", "is not there"), ("/dev/null", "no serial port"), ("/tmp", "no serial port")],
)
def test_a_port_that_cannot_be_used_is_one_line_and_exit_1(port: str, said: str, tmp_path: Path) -> None:
    found = _run("capture", port, str(tmp_path / "out"), "--model", "pms5003")
    assert found.returncode == 1
    assert found.stderr.count("\n") == 1
    assert said in found.stderr


def test_a_port_that_another_program_holds_is_named_as_busy(tmp_path: Path) -> None:
    import os

    from firmware_bridge.errors import PortError
    from firmware_bridge.port import Port

    leader, follower = os.openpty()
    path = os.ttyname(follower)
    first = Port(path)
    first.open()
    with pytest.raises(PortError) as caught:
        Port(path).open()
    assert caught.value.kind == "busy"
    first.close()
    os.close(leader)
    os.close(follower)


def test_asking_needs_a_home() -> None:
    found = _run("pause", "--broker", "mqtt://127.0.0.1:1")
    assert found.returncode == 2
    assert "--home" in found.stderr
