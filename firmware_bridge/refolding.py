"""Stored half hours and answers given to a core again, in the order in which they came."""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from aqsense import timetext
from aqsense.monitor import Monitor
from aqsense.owner import RELEARNS
from firmware_bridge.store import Cell, Stored

BEHIND = 4  # half hours that one sensor may be behind another: two hours wait for a clock, half an hour for a node

Answer = tuple[str, str, str, str]  # id, t, verb, args


def fold(monitor: Monitor, cells: Iterable[Cell], answers: Sequence[Answer] = ()) -> None:
    """Fold half hours of configured sensors, each answer after the half hours that had closed when it took effect."""
    sids = {sensor.sid for sensor in monitor.settings.sensors}
    answers = sorted(answers, key=cell_of)
    at = 0
    monitor.quiet = True
    for row in cells:
        while at < len(answers) and cell_of(answers[at]) <= row.cell:
            _answer(monitor, answers[at])
            at += 1
        if row.sid in sids:
            monitor.fold_cell(row.sid, row.quantity, *row[3:], row.regime)
    for given in answers[at:]:
        _answer(monitor, given)
    monitor.take_cells()
    monitor.quiet = False


def rest(monitor: Monitor, stored: Stored, last: int) -> Iterator[Cell]:
    """Half hours that were stored after those that the monitor's state is of; `last` is the latest of these.

    One may be no later than `last`: what a thin node measured, or what waited for a clock, closes after that of others.
    """
    known = {
        (subject.sensor.sid, subject.quantity): subject.cell if subject.series is None else subject.series.cell
        for subject in monitor.home.subjects()
    }
    for row in stored.cells(last - BEHIND):
        if row.cell > known.get((row.sid, row.quantity), -1):
            yield row


def cell_of(given: Answer) -> int:
    """The half hour in which an answer took effect: it was given in it, or dates a change back to its start."""
    moment = timetext.of_instant(took_effect(given[1], given[2], json.loads(given[3])))
    return int(moment[0]) if moment else 0


def took_effect(t: str, verb: str, args: dict[str, Any]) -> str:
    """The instant from which on an answer given at `t` holds."""
    return str(args["since"]) if verb == "declare" and args.get("since") and args.get("what") in RELEARNS else t


def _answer(monitor: Monitor, given: Answer) -> None:
    identifier, t, verb, args = given
    monitor.answer({"id": identifier, "t": t, "verb": verb, "args": json.loads(args)})
