"""`aqsense calibrate --action`: have a sensor tell its health, test itself or clean its fan, and say what it said."""

import sys
from collections.abc import Callable
from typing import Any

from aqsense.wire import registry
from firmware_bridge.calibration import Bench
from firmware_bridge.errors import EXIT_FAILED, UsageError

DAY_S = 86400
MOST_DAYS = 365
FIRST_READING_S = 15.0
PIECE_S = 0.1

Tell = Callable[[dict[str, Any]], None]


def run(model: str, port: str, sid: str, name: str, days: int | None, tell: Tell) -> int:
    """Have the sensor on a port do what is asked; 1 when it refused or did not answer."""
    field = _field(model, name, days)
    family = registry.family(model)
    bench = Bench(port, model)
    try:
        done = _speaks(bench) and bench.tell(family.action(model, name, None))
        told = _told(bench)
        if done and days is not None and told.get(field) != days * DAY_S:  # kept without power: only when it differs
            done = bench.tell(family.action(model, name, days))
            told |= _told(bench)
    finally:
        bench.close()
    tell({"event": "action", "sid": sid, "model": model, "action": name, "acknowledged": done, "told": told})
    return 0 if done else EXIT_FAILED


def _field(model: str, name: str, days: int | None) -> str:
    """The field that tells the value of an action, "" for one without."""
    can = registry.info(model).actions
    fields = {action: field for action, _, field in can}
    if name not in fields:
        has = " or ".join(fields)
        raise UsageError(f"{model} has no action '{name}': " + (f"use --action {has}" if has else "it takes none"))
    if days is not None and not fields[name]:
        raise UsageError(f"--action {name} takes no --days: leave it out")
    if days is not None and not 0 <= days <= MOST_DAYS:
        raise UsageError(f"--days {days}: write 0 (never) to {MOST_DAYS}")
    return str(fields[name])


def _speaks(bench: Bench) -> bool:
    """Whether it measures, which some must to act, or at least answers, as one with a broken fan does."""
    left = FIRST_READING_S
    while left > 0 and not bench.watch(PIECE_S).samples:
        left -= PIECE_S
    return left > 0 or bool(bench.replies)


def _told(bench: Bench) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for _, fields in bench.replies:
        told |= fields
    return told


def in_words(event: dict[str, Any]) -> None:
    """One line for a person."""
    told = ", ".join(f"{name} {value}" for name, value in event["told"].items() if name not in ("ok", "state"))
    if event["acknowledged"]:
        print(f"{event['sid']} ({event['model']}), {event['action']}: {told or 'acknowledged'}")
    else:
        print(f"{event['sid']} did not do it: {told or 'no answer; see aqsense detect'}", file=sys.stderr)
