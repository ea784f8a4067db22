"""`aqsense calibrate --action` on simulated sensors at real terminals: health, self-test, fan cleaning."""

import json

import pytest

from aqsense.wire import registry, telaire
from firmware_bridge.commands.main import main
from tests.wire.bench_of_sensors import plugged_in
from tests.wire.frames import MODELS


def asked(capsys, path, model, *arguments):
    code = main(["calibrate", "--port", path, "--model", model, "--action", *arguments, "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_the_fan_of_an_sps30_is_cleaned_and_the_interval_is_written_once(capsys):
    with plugged_in("sps30", running=1) as path:
        code, said = asked(capsys, path, "sps30", "clean-fan")
        assert (code, said["acknowledged"]) == (0, True)
        code, said = asked(capsys, path, "sps30", "clean-interval")
        assert said["told"]["auto_clean_interval_s"] == 604800  # SPS30 datasheet: a week by default
        code, said = asked(capsys, path, "sps30", "clean-interval", "--days", "3")
        assert (code, said["told"]["auto_clean_interval_s"]) == (0, 259200)


def test_a_t6613_tests_itself(capsys, monkeypatch):
    monkeypatch.setattr(telaire, "SELF_TEST_MS", 1000)
    monkeypatch.setattr("simulators.sensors.telaire.TEST_S", 0.5)
    with plugged_in("t6613") as path:
        code, said = asked(capsys, path, "t6613", "self-test")
    assert code == 0 and said["told"]["good_measurements"] == said["told"]["measurements"] == 16


@pytest.mark.parametrize("model", ["nextpm", "t6713", "s8"])
def test_a_sensor_tells_its_health(model, capsys):
    with plugged_in(model) as path:
        code, said = asked(capsys, path, model, "status")
    assert code == 0 and said["acknowledged"] and said["told"]


def test_a_sensor_that_does_not_answer_fails(capsys, monkeypatch):
    monkeypatch.setattr("firmware_bridge.commands.act.FIRST_READING_S", 0.1)
    with plugged_in("pms5003") as path:
        code, said = asked(capsys, path, "t6713", "status")
    assert (code, said["acknowledged"], said["told"]) == (1, False, {})


@pytest.mark.parametrize(
    "arguments, words",
    [
        (["sps30", "--action", "self-test"], "use --action status or clean-fan or clean-interval"),
        (["pms5003", "--action", "status"], "it takes none"),
        (["sps30", "--action", "clean-fan", "--days", "3"], "leave it out"),
        (["sps30", "--action", "clean-interval", "--days", "400"], "to 365"),
        (["scd30", "--days", "3"], "belongs to an action"),
    ],
)
def test_an_action_that_a_model_does_not_have_is_refused_with_what_it_has(arguments, words, capsys):
    assert main(["calibrate", "--port", "/dev/null", "--model", *arguments]) == 2
    assert words in capsys.readouterr().err


def test_every_action_of_every_model_has_its_steps():
    for model in MODELS:
        for name, what, _ in registry.info(model).actions:
            assert what and registry.family(model).action(model, name, None), (model, name)
