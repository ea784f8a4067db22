"""Of which sensor, room and correction each regime in the store is: a memory folded without a snapshot must know it.

Half hours carry the number of their regime but not what it stood for. Without this, a snapshot that cannot be used at
the start after a changed correction would let the old half hours count for the new one.
"""

import json
from typing import Any

from aqsense import codes, regimes
from aqsense.monitor import Monitor
from firmware_bridge.store import Store, Stored

NOTE = "regimes"


def note(monitor: Monitor, store: Store) -> None:
    """Write down what the present regimes stand for, where that is news and what is folded live is what is stored."""
    if store.outdated:
        return
    known = _noted(store)
    now = dict(known)
    for subject in monitor.home.subjects():
        now[f"{subject.sensor.sid}/{subject.quantity}"] = [subject.regime_number, subject.key]
    if now != known:
        store.note(NOTE, json.dumps(now))


def compare(monitor: Monitor, stored: Stored) -> None:
    """Begin the next regime wherever a folded series is of another sensor, room or correction than stands there now."""
    known = _noted(stored)
    for subject in monitor.home.subjects():
        regime, key = known.get(f"{subject.sensor.sid}/{subject.quantity}", (0, subject.key))
        while subject.regime_number < regime:  # it began, and no half hour of it is stored yet
            subject = monitor.home.next_regime(subject, codes.SENSOR_CHANGED)
        reason = regimes.change(key, subject.key)
        if subject.regime_number == regime and reason != codes.NO_CODE:
            monitor.home.next_regime(subject, reason)


def _noted(stored: Stored) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(stored.noted(NOTE) or "{}")
    return found
