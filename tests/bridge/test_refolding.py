"""The memory folded again from what is stored equals the memory that lived through it, whatever the owner said."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from aqsense import checkpoint, codes, quantities, replies_en, timetext
from aqsense.logcode import decode, encode
from aqsense.monitor import Monitor
from aqsense.refused import Refused
from aqsense.settings import SensorSettings, Settings
from firmware_bridge import declaring, refolded, snapshots
from firmware_bridge.clock import Clock
from firmware_bridge.store import Store, reading

FIRST = 984_000  # a half hour of February 2026
DAYS = 12
CHANGED = FIRST + 5 * 48 + 7


def settings() -> Settings:
    """A home with one sensor."""
    return Settings("maple", [SensorSettings("s1", None, "kitchen", interval_s=60)])


def code(cell: int) -> int:
    """Some particles, never the same for long."""
    return encode(quantities.PM2_5, 40 + (cell * 7919) % 61)


class Life:
    """A home that lives half hour by half hour, and a store that is told what a daemon tells it."""

    def __init__(self, directory: Path) -> None:
        self.monitor = Monitor(settings())
        self.store = Store(directory)
        self.directory = directory

    def half_hours(self, first: int, last: int) -> None:
        """Live from one half hour to before another."""
        for cell in range(first, last):
            self.monitor.fold_cell("s1", quantities.PM2_5, cell, 60, code(cell), 30)
            regime = self.monitor.home.subject("s1", quantities.PM2_5).regime_number
            row = ("s1", quantities.PM2_5, regime, cell, 60, code(cell), 30, codes.NO_CODE)
            self.store.add_cells([(*row, -32768, -32768, -32768, decode(quantities.PM2_5, code(cell)))])

    def says(self, cell: int, verb: str, told: bool = True, **args: str) -> None:
        """The owner says something in a half hour."""
        t = timetext.instant(cell, 900)
        if told:
            assert self.monitor.answer({"id": "a", "t": t, "verb": verb, "args": args})[0] == ""
        self.store.add_answer(f"a{cell}", t, verb, json.dumps(args))

    def refolded(self) -> Monitor:
        """What another process makes of the store."""
        self.store.commit()
        with reading(self.directory) as stored:
            return snapshots.from_scratch(settings(), stored)


@pytest.mark.parametrize("verb", ["relearn", "declare", "pause"])
def test_what_the_owner_said_is_folded_again_where_it_was_said(tmp_path: Path, verb: str) -> None:
    life = Life(tmp_path)
    life.half_hours(FIRST, CHANGED)
    args = {"sid": "s1", "what": "people"} if verb == "declare" else {"sid": "s1"}
    life.says(CHANGED, verb, **args)
    life.half_hours(CHANGED, FIRST + DAYS * 48)
    assert life.monitor.series("s1", quantities.PM2_5).valid_days >= 6
    assert life.refolded().snapshot() == life.monitor.snapshot()


def test_a_change_dated_back_equals_one_that_was_told_when_it_happened(tmp_path: Path) -> None:
    told = Life(tmp_path / "told")
    told.half_hours(FIRST, CHANGED)
    told.says(CHANGED, "declare", sid="s1", what="sensor_moved")
    told.half_hours(CHANGED, FIRST + DAYS * 48)
    late = Life(tmp_path / "late")
    late.half_hours(FIRST, FIRST + DAYS * 48)
    late.store.begin_regime("s1", CHANGED)
    since = timetext.instant(CHANGED)
    late.says(FIRST + DAYS * 48 - 1, "declare", told=False, sid="s1", what="sensor_moved", since=since)
    assert late.refolded().snapshot() == told.monitor.snapshot()


@pytest.mark.parametrize("since", ["0000-01-01", "0001-01-01", "0001-01-01T00:00:00Z", "9999-12-31"])
def test_a_change_that_no_calendar_dates_is_refused(since: str) -> None:
    daemon: Any = SimpleNamespace(clock=Clock("America/New_York"), now=lambda: (CHANGED, 0))
    asked: Any = SimpleNamespace(words=replies_en)
    with pytest.raises(Refused, match="since is a day"):
        declaring.first_half_hour(daemon, asked, since)


@pytest.mark.parametrize(("what", "dated"), [("people", True), ("season", False), (["people"], False), (None, False)])
def test_only_a_new_beginning_is_dated_back(what: Any, dated: bool) -> None:
    assert declaring.is_dated({"what": what, "since": "2026-01-01"}) is dated


class TwoLives:
    """A home of a sensor beside the daemon and one at a thin node, whose half hours close later."""

    def __init__(self, directory: Path) -> None:
        sensors = [SensorSettings(sid, None, sid, interval_s=60) for sid in ("near", "far")]
        self.settings = Settings("maple", sensors)
        self.monitor = Monitor(self.settings)
        self.store = Store(directory)
        for cell in range(FIRST, FIRST + 100):
            self.close("near", cell)
            self.close("far", cell)

    def close(self, sid: str, cell: int) -> None:
        """A half hour closes."""
        self.monitor.fold_cell(sid, quantities.PM2_5, cell, 60, code(cell), 30)
        mean = decode(quantities.PM2_5, code(cell))
        row = (sid, quantities.PM2_5, 1, cell, 60, code(cell), 30, codes.NO_CODE, -32768, -32768, -32768, mean)
        self.store.add_cells([row])


def test_a_half_hour_of_a_node_that_closes_after_a_snapshot_is_not_lost(tmp_path: Path) -> None:
    life = TwoLives(tmp_path)
    life.close("near", FIRST + 100)
    snapshots.save(life.monitor, life.store)
    life.close("far", FIRST + 100)
    again, why = snapshots.restore(life.settings, life.store)
    assert again is not None, why
    assert again.snapshot() == life.monitor.snapshot()


def test_a_half_hour_of_a_node_that_closes_while_the_memory_is_folded_is_not_lost(tmp_path: Path) -> None:
    life = TwoLives(tmp_path)
    life.close("near", FIRST + 100)
    life.store.commit()
    folded = refolded.fold(life.settings, tmp_path)
    life.close("far", FIRST + 100)
    expected = life.monitor.snapshot()
    daemon: Any = SimpleNamespace(store=life.store, monitor=life.monitor)
    refolded._take_over(daemon, folded, None)
    assert life.monitor.snapshot() == expected


def test_a_state_is_taken_over_whole(tmp_path: Path) -> None:
    life = Life(tmp_path)
    life.half_hours(FIRST, FIRST + DAYS * 48)
    other = Monitor(settings())
    other.fold_cell("s1", quantities.CO2, FIRST, 60, 900, 30)
    checkpoint.take_over(other.home, life.monitor.snapshot(), set())
    assert other.snapshot() == life.monitor.snapshot()
