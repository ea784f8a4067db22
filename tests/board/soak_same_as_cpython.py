"""A home in front of a board that loses its power now and then: the same documents, ids and hash as on CPython.

`make soak`: a minute or two of a quiet machine; a busy one can cut the connection, and the board announces itself anew.
"""

import hashlib
import json
import random

from tests.board import home, reference
from tests.board.lockstep import Board

DAYS = 71  # a claim is possible from valid day 67 on; two days before the end something burns
SEED = 3
HEAP = "224k"  # with the code executed in place; `make bench ARGS=board` says what lies in it
IN_THE_CLAIM = (DAYS - 2) * 288 + 20 * 12  # step at which its episode is open


def test_ten_weeks_with_power_cuts_say_what_cpython_says(tmp_path, broker, firmware, clock, wires):
    heard = home.Heard(broker)
    config = home.config(broker, clock.port)
    board = Board(tmp_path, config, wires, clock, heap=HEAP)
    restarts = {IN_THE_CLAIM, *random.Random(SEED).sample(range(DAYS * 288), 12)}
    try:
        record = home.live(board, DAYS, SEED, restarts)
        messages = heard.settled()
    finally:
        board.kill()
        heard.close()
    boots = [json.loads(text)["boot"] for topic, text, _ in messages if topic.endswith("/info")]
    assert len(boots) == len(restarts) + 1
    prefix = "aqsense/v1/maple/"
    said = [(t, text) for t, text, _ in messages if t.removeprefix(prefix).startswith(home.COMPARED)]
    lines: list[str] = []
    expected = reference.documents(record, config, boots, lines.append)
    expected = [pair for pair in expected if pair[0].removeprefix(prefix).startswith(home.COMPARED)]
    (tmp_path / "said.txt").write_text("\n".join(map(str, said)))
    (tmp_path / "expected.txt").write_text("\n".join(map(str, expected)))
    said_hash = hashlib.sha256((tmp_path / "ledger").read_bytes()).hexdigest()[:16]
    assert said_hash == hashlib.sha256("".join(line + "\n" for line in lines).encode()).hexdigest()[:16]
    assert said == expected
    opened, closed = ({line.split()[1] for line in lines if line[0] == kind} for kind in "OX")
    assert opened == closed != set()
