"""kill -9 at two hundred random moments of a whole node that knows a month, while it writes a slot and its log."""

from tests.board import home, power
from tests.board.lockstep import Board

DAYS = 34  # the 34th midnight writes a whole slot; notable half hours may be logged since the 29th day
CUTS = 200


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
