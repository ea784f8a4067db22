"""Answers to claims: a confirmation sets one day aside, a dispute none, and no pattern of answers games the gate."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aqsense import codes, feedback, quantities
from aqsense.series import Series
from tests.core.days import JANUARY, fold, half_hours

PM = quantities.PM2_5


def dinner(cells, day):
    """A dinner beyond all others of a made-up home."""
    for i in range(day * 48 + 37, day * 48 + 40):
        code = 2900 + 40 * (day % 7)
        cells[i] = (cells[i][0], cells[i][1], code, (code, code, code))
    return cells


def series_after(days, dinners):
    cells = half_hours(PM, days, seed=5)
    for day in dinners:
        dinner(cells, day)
    series = Series("s1/pm25/r1", PM)
    fold(series, cells)
    return series


@pytest.fixture(scope="module")
def claimed():
    """Bytes of a series whose only claim was two days ago."""
    return series_after(72, [69]).snapshot()


@pytest.fixture
def series(claimed):
    again = Series("s1/pm25/r1", PM)
    again.restore(claimed)
    return again


def the_claim(series):
    peaks = [claim for claim in series.answers.known() if claim[0] == codes.PEAK]
    assert len(peaks) == 1
    return peaks[0]


def next_day(series):
    fold(series, half_hours(PM, 1, seed=6, start=series.today * 48))


def test_a_confirmed_day_leaves_the_comparison_from_the_next_day_on(series):
    kind, onset, day, _ = the_claim(series)
    n = series.coverage.n
    assert series.answer("confirm", kind, onset) == ""
    next_day(series)
    assert (series.coverage.n, series.coverage.excluded) == (n + 1 - 1, 1)
    assert not series.memory.is_comparable(day)
    assert series.account.confirmed[codes.PEAK] == 1


def test_the_same_answer_twice_is_one_answer(series):
    kind, onset, _, _ = the_claim(series)
    assert series.answer("confirm", kind, onset) == series.answer("confirm", kind, onset) == ""
    assert series.account.confirmed[codes.PEAK] == 1


def test_a_retracted_answer_is_as_if_never_given(series, claimed):
    kind, onset, _, _ = the_claim(series)
    for verb in ("confirm", "dispute"):
        series.answer(verb, kind, onset)
        assert series.snapshot() != claimed
        assert series.answer("retract", kind, onset) == ""
        assert series.snapshot() == claimed


def test_a_disputed_day_stays_in_and_is_counted(series):
    kind, onset, day, _ = the_claim(series)
    assert series.answer("dispute", kind, onset) == ""
    next_day(series)
    assert series.memory.is_comparable(day) and series.answers.count(feedback.DISPUTE, series.memory.since) == 1
    assert series.account.disputed[codes.PEAK] == 1


def test_a_day_confirmed_on_its_own_evening_is_set_aside_when_it_closes():
    cells = dinner(half_hours(PM, 70, seed=5), 69)
    series = Series("s1/pm25/r1", PM)
    fold(series, cells[:-4])
    kind, onset, day, _ = the_claim(series)
    assert day == series.today and series.answer("confirm", kind, onset) == ""
    fold(series, cells[-4:])
    assert series.coverage.excluded == 1 and not series.memory.is_comparable(day)


def test_what_had_no_claim_cannot_be_confirmed(series):
    _, onset, _, _ = the_claim(series)
    assert series.answer("confirm", codes.PEAK, onset + 1) == "unknown_id"
    assert series.answer("confirm", codes.SUSTAINED, onset) == "unknown_id"
    assert series.answer("approve", codes.PEAK, onset) == "unknown_id"


def test_a_claim_can_be_confirmed_for_14_days():
    series = series_after(70, [69])
    kind, onset, day, _ = the_claim(series)
    while series.today < day + 14:
        next_day(series)
    assert series.answer("confirm", kind, onset) == ""
    series.answer("retract", kind, onset)
    next_day(series)
    assert series.answer("confirm", kind, onset) == "too_late"


@pytest.mark.parametrize(("n", "most"), [(0, 1), (19, 1), (20, 1), (40, 2), (59, 2), (119, 5)])
def test_no_more_than_a_twentieth_of_the_days_is_set_aside(n, most):
    assert feedback.most_confirmed(n) == most


def test_the_cap_says_when_there_is_room_again(series):
    kind, onset, _day, _ = the_claim(series)
    for back in (100, 60, 50):
        series.account.mark(series.today - back, 4, True)
    assert feedback.again_from(series) == series.today - 100 + 120
    assert series.answer("confirm", kind, onset) == "cap_reached"
    series.account.mark(series.today - 100, 4, False)
    assert feedback.again_from(series) == series.today
    assert series.answer("confirm", kind, onset) == ""


def test_a_kind_that_is_disputed_more_than_confirmed_falls_silent_and_says_so(series):
    kind, onset, _, _ = the_claim(series)
    series.account.disputed[codes.PEAK] = 4
    series.answer("dispute", kind, onset)
    assert series.gate.permit(codes.PEAK) is None and series.gate.permit(codes.SUSTAINED) is not None
    assert series.code == codes.NO_CODE
    series.account.disputed[codes.SUSTAINED] = 5
    next_day(series)
    assert series.code == codes.DISPUTED and series.verdict == codes.WITHHELD
    series.answer("retract", kind, onset)
    assert series.gate.permit(codes.PEAK) is None
    next_day(series)
    assert series.gate.permit(codes.PEAK) is not None


def test_four_disputes_are_not_enough_to_silence_a_kind(series):
    kind, onset, _, _ = the_claim(series)
    series.account.disputed[codes.PEAK] = 3
    series.answer("dispute", kind, onset)
    assert series.gate.permit(codes.PEAK) is not None


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["confirm", "dispute", "retract"]), st.integers(0, 15)), max_size=40))
def test_no_pattern_of_answers_sets_aside_more_than_the_cap(answers):
    series = Series("s1/pm25/r1", PM)
    series.today = series.memory.today = JANUARY // 48 + 130
    series.coverage.n = 60
    for i in range(16):
        series.answers.claimed(codes.PEAK if i % 2 else codes.SUSTAINED, 984420 + i, series.today - i % 13)
    for verb, i in answers:
        kind, onset, _, _ = series.answers.known()[i]
        assert series.answer(verb, kind, onset) in ("", "cap_reached")
        assert feedback.confirmed_days(series) <= 3
        confirmed = {day for _, _, day, given in series.answers.known() if given == feedback.CONFIRM}
        assert confirmed == {d for d in range(series.today - 119, series.today + 1) if series.account.is_confirmed(d)}
        given = [given for *_, given in series.answers.known()]
        assert sum(series.account.confirmed) == given.count(feedback.CONFIRM)
        assert sum(series.account.disputed) == given.count(feedback.DISPUTE)


def test_folding_again_with_the_answers_gives_the_same_series():
    cells = half_hours(PM, 90, seed=5)
    for day in (69, 75, 80):
        dinner(cells, day)
    given = []
    series = Series("s1/pm25/r1", PM)
    for cell in cells:
        fold(series, [cell])
        known = series.answers.known()
        if known and series.slot == 46 and known[-1][3] == feedback.UNANSWERED:
            verb = "confirm" if known[-1][2] % 2 else "dispute"
            assert series.answer(verb, known[-1][0], known[-1][1]) == ""
            given.append((series.cell, verb, known[-1][0], known[-1][1]))
    assert len(given) >= 3
    again = Series("s1/pm25/r1", PM)
    rows = [(c, o, k, 30, codes.NO_CODE, *(t or -32768 for t in ts)) for c, o, k, ts in cells]
    again.refold(rows, given)
    assert again.snapshot() == series.snapshot()
