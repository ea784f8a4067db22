"""What must hold for any days: ranks that keep their promise, forgetting, shifts, and input that no home would give."""

import random
from binascii import crc32

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aqsense import codes, judge, logcode, quantities
from aqsense.gate import promise
from aqsense.memory import SCORED, VALID, Memory
from aqsense.questions import ContextQuestion, Question
from aqsense.series import IGNORED, Series
from aqsense.standing import Standing
from tests.core.days import JANUARY, folded, half_hours

PM = quantities.PM2_5
CO2 = quantities.CO2
MISSING = logcode.MISSING


# ranks --------------------------------------------------------------------------------------------------------------


def question_over(scores):
    memory = Memory(PM)
    memory.today = 20000
    for back, score in enumerate(scores, start=1):
        memory.state[(memory.today - back) % 128] = VALID | SCORED
        memory.context[(memory.today - back) % 128] = score
    memory.reach_back()
    return ContextQuestion(memory)


@given(st.lists(st.integers(-3000, 3000), min_size=29, max_size=120), st.data())
def test_of_exchangeable_days_no_more_than_k_cross_whatever_their_scores(scores, data):
    """Each of the n + 1 days is today once; at most k of them may cross, ties included: the promise, exactly."""
    n = len(scores) - 1
    k = promise(codes.CONTEXT, n)[0] or 1
    crossed = 0
    for today in range(n + 1):
        question = question_over(scores[:today] + scores[today + 1 :])
        question.start_day(k, 0)
        question.take(scores[today], 0)
        crossed += question.crosses()
    assert crossed <= k


@given(st.lists(st.integers(-3000, 3000), min_size=60, max_size=119), st.integers(-3000, 3000), st.integers(0, 600))
def test_a_margin_only_ever_removes_claims(scores, today, margin):
    crossings = []
    for margin_q8 in (0, margin):
        question = question_over(scores)
        question.start_day(1, margin_q8)
        question.take(today, 0)
        crossings.append(question.crosses())
    assert crossings[1] <= crossings[0]


@given(st.lists(st.integers(-3000, 3000), min_size=1, max_size=119), st.integers(-3000, 3000))
def test_a_rank_is_one_more_than_the_days_that_reach_the_score(scores, today):
    assert question_over(scores).rank(today) == 1 + sum(score >= today for score in scores)


@pytest.mark.parametrize("quantity", [PM, CO2])
def test_rates_over_independent_days_keep_every_promise_by_rank_alone(quantity, monkeypatch):
    """741 days of noise, margins and minima off: crossings within the promise plus three standard errors."""
    for name in ("PEAK_MARGINS", "SUSTAINED_MARGINS", "DAYPART_MARGINS"):
        monkeypatch.setattr(judge, name, (0, 0, 0))
    series = Series("s1/x/r1", quantity)
    for question in series.judge.questions:
        question.least = 0
    kinds = (codes.CONTEXT, *series.kinds)
    crossed, promised = dict.fromkeys(kinds, 0), dict.fromkeys(kinds, 0.0)
    hits: set = set()
    draw = random.Random(quantity)
    for i in range(800 * 48):
        if i % 48 == 0:
            for kind in hits:
                crossed[kind] += 1
            hits = set()
            for kind in kinds:
                k, of = promise(kind, series.coverage.n)
                promised[kind] += k / of
        series.fold(JANUARY + i, 0, 1500 + int(draw.gauss(0, 60)))
        hits |= {q.kind for q in series.judge.questions if q.crosses() and promise(q.kind, series.coverage.n)[0]}
    for kind in kinds:
        assert crossed[kind] <= promised[kind] + 3 * promised[kind] ** 0.5, codes.SCORES[kind]
    assert crossed[codes.CONTEXT] >= 0.6 * promised[codes.CONTEXT]


# forgetting ---------------------------------------------------------------------------------------------------------


