"""The core's state across restarts: the latest snapshot, and every half hour that was closed after it."""

from typing import Any

import aqsense
from aqsense.monitor import Monitor
from firmware_bridge import refolding, regime_keys
from firmware_bridge.store import Store, Stored

SNAPSHOT_CELLS = 12  # half hours between two snapshots; what lies between is folded again from the half hours
KEPT_DAYS = {"pi": 400, "board": 56}  # half hours to look at and to fold again
HEARD = "answers in snapshot"
VERSION = aqsense.__version__


def restore(settings: Any, store: Store) -> tuple[Monitor | None, str]:
    """The core as it was; None, and why, when its half hours must be folded again."""
    found = store.snapshot(VERSION)
    if found is None:
        if store.last_cell() < 0 and not store.answers():
            return from_scratch(settings, store), ""
        return None, "no state of this version of aqsense is stored"
    try:
        monitor = Monitor(settings, found[1])
        answers = store.answers()[int(store.noted(HEARD) or 0) :]
        refolding.fold(monitor, refolding.rest(monitor, store, found[0]), answers)
        return monitor, ""
    except Exception as error:
        return None, f"the stored state could not be used: {error}"


def from_scratch(settings: Any, stored: Stored, until: dict[tuple[str, int], int] | None = None) -> Monitor:
    """Everything that is stored as one state, without any snapshot; `until`: the last half hour of each series."""
    monitor = Monitor(settings)
    rows = stored.cells()
    if until is not None:
        rows = (row for row in rows if row.cell <= until.get((row.sid, row.quantity), -1))
    refolding.fold(monitor, rows, stored.answers())
    regime_keys.compare(monitor, stored)
    return monitor


def remember(monitor: Monitor, store: Store, cell: int) -> None:
    """Store the half hours that were closed since the last call, and now and then the folded state."""
    closed = monitor.take_cells()
    if not closed:
        return
    store.add_cells(closed)
    regime_keys.note(monitor, store)
    if cell % SNAPSHOT_CELLS == 0:
        store.drop_cells_before(cell - KEPT_DAYS[monitor.settings.profile] * 48)
        save(monitor, store)


def save(monitor: Monitor, store: Store) -> None:
    """Store the folded state as of the last half hour."""
    closed = monitor.take_cells()
    if closed:
        store.add_cells(closed)
    if store.outdated:
        return
    regime_keys.note(monitor, store)
    store.note(HEARD, str(len(store.answers())))
    store.put_snapshot(VERSION, store.last_cell(), monitor.snapshot())
