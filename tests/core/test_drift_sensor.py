"""A sensor that fails tells so by how it behaves: stuck, noisy, below outdoor air, or away from its neighbour."""

import math
import random
import statistics

import pytest

from aqsense import codes, drift, drift_causes, drift_pair, logcode, quantities
from aqsense.claims import Episode
from aqsense.memory import MISSING, Memory
from aqsense.series import DRIFT, Series
from tests.core.days import JANUARY, fold, half_hours

PM, CO2 = quantities.PM2_5, quantities.CO2


def watched(quantity, cells):
    series = Series("s1/x/r1", quantity)
    days = [i // 48 for i, bits in enumerate(fold(series, cells)) if bits & DRIFT]
    return series, days


def scattered(cells, since, times):
    """The ten minutes of each half hour so many times as far from its median as they were."""
    found = []
    for i, (cell, offset, code, parts) in enumerate(cells):
        if i // 48 >= since:
            parts = tuple(None if part is None else int(code + (part - code) * times) for part in parts)
        found.append((cell, offset, code, parts))
    return found


@pytest.mark.parametrize(
    ("times", "test", "cause", "fact"),
    [(0, drift.STUCK, "sensor_stuck", "still"), (4, drift.NOISE, "sensor_noise", "noise")],
)
def test_a_sensor_that_no_longer_moves_or_moves_too_much_is_asked_about_after_five_days(times, test, cause, fact):
    series, days = watched(PM, scattered(half_hours(PM, 90), 80, times))
    assert days == [84]
    assert (series.drift.test, series.drift.since) == (test, series.first_day + 80)
    assert series.code == codes.DRIFT_SUSPECTED and series.coverage.n > 59
    first, facts = drift_causes.explanations(series)[0]
    assert first == cause and [key for key, _ in facts] == [fact]


def test_the_noise_fact_is_the_factor_of_the_ten_minutes():
    """The mean of log2(4 + distance) in floats, before and after, within the sixteenth of an octave that is kept."""
    cells = half_hours(PM, 90)
    series, _ = watched(PM, scattered(cells, 80, 4))
    apart = [max(parts) - min(parts) for _, _, code, parts in cells if code is not None and None not in parts]
    octaves = statistics.fmean([math.log2((4 + 4 * each) / (4 + each)) for each in apart])
    told = math.log2(dict(drift_causes.explanations(series)[0][1])["noise"] / 100)
    assert abs(told - octaves) <= 1 / 8


def test_four_days_of_noise_are_asked_about_by_nobody():
    noisy = scattered(half_hours(PM, 90), 80, 4)
    quiet = half_hours(PM, 90)
    assert watched(PM, noisy[: 84 * 48] + quiet[84 * 48 :])[1] == []


def test_a_sensor_too_slow_for_ten_minutes_is_neither_stuck_nor_noisy():
    alike = [(cell, offset, code, (code, code, code)) for cell, offset, code, _ in half_hours(PM, 90)]
    assert watched(PM, alike)[1] == []
    assert watched(PM, half_hours(PM, 100, thirds=False))[1] == []


def lowered(days, since, share):
    """CO2 of a home whose readings lie at 400 ppm or less for a share of the slots of each day from some day on."""
    low = logcode.encode(CO2, 395)
    return [
        (cell, offset, low if i // 48 >= since and i % 48 < share else code, parts)
        for i, (cell, offset, code, parts) in enumerate(half_hours(CO2, days))
    ]


def test_readings_below_any_outdoor_air_are_asked_about_and_name_the_offset():
    series, days = watched(CO2, lowered(110, 80, 14))
    assert days and days[0] <= 92
    assert series.drift.test == drift.FLOOR
    cause, facts = drift_causes.explanations(series)[0]
    assert cause == "sensor_offset" and dict(facts)["floor_ppm"] <= 400


def test_a_home_that_was_always_that_low_is_not_asked_about():
    assert watched(CO2, lowered(110, 0, 14))[1] == []


def test_a_series_with_all_its_claims_keeps_within_eight_and_a_half_kilobytes():
    for quantity in (PM, CO2):
        series = Series("s1/x/r1", quantity)
        for kind in (codes.CONTEXT, *series.kinds):
            series.episodes.latest[kind] = Episode(series.gate.permit_of_snapshot(kind), 0, 0)
        assert len(series.snapshot()) <= 8704


# two sensors of a room ----------------------------------------------------------------------------------------------


def remembered(quantity, days, seed=1, noise=0, shift=0, since=None):
    """A Memory of days whose air is drawn from `seed`, read by a sensor with its own noise and shift."""
    air, own = random.Random(seed), random.Random(noise)
    memory = Memory(quantity)
    first = JANUARY // 48
    for day in range(first, first + days):
        memory.begin(day)
        mood = int(air.gauss(0, 120))
        for slot in range(48):
            code = 2200 + mood + int(air.gauss(0, 150)) + (int(own.gauss(0, 12)) if noise else 0)
            memory.put(day, slot, code + (shift if since is not None and day - first >= since else 0))
    memory.begin(first + days)
    return memory


@pytest.mark.parametrize("quantity", [PM, CO2])
@pytest.mark.parametrize("shift", [-120, 120])
def test_the_sensor_that_left_the_other_is_named_and_the_other_is_not(quantity, shift):
    steady = remembered(quantity, 60, noise=5)
    moved = remembered(quantity, 60, noise=6, shift=shift, since=52)
    assert drift_pair.came_apart(moved, steady) == JANUARY // 48 + 52
    assert drift_pair.came_apart(steady, moved) == -1
    between, mine, other = drift_pair.moved(moved, steady, JANUARY // 48 + 52, JANUARY // 48 + 58)
    assert between * shift > 0 and abs(between) >= drift_pair.APART
    assert abs(between - (mine - other)) <= 12


def test_weather_moves_both_and_names_none():
    a = remembered(PM, 60, noise=5, shift=300, since=52)
    b = remembered(PM, 60, noise=6, shift=300, since=52)
    assert drift_pair.came_apart(a, b) == drift_pair.came_apart(b, a) == -1


def test_a_pair_is_held_against_itself_only_on_days_that_both_know():
    a = remembered(PM, 60, noise=5)
    assert drift_pair.common_day(a, Memory(PM), JANUARY // 48 + 50) is None
    assert drift_pair.came_apart(a, Memory(PM)) == -1
    assert drift_pair.moved(a, Memory(PM), JANUARY // 48 + 50, JANUARY // 48 + 58) == (0, 0, 0)
    assert MISSING not in drift_pair.common_day(a, a, JANUARY // 48 + 50)
