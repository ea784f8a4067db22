"""Only the gate lets a series speak, and more evidence never takes its voice away."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aqsense import codes
from aqsense.claims import Episode, Episodes
from aqsense.coverage import NEEDED, Coverage, lacking
from aqsense.gate import Gate, Permit, promise
from aqsense.memory import Memory
from aqsense.quantities import PM2_5
from aqsense.ranks import n_effective

PM_KINDS = (codes.PEAK, codes.SUSTAINED)
EVERYTHING = (119, 55, 34, 18, 60)


def gate_with(have, stale=False, kinds=PM_KINDS):
    coverage = Coverage(Memory(PM2_5))
    coverage.memory.today = 20000
    coverage.n, coverage.hour_support, coverage.weekend_days, coverage.weeks, coverage.n_effective = have
    gate = Gate(kinds)
    gate.close_day(coverage, stale)
    return gate, coverage


counts = st.tuples(*[st.integers(0, top) for top in EVERYTHING])


@pytest.mark.parametrize("seal", [None, object(), 0, "seal"])
def test_a_permit_cannot_be_made_outside_the_gate(seal):
    with pytest.raises(TypeError, match="gate"):
        Permit(seal, codes.PEAK, 119, 2, 120, 20000)


@pytest.mark.parametrize("permit", [None, True, codes.PEAK, object(), Permit])
def test_an_episode_cannot_be_made_without_a_permit(permit):
    with pytest.raises(TypeError, match="Permit"):
        Episode(permit, 984420, 38)


@given(counts)
def test_a_claim_needs_every_condition_of_established(have):
    gate, _ = gate_with(have)
    met = all(h >= n for h, n in zip(have, NEEDED[codes.ESTABLISHED], strict=True))
    assert gate.may_claim() == met
    assert (gate.permit(codes.PEAK) is not None) == met
    assert (gate.code() == codes.NO_CODE) == met
    provisional = all(h >= n for h, n in zip(have, NEEDED[codes.PROVISIONAL], strict=True))
    assert (gate.permit(codes.CONTEXT) is not None) == provisional
    assert gate.stage == (codes.ESTABLISHED if met else codes.PROVISIONAL if provisional else codes.LEARNING)


@given(counts, counts)
def test_more_of_anything_never_turns_may_speak_into_may_not(have, more):
    raised = tuple(min(h + m, top) for h, m, top in zip(have, more, EVERYTHING, strict=True))
    for kind in (codes.CONTEXT, *PM_KINDS):
        if gate_with(have)[0].permits(kind):
            assert gate_with(raised)[0].permits(kind)
    for stage in NEEDED:
        assert set(lacking(raised, stage)) <= set(lacking(have, stage))


def test_promises_are_those_of_the_contract_at_the_turning_points():
    expected = {  # n: (notable k, claim k, (sustained k, blocks + 1)); 0: may not speak
        28: (0, 0, 0),
        29: (1, 0, 0),
        58: (1, 0, 0),
        59: (2, 1, (2, 20)),
        118: (3, 1, (4, 40)),
        119: (4, 2, (4, 40)),
    }
    for n, (notable, claim, sustained) in expected.items():
        assert promise(codes.CONTEXT, n) == (notable, n + 1)
        assert promise(codes.PEAK, n)[0] == claim
        if sustained:
            assert promise(codes.SUSTAINED, n) == sustained
        else:
            assert promise(codes.SUSTAINED, n)[0] == 0


@given(st.integers(59, 119), st.sampled_from([codes.SUSTAINED, codes.DAYPART]))
def test_what_lasts_promises_four_in_forty_point_seven_spans(n, kind):
    blocks = n // 3
    assert promise(kind, n) == (max(1, round(4 * (blocks + 1) / 40.7)), blocks + 1)


def test_codes_come_in_the_order_of_the_contract():
    gate, coverage = gate_with((11, 5, 4, 3, 6))
    assert gate.withheld() == [
        codes.COVERAGE_DAYS,
        codes.COVERAGE_HOURS,
        codes.COVERAGE_WEEKEND,
        codes.COVERAGE_WEEKS,
        codes.COVERAGE_INDEPENDENCE,
    ]
    gate.holding(codes.USER_PAUSED, True)
    gate.cell(codes.SENSOR_STUCK)
    assert (gate.code(), gate.withheld()[1]) == (codes.SENSOR_STUCK, codes.USER_PAUSED)
    gate.close_day(coverage, True)
    assert gate.withheld()[:3] == [codes.SENSOR_STUCK, codes.GAP_RECENT, codes.USER_PAUSED]


STAGES = {
    codes.SENSOR_WARMING: codes.WARMUP,
    codes.SENSOR_FAULT: codes.SUSPENDED,
    codes.SENSOR_STUCK: codes.SUSPENDED,
    codes.LINE_NOISY: codes.SUSPENDED,
    codes.CLOCK_UNTRUSTED: codes.STALE,
}


@pytest.mark.parametrize("reason", STAGES)
def test_what_is_wrong_with_the_sensor_holds_the_gate_at_once_and_only_while_it_lasts(reason):
    gate, _ = gate_with(EVERYTHING)
    assert gate.cell(reason) and gate.stage == STAGES[reason]
    assert not gate.may_claim() and gate.permit(codes.CONTEXT) is None
    assert gate.cell(codes.NO_CODE) and gate.stage == codes.ESTABLISHED
    assert gate.may_claim()


def test_one_missing_half_hour_is_unknown_and_two_hours_suspend():
    gate, _ = gate_with(EVERYTHING)
    for _ in range(3):
        assert not gate.cell(codes.VALUE_MISSING) and gate.may_claim()
    assert gate.cell(codes.VALUE_MISSING) and gate.stage == codes.SUSPENDED
    assert gate.code() == codes.VALUE_MISSING


def test_promotion_waits_for_the_close_of_a_day_and_demotion_does_not():
    gate, coverage = gate_with(EVERYTHING)
    assert gate.learn_anew(codes.SENSOR_MOVED, -1) and gate.stage == codes.RELEARNING
    assert not gate.may_claim()
    gate.cell(codes.NO_CODE)
    assert gate.stage == codes.RELEARNING
    gate.close_day(coverage, False)
    assert gate.stage == codes.ESTABLISHED


def test_a_changed_sensor_is_relearning_until_29_comparable_days():
    gate, coverage = gate_with((0, 0, 0, 0, 0))
    gate.learn_anew(codes.SENSOR_CHANGED, -1)
    coverage.n = 28
    gate.close_day(coverage, False)
    assert (gate.stage, gate.code()) == (codes.RELEARNING, codes.SENSOR_CHANGED)
    coverage.n = 29
    gate.close_day(coverage, False)
    assert gate.stage == codes.LEARNING


def test_suspected_drift_holds_for_its_days_and_then_lets_go():
    gate, coverage = gate_with(EVERYTHING)
    gate.learn_anew(codes.DRIFT_SUSPECTED, 20014)
    coverage.memory.today = 20013
    gate.close_day(coverage, False)
    assert (gate.stage, gate.code()) == (codes.RELEARNING, codes.DRIFT_SUSPECTED)
    coverage.memory.today = 20014
    gate.close_day(coverage, False)
    assert gate.may_claim()


def test_a_broken_promise_demotes_to_provisional_where_notable_days_are_still_logged():
    gate, coverage = gate_with(EVERYTHING)
    gate.broken_until = 20060
    gate.close_day(coverage, False)
    assert (gate.stage, gate.code()) == (codes.PROVISIONAL, codes.PROMISE_BROKEN)
    assert gate.permit(codes.CONTEXT) is not None and not gate.may_claim()


def test_a_pause_is_no_stage_and_ends_when_the_owner_says():
    gate, _ = gate_with(EVERYTHING)
    assert not gate.holding(codes.USER_PAUSED, True)
    assert (gate.stage, gate.code(), gate.may_claim()) == (codes.ESTABLISHED, codes.USER_PAUSED, False)
    gate.holding(codes.USER_PAUSED, False)
    assert gate.may_claim()


def test_a_silenced_kind_leaves_the_other_its_voice():
    gate, coverage = gate_with(EVERYTHING)
    gate.silent = 1 << codes.PEAK
    gate.close_day(coverage, False)
    assert gate.permit(codes.PEAK) is None and gate.permit(codes.SUSTAINED) is not None
    assert gate.code() == codes.NO_CODE
    gate.silent |= 1 << codes.SUSTAINED
    gate.close_day(coverage, False)
    assert gate.code() == codes.DISPUTED and not gate.may_claim()


def test_a_quantity_without_claims_is_never_permitted_anything():
    gate, _ = gate_with(EVERYTHING, kinds=())
    assert all(gate.permit(kind) is None for kind in range(4))


@given(st.integers(1, 119), st.integers(-(2**20), 2**20), st.integers(1, 2**20))
def test_effective_days_are_the_formula_with_the_autocorrelation_clipped(n, product, square):
    from fractions import Fraction
    from math import floor

    r = min(max(Fraction(product, square), Fraction(0)), Fraction(9, 10))
    assert n_effective(n, product, square) == floor(n * (1 - r) / (1 + r))


def test_a_series_that_never_varies_counts_as_hardly_any_day():
    assert n_effective(119, 0, 0) == 6


def test_no_open_episode_is_kept_when_the_permit_is_lost():
    episodes = Episodes()
    gate, _ = gate_with(EVERYTHING)
    from tests.core.test_claims import Asked

    asked = Asked(codes.PEAK, 900)
    episodes.step(asked, gate.permit(codes.PEAK), 984420, 38)
    assert episodes.open(codes.PEAK) is not None
    gate.cell(codes.SENSOR_STUCK)
    episodes.step(asked, gate.permit(codes.PEAK), 984421, 39)
    assert episodes.open(codes.PEAK) is None
