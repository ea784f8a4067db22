"""How long the air took to become usual again is measured alike with and without a claim."""

from types import SimpleNamespace

from aqsense import codes, quantities
from aqsense.outcomes import Outcomes
from aqsense.series import NOTABLE, Series
from tests.core.days import fold, half_hours


def stretch(onset, ended, below=4):
    return SimpleNamespace(kind=codes.CONTEXT, onset=onset, ended=ended, below=below)


def claim(kind, onset):
    return kind, onset, onset // 48, 0


def test_recovery_is_counted_for_the_claim_that_fell_into_it_and_else_for_none():
    outcomes = Outcomes()
    outcomes.over(stretch(1000, 1009), [claim(codes.PEAK, 1001)])  # 6 cells above, then four below
    outcomes.over(stretch(1100, 1105), [claim(codes.PEAK, 1001)])
    assert outcomes.recovery_min(codes.PEAK) == 180
    assert outcomes.recovery_min_unclaimed() == 60
    assert outcomes.recovery_min(codes.SUSTAINED) is None


def test_a_stretch_that_was_cut_off_has_no_tail_to_leave_out():
    outcomes = Outcomes()
    outcomes.over(stretch(1000, 1004, below=0), [])
    assert outcomes.recovery_min_unclaimed() == 120


def test_an_open_stretch_is_not_over():
    outcomes = Outcomes()
    outcomes.over(stretch(1000, None), [])
    assert outcomes.recovery_min_unclaimed() is None


def test_a_series_counts_each_notable_stretch_once_however_often_it_resumed():
    series = Series("s1/pm25/r1", quantities.PM2_5)
    bits = fold(series, half_hours(quantities.PM2_5, 90, seed=5))
    opened = sum(b & NOTABLE > 0 for b in bits)
    assert opened >= 2
    assert sum(series.outcomes.stretches) >= opened - 1  # the last one may still resume
    claims = [onset for _, onset, _, _ in series.answers.known()]
    assert sum(series.outcomes.stretches) <= opened - 1 + len(claims)
