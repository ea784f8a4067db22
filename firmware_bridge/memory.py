"""The core's state across restarts: the latest snapshot, and every half hour that was closed after it."""

from typing import Any

import aqsense
from aqsense.monitor import Monitor
from firmware_bridge import refolding
from firmware_bridge.store import Store

SNAPSHOT_CELLS = 12  # half hours between two snapshots; what lies between is folded again from the half hours
VERSION = aqsense.__version__


def restore(settings: Any, store: Store) -> tuple[Monitor, str]:
    """The core as it was, and one line for a person when that needed more than the snapshot."""
    said = ""
    found = store.snapshot(VERSION)
    monitor, after = Monitor(settings), -1
    if found is not None:
        try:
            monitor, after = Monitor(settings, found[1]), found[0]
        except (ValueError, IndexError, KeyError) as error:
            said = f"the snapshot could not be used ({error}); the memory was folded again from its half hours"
    answers = store.answers() if after < 0 else [given for given in store.answers() if refolding.cell_of(given) > after]
    refolding.fold(monitor, store.cells(after), answers)
    return monitor, said


def remember(monitor: Monitor, store: Store, cell: int) -> None:
    """Store the half hours that were closed since the last call, and now and then the folded state."""
    closed = monitor.take_cells()
    if not closed:
        return
    store.add_cells(closed)
    if cell % SNAPSHOT_CELLS == 0:
        save(monitor, store)


def save(monitor: Monitor, store: Store) -> None:
    """Store the folded state as of the last half hour."""
    closed = monitor.take_cells()
    if closed:
        store.add_cells(closed)
    store.put_snapshot(VERSION, store.last_cell(), monitor.snapshot())
