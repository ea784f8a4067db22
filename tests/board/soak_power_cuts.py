"""kill -9 of a whole node that knows a month, two hundred times while it writes a slot and its log, two hundred times
at any moment of its days; and two hundred starts on damaged flashes.
"""

import pytest

from tests.board import damage, home, moments, month, power
from tests.board.lockstep import Board

DAYS = 34  # the 34th midnight writes a whole slot; notable half hours may be logged since the 29th day
CUTS = 200


@pytest.fixture(scope="module")
def eves(tmp_path_factory):
    """Half hours of ten weeks: first slot, stages, later slot, claim, and some in which nothing is due."""
    due = {month.FIRST_NIGHT, month.PROVISIONAL, month.EIGHTH_NIGHT, month.ESTABLISHED, month.CLAIM_NIGHT}
    boundaries = due | month.any_half_hours(10, 1)
    return month.eves(tmp_path_factory.mktemp("month"), home.config(1883, 123), boundaries)


def test_two_hundred_power_cuts_of_a_whole_node(tmp_path, broker, firmware, clock, wires):
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    config = home.config(broker, clock.port)
    board = Board(first, config, wires, clock, ledger=False)
    home.live(board, DAYS, 2)
    board.kill()
    boundary_ms = home.FIRST_MS + DAYS * 86_400_000
    again = Board(second, config, wires, clock, ledger=False)
    power.assert_survives(again, first / "state", broker, boundary_ms, CUTS)


def test_two_hundred_power_cuts_at_any_moment(eves, tmp_path, broker, firmware, clock, wires):
    board = Board(tmp_path, home.config(broker, clock.port), wires, clock, ledger=False)
    cuts = moments.assert_survives(board, broker, eves, CUTS, 1)
    moments.assert_before_within_and_after(cuts)


def test_two_hundred_starts_on_damaged_flashes(eves, tmp_path, broker, firmware, clock, wires):
    board = Board(tmp_path, home.config(broker, clock.port), wires, clock, ledger=False)
    damages = damage.assert_told(board, broker, eves[month.EIGHTH_NIGHT], CUTS, 1)
    assert sum(bool(one.told) for one in damages) > CUTS // 2
