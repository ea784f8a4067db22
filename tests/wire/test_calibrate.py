"""A CO2 sensor is calibrated only when its level is steady and plausible, and the fact is kept."""

import functools
import json

import pytest

from aqsense import flags
from aqsense.wire import gss, registry, winsen_co2
from firmware_bridge import calibration
from firmware_bridge.calibration import Plan, Watched, objection
from firmware_bridge.commands import calibrate
from firmware_bridge.errors import UsageError
from tests.wire.bench_of_sensors import plugged_in

OUTDOOR = Plan("mhz19b", "outdoor", 400)


@pytest.fixture
def quick(monkeypatch):
    """Nothing objects, and the sensor is asked as often as it bears."""
    monkeypatch.setattr(calibration, "objection", lambda plan, watched: None)
    monkeypatch.setattr(calibration, "Bench", functools.partial(calibration.Bench, interval_ms=1000))


def steady(ppm, n=60):
    return Watched([ppm + (i * 7) % 11 - 5 for i in range(n)])


@pytest.mark.parametrize(
    "plan, watched, words",
    [
        (OUTDOOR, steady(430), None),
        (OUTDOOR, steady(430, 10), "only 10 readings"),
        (OUTDOOR, Watched([430 + i for i in range(60)]), "moving"),
        (OUTDOOR, Watched([400, 480] * 32), "not steady"),
        (OUTDOOR, steady(900), "no outdoor air"),
        (Plan("mhz19b", "outdoor", 400, True), steady(900), None),
        (Plan("mhz19b", "outdoor", 400, True), steady(1900), "no outdoor air"),
        (OUTDOOR, Watched(steady(430).ppm, flags.WARMING), "warming up"),
        (OUTDOOR, Watched(steady(430).ppm, flags.SELF_TEST), "fault"),
        (Plan("scd30", "known", 800), steady(900), None),
        (Plan("scd30", "known", 800), steady(1200), "too far from 800"),
        (Plan("s8", "zero", 0), steady(40), None),
        (Plan("s8", "zero", 0), steady(430), "no nitrogen"),
        (Plan("mhz19b", "range", 5000), Watched([400, 900] * 32), None),
        (Plan("mhz19b", "range", 5000), Watched([410] * 32, flags.WARMING), "warming up"),
    ],
)
def test_a_sensor_is_refused_unless_its_level_is_steady_and_plausible(plan, watched, words):
    why = objection(plan, watched)
    assert (why is None) if words is None else words in why


@pytest.mark.parametrize(
    "model, kind, ppm, words",
    [
        ("pms5003", None, None, "no calibration"),
        ("s8", "span", 2000, "use --kind outdoor"),
        ("scd30", "known", None, "needs --ppm"),
        ("scd30", "known", 100, "takes 400 to 2000"),
        ("sunrise", "zero", None, "use --kind outdoor"),
        ("mhz19c", "span", 2000, "use --kind outdoor"),
        ("mhz19b", "range", 3000, "2000, 5000, 10000"),
    ],
)
def test_what_a_model_cannot_do_is_said(model, kind, ppm, words):
    with pytest.raises(UsageError, match=words):
        calibrate.planned(model, kind, ppm, False)


def test_outdoor_air_is_a_known_level_for_a_sensor_that_takes_any():
    assert calibrate.planned("cm1106", "outdoor", None, False) == Plan("cm1106", "known", 400)


@pytest.mark.parametrize(
    "model, kind", [("mhz19b", "outdoor"), ("s8", "outdoor"), ("scd30", "known"), ("t6713", "known")]
)
def test_a_sensor_in_steady_outdoor_air_is_calibrated_and_the_fact_is_kept(model, kind, tmp_path, quick):
    said = []
    with plugged_in(model) as path:
        plan = Plan(model, kind, 400, True)
        slow = model == "scd30"
        code = calibrate.walk(plan, path, "s2", tmp_path, 7 if slow else 4, 5 if slow else 3, True, said.append)
    assert code == 0, said
    fact = calibration.recorded(tmp_path, "s2")[0]
    assert fact["model"] == model and fact["acknowledged"] and fact["target_ppm"] == 400
    assert abs(fact["after_ppm"] - 400) < 60 < abs(fact["before_ppm"] - 400), fact
    assert said[-1]["event"] == "done"


@pytest.mark.parametrize("model", ["s8", "cozir"])
def test_a_sensor_in_nitrogen_is_told_so(model, tmp_path, quick):
    said = []
    with plugged_in(model) as path:
        code = calibrate.walk(
            calibrate.planned(model, "zero", None, False), path, "s2", tmp_path, 4, 3, True, said.append
        )
    assert code == 0, said
    assert abs(calibration.recorded(tmp_path, "s2")[0]["after_ppm"]) < 60, said


def test_a_known_gas_is_told_in_the_units_that_the_sensor_counts_in(tmp_path, quick):
    said = []
    plan = calibrate.planned("sprintir", "known", 20000, False)
    with plugged_in("sprintir") as path:
        code = calibrate.walk(plan, path, "s2", tmp_path, 3, 1, True, said.append)
    assert code == 0, said
    assert abs(calibration.recorded(tmp_path, "s2")[0]["after_ppm"] - 20000) < 1000, said
    for unit, told in ((1, b"X 20000\r\n"), (10, b"X 2000\r\n"), (100, b"X 200\r\n")):
        counting = registry.open("sprintir")
        counting.multiplier = unit
        assert gss.calibration("sprintir", "known", 20000, counting)[0].request == told


def test_a_known_gas_that_the_sensor_cannot_count_is_refused_with_the_nearest(tmp_path, quick):
    said = []
    with plugged_in("minir") as path:
        code = calibrate.walk(Plan("minir", "known", 1234), path, "s2", tmp_path, 3, 1, True, said.append)
    assert code == 1 and "use 1230" in said[-1]["reason"]
    assert calibration.recorded(tmp_path, "s2") == []


def test_the_range_of_an_mhz19b_is_set_as_units_and_not_as_the_first_manual_take_it(tmp_path, quick):
    with plugged_in("mhz19b") as path:
        code = calibrate.walk(Plan("mhz19b", "range", 5000), path, "s2", tmp_path, 4, 1, True, lambda event: None)
    assert code == 0
    # Winsen MH-Z19B manual 1.5 and the ESPHome driver
    assert winsen_co2.measuring_range(5000).hex() == "ff01990000001388cb"
    assert winsen_co2.measuring_range(2000).hex() == "ff019900000007d08f"


def test_a_sensor_in_a_room_is_refused_and_nothing_is_sent(tmp_path):
    said = []
    with plugged_in("mhz19b") as path:
        code = calibrate.walk(OUTDOOR, path, "s2", tmp_path, 4, 1, True, said.append)
    assert code == 1 and said[-1]["event"] == "refused"
    assert calibration.recorded(tmp_path, "s2") == []


@pytest.mark.parametrize("line", [b'{"sid":"s1","tar', b"7", b"null", b'["sid"]', b"\xff"])
def test_a_torn_line_in_the_record_is_passed_over(line, tmp_path):
    calibration.record(tmp_path, {"sid": "s1", "target_ppm": 400})
    with (tmp_path / calibration.FILE).open("ab") as file:
        file.write(line)
    assert calibration.recorded(tmp_path, "s1") == [json.loads('{"sid":"s1","target_ppm":400}')]
