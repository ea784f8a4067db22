"""The box home against closed forms of its mass balance, published facts of homes, and its own seed."""

import gzip
import json

import numpy as np
import pytest

from simulators.homes import models, scenarios
from simulators.homes.box import Home
from simulators.homes.happenings import Change
from simulators.homes.history import home_until
from simulators.homes.localtime import local_minutes
from simulators.homes.recurrence import relax, solve, wandering
from simulators.homes.table import rows, write_csv, write_truth

START = 1725148800  # 2024-09-01T00:00Z, a Sunday
DAY = 1440


def test_the_recurrence_equals_the_plain_loop():
    rng = np.random.default_rng(3)
    decay, gain = rng.uniform(0.0, 1.0, 2000), rng.standard_normal(2000)
    x, expected = 0.7, []
    for a, b in zip(decay, gain, strict=True):
        x = a * x + b
        expected.append(x)
    assert np.allclose(solve(decay, gain, 0.7), expected, rtol=0, atol=1e-12)


def test_a_room_left_alone_decays_as_the_closed_form_says():
    minutes = np.arange(1, 6 * 60 + 1)
    after = relax(np.full(360, 0.5), np.zeros(360), 1000.0)
    assert np.allclose(after, 1000.0 * np.exp(-0.5 * minutes / 60.0))


def test_a_steady_source_reaches_source_over_rate():
    assert relax(np.full(5000, 0.5), np.full(5000, 100.0), 0.0)[-1] == pytest.approx(200.0)


def test_weather_forgets_in_the_stated_hours_and_has_unit_variance():
    path = wandering(np.random.default_rng(1), 3 * 365 * DAY, 40.0)
    assert np.var(path) == pytest.approx(1.0, abs=0.15)
    lagged = np.corrcoef(path[: -40 * 60], path[40 * 60 :])[0, 1]
    assert lagged == pytest.approx(np.exp(-1.0), abs=0.1)


def test_equal_seeds_give_equal_homes_and_other_seeds_other_homes():
    a, b, c = Home(5, 3, START), Home(5, 3, START), Home(6, 3, START)
    assert np.array_equal(a.pm2_5, b.pm2_5) and np.array_equal(a.co2, b.co2)
    assert a.truth == b.truth
    assert not np.array_equal(a.pm2_5, c.pm2_5)


def test_an_event_changes_nothing_before_it_and_something_in_it():
    quiet = Home(5, 10, START)
    burst = Change("burst", 6 * DAY + 600, 6 * DAY + 645, 10.0, "typical meal")
    loud = Home(5, 10, START, extra=(burst,))
    assert np.array_equal(quiet.pm2_5[: burst.start_min], loud.pm2_5[: burst.start_min])
    assert np.array_equal(quiet.co2, loud.co2)
    added = loud.true.pm2_5 - quiet.true.pm2_5
    dose = 10.0 * loud.building.meal_ugm3 * 45.0 / loud.household.meal_minutes
    assert 0.5 * dose < added.max() < dose  # what was emitted, less what left meanwhile


def test_failed_ventilation_is_a_fifth_of_the_air_change():
    quiet = Home(4, 10, START)
    failed = Home(4, 10, START, extra=(Change("ventilation", 5 * DAY, 8 * DAY, 0.2, "of air change"),))
    during = slice(6 * DAY, 8 * DAY)
    assert np.median(failed.true.co2[during] - 428.0) > 1.8 * np.median(quiet.true.co2[during] - 428.0)


def test_smoke_outdoors_raises_indoors_by_no_more_than_it_is():
    quiet = Home(4, 10, START)
    smoky = Home(4, 10, START, extra=(Change("smoke", 5 * DAY, 7 * DAY, 90.0, "ug/m3 outdoors"),))
    added = (smoky.true.pm2_5 - quiet.true.pm2_5)[5 * DAY : 7 * DAY]
    assert 10.0 < np.median(added) < 90.0
    assert added.max() <= 90.0


def test_meals_guests_and_absences_are_as_frequent_as_stated():
    days, guests, away = 0, 0, 0
    for seed in range(6):
        home = Home(seed, 200, START)
        days += 200
        guests += sum(line["kind"] == "guests" for line in home.truth)
        away += sum(int(line["to_s"]) - int(line["from_s"]) for line in home.truth if line["kind"] == "away") / 86400
    assert guests / days == pytest.approx(0.05, abs=0.02)
    assert away / days == pytest.approx(0.025, abs=0.015)


