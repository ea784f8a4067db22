"""A change that the owner dates back: what was measured since then is learned from as a new beginning."""

import json
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

from aqsense import documents_events, owner, replies, timetext
from aqsense.refused import Refused
from firmware_bridge import refolded
from firmware_bridge.asked import Asked
from firmware_bridge.later import Later

if TYPE_CHECKING:
    from firmware_bridge.daemon import Daemon


def is_dated(args: dict[str, Any]) -> bool:
    """Whether a declaration says since when, of a change that begins a new regime."""
    what = args.get("what")
    return args.get("since") is not None and isinstance(what, str) and what in owner.RELEARNS


def first_half_hour(daemon: "Daemon", asked: Asked, since: str) -> int:
    """The first half hour after a change, from a local day or an instant; the contract's error when it is neither."""
    moment = timetext.of_instant(since)
    day = timetext.day_of_text(since)
    today = daemon.now()[0] // timetext.CELLS_A_DAY
    if moment is not None:
        cell = int(moment[0]) + (1 if moment[1] else 0)  # the half hour in which it happened is of both
    elif day is not None and 0 <= day <= today + 1:  # far from them a zone has no offset
        midnight = day * timetext.CELLS_A_DAY
        cell = midnight - daemon.clock.utc_offset_min(midnight) // 30
    else:
        raise Refused("bad_request", asked.words.bad_since())
    if not 0 <= cell <= daemon.now()[0]:
        raise Refused("bad_request", asked.words.bad_since())
    return int(cell)


def carry_out(daemon: "Daemon", asked: Asked, args: dict[str, Any], t: str) -> Later:
    """Give the half hours since then to the next regime, fold everything again, and tell what it came to."""
    first = first_half_hour(daemon, asked, str(args["since"]))
    sid = args.get("sid")
    args = {**args, "since": timetext.instant(first)}
    kept = daemon.store
    if not kept.span(sid, 0, daemon.now()[0])[0]:
        raise Refused("bad_request", owner.words_of(asked.lang).nothing_learned())

    def change() -> None:
        kept.begin_regime(sid, first)
        kept.add_answer(asked.id, t, "declare", json.dumps(args, sort_keys=True))

    def done() -> list[Any]:
        count = len({row.cell for row in kept.cells(first - 1) if sid in (None, row.sid)})
        day = timetext.local_day(first, daemon.clock.utc_offset_min(first))
        refolded.publish_anew(daemon, [found.sid for found in daemon.settings.sensors if sid in (None, found.sid)])
        _tell(daemon, sid, day, count)
        return [OrderedDict(id=asked.id, text=asked.words.declared_since(day, count), half_hours=count)]

    return refolded.later(daemon, asked, change, set(), done)


def _tell(daemon: "Daemon", sid: str | None, day: int, count: int) -> None:
    home = daemon.monitor.home
    text = replies.of(daemon.settings.lang).declared_since(day, count)
    about = [subject for subject in home.subjects() if sid in (None, subject.sensor.sid)]
    if about:
        daemon.send([documents_events.answered(home, "declared", "", about[0], text)])
