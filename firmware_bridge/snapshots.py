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


def restore(settings: Any, store: Store) -> tuple[Monitor, str]:
    """The core as it was, and one line for a person when that needed more than the snapshot.

    A memory that breaks the core is left aside rather than tried again at each start: the readings go on without it.
    """
    found = store.snapshot(VERSION)
    if found is not None:
        try:
            heard = int(store.noted(HEARD) or 0)
            return _folded(Monitor(settings, found[1]), store, found[0], heard), ""
        except Exception as error:
            said = f"the snapshot could not be used ({error}); the memory was folded again from its half hours"
    else:
        said = ""
    try:
        return from_scratch(settings, store), said
    except Exception as error:
        return Monitor(settings), f"the memory could not be folded ({error!r}), learning starts anew; please report it"


def from_scratch(settings: Any, stored: Stored) -> Monitor:
    """Everything that is stored as one state, without any snapshot."""
    monitor = _folded(Monitor(settings), stored, -1, 0)
    regime_keys.compare(monitor, stored)
    return monitor


def _folded(monitor: Monitor, store: Stored, after: int, heard: int) -> Monitor:
    refolding.fold(monitor, store.cells(after), store.answers()[heard:])
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
    regime_keys.note(monitor, store)
    store.note(HEARD, str(len(store.answers())))
    store.put_snapshot(VERSION, store.last_cell(), monitor.snapshot())