def test_people_keep_their_local_hours_when_the_clocks_change():
    before = local_minutes(1743292800 - 86400, 2 * DAY, "Europe/Berlin")  # the clocks go forward at 01:00Z
    assert before[DAY + 59] % 1440 == 119
    assert before[DAY + 60] % 1440 == 180


@pytest.mark.parametrize("name", [*scenarios.SCENARIOS, "events"])
def test_every_scenario_runs_in_every_home_model_and_names_what_it_did(name):
    for model in models.NAMES:
        home = models.create(model, 2, 90, START, name)
        for column in (home.pm2_5, home.pm10, home.co2, home.temp, home.rh):
            assert np.isfinite(column).all()
        assert (home.pm2_5 >= 0).all() and (home.pm10 >= home.pm2_5).all()
        told = {line["kind"] for line in home.truth}
        assert {change.kind for change in home.changes if change.end_min > change.start_min} <= told


def test_unknown_names_are_refused_with_what_to_write():
    with pytest.raises(ValueError, match="known: null"):
        models.create("box", 1, 2, START, "earthquake")
    with pytest.raises(ValueError, match="known: box"):
        models.create("castle", 1, 2, START)
    with pytest.raises(ValueError, match="Europe/Berlin"):
        models.create("box", 1, 2, START, tz="Berlin")


def test_the_csv_has_the_contracts_columns_and_equal_bytes_for_equal_homes(tmp_path):
    first, second = tmp_path / "a.csv.gz", tmp_path / "b.csv.gz"
    assert write_csv(str(first), Home(5, 2, START)) == 2 * DAY
    write_csv(str(second), Home(5, 2, START))
    assert first.read_bytes() == second.read_bytes()
    lines = gzip.decompress(first.read_bytes()).decode().splitlines()
    assert lines[0] == "epoch_s,room,pm2_5_ugm3,pm10_ugm3,co2_ppm,temp_c,rh_pct"
    fields = lines[1].split(",")
    assert fields[0] == str(START) and fields[1] == "living" and len(fields) == 7


def test_the_truth_file_has_the_contracts_keys(tmp_path):
    path = tmp_path / "truth.jsonl"
    home = Home(5, 90, START, "burst")
    write_truth(str(path), home.truth)
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert all(list(line) == ["from_s", "to_s", "room", "kind", "size", "of"] for line in lines)
    burst = [line for line in lines if line["kind"] == "burst"]
    assert burst == [
        {
            "from_s": START + 60 * 86400 + 66600,
            "to_s": START + 60 * 86400 + 69300,
            "room": "living",
            "kind": "burst",
            "size": 12.0,
            "of": "typical meal",
        }
    ]


def test_gaps_lose_rows_and_duplicates_and_late_rows_break_the_order():
    def stamps(scenario):
        return [int(line.split(",")[0]) for line in rows(Home(5, 60, START, scenario))]

    assert len(stamps("null")) == 60 * DAY
    assert 0.4 < len(stamps("gaps")) / (60 * DAY) < 0.65  # 12 % of days, 20 % of the rest, 15 days in one piece
    doubled = stamps("duplicates")
    assert len(doubled) > len(set(doubled)) and doubled == sorted(doubled)
    late = stamps("late")
    assert late != sorted(late) and sorted(late) == stamps("null")
    assert min(stamps("clock-2000")) == 946684800


def test_a_stuck_sensor_repeats_one_value():
    home = Home(5, 60, START, "stuck")
    part = home.pm2_5[40 * DAY : 50 * DAY]
    assert len(set(part.tolist())) == 1
    assert len(set(home.pm2_5[30 * DAY : 40 * DAY].tolist())) > 20


def test_the_demo_history_ends_in_a_closed_half_hour_with_a_burst():
    end = START + 130 * 86400 + 777
    home, past = home_until(end, 100, ahead_min=120)
    assert home.epoch_s[past - 1] + 60 == end // 1800 * 1800
    assert len(home.epoch_s) >= past + 120
    assert np.median(home.pm2_5[past - 30 : past]) > 10 * np.median(home.pm2_5[past - 600 : past - 60])
    quiet, _ = home_until(end, 100, event=False)
    assert np.median(quiet.pm2_5[past - 30 : past]) < 0.2 * np.median(home.pm2_5[past - 30 : past])
