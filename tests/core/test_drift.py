"""A lasting change is a question and a fortnight of silence; the history stays; season and noise are no change."""

import math
import random
import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aqsense import codes, drift_causes, drift_tests, logcode, quantities
from aqsense.memory import FEATURES, MISSING, Memory, filled
from aqsense.series import DRIFT, STAGE, Series
from tests.core.days import fold, half_hours

PM = quantities.PM2_5
CO2 = quantities.CO2


@given(st.integers(0, 2**30))
def test_the_integer_root_is_the_one_of_the_standard_library(n):
    assert drift_tests.isqrt(n) == math.isqrt(n)


def column(values, last_day):
    ring = filled(FEATURES)
    for back, value in enumerate(reversed(values)):
        ring[(last_day - back) % FEATURES] = value
    return ring


@given(st.lists(st.integers(0, 1000), min_size=63, max_size=63), st.sampled_from([14, 21]))
def test_a_step_is_that_of_the_formula_in_floats(values, recent):
    z, moved = drift_tests.step(column(values, 20000), 20000, recent)
    new, old = values[-recent:], values[-recent - 42 : -recent]
    weeks = [statistics.fmean(old[i : i + 7]) for i in range(0, 42, 7)]
    mean = statistics.fmean(old)
    variance = max(
        statistics.fmean([(w - mean) ** 2 for w in weeks]), statistics.fmean([(v - mean) ** 2 for v in old]) / 7
    )
    expected = (statistics.fmean(new) - mean) / (math.sqrt(variance * 7 / recent * (1 + recent / 42)) + 0.03 * 256)
    assert abs(moved - (statistics.fmean(new) - mean)) <= 1.1
    assert abs(z / 256 - expected) <= 0.02 + 0.02 * abs(expected)


def test_too_few_days_make_no_step_and_no_rank():
    values = [MISSING] * 40 + [100] * 23
    assert drift_tests.step(column(values, 20000), 20000, 21) == (0, 0)
    assert drift_tests.rank_of(column(values, 20000), 20000) is None


def test_the_bet_of_the_cusum_is_fair_for_exchangeable_days():
    """The mean of e over all ranks is at most 1, so a quiet series drifts down to 0."""
    for n in (29, 43):
        bets = []
        for rank in range(1, n + 1):
            total, _ = drift_tests.grown(10**6, 0, rank, n, 0)
            bets.append(2 ** ((total - 10**6) / 256))
        assert statistics.fmean(bets) <= 1.0
    assert drift_tests.grown(0, 5, 40, 43, 77) == (0, 78)


def test_days_at_the_edge_of_a_long_range_make_the_cusum_grow():
    total, since = 0, 0
    for day in range(12):
        total, since = drift_tests.grown(total, since, 1, 43, day)
    assert total > drift_tests.CUSUM_LIMIT and since == 0


# a home ------------------------------------------------------------------------------------------------------------


