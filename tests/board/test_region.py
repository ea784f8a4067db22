"""The same state on flash of its own: found again after any cut of the power and any damage, for few erases."""

import random
from typing import Any

import pytest
from hypothesis import settings, strategies
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from firmware_bridge.board.flash import ANSWER, CELLS, Flash
from firmware_bridge.board.region import Region
from tests.board.nor import PAGE, SECTOR, Nor, PowerCut
from tests.board.test_flash import AFTER, BETWEEN, NEW, OLD, is_ordered_subset

STATE = [bytes(192), bytes(8302), bytes(1351), bytes(8438), bytes(256)]  # of two series
HALF_HOUR = bytes(45)  # of two series


def started(nor: Nor) -> tuple[Flash, Any, list[Any]]:
    """(flash, parts, records) as a start finds them."""
    flash = Flash(Region(nor))
    parts = flash.load()
    parts = None if parts is None else [part if isinstance(part, bytes) else part.read(len(part)) for part in parts]
    return flash, parts, list(flash.records())


def filled(nor: Nor) -> Flash:
    """An older state, records, a newer state, and records after it."""
    flash, parts, _ = started(nor)
    assert parts is None
    flash.save(OLD)
    for kind, payload in BETWEEN:
        flash.append(kind, payload)
    flash.save(NEW)
    for kind, payload in AFTER:
        flash.append(kind, payload)
    return flash


def test_a_start_finds_the_newest_state_and_what_followed_it() -> None:
    nor = Nor()
    filled(nor)
    flash, parts, records = started(nor)
    assert (parts, records, flash.lost) == (NEW, AFTER, [])
    assert list(flash.kept()) == BETWEEN + AFTER
    assert 0 < flash.size() < 20_000


def test_a_long_answer_goes_over_pages_and_hides_nothing_that_follows() -> None:
    nor = Nor()
    flash, _, _ = started(nor)
    given = [(ANSWER, bytes([n]) * size) for n, size in enumerate((1, 240, 241, 500, 1024, 3, 1024, 1024))]
    for kind, payload in given:
        flash.append(kind, payload)
    flash, _, records = started(nor)
    assert (records, flash.lost) == (given, [])


def test_a_year_takes_less_than_two_erases_a_day_and_spreads_them() -> None:
    nor = Nor()
    flash, _, _ = started(nor)
    for day in range(365):
        for _ in range(48):
            flash.append(CELLS, HALF_HOUR)
            assert not flash.is_short()
        if day % 8 == 0:
            flash.save(STATE)
    assert sum(nor.erased) / 365 <= 1.4
    assert max(nor.erased) / 365 <= 1 / 8
    assert started(nor)[1] == STATE


def test_a_board_that_starts_again_and_again_asks_for_a_slot_before_the_ring_is_full() -> None:
    nor = Nor()
    flash, _, _ = started(nor)
    flash.save(STATE)
    starts = 0
    while not flash.is_short():
        flash, parts, records = started(nor)
        assert (parts, len(records), flash.lost) == (STATE, starts, [])
        flash.append(CELLS, b"%d" % starts)
        starts += 1
    assert starts > 200
    for i in range(40):  # it goes on for a while without
        flash.append(CELLS, b"more %d" % i)
    flash.save(STATE)
    flash.save(STATE)
    assert not flash.is_short()


def test_a_full_ring_refuses_and_loses_nothing_and_a_slot_makes_room() -> None:
    nor = Nor()
    flash, _, _ = started(nor)
    flash.save([b"first"])
    given: list[tuple[int, bytes]] = []
    with pytest.raises(OSError, match="28"):
        while True:
            flash.append(CELLS, payload := b"%d " % len(given) * 20)
            given.append((CELLS, payload))
    flash, parts, records = started(nor)
    assert (parts, records, flash.lost) == ([b"first"], given, [])
    flash.save([b"second"])
    flash.save([b"third"])
    flash.append(CELLS, b"next")
    flash, parts, records = started(nor)
    assert (parts, records, flash.lost) == ([b"third"], [(CELLS, b"next")], [])


def test_a_state_that_does_not_fit_is_refused_and_the_one_before_is_kept() -> None:
    nor = Nor()
    filled(nor)
    flash, _, _ = started(nor)
    with pytest.raises(OSError, match="28"):
        flash.save([bytes(40_000)])
    flash, parts, records = started(nor)
    assert (parts, records, flash.lost) == (NEW, AFTER, [])


