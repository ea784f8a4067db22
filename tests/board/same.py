"""A home in front of a board that loses its power now and then, and the same bytes through CPython."""

import hashlib
import json

from tests.board import home, reference
from tests.board.lockstep import Board

PREFIX = "aqsense/v1/maple/"


def compared(topic: str) -> bool:
    """Whether the documents of a topic must be the same."""
    return topic.removeprefix(PREFIX).startswith(home.COMPARED)


def assert_same(board: Board, broker: int, days: int, seed: int, restarts: set[int]) -> list[str]:
    """Live the home; documents, ids and hash are those of CPython. Returns the lines of the ledger."""
    heard = home.Heard(broker)
    heard.settled()
    before = len(heard.messages)  # what other tests left retained at the broker
    try:
        record = home.live(board, days, seed, restarts)
        messages = heard.settled()[before:]
    finally:
        board.kill()
        heard.close()
    boots = [json.loads(text)["boot"] for topic, text, _ in messages if topic.endswith("/info")]
    assert len(boots) == len(set(boots)) == len(restarts) + 1
    said = [(topic, text) for topic, text, _ in messages if compared(topic)]
    lines: list[str] = []
    expected = [pair for pair in reference.documents(record, board.config, boots, lines.append) if compared(pair[0])]
    (board.folder / "said.txt").write_text("\n".join(map(str, said)))
    (board.folder / "expected.txt").write_text("\n".join(map(str, expected)))
    said_hash = hashlib.sha256((board.folder / "ledger").read_bytes()).hexdigest()[:16]
    assert said_hash == hashlib.sha256("".join(line + "\n" for line in lines).encode()).hexdigest()[:16]
    assert said == expected
    return lines
