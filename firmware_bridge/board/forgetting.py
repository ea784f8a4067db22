"""Forgetting on a board: what remains of the ring is folded again, and the flash keeps nothing of the rest.

A board remembers 56 days of half hours. What is older is known to it by day scores alone; these cannot be recomputed
without their half hours, so they go too, and their number is told.
"""

from aqsense import timetext
from aqsense.logcode import MISSING
from aqsense.memory import RING_DAYS, SLOTS

FOREVER = 0x3FFFFFF


def planned(node, args: dict) -> tuple:
    """(sid or None, first half hour, last half hour) of a request; ValueError says what to write."""
    sid = args.get("sid")
    if sid is not None and sid not in [sensor.sid for sensor in node.settings.sensors]:
        raise ValueError("there is no such sensor")
    if args.get("all") is True:
        return None, 0, FOREVER
    if sid is not None and "from" not in args and "to" not in args:
        return sid, 0, FOREVER
    since = timetext.of_instant(str(args.get("from")))
    until = timetext.of_instant(str(args.get("to")))
    if since is None or until is None or until <= since:
        raise ValueError("give from and to as instants, or sid, or all as true")
    return sid, since[0], until[0] if until[1] else until[0] - 1


def count(node, sid: str | None, first: int, last: int) -> int:
    """Half hours in the ring that would go."""
    n = 0
    for subject in _subjects(node, sid):
        for given in _half_hours(node, subject.series.memory):
            if first <= given[0] <= last:
                n += 1
    return n


def carry_out(node, sid: str | None, first: int, last: int) -> tuple:
    """Forget; (half hours that went, days whose scores went because they cannot be recomputed)."""
    gone = days = 0
    if sid is None and last == FOREVER:
        gone = count(node, sid, first, last)
        node.monitor.forget(None)
    else:
        for subject in _subjects(node, sid):
            n, lost = _forget(node, subject, first, last)
            gone += n
            days += lost
    node.save()
    node.flash.forget_before()
    node.say_what_stands()
    return gone, days


def _forget(node, subject, first: int, last: int) -> tuple:
    series = subject.series
    before = series.valid_days
    gone = touched = 0
    day = -1
    for cell, offset, _, _ in _half_hours(node, series.memory):
        if first <= cell <= last:
            gone += 1
            if (cell * 30 + offset) // 1440 != day:
                day = (cell * 30 + offset) // 1440
                touched += 1
    kept = (given for given in _half_hours(node, series.memory) if not first <= given[0] <= last)
    series.refold(kept)
    subject.guidance.forget(first, last)
    subject.settle()
    return gone, max(0, before - series.valid_days - touched)


def _subjects(node, sid: str | None) -> list:
    found = []
    for subject in node.monitor.home.subjects():
        if subject.series is not None and sid in (None, subject.sensor.sid):
            found.append(subject)
    return found


def _half_hours(node, memory):
    """(cell, UTC offset, code, slots) of a ring, oldest first, as `Series.fold` takes them."""
    if memory.today < 0:
        return
    slot = (memory.today - RING_DAYS + 1) * SLOTS
    offset = node.zone.offset_min(slot)
    while slot < (memory.today + 1) * SLOTS:
        code = memory.get(slot // SLOTS, slot % SLOTS)
        if code != MISSING:
            cell = slot - offset // 30
            offset = node.zone.offset_min(cell)
            yield slot - offset // 30, offset, code, 30
        slot += 1
