"""The outbox loses nothing that was not acknowledged, keeps its order, and stays within its bound."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import settings, strategies
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from firmware_bridge.outbox import SAMPLE, Outbox, Row
from firmware_bridge.store import Store

ROOM = 1 << 20


def _add(box: Outbox, seq: int, t_ms: int | None = None, payload: str = "{}") -> Row:
    return box.add(SAMPLE, "s1", "abc123", seq, t_ms, seq * 1000, "topic", payload)


def test_rows_come_back_in_the_order_in_which_they_were_added(tmp_path: Path) -> None:
    store = Store(tmp_path)
    box = Outbox(store, ROOM)
    for seq in range(5):
        _add(box, seq)
        if seq == 2:
            box.commit()
    assert [row.seq for row in box.take(10)] == [0, 1, 2, 3, 4]
    store.close()


def test_what_was_committed_and_not_acknowledged_survives_the_end_of_the_process(tmp_path: Path) -> None:
    store = Store(tmp_path)
    box = Outbox(store, ROOM)
    rows = [_add(box, seq) for seq in range(3)]
    box.commit()
    box.hold(rows[:1])
    box.done(rows[:1])
    box.commit()
    store.close()
    again = Store(tmp_path)
    assert [row.seq for row in Outbox(again, ROOM).take(10)] == [1, 2]
    again.close()


def test_what_was_acknowledged_before_the_commit_is_never_written(tmp_path: Path) -> None:
    store = Store(tmp_path)
    box = Outbox(store, ROOM)
    row = _add(box, 1)
    box.hold([row])
    box.done([row])
    box.commit()
    assert store.db.execute("SELECT count(*) FROM outbox").fetchone() == (0,)
    store.close()


def test_a_full_outbox_drops_the_oldest_and_counts_it(tmp_path: Path) -> None:
    store = Store(tmp_path)
    box = Outbox(store, 2000)
    for seq in range(20):
        _add(box, seq, payload="x" * 100)
        box.commit()
    assert box.size <= 2000
    assert box.dropped == 20 - len(box)
    assert [row.seq for row in box.take(100)] == list(range(20 - len(box), 20))
    store.close()


def test_a_full_outbox_takes_a_row_though_the_disk_lets_go_of_none(tmp_path: Path) -> None:
    store = Store(tmp_path)
    box = Outbox(store, 1000)
    for seq in range(2):
        _add(box, seq, payload="x" * 300)
    assert box.commit()
    store.db.execute("PRAGMA query_only = ON")
    _add(box, 2, payload="x" * 300)
    assert (len(box), box.dropped) == (3, 0)
    store.db.execute("PRAGMA query_only = OFF")
    _add(box, 3, payload="x" * 300)
    assert (len(box), box.dropped) == (2, 2)
    store.close()


@pytest.mark.parametrize("committed", [True, False])
@pytest.mark.parametrize("left", ["forgotten", "dropped"])
def test_an_acknowledgement_of_a_row_that_is_no_longer_here_changes_nothing(
    tmp_path: Path, committed: bool, left: str
) -> None:
    store = Store(tmp_path)
    box = Outbox(store, 1000)
    box.hold([gone := _add(box, 1, 1000)])
    if committed:
        box.commit()
    if left == "forgotten":
        box.forget(None, 0, 2000)
        assert (len(box), box.size) == (0, 0)
    else:
        _add(box, 2, 2000, "x" * 800)
        assert box.dropped == 1
    before = len(box), box.size
    box.done([gone])
    assert (len(box), box.size) == before
    store.close()


def test_rows_without_a_date_are_dated_once_the_clock_is_known(tmp_path: Path) -> None:
    store = Store(tmp_path)
    box = Outbox(store, ROOM)
    _add(box, 1)
    box.commit()
    _add(box, 2)
    assert box.date("abc123", 1_800_000_000_000) == 2
    assert [row.t_ms for row in box.take(10)] == [1_800_000_001_000, 1_800_000_002_000]
    assert box.date("other1", 0) == 0
    store.close()


@pytest.mark.parametrize("committed", [True, False])
def test_rows_that_come_back_are_taken_again(tmp_path: Path, committed: bool) -> None:
    store = Store(tmp_path)
    box = Outbox(store, ROOM)
    _add(box, 1)
    if committed:
        box.commit()
    rows = box.take(10)
    assert box.take(10) == []
    box.back(rows)
    assert [row.seq for row in box.take(10)] == [1]
    store.close()


class OutboxMachine(RuleBasedStateMachine):
    """Adds, sends, losses of connection, commits and kills in any order, against a model of a few sets."""

    def __init__(self) -> None:
        super().__init__()
        self.directory = tempfile.TemporaryDirectory()
        self.seq = 0
        self.owed: set[int] = set()  # neither acknowledged nor lost with an uncommitted process
        self.uncommitted: set[int] = set()
        self.acknowledged_late: set[int] = set()  # done, but the disk has not been told
        self.under_way: list[Row] = []
        self._start()

    def _start(self) -> None:
        self.store = Store(Path(self.directory.name))
        self.box = Outbox(self.store, ROOM)

    @rule()
    def add(self) -> None:
        self.seq += 1
        _add(self.box, self.seq, self.seq * 1000)
        self.owed.add(self.seq)
        self.uncommitted.add(self.seq)

    @rule(limit=strategies.integers(1, 5))
    def take(self, limit: int) -> None:
        rows = self.box.take(limit)
        assert [row.seq for row in rows] == sorted(row.seq for row in rows)
        assert {row.seq for row in rows} <= self.owed
        self.under_way += rows

    @precondition(lambda self: self.under_way)
    @rule(count=strategies.integers(1, 5))
    def acknowledge(self, count: int) -> None:
        rows, self.under_way = self.under_way[:count], self.under_way[count:]
        self.box.done(rows)
        for row in rows:
            if row.seq not in self.owed:
                continue  # forgotten while it was under way
            self.owed.discard(row.seq)
            if row.seq not in self.uncommitted:
                self.acknowledged_late.add(row.seq)
            self.uncommitted.discard(row.seq)

    @rule()
    def lose_the_connection(self) -> None:
        self.box.back(self.under_way)
        self.under_way = []

    @rule(first=strategies.integers(1, 20), count=strategies.integers(1, 10))
    def forget(self, first: int, count: int) -> None:
        self.box.forget(None, first * 1000, (first + count) * 1000)
        self.owed.difference_update(range(first, first + count))
        self.commit()

    @rule()
    def commit(self) -> None:
        assert self.box.commit()
        self.uncommitted.clear()
        self.acknowledged_late.clear()

    @rule()
    def kill(self) -> None:
        self.store.db.execute("ROLLBACK")  # what a killed process leaves behind
        self.store.db.execute("BEGIN")
        self.store.close()
        self.owed = (self.owed - self.uncommitted) | self.acknowledged_late
        self.uncommitted.clear()
        self.acknowledged_late.clear()
        self.under_way = []
        self._start()

    @invariant()
    def nothing_owed_is_lost(self) -> None:
        assert len(self.box) == len(self.owed)

    def teardown(self) -> None:
        self.box.back(self.under_way)
        assert {row.seq for row in self.box.take(10_000)} == self.owed
        self.store.close()
        self.directory.cleanup()


OutboxMachine.TestCase.settings = settings(max_examples=30, stateful_step_count=30, deadline=None)
TestOutboxMachine = OutboxMachine.TestCase
