"""The second home model: its air against closed forms, its people against its habits, and apart from the first."""

import ast
from pathlib import Path
from random import Random

import numpy as np
import pytest

from simulators.homes import box, rooms
from simulators.homes.happenings import Change
from simulators.homes.rooms import OUTDOOR_PPM, Home
from simulators.homes.rooms_habits import draw_habits
from simulators.homes.rooms_outdoors import outdoors

START = 1725148800  # 2024-09-01T00:00Z
DAY = 1440


def still_run(seed=3, minutes=2000):
    """A run in which nobody lives and no weather changes."""
    run = rooms._Run(seed, draw_habits(Random(f"habits {seed}")), START // 60 + np.arange(minutes), [])
    run.where = [rooms.OUT] * len(run.where)
    run.outside.pm = [0.0] * len(run.outside.pm)
    run.purifier_on = False
    return run


def test_closed_rooms_keep_all_their_carbon_dioxide_and_end_alike():
    run = still_run()
    run.air_factor = 0.0
    run.air = [1430.0, 630.0, 0.0, 0.0]
    habits = run.habits
    held = 1430.0 * habits.living_m3 + 630.0 * habits.bedroom_m3
    run.step(0, 2000)
    assert run.air[0] * habits.living_m3 + run.air[1] * habits.bedroom_m3 == pytest.approx(held)
    assert run.air[0] == pytest.approx(run.air[1], abs=0.5)


def test_one_sleeper_behind_a_shut_door_reaches_the_closed_form():
    run = still_run()
    habits = run.habits
    run.where[0] = rooms.ASLEEP
    run.door_shut = True
    run.step(0, 2000)
    made = 11.8e3  # ml/h
    shut, leak_l, leak_b = (
        habits.door_shut_m3h,
        habits.living_leak_h * habits.living_m3,
        habits.bedroom_leak_h * habits.bedroom_m3,
    )
    through_living = 1.0 / (1.0 / shut + 1.0 / leak_l)
    assert run.air[1] - OUTDOOR_PPM == pytest.approx(made / (leak_b + through_living), rel=0.02)


def test_particles_that_settle_fall_exponentially():
    run = still_run()
    run.air_factor = 0.0
    run.air = [430.0, 430.0, 100.0, 100.0]
    run.step(0, 120)
    assert run.air[2] == pytest.approx(100.0 * np.exp(-2.0 * run.habits.settle_h), rel=0.01)


def test_equal_seeds_give_equal_homes():
    a, b, c = Home(5, 5, START), Home(5, 5, START), Home(6, 5, START)
    assert np.array_equal(a.pm2_5, b.pm2_5) and np.array_equal(a.co2, b.co2) and a.truth == b.truth
    assert not np.array_equal(a.co2, c.co2)


def test_nothing_differs_before_an_event_and_the_air_does_after_it():
    change = Change("burst", 6 * DAY + 600, 6 * DAY + 645, 12.0, "typical meal")
    quiet, loud = Home(5, 8, START), Home(5, 8, START, extra=(change,))
    assert np.array_equal(quiet.pm2_5[: change.start_min], loud.pm2_5[: change.start_min])
    after = slice(change.start_min, change.end_min)
    assert loud.pm2_5[after].max() > 3.0 * quiet.pm2_5[after].max()


def test_failed_ventilation_raises_the_bedroom():
    change = Change("ventilation", 5 * DAY, 8 * DAY, 0.2, "of air change")
    quiet, failed = Home(4, 10, START), Home(4, 10, START, extra=(change,))
    during = slice(6 * DAY, 8 * DAY)
    assert np.median(failed.co2[during]) > np.median(quiet.co2[during]) + 200.0


def test_meals_have_the_heavy_tail_that_was_asked_for():
    habits = draw_habits(Random("habits 1"))
    rng = Random(1)
    meals = sorted(
        min(rooms.MAX_MEALS, rng.paretovariate(habits.pareto) / 2.0 ** (1.0 / habits.pareto)) for _ in range(9999)
    )
    assert meals[4999] == pytest.approx(1.0, abs=0.05)  # the typical meal is the median one
    assert meals[-1] == rooms.MAX_MEALS


def test_stagnant_spells_are_dirtier_than_clean_ones_and_nothing_is_negative():
    air = outdoors(Random(1), 24 * 365, 0, 240.0)
    assert min(air.pm) > 0.0
    assert np.percentile(air.pm, 90) > 2.5 * np.percentile(air.pm, 10)
    assert 8.0 < np.std(air.temp_c) + np.ptp(air.temp_c) / 10 < 20.0


def test_the_two_models_share_no_code_of_air_weather_or_people():
    def imported(module):
        tree = ast.parse(Path(module.__file__).read_text())
        return {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}

    shared = {name for name in imported(box) & imported(rooms) if name.startswith("simulators")}
    assert shared == {
        "simulators.homes",  # the names of scenarios
        "simulators.homes.happenings",
        "simulators.homes.localtime",
        "simulators.homes.sensing",
    }


def test_shift_workers_sleep_by_day():
    seed = next(s for s in range(300) if {p.schedule for p in draw_habits(Random(f"habits {s}")).people} == {"shift"})
    home = Home(seed, 60, START)
    by_hour = home.true.co2[: 60 * DAY].reshape(60, 24, 60).mean(axis=2)
    highest = by_hour.argmax(axis=1)
    assert ((highest >= 9) & (highest <= 18)).mean() > 0.15
