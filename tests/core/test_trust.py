"""A clock dates half hours only when it may, and a clock that is set is noticed."""

from hypothesis import given
from hypothesis import strategies as st

from aqsense.trust import Trust, Waiting


def told(source, error_ds, trusted):
    trust = Trust()
    trust.tell(source, error_ds, trusted)
    return trust


def test_a_clock_without_source_or_trust_or_with_a_minute_of_error_dates_nothing():
    assert not Trust().may_date()
    assert told("ntp", 1, True).may_date()
    assert told("rtc", -1, True).may_date()
    assert not told("none", 0, True).may_date()
    assert not told("sundial", 0, True).may_date()
    assert not told("ntp", 1, False).may_date()
    assert told("estimated", 600, True).may_date() and not told("estimated", 601, True).may_date()


@given(st.lists(st.integers(0, 100_000), min_size=1, max_size=30), st.integers(0, 2**30 - 1))
def test_a_clock_that_runs_on_is_never_taken_for_a_set_one_even_when_uptime_wraps(steps_ms, up):
    trust = Trust()
    now_ms = 0
    for step in steps_ms:
        now_ms += step // 1000 * 1000
        up_ms = (up + now_ms) % 2**30
        assert trust.step(984420 + now_ms // 1_800_000, now_ms // 1000 % 1800, up_ms) == 0
    assert trust.steps == 0


def test_a_clock_set_forward_or_back_says_by_how_much():
    trust = Trust()
    trust.step(984420, 100, 5000)
    assert trust.step(984420, 170, 6000) == 69_000
    assert trust.step(984418, 171, 7000) == -3_600_000
    assert trust.step(984418, 172, 8000) == 0
    assert trust.step(10, 0, 9000) < 0
    assert trust.steps == 3


@given(st.lists(st.tuples(st.integers(0, 7000), st.integers(0, 3000)), max_size=100), st.integers(7000, 7100))
def test_what_waited_for_the_clock_is_dated_when_it_comes(samples, up_s):
    waiting = Waiting()
    for s, value in sorted(samples):
        waiting.add(s, value)
    released = waiting.release(984420, 900, up_s)
    assert released == sorted(released)
    assert len(released) == len({s // 60 for s, _ in samples if s // 60 > up_s // 60 - 120})
    for cell, s, value in released:
        uptime = up_s - ((984420 - cell) * 1800 + 900 - s)
        of_minute = [v for t, v in samples if t // 60 == uptime // 60]
        assert value == sum(of_minute) // len(of_minute)
    assert waiting.release(984420, 960, up_s + 60) == []
