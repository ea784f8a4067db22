"""The memory folded anew from what is stored, by a process of its own, and then taken over by the daemon that runs on.

What is stored is changed first (half hours deleted, or given to another regime). Until the new state is there, the
readings go on and half hours are judged by the old one; those are folded again into the new one when it is taken over.
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aqsense import checkpoint, messages
from aqsense.refused import Refused
from firmware_bridge import apart, refolding, safe_mode, snapshots, store
from firmware_bridge.asked import Asked
from firmware_bridge.later import Later

if TYPE_CHECKING:
    from firmware_bridge.daemon import Daemon

Folded = tuple[bytes, int, int]  # snapshot, last half hour in it, number of answers in it


def later(
    daemon: "Daemon",
    asked: Asked,
    change: Callable[[], None],
    gone: set[tuple[str, int]] | None,
    done: Callable[[], Any],
) -> Later:
    """`change` what is stored, fold it anew aside, take that over; then the answer is what `done` gives.

    `gone`: (sid, quantity) of which half hours are deleted, None for all; what is kept for sensors that are not
    configured at present goes with them.
    """
    kept = daemon.store
    safe_mode.refuse(daemon.problems, asked.words)
    if kept.outdated:
        raise Refused("busy", asked.words.refolding(), True)
    Later.admit(asked)
    snapshots.remember(daemon.monitor, kept, daemon.now()[0])
    if not daemon.commit():  # what waits would be written after the change
        raise Refused("internal", asked.words.failed(), True)
    errors = kept.errors
    change()
    kept.drop_snapshot()
    kept.outdated = True
    if kept.errors > errors:
        daemon.problems.say(f"{daemon.config.state_dir} cannot be written: free space or repair the disk")
    if kept.errors > errors or not daemon.commit():  # it says so; what was to go is still there
        kept.undo()
        kept.outdated = False
        raise Refused("internal", asked.words.failed(), True)
    kept.compact()
    settings, directory = daemon.settings, daemon.config.state_dir

    def finish(found: Any) -> Any:
        if isinstance(found, Exception):
            daemon.problems.set("refold", f"the memory could not be folded again ({found}): restart aqsense")
            raise found
        _take_over(daemon, found, gone)
        return done()

    return Later(asked, lambda: apart.call(fold, settings, directory), daemon.wake, finish)


def fold(settings: Any, directory: Path) -> Folded:
    """In the other process: everything that is stored as one state."""
    with store.reading(directory) as stored:
        monitor = snapshots.from_scratch(settings, stored)
        return monitor.snapshot(), stored.last_cell(), len(stored.answers())


def _take_over(daemon: "Daemon", folded: Folded, gone: set[tuple[str, int]] | None) -> None:
    state, last, heard = folded
    kept = daemon.store
    kept.add_cells(daemon.monitor.take_cells())
    checkpoint.take_over(daemon.monitor.home, state, gone)
    refolding.fold(daemon.monitor, refolding.rest(daemon.monitor, kept, last), kept.answers()[heard:])
    kept.outdated = False
    snapshots.save(daemon.monitor, kept)


def publish_anew(daemon: "Daemon", sids: Iterable[str]) -> None:
    """Take back what was said about sensors, and say what stands now."""
    base = messages.base(daemon.config.home)
    mine = tuple(f"{base}/inferred/{sid}/" for sid in sids)
    for topic in daemon.retained.topics():
        if topic.startswith(mine):
            daemon.sender.clear(topic)
    if daemon.monitor.home.cell < 0:  # nothing was learned, so there is no account to take the former one's place
        daemon.sender.clear(f"{base}/inferred/account")
    cell = daemon.now()[0]
    daemon.send(list(daemon.monitor.current(cell, daemon.clock.utc_offset_min(cell))))
    daemon.commit()
