"""How far back the comparison reaches: days that are set aside or missed are made up for by older ones."""

import pytest

from aqsense import codes, quantities
from aqsense.coverage import Coverage
from aqsense.gate import promise
from aqsense.memory import EXCLUDED, SCORED, VALID, Memory

TODAY = 20000


def coverage_of(left_out, state=VALID | SCORED | EXCLUDED, days=400):
    """Counts after so many scored days, of which those so many days back are left out."""
    memory = Memory(quantities.PM2_5)
    for day in range(TODAY - days, TODAY):
        memory.begin(day)
        memory.state[day % len(memory.state)] = state if TODAY - day in left_out else VALID | SCORED
        memory.context[day % len(memory.state)] = day % 7
    memory.begin(TODAY)
    coverage = Coverage(memory)
    coverage.take()
    return coverage


@pytest.mark.parametrize("left_out", [(), (1,), (40,), (119,), (3, 50, 60, 90, 119), tuple(range(2, 10))])
@pytest.mark.parametrize("state", [VALID | SCORED | EXCLUDED, VALID, 0])
def test_up_to_eight_days_that_are_left_out_do_not_cost_a_rank(left_out, state):
    coverage = coverage_of(left_out, state)
    assert coverage.n == 119 and promise(codes.PEAK, coverage.n) == (2, 120)
    assert TODAY - coverage.evidence_from == 119 + len(left_out)
    assert coverage.evidence_to == TODAY - (2 if 1 in left_out else 1)


def test_the_ninth_day_that_is_left_out_does():
    coverage = coverage_of(tuple(range(10, 19)))
    assert coverage.n == 118 and promise(codes.PEAK, coverage.n) == (1, 119)
    assert TODAY - coverage.evidence_from == 127


def test_a_short_memory_is_compared_with_as_far_as_it_goes():
    coverage = coverage_of((), days=60)
    assert coverage.n == 60 and TODAY - coverage.evidence_from == 60
