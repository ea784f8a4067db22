"""Forgetting on a board: what remains of the ring is folded again, and the flash keeps nothing of the rest.

A board remembers 56 days of half hours. What is older is known to it by day scores alone; these cannot be recomputed
without their half hours, so they go too with the answers to their claims, and their number is told.
"""

import os
import struct

from aqsense import envelope, timetext
from aqsense.document import Document
from aqsense.feedback import UNANSWERED
from aqsense.logcode import MISSING
from aqsense.memory import RECORDS, RING_DAYS, SLOTS, VALID
from aqsense.refused import Refused

FOREVER = 0x3FFFFFF
_KEPT = "<Ihh"  # half hour, UTC offset in minutes, code


def wanted(node, asked) -> tuple:
    """(sid or None, first half hour, last half hour) of a request."""
    args = asked.args
    sid = envelope.sensor(args, node.settings, asked.words)
    if args.get("all") is True:
        return None, 0, FOREVER
    if sid is not None and "from" not in args and "to" not in args:
        return sid, 0, FOREVER
    since = timetext.of_instant(str(args.get("from")))
    until = timetext.of_instant(str(args.get("to")))
    if since is None or until is None or until <= since:
        raise Refused("bad_request", asked.words.span_wanted())
    return sid, since[0], until[0] if until[1] else until[0] - 1


def counts(node, sid: str | None, first: int, last: int) -> tuple:
    """Half hours in the ring that would go, their local days, answers to claims, and older days that go with them."""
    n = answers = lost = 0
    days = set()
    for subject in _subjects(node, sid):
        if not _is_touched(node, subject, first, last):
            continue
        answers += len([claim for claim in subject.series.answers.known() if claim[3] != UNANSWERED])
        lost += len([day for day in _older(subject.series) if not _is_in(subject.series, day, first, last)])
        for cell, offset, _, _ in _half_hours(node, subject.series.memory):
            if first <= cell <= last:
                n += 1
                days.add((cell * 30 + offset) // 1440)
    return n, len(days), answers, lost


def counted(words, numbers: tuple, done: bool):
    """The same as data of a reply."""
    half_hours, days, answers, lost = numbers
    text = words.to_forget(half_hours, days, answers, done)
    return envelope.data(
        ("half_hours", half_hours),
        ("days", days),
        ("answers", answers),
        ("text", text + " " + words.not_recomputed(lost, done) if lost else text),
        ("days_not_recomputed", lost),
    )


def carry_out(node, sid: str | None, first: int, last: int) -> tuple | None:
    """Forget; the counts of what went, None when the flash refused: some of it is still there."""
    gone = counts(node, sid, first, last)
    if sid is None and last == FOREVER:
        node.monitor.forget(None)
    else:
        try:
            for subject in _subjects(node, sid):
                if _is_touched(node, subject, first, last):
                    _forget(node, subject, first, last)
        except OSError as error:
            node.was_refused(error)
            return None
    sids = [sensor.sid for sensor in node.settings.sensors]
    node.delivery.backlog.forget(-1 if sid is None else sids.index(sid), first, last)
    if not node.save():
        return None
    node.flash.forget_before()
    _tell(node, gone)
    return gone


def _tell(node, gone: tuple) -> None:
    from aqsense import documents_events, replies

    clock = node.clock
    if node.monitor.home.cell < 0:  # nothing was learned, so there is no account to take the former one's place
        node.delivery.send_one(Document("account", None, -1, None))
    text = counted(replies.of(node.settings.lang), gone, True)["text"]
    event = documents_events.forgot(node.settings, clock.cell, clock.s, clock.source != "none", text)
    node.publish([event])
    node.forgot = True


def _is_touched(node, subject, first: int, last: int) -> bool:
    """Whether the memory holds anything of that time: a half hour, or the score of a day that is older than those."""
    for given in _half_hours(node, subject.series.memory):
        if first <= given[0] <= last:
            return True
    for day in _older(subject.series):
        if _is_in(subject.series, day, first, last):
            return True
    return False


def _older(series):
    """Valid days of which the scores alone are left."""
    memory = series.memory
    day = memory.today - RECORDS + 1
    while memory.today >= 0 and day <= memory.today - RING_DAYS:
        if memory.state[memory.record_of(day)] & VALID:
            yield day
        day += 1


def _is_in(series, day: int, first: int, last: int) -> bool:
    return timetext.local_day(first, series.offset) <= day <= timetext.local_day(last, series.offset)


def _forget(node, subject, first: int, last: int) -> None:
    series = subject.series
    path = node.flash.place.scratch  # there is no room for two memories
    with open(path, "wb") as out:
        for cell, offset, code, _ in _half_hours(node, series.memory):
            if not first <= cell <= last:
                out.write(struct.pack(_KEPT, cell, offset, code))
    series.refold(_read(path, node.feed))
    os.remove(path)
    subject.guidance.forget(first, last)
    subject.settle()


def _read(path: str, feed):
    with open(path, "rb") as file:
        row = file.read(struct.calcsize(_KEPT))
        while row:
            feed()  # weeks are folded again in more than the watchdog's eight seconds
            cell, offset, code = struct.unpack(_KEPT, row)
            yield cell, offset, code, 30
            row = file.read(struct.calcsize(_KEPT))


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
