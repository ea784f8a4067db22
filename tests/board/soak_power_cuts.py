"""kill -9 of a whole node two hundred times, at any moment of ten weeks, and two hundred starts on damaged flashes."""

import pytest

from tests.board import damage, home, moments, month
from tests.board.lockstep import Board

CUTS = 200


@pytest.fixture(scope="module", params=["state", "raw"])
def config(request):
    """Of a board with its memory in files, and on flash of its own."""
    return lambda *ports: home.config(*ports, state_dir=request.param)


@pytest.fixture(scope="module")
def eves(tmp_path_factory, config):
    """Half hours of ten weeks: first slot, stages, later slot, claim, and some in which nothing is due."""
    due = {month.FIRST_NIGHT, month.PROVISIONAL, month.EIGHTH_NIGHT, month.ESTABLISHED, month.CLAIM_NIGHT}
    boundaries = due | month.any_half_hours(10, 1)
    return month.eves(tmp_path_factory.mktemp("month"), config(1883, 123), boundaries)


def test_two_hundred_power_cuts_at_any_moment(config, eves, tmp_path, broker, firmware, clock, wires):
    board = Board(tmp_path, config(broker, clock.port), wires, clock, ledger=False)
    cuts = moments.assert_survives(board, broker, eves, CUTS, 1)
    moments.assert_before_within_and_after(cuts, is_told=board.config["state_dir"] != "raw")


@pytest.mark.parametrize("config", ["state"], indirect=True)  # test_region.py damages the other byte by byte
def test_two_hundred_starts_on_damaged_flashes(config, eves, tmp_path, broker, firmware, clock, wires):
    board = Board(tmp_path, config(broker, clock.port), wires, clock, ledger=False)
    damages = damage.assert_told(board, broker, eves[month.EIGHTH_NIGHT], CUTS, 1)
    assert sum(bool(one.told) for one in damages) > CUTS // 2
