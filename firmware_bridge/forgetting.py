"""Forgetting: half hours and answers are deleted and the rest is folded again, as if they had never been given."""

from collections import OrderedDict
from typing import TYPE_CHECKING, Any

from aqsense import messages, timetext
from firmware_bridge import refolding
from firmware_bridge.verbs import Refused

if TYPE_CHECKING:
    from firmware_bridge.daemon import Daemon

FOREVER = 1 << 30


class Plan:
    """What is to go: half hours of one sensor or all (`sid` None), from `first` to `last`, both included."""

    def __init__(self, daemon: "Daemon", sid: str | None, first: int, last: int) -> None:
        self.sid = sid
        self.first = first
        self.last = last
        self.everything = sid is None and last == FOREVER
        self.cells = [row for row in daemon.store.cells() if self.covers(row.sid, row.cell)]
        answers = daemon.store.answers()
        self.answers = [given for given in answers if self.everything or self._is_about(given)]

    def covers(self, sid: str, cell: int) -> bool:
        """Whether a half hour of a sensor is to go."""
        return self.sid in (None, sid) and self.first <= cell <= self.last

    def _is_about(self, given: refolding.Answer) -> bool:
        return self.sid is None and self.first <= refolding.cell_of(given) <= self.last

    def counts(self) -> OrderedDict[str, Any]:
        """How much it is, in numbers and words."""
        days = len({timetext.local_day(row.cell, row.utc_offset_min) for row in self.cells})
        halves = len({row.cell for row in self.cells})
        made = OrderedDict(half_hours=halves, days=days, answers=len(self.answers), text="")
        made["text"] = f"To be forgotten: {_listed(made)}."
        return made


def _listed(made: OrderedDict[str, Any]) -> str:
    def count(n: int, one: str) -> str:
        return f"{n} {one}" if n == 1 else f"{n} {one}s"

    halves, days, answers = made["half_hours"], made["days"], made["answers"]
    return f"{count(halves, 'half hour')} of {count(days, 'day')}, and {count(answers, 'answer')}"


def plan(daemon: "Daemon", args: dict[str, Any]) -> Plan:
    """What a request for forgetting means; refused when it names nothing."""
    sid = args.get("sid")
    if sid is not None and sid not in [sensor.sid for sensor in daemon.settings.sensors]:
        raise Refused("unknown_id", f"There is no sensor '{str(sid)[:32]}'.")
    if args.get("all") is True:
        return Plan(daemon, None, 0, FOREVER)
    if "from" not in args and "to" not in args and sid is not None:
        return Plan(daemon, str(sid), 0, FOREVER)
    since, until = timetext.of_instant(str(args.get("from"))), timetext.of_instant(str(args.get("to")))
    if since is None or until is None or until <= since:
        raise Refused("bad_request", "Give from and to as instants, or sid, or all as true.")
    last = until[0] if until[1] else until[0] - 1  # whole half hours
    return Plan(daemon, sid, since[0], last)


def carry_out(daemon: "Daemon", wanted: Plan) -> OrderedDict[str, Any]:
    """Delete, fold the rest again, publish what is left; the counts."""
    store = daemon.store
    where = "cell BETWEEN ? AND ?" + (" AND sid = ?" if wanted.sid else "")
    bound = (wanted.first, wanted.last, *((wanted.sid,) if wanted.sid else ()))
    store.write(f"DELETE FROM cell WHERE {where}", [bound])
    store.write("DELETE FROM answer WHERE id = ?", [(given[0],) for given in wanted.answers])
    daemon.outbox.forget(wanted.sid, wanted.first * 1_800_000, (wanted.last + 1) * 1_800_000)
    store.drop_snapshot()
    series = {(row.sid, row.quantity) for row in wanted.cells}
    daemon.monitor.forget(series)
    refolding.fold(daemon.monitor, [row for row in store.cells() if (row.sid, row.quantity) in series], store.answers())
    for topic in daemon.retained.topics():
        if any(topic.startswith(f"{messages.base(daemon.config.home)}/inferred/{sid}/") for sid, _ in series):
            daemon.sender.clear(topic)
    daemon.send(daemon.monitor.current())
    daemon.commit()
    store.compact()
    counts = wanted.counts()
    counts["text"] = f"Forgotten: {_listed(counts)}."
    return counts
