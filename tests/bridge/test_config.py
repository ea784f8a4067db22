"""The configuration: everything wrong is reported at once, with its place and what to write instead."""

import json
import subprocess
import tomllib
from pathlib import Path

import pytest

from firmware_bridge import config
from tests.bridge.bench_parts import AQSENSE
from tests.schemas import documents

GOOD = """
home = "maple"
tz = "Europe/Berlin"
[mqtt]
url = "mqtt://127.0.0.1:1883"
[[sensor]]
id = "s1"
model = "pms5003"
port = "/dev/ttyUSB0"
"""


def _problems(text: str, tmp_path: Path) -> dict[str, tuple[str, str]]:
    path = tmp_path / "aqsense.toml"
    path.write_text(text)
    with pytest.raises(config.ConfigError) as caught:
        config.load(path)
    return {problem.path: (problem.problem, problem.fix) for problem in caught.value.problems}


def test_what_is_left_out_has_the_defaults_of_the_contract(tmp_path: Path) -> None:
    path = tmp_path / "aqsense.toml"
    path.write_text(GOOD)
    found = config.load(path)
    assert (found.every_s, found.commit_s, found.outbox_max_mib) == (10, 60, 64)
    assert (found.level, found.claims_enabled, found.discovery, found.prefix) == (
        "normal",
        True,
        "device",
        "homeassistant",
    )
    assert (found.mqtt.version, found.mqtt.keepalive_s) == (5, 30)
    assert found.sensors[0].room == "s1"


def test_an_alias_of_a_model_stands_for_its_id(tmp_path: Path) -> None:
    path = tmp_path / "aqsense.toml"
    path.write_text(GOOD.replace("pms5003", "PMS-5003"))
    assert config.load(path).sensors[0].model == "pms5003"


def test_all_problems_are_reported_at_once(tmp_path: Path) -> None:
    text = """
home = "Maple House"
tz = "Europe/Berlinn"
colour = "red"
[mqtt]
url = "mqtt://broker.lan"
version = 4
[publish]
every_s = 7
[claims]
level = "sometimes"
[[sensor]]
id = "s1"
model = "pms5030"
port = "/dev/ttyUSB0"
[[sensor]]
id = "s1"
model = "mhz19b"
port = "/dev/ttyUSB0"
duty = "1m/5m"
rom = "kitchen"
"""
    found = _problems(text, tmp_path)
    assert set(found) == {
        "home", "tz", "colour", "mqtt.url", "mqtt.username", "mqtt.version", "publish.every_s", "claims.level",
        "sensor.0.model", "sensor.1.id", "sensor.1.port", "sensor.1.duty", "sensor.1.rom",
    }  # fmt: skip
    assert found["sensor.0.model"] == ("unknown model 'pms5030'", "did you mean pms5003? see aqsense sensors")
    assert '"maple-house"' in found["home"][1]
    assert found["sensor.1.rom"] == ("unknown key", "did you mean room?")
    assert "allow_plain" in found["mqtt.url"][1]