def test_forgetting_leaves_no_byte_of_what_was_replaced() -> None:
    nor = Nor()
    flash = filled(nor)
    flash.save([b"a large state " * 1500])
    flash.save([b"without"])
    flash.forget_before()
    for word in (b"cell", b"CELL", b"series", b"SERIES", b"large"):
        assert word not in nor.data
    assert started(nor)[1:] == ([b"without"], [])


def test_any_flipped_byte_costs_at_most_one_log_and_is_told() -> None:
    nor = Nor()
    filled(nor)
    whole = bytes(nor.data)
    written = [at for at in range(len(whole)) if whole[at] != 0xFF]
    for at in random.Random(5).sample(written, 500):
        for flip in (0x01, 0xFF):
            nor.data[:] = whole
            nor.data[at] ^= flip
            flash, parts, records = started(nor)
            if parts == NEW:
                assert flash.lost or records == AFTER
                assert is_ordered_subset(records, AFTER)
                assert len(records) >= len(AFTER) - 17  # what a page holds of these
            else:
                assert (parts, records) == (OLD, BETWEEN + AFTER)
                assert flash.lost
            flash.append(CELLS, b"next")
            assert started(nor)[2][-1] == (CELLS, b"next")


def test_a_lost_log_is_told() -> None:
    nor = Nor()
    filled(nor)
    flash, _, _ = started(nor)
    first = next(n for n in range(flash._number) if b"CELL" in (flash._read_log(n) or b""))
    place = flash.place._place(first)
    gone = bytes(nor.data[place : place + PAGE]).count(b"CELL")
    nor.data[place : place + PAGE] = bytes(PAGE)
    flash, _, records = started(nor)
    assert len(records) == len(AFTER) - gone
    assert flash.lost == [f"{gone} of {gone} records are missing in log {first}"]


class RegionMachine(RuleBasedStateMachine):
    """Records, states, starts and cuts of the power in any order, against a list.

    A start finds every record that was whole, and at most the one under way besides.
    """

    @initialize(dirty=strategies.booleans())
    def new(self, dirty: bool) -> None:
        self.nor = Nor(16)
        if dirty:  # a flash that held something else
            self.nor.data[:] = random.Random(1).randbytes(16 * SECTOR)
        self.flash, self.parts, self.records = started(self.nor)
        self.count = 0
        self.under_way: tuple[int, bytes] | None = None
        self.is_cut = False

    @rule(size=strategies.integers(0, 1024), kind=strategies.sampled_from((CELLS, ANSWER)))
    def append(self, size: int, kind: int) -> None:
        record = (kind, (b"%d" % self.count + b"\xff" * size)[:1024])
        self.count += 1
        if self.flash.is_short():
            self.save()
        self.under_way = record
        self.flash.append(*record)
        self.records.append(record)
        self.under_way = None

    @rule()
    def save(self) -> None:
        state = [b"state %d" % self.count, bytes(3000)]
        self.saving = state
        self.flash.save(state)
        self.parts, self.records = state, []

    @rule(fuel=strategies.integers(0, 4000), size=strategies.integers(0, 600))
    def cut(self, fuel: int, size: int) -> None:
        self.nor.fuel = fuel
        self.is_cut = True
        try:
            if fuel % 3:
                self.append(size, CELLS)
            else:
                self.save()
        except PowerCut:
            pass
        self.nor.fuel = None
        self.start()

    @rule()
    def start(self) -> None:
        self.flash, parts, records = started(self.nor)
        if self.under_way is not None and records[-1:] == [self.under_way]:
            self.records.append(self.under_way)
        self.under_way = None
        if parts != self.parts:
            assert parts == self.saving
            self.parts, self.records = parts, []
        assert records == self.records
        for text in self.flash.lost:  # what was being written
            assert self.is_cut
            assert "damaged" in text or "cannot be read" in text

    @invariant()
    def its_bounds_are_kept(self) -> None:
        if hasattr(self, "flash"):
            assert self.flash.size() <= 16 * SECTOR


RegionMachine.TestCase.settings = settings(max_examples=25, stateful_step_count=30, deadline=None)
TestRegionMachine = RegionMachine.TestCase