def living(quantity, days, seed=1, change_on=None, shift=0, part=range(48)):
    """A home whose days differ among themselves, and whose codes shift from some day on."""
    draw = random.Random(seed)
    cells = half_hours(quantity, days, seed=seed)
    moods = [int(draw.gauss(0, 70)) for _ in range(days)]
    found = []
    for i, (cell, offset, code, _) in enumerate(cells):
        code += moods[i // 48] + (shift if change_on is not None and i // 48 >= change_on and i % 48 in part else 0)
        found.append((cell, offset, code, (None, None, None)))
    return found


def watched(quantity, cells):
    """(series, days after the first on which a change was newly suspected)."""
    series = Series("s1/x/r1", quantity)
    days = [i // 48 for i, bits in enumerate(fold(series, cells)) if bits & DRIFT]
    return series, days


@pytest.mark.parametrize(("quantity", "shift"), [(PM, 300), (PM, -300), (CO2, 300)])
def test_a_home_that_doubles_or_halves_is_noticed_within_a_month_and_asked_about_once(quantity, shift):
    series, days = watched(quantity, living(quantity, 130, change_on=90, shift=shift))
    assert len(days) == 1 and 90 < days[0] <= 120
    assert abs(series.drift.since - (series.first_day + 90)) <= 14
    assert series.drift.flags == 1


def test_a_home_where_nothing_changes_is_not_asked_about():
    for seed in range(4):
        for quantity in (PM, CO2):
            assert watched(quantity, living(quantity, 130, seed=seed))[1] == []


def test_a_suspicion_holds_the_claims_for_14_days_and_keeps_the_history():
    cells = living(PM, 140, change_on=90, shift=300)
    series = Series("s1/x/r1", PM)
    stages, reasons, n = [], [], []
    for cell in cells:
        bits = fold(series, [cell])[0]
        if bits & DRIFT:
            assert bits & STAGE
        if series.slot == 47:
            stages.append(series.stage)
            reasons.append(series.code)
            n.append(series.coverage.n)
    first = reasons.index(codes.DRIFT_SUSPECTED)
    held = reasons[first : first + 14]
    assert held == [codes.DRIFT_SUSPECTED] * 14 and stages[first] == codes.RELEARNING
    assert stages[first + 14] == codes.ESTABLISHED
    assert n[first + 14] >= n[first - 1] > 59


def test_a_learning_home_is_not_asked_about():
    series, days = watched(PM, living(PM, 75, change_on=40, shift=400))
    assert days == [] or min(days) > 36
    assert series.drift.flags == len(days)


def test_a_declared_change_starts_relearning_at_once():
    series = Series("s1/x/r1", PM)
    fold(series, half_hours(PM, 70))
    assert series.permitted_elevated
    series.relearn(codes.SENSOR_MOVED)
    assert (series.stage, series.code, series.permitted_elevated) == (codes.RELEARNING, codes.SENSOR_MOVED, False)


# explanations ------------------------------------------------------------------------------------------------------


def causes(series, **others):
    return dict(drift_causes.explanations(series, **others))


def test_an_equal_factor_at_all_hours_speaks_for_gain_and_a_changed_day_for_another_place():
    whole, _ = watched(PM, living(PM, 125, change_on=90, shift=300))
    found = drift_causes.explanations(whole)
    assert found[0][0] == "sensor_gain"
    assert ("one_factor", 0) in found[0][1] and ("shape_kept", 0) in found[0][1]
    assert abs(dict(found[0][1])["factor"] - 225) <= 60
    evening, _ = watched(PM, living(PM, 125, change_on=90, shift=700, part=range(12, 48)))
    assert evening.drift.noticed > 0
    assert drift_causes.explanations(evening)[0][0] == "sensor_moved"
    assert ("shape_changed", 0) in causes(evening)["sensor_moved"]


def test_another_quantity_and_another_sensor_are_heard():
    changed, _ = watched(PM, living(PM, 125, change_on=90, shift=300))
    same, _ = watched(quantities.PM10, living(quantities.PM10, 125, change_on=90, shift=300))
    steady, _ = watched(PM, living(PM, 125))
    assert ("ratio_kept", 0) in causes(changed, same_sensor=[same])["sensor_gain"]
    alone = causes(changed, same_room=[steady])
    assert next(iter(alone)).startswith("sensor_") and ("other_stayed", 0) in alone["sensor_gain"]
    both = causes(changed, same_room=[changed])
    assert not next(iter(both)).startswith("sensor_")


def test_a_floor_below_any_outdoor_air_is_the_sensor():
    series = Series("s2/co2/r1", CO2)
    cells = living(CO2, 125, change_on=90, shift=0)
    low = logcode.encode(CO2, 360)
    cells = [(c, o, low if i >= 90 * 48 and i % 48 < 40 else k, t) for i, (c, o, k, t) in enumerate(cells)]
    fold(series, cells)
    series.drift.noticed, series.drift.since = series.today, series.today - 30
    series.drift.moved_low, series.drift.moved_high = -400, -100
    found = drift_causes.explanations(series)
    assert found[0][0] == "sensor_offset"
    assert dict(found[0][1])["floor_ppm"] <= 400


@given(st.lists(st.sampled_from([MISSING, *range(1106, 1700, 7)]), min_size=1, max_size=14 * 48))
def test_the_floor_of_fourteen_days_is_the_5_percent_point_of_their_half_hours(codes_of_days):
    memory = Memory(CO2)
    memory.begin(20000)
    for i, code in enumerate(codes_of_days):
        memory.ring[(20000 - 14 + i // 48) % 56 * 48 + i % 48] = code
    known = sorted(code for code in codes_of_days if code != MISSING)
    expected = logcode.decode(CO2, known[math.ceil(len(known) / 20) - 1]) if known else logcode.CO2_FLOOR_PPM
    assert drift_causes.least_ppm(memory) == expected


def test_what_crept_speaks_for_the_season():
    series, _ = watched(PM, living(PM, 125, change_on=90, shift=300))
    series.drift.since = series.drift.noticed - 5
    quick = [cause for cause, _ in drift_causes.explanations(series)]
    series.drift.since = series.drift.noticed - 40
    slow = [cause for cause, _ in drift_causes.explanations(series)]
    assert "season" not in quick and "season" in slow


@given(st.integers(-3000, 3000))
def test_a_factor_is_printed_in_hundredths(moved):
    expected = 100 * 2 ** (min(max(moved, -1024), 1024) / 256)
    assert abs(drift_causes.factor(moved) - expected) <= 1.01 + expected * 0.004
