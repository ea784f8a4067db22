"""A board whose power fails at any moment, or whose flash is damaged, starts and says what it lost: a sample.

`make soak` takes two hundred of each.
"""

import pytest

from tests.board import damage, home, moments, month
from tests.board.lockstep import Board

pytestmark = pytest.mark.xdist_group("power")  # one month for all


@pytest.fixture(scope="module")
def eves(tmp_path_factory):
    """Half hours in which a first slot, a stage and a later slot are due."""
    boundaries = {month.FIRST_NIGHT, month.PROVISIONAL, month.EIGHTH_NIGHT}
    return month.eves(tmp_path_factory.mktemp("month"), home.config(1883, 123), boundaries)


def test_a_power_cut_at_any_moment_costs_the_open_half_hour_at_most(eves, tmp_path, broker, firmware, clock, wires):
    board = Board(tmp_path, home.config(broker, clock.port), wires, clock, ledger=False)
    moments.assert_survives(board, broker, eves, 20, 1)


def test_a_start_on_a_damaged_flash_says_what_was_lost_and_nothing_else(eves, tmp_path, broker, firmware, clock, wires):
    board = Board(tmp_path, home.config(broker, clock.port), wires, clock, ledger=False)
    damage.assert_told(board, broker, eves[month.EIGHTH_NIGHT], 30, 1)