def as_given(cells):
    made = []
    for cell, offset, code, thirds in cells:
        reason = codes.VALUE_MISSING if code is None else codes.NO_CODE
        made.append((cell, offset, MISSING if code is None else code, 30, reason, *(t or MISSING for t in thirds)))
    return made


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 70), st.integers(1, 20), st.integers(0, 47), st.sampled_from([PM, CO2]))
def test_forgetting_equals_never_having_been_given_those_half_hours(day, days, slot, quantity):
    cells = as_given(half_hours(quantity, 75, seed=day))
    first = day * 48 + slot
    kept = cells[:first] + cells[first + days * 48 :]
    forgetful = Series("s1/x/r1", quantity)
    for given_cell in cells:
        forgetful.fold(*given_cell)
    forgetful.refold(kept)
    never = Series("s1/x/r1", quantity)
    for given_cell in kept:
        never.fold(*given_cell)
    assert forgetful.snapshot() == never.snapshot()


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 74 * 48), st.sampled_from([PM, CO2, quantities.PM1]))
def test_a_series_restored_at_any_half_hour_goes_on_as_the_one_that_never_stopped(at, quantity):
    cells = as_given(half_hours(quantity, 75, seed=2, missing=0.02))
    lines: list = []
    whole = Series("s1/x/r1", quantity, ledger=lines.append)
    data, mark = b"", 0
    for i, one in enumerate(cells):
        if i == at:
            data, mark = whole.snapshot(), len(lines)
        whole.fold(*one)
    rest: list = []
    again = Series("s1/x/r1", quantity, ledger=rest.append)
    again.restore(data)
    for one in cells[at:]:
        again.fold(*one)
    assert rest == lines[mark:]
    assert again.snapshot() == whole.snapshot()


# shift and scale ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shift", [-200, 256, 700])
@pytest.mark.parametrize("quantity", [PM, CO2])
def test_a_constant_factor_on_every_value_leaves_context_as_it_is(quantity, shift):
    """A factor is a shift of the codes; the score is a difference of codes over a spread of codes."""
    cells = half_hours(quantity, 75, seed=11)
    moved = [(c, o, k + shift, tuple(t if t is None else t + shift for t in ts)) for c, o, k, ts in cells]
    plain = [line.split() for line in folded(quantity, cells)[1] if line.startswith("D")]
    other = [line.split() for line in folded(quantity, moved)[1] if line.startswith("D")]
    assert [p[4] for p in plain] == [m[4] for m in other]


# any input ----------------------------------------------------------------------------------------------------------

wild = st.lists(
    st.tuples(
        st.integers(-3, 40) | st.integers(-(10**6), 10**6) | st.sampled_from([48, 49, 48 * 15, 48 * 400]),
        st.sampled_from([0, 0, 0, 60, 120, -300, 345, 99999]),
        st.integers(-5, 5000) | st.just(MISSING) | st.sampled_from([65532, -(2**40)]),
        st.integers(-1, 200),
        st.integers(-1, 30),
        st.integers(-5, 5000) | st.just(MISSING),
    ),
    max_size=60,
)


@settings(max_examples=150, deadline=None)
@given(wild, st.sampled_from([PM, CO2, quantities.PM4]))
def test_no_input_breaks_a_series_or_makes_it_speak_early(steps, quantity):
    series = Series("s1/x/r1", quantity)
    cell = 984420
    for step, offset, code, filled, reason, third in steps:
        cell = max(cell + step, 0)
        before = series.cell
        bits = series.fold(cell, offset, code, filled, reason, third, code, third)
        assert bits == IGNORED or series.cell == cell > before
        assert not series.permitted_notable and series.verdict == codes.WITHHELD
        assert series.code != codes.NO_CODE
        assert Standing(series).earliest >= series.today
    Series("s1/x/r1", quantity).restore(series.snapshot())


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=64) | st.binary(min_size=7000, max_size=8400))
def test_bytes_that_are_no_snapshot_are_refused(data):
    with pytest.raises(ValueError, match="snapshot"):
        Series("s1/x/r1", PM).restore(data)


@pytest.mark.parametrize(("place", "value", "said"), [(0, 1, "version 1"), (1, CO2, "another quantity")])
def test_a_snapshot_of_another_version_or_quantity_is_refused_though_its_sum_is_right(place, value, said):
    data = bytearray(folded(PM, half_hours(PM, 2))[0].snapshot()[:-4])
    data[place] = value
    sealed = bytes(data) + crc32(data).to_bytes(4, "little")
    with pytest.raises(ValueError, match=said):
        Series("s1/x/r1", PM).restore(sealed)


def test_a_question_never_asked_has_no_threshold():
    question = Question(Memory(PM), Memory(PM).context)
    question.start_day(0, 256)
    question.take(32767, 10**6)
    assert not question.crosses()
