"""A start without a usable snapshot, as after an update: the memory is folded aside while the readings flow.

Half hours that close meanwhile are stored and not judged. Once the folded state is there they are judged in their
order: what then stands is what would stand if the readings had waited.
"""

import copy
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from aqsense import checkpoint, codes
from aqsense.monitor import Monitor
from firmware_bridge import apart, gathering, problems, snapshots, store
from firmware_bridge.later import Beside

if TYPE_CHECKING:
    from firmware_bridge.daemon import Daemon

Pair = tuple[str, int]  # sid, quantity


class Broken(NamedTuple):
    """Half hours that the core cannot fold, and what it said of them."""

    error: str


class CatchingUp:
    """`monitor` is to run meanwhile. `begin`, then `turn` in the loop until it says that all is caught up."""

    def __init__(self, settings: Any, kept: store.Store, why: str) -> None:
        self.monitor = gathering.monitor(settings, kept)
        self._settings = copy.deepcopy(settings)  # before a sensor says who it is
        self._why = why
        self._kept = kept
        self._until = {pair: cell for pair, (cell, _) in kept.latest().items()}
        self._begun = _regimes(self.monitor)
        self._beside: Beside | None = None
        kept.outdated = True

    def begin(self, daemon: "Daemon") -> None:
        """Start the folding."""
        text = f"folding the memory ({self._why}): readings flow, and what is inferred follows"
        daemon.problems.set("folding", text, problems.NOTICE)
        self._kept.commit()  # the other process sees what is durable
        settings, directory, until = self._settings, daemon.config.state_dir, self._until
        self._beside = Beside(lambda: apart.call(fold, settings, directory, until), daemon.wake)

    def turn(self, daemon: "Daemon") -> bool:
        """Whether the memory is there, and taken over."""
        if self._beside is None or not self._beside.is_done():
            return False
        found = self._beside.found()
        if isinstance(found, Exception):  # it may have been ended from outside: the half hours are tried again
            text = f"the memory could not be folded ({found}): readings go on, nothing is inferred; restart aqsense"
            daemon.problems.set("folding", text)
            return False
        if isinstance(found, Broken):  # left aside rather than tried again at each start
            text = f"the memory could not be folded ({found.error}), learning starts anew; please report it"
            daemon.problems.set("memory", text)
        daemon.send(self.take_over(None if isinstance(found, Broken) else found))
        daemon.send([daemon.monitor.meta(sensor.sid) for sensor in daemon.settings.sensors])
        cell = daemon.now()[0]
        daemon.send(list(daemon.monitor.current(cell, daemon.clock.utc_offset_min(cell))))
        daemon.commit()
        daemon.problems.clear("folding", "the memory is folded")
        return True

    def take_over(self, state: bytes | None) -> list[Any]:
        """Go on from a folded state, None for a blank one; documents of the half hours that closed meanwhile."""
        monitor, kept = self.monitor, self._kept
        kept.add_cells(monitor.take_cells())
        reached = _regimes(monitor)
        monitor.home = monitor.home.awake()
        if state is not None:
            checkpoint.take_over(monitor.home, state, None)
        folded = _regimes(monitor)
        for pair, regime in reached.items():  # an answer may have begun one that no half hour was stored of
            reached[pair] = regime + folded.get(pair, 1) - self._begun.get(pair, 1)
        documents = self._judge(folded)
        for pair, regime in reached.items():  # another sensor, and no half hour of it closed yet
            subject = monitor.home.subject(*pair)
            while subject.regime_number < regime:
                subject = monitor.home.next_regime(subject, codes.SENSOR_CHANGED)
        kept.outdated = False
        snapshots.save(monitor, kept)
        return documents

    def _judge(self, folded: dict[Pair, int]) -> list[Any]:
        documents = []
        for row in self._closed_meanwhile():
            pair = row.sid, row.quantity
            regime = row.regime + folded.get(pair, 1) - self._begun.get(pair, 1)
            if regime != row.regime:
                self._kept.add_cells([row._replace(regime=regime)])
            documents += self.monitor.fold_cell(*pair, *row[3:], regime)
        return documents

    def _closed_meanwhile(self) -> list[store.Cell]:
        sids = {sensor.sid for sensor in self.monitor.settings.sensors}
        first = min(self._until.values(), default=-1)
        found = self._kept.cells(first)
        return [row for row in found if row.sid in sids and row.cell > self._until.get((row.sid, row.quantity), -1)]


def _regimes(monitor: Monitor) -> dict[Pair, int]:
    return {(subject.sensor.sid, subject.quantity): subject.regime_number for subject in monitor.home.subjects()}


def fold(settings: Any, directory: Path, until: dict[Pair, int]) -> bytes | Broken:
    """In the other process: everything that was stored before the start as one state."""
    with store.reading(directory) as stored:
        try:
            return snapshots.from_scratch(settings, stored, until).snapshot()
        except Exception as error:
            return Broken(repr(error))
