"""Forgetting: half hours and answers are deleted and the rest is folded again, as if they had never been given."""

from collections import OrderedDict
from typing import TYPE_CHECKING, Any

from aqsense import documents_events, envelope, replies, timetext
from aqsense.refused import Refused
from firmware_bridge import refolded, refolding
from firmware_bridge.asked import Asked
from firmware_bridge.later import Later
from firmware_bridge.store import Stored

if TYPE_CHECKING:
    from firmware_bridge.daemon import Daemon

FOREVER = 1 << 30


class Plan:
    """What is to go: half hours of one sensor or all (`sid` None), from `first` to `last`, both included."""

    def __init__(self, kept: Stored, sid: str | None, first: int, last: int) -> None:
        self.sid = sid
        self.first = first
        self.last = last
        self.everything = sid is None and last == FOREVER
        self.half_hours, self.days, self.series = kept.span(sid, first, last)
        self.answers = [given for given in kept.answers() if self.everything or self._was_given_then(given)]

    def covers(self, sid: str, cell: int) -> bool:
        """Whether a half hour of a sensor is to go."""
        return self.sid in (None, sid) and self.first <= cell <= self.last

    def _was_given_then(self, given: refolding.Answer) -> bool:
        moment = timetext.of_instant(given[1])
        return self.sid is None and moment is not None and self.first <= moment[0] <= self.last

    def counts(self, words: Any, done: bool = False) -> OrderedDict[str, Any]:
        """How much it is, or was, in numbers and words."""
        made = OrderedDict(half_hours=self.half_hours, days=self.days, answers=len(self.answers), text="")
        made["text"] = words.to_forget(self.half_hours, self.days, len(self.answers), done)
        return made


def plan(daemon: "Daemon", asked: Asked) -> Plan:
    """What a request for forgetting means; refused when it names nothing."""
    args = asked.args
    sid = envelope.sensor(args, daemon.settings, asked.words)
    if args.get("all") is True:
        return Plan(daemon.store, None, 0, FOREVER)
    if "from" not in args and "to" not in args and sid is not None:
        return Plan(daemon.store, str(sid), 0, FOREVER)
    since, until = timetext.of_instant(str(args.get("from"))), timetext.of_instant(str(args.get("to")))
    if since is None or until is None or until <= since:
        raise Refused("bad_request", asked.words.span_wanted())
    last = until[0] if until[1] else until[0] - 1  # whole half hours
    return Plan(daemon.store, sid, since[0], last)


def carry_out(daemon: "Daemon", asked: Asked, wanted: Plan) -> Later:
    """Delete, fold the rest again, publish what is left; the counts."""
    store = daemon.store
    where = "cell BETWEEN ? AND ?" + (" AND sid = ?" if wanted.sid else "")
    bound = (wanted.first, wanted.last, *((wanted.sid,) if wanted.sid else ()))

    def change() -> None:
        done = store.write(f"DELETE FROM cell WHERE {where}", [bound])
        done &= store.write("DELETE FROM answer WHERE id = ?", [(given[0],) for given in wanted.answers])
        if done:
            daemon.outbox.forget(wanted.sid, wanted.first * 1_800_000, (wanted.last + 1) * 1_800_000)
            daemon.sender.forget(wanted.covers)

    def done() -> list[Any]:
        refolded.publish_anew(daemon, {sid for sid, _ in wanted.series})
        text = str(wanted.counts(replies.of(daemon.settings.lang), done=True)["text"])
        dated = daemon.dated()[0] >= 0
        daemon.send([documents_events.forgot(daemon.settings, *daemon.now(), dated, text)])
        return [wanted.counts(asked.words, done=True)]

    return refolded.later(daemon, asked, change, None if wanted.everything else wanted.series, done)
