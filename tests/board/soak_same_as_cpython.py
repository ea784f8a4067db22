"""Ten weeks of a home in front of a board, a claim and a power cut in its midst: what CPython says, to the byte.

`make soak`: a minute or two of a quiet machine.
"""

import random

from tests.board import same
from tests.board.lockstep import LEAST_HEAP, Board

DAYS = 71  # a claim is possible from valid day 67 on; two days before the end something burns
SEED = 3
IN_THE_CLAIM = (DAYS - 2) * 288 + 20 * 12  # step at which its episode is open


def test_ten_weeks_with_power_cuts_say_what_cpython_says(tmp_path, broker, firmware, clock, wires):
    board = Board(tmp_path, same.home.config(broker, clock.port), wires, clock, heap=LEAST_HEAP)
    restarts = {IN_THE_CLAIM, *random.Random(SEED).sample(range(DAYS * 288), 12)}
    lines = same.assert_same(board, broker, DAYS, SEED, restarts)
    opened, closed = ({line.split()[1] for line in lines if line[0] == kind} for kind in "OX")
    assert opened == closed != set()