@pytest.mark.parametrize(
    ("line", "path"),
    [
        ('home = 5', "home"),
        ('home = ""', "home"),
        ('home = "x"\nlang = "fr"', "lang"),
        ('home = "x"\nmqtt = 3', "mqtt"),
        ('home = "x"\n[mqtt]\nurl = "http://127.0.0.1"', "mqtt.url"),
        ('home = "x"\n[mqtt]\nurl = "mqtt://127.0.0.1:99999"', "mqtt.url"),
        ('home = "x"\n[mqtt]\nurl = "mqtt://me:secret@127.0.0.1"', "mqtt.url"),
        ('home = "x"\n[mqtt]\npassword_file = "/nowhere"', "mqtt.password_file"),
        ('home = "x"\n[mqtt]\nca_file = "/nowhere"', "mqtt.ca_file"),
        ('home = "x"\n[publish]\ncommit_s = "60"', "publish.commit_s"),
        ('home = "x"\n[publish]\ncommit_s = true', "publish.commit_s"),
        ('home = "x"\n[guidance]\nschemes = ["who-1999"]', "guidance.schemes"),
        ('home = "x"\n[guidance]\nschemes = "who-2021"', "guidance.schemes"),
        ('home = "x"\n[homeassistant]\noldest = "2025.13"', "homeassistant.oldest"),
        ('home = "x"\n[homeassistant]\nprefix = "a/#"', "homeassistant.prefix"),
        ('home = "x"\n[claims]\nenabled = 1', "claims.enabled"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_reported_at_its_path(line: str, path: str, tmp_path: Path) -> None:
    sensor = '\n[[sensor]]\nid = "s1"\nmodel = "pms5003"\nport = "/dev/ttyUSB0"\n'
    found = _problems(line + sensor, tmp_path)
    assert list(found) == [path]
    assert all(found[path])


@pytest.mark.parametrize("scheme", ["who-2021", "us-aqi-2024", "eu-2024-2881", "uba-co2", "en-16798-1", "oel-co2"])
def test_every_scheme_of_guidance_can_be_chosen(scheme: str, tmp_path: Path) -> None:
    text = f'home = "x"\n[guidance]\nschemes = ["{scheme}"]\n[[sensor]]\nid = "s1"\nmodel = "mhz19b"\n'
    (tmp_path / "aqsense.toml").write_text(text, encoding="utf-8")
    assert config.load(tmp_path / "aqsense.toml").schemes == (scheme,)


def test_what_a_sensor_corrects_by_itself_is_not_corrected_again(tmp_path: Path) -> None:
    sensor = '[[sensor]]\nid = "s2"\nmodel = "scd30"\nport = "/dev/ttyUSB0"\naltitude_m = 520\n'
    (tmp_path / "aqsense.toml").write_text('home = "maple"\n' + sensor)
    assert config.load(tmp_path / "aqsense.toml").sensors[0].altitude_m == 520
    found = _problems('home = "maple"\n' + sensor + 'correction = "co2-pressure:952"\n', tmp_path)
    assert "keep one of the two" in str(found["sensor.0.altitude_m"])


def test_a_period_that_a_sensor_cannot_be_told_is_reported_with_what_it_can(tmp_path: Path) -> None:
    sensor = '[[sensor]]\nid = "s2"\nmodel = "mhz19b"\nport = "/dev/ttyUSB0"\nabc = "7d"\n'
    told = _problems('home = "maple"\n' + sensor, tmp_path)["sensor.0.abc"]
    assert told == ("'7d': the period of the mhz19b cannot be set", "write on or off")
    (tmp_path / "aqsense.toml").write_text('home = "maple"\n' + sensor.replace("mhz19b", "s8"))
    assert config.load(tmp_path / "aqsense.toml").sensors[0].abc == "7d"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("id", '"S 1"'), ("port", '"ttyUSB0"'), ("room_kind", '"cellar"'), ("correction", '"magic"'),
        ("abc", '"maybe"'), ("altitude_m", "520"), ("altitude_m", "-3"),
        ("poll_s", "0"), ("duty", '"5m"'), ("model", "3"),
    ],
)  # fmt: skip
def test_a_wrong_value_of_a_sensor_is_reported_with_its_number(key: str, value: str, tmp_path: Path) -> None:
    keys = {"id": '"s1"', "model": '"pms5003"', "port": '"/dev/ttyUSB0"', key: value}
    table = "\n".join(f"{name} = {text}" for name, text in keys.items())
    assert list(_problems(f'home = "x"\n[[sensor]]\n{table}\n', tmp_path)) == [f"sensor.0.{key}"]


@pytest.mark.parametrize(
    ("model", "correction"),
    [
        ("pms5003", "epa-us-2021"), ("pms5003", "epa-us-2021-map"), ("pms5003", "epa-us-2022"),
        ("pms5003", "airgradient-2024"), ("pms5003", "pms5003-batch:20231218"), ("sds011", "kappa:1.2"),
        ("s8", "co2-pressure:954"), ("s8", "co2-pressure-senseair:954.5"), ("auto", "epa-us-2021"),
    ],
)  # fmt: skip
def test_every_correction_can_be_chosen_for_a_sensor_that_reports_its_inputs(
    model: str, correction: str, tmp_path: Path
) -> None:
    table = f'id = "s1"\nmodel = "{model}"\nport = "/dev/ttyUSB0"\nroom = "k"\ncorrection = "{correction}"\n'
    beside = 'id = "s2"\nmodel = "scd30"\nport = "/dev/ttyUSB1"\nroom = "k"\n'
    path = tmp_path / "aqsense.toml"
    path.write_text(f'home = "x"\n[[sensor]]\n{table}[[sensor]]\n{beside}', encoding="utf-8")
    assert config.load(path).sensors[0].correction == correction


@pytest.mark.parametrize(("beside", "room"), [("scd30", "elsewhere"), ("mhz19b", "k")])
def test_a_correction_by_humidity_is_refused_where_the_room_has_none(beside: str, room: str, tmp_path: Path) -> None:
    one = '[[sensor]]\nid = "s1"\nmodel = "pms5003"\nport = "/dev/ttyUSB0"\nroom = "k"\ncorrection = "epa-us-2021"\n'
    other = f'[[sensor]]\nid = "s2"\nmodel = "{beside}"\nport = "/dev/ttyUSB1"\nroom = "{room}"\n'
    found = _problems(f'home = "x"\n{one}{other}', tmp_path)
    assert found["sensor.0.correction"][0] == "epa-us-2021 needs humidity, which no sensor in 'k' reports"
    itself = 'home = "x"\n' + one.replace("pms5003", "pms5003st")
    (tmp_path / "aqsense.toml").write_text(itself, encoding="utf-8")
    assert config.load(tmp_path / "aqsense.toml").sensors[0].correction == "epa-us-2021"


@pytest.mark.parametrize(
    ("model", "correction", "words"),
    [
        ("sds011", "epa-us-2021", "pm2_5_cf1_ugm3"), ("s8", "kappa:0.3", "pm2_5"),
        ("pms5003", "co2-pressure:954", "co2"), ("pms5003", "kappa:9", "kappa:9"),
    ],
)  # fmt: skip
def test_a_correction_that_the_sensor_cannot_feed_is_refused(
    model: str, correction: str, words: str, tmp_path: Path
) -> None:
    table = f'id = "s1"\nmodel = "{model}"\nport = "/dev/ttyUSB0"\ncorrection = "{correction}"\n'
    found = _problems(f'home = "x"\n[[sensor]]\n{table}', tmp_path)
    assert list(found) == ["sensor.0.correction"]
    assert words in found["sensor.0.correction"][0] and found["sensor.0.correction"][1]


def test_without_a_sensor_there_is_nothing_to_run(tmp_path: Path) -> None:
    assert list(_problems('home = "x"\n', tmp_path)) == ["sensor"]


def test_two_sensors_that_auto_cannot_tell_apart_are_refused(tmp_path: Path) -> None:
    text = 'home = "x"\n[[sensor]]\nid = "a"\nmodel = "s8"\n[[sensor]]\nid = "b"\nmodel = "s8"\n'
    assert "/dev/serial/by-" in _problems(text, tmp_path)["sensor.1.port"][1]


def test_a_password_is_read_from_its_file_and_never_shown(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hunter2\n")
    path = tmp_path / "aqsense.toml"
    path.write_text(GOOD.replace("[mqtt]", f'[mqtt]\nusername = "me"\npassword_file = "{secret}"'))
    found = config.load(path)
    assert found.mqtt.password == "hunter2"
    assert "hunter2" not in repr(found)


def test_the_secret_in_an_address_is_not_repeated(tmp_path: Path) -> None:
    found = _problems(GOOD.replace("mqtt://127.0.0.1:1883", "mqtt://me:hunter2@127.0.0.1/x"), tmp_path)
    assert "hunter2" not in str(found)


def _check(path: Path, *options: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [*AQSENSE, "check", "--config", str(path), *options], capture_output=True, text=True, check=False
    )


def test_check_prints_problems_as_the_contract_shows_them(tmp_path: Path) -> None:
    path = tmp_path / "aqsense.toml"
    path.write_text(GOOD.replace("pms5003", "pms5030"))
    found = _check(path, "--json")
    lines = [json.loads(line) for line in found.stdout.splitlines()]
    assert found.returncode == 78
    assert lines[0] == {
        "event": "problem",
        "path": "sensor.0.model",
        "problem": "unknown model 'pms5030'",
        "fix": "did you mean pms5003? see aqsense sensors",
    }
    assert lines[1] == {"event": "summary", "problems": 1}
    for line in lines:
        documents.validate(line)


def test_check_of_a_good_file_is_exit_0(tmp_path: Path) -> None:
    path = tmp_path / "aqsense.toml"
    path.write_text(GOOD)
    assert _check(path).returncode == 0


@pytest.mark.parametrize("text", ['home = "maple', "[[sensor]\n", "\x00", "home = 'a'\nhome = 'b'\n"])
def test_malformed_toml_is_one_line_and_exit_78(text: str, tmp_path: Path) -> None:
    path = tmp_path / "aqsense.toml"
    path.write_text(text)
    found = subprocess.run([*AQSENSE, "run", "--config", str(path)], capture_output=True, text=True, check=False)
    assert found.returncode == 78
    assert found.stderr.count("\n") == 1
    assert str(path) in found.stderr
    assert _check(path).returncode == 78


def test_a_configuration_that_is_not_there_is_one_line_and_exit_78(tmp_path: Path) -> None:
    found = _check(tmp_path / "none.toml")
    assert found.returncode == 78
    assert "--config" in found.stdout


def test_every_problem_is_a_line_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "aqsense.toml"
    path.write_text(GOOD.replace("pms5003", "pms5030").replace('home = "maple"', 'home = "Maple"'))
    found = subprocess.run([*AQSENSE, "run", "--config", str(path)], capture_output=True, text=True, check=False)
    lines = found.stderr.splitlines()
    assert found.returncode == 78
    assert [line.partition(": ")[2].partition(":")[0] for line in lines] == ["home", "sensor.0.model"]
    assert all(line.startswith("aqsense: ") for line in lines)


def test_a_file_without_a_certificate_is_found_before_the_broker_is_tried(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("no certificate\n")
    document = tomllib.loads(GOOD)
    document["mqtt"]["ca_file"] = str(tmp_path / "ca.pem")
    with pytest.raises(config.ConfigError, match="holds no certificate"):
        config.parse(document)
