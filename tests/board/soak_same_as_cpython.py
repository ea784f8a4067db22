"""Ten weeks of a home in front of a board, a claim and a power cut in its midst: what CPython says, to the byte.

`make soak`: a minute or two of a quiet machine.
"""

import random

import pytest

from tests.board import same
from tests.board.lockstep import LEAST_HEAP, Board

DAYS = 71  # a claim is possible from valid day 67 on; two days before the end something burns
SEED = 3
IN_THE_CLAIM = (DAYS - 2) * 288 + 20 * 12  # step at which its episode is open


@pytest.mark.parametrize("state_dir", ["state", "raw"])
def test_ten_weeks_with_power_cuts_say_what_cpython_says(state_dir, tmp_path, broker, firmware, clock, wires):
    board = Board(tmp_path, same.home.config(broker, clock.port, state_dir=state_dir), wires, clock, heap=LEAST_HEAP)
    restarts = {IN_THE_CLAIM, *random.Random(SEED).sample(range(DAYS * 288), 12)}
    lines = same.assert_same(board, broker, DAYS, SEED, restarts)
    opened, closed = ({line.split()[1] for line in lines if line[0] == kind} for kind in "OX")
    assert opened == closed != set()
    if state_dir == "raw":
        erased = (tmp_path / "erases").read_text().split()
        assert len(erased) / DAYS < 2
        assert max(map(erased.count, erased)) / DAYS < 1 / 7
