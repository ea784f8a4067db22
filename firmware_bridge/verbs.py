"""What may be asked: each verb takes the daemon and the request, and gives the data of its answer.

A verb gives a list of parts, or (status, parts), or a `Later`; what it cannot do it raises as `Refused`.
"""

import copy
import json
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from aqsense import envelope, quantities, timetext
from aqsense.refused import Refused
from firmware_bridge import report, safe_mode, snapshots
from firmware_bridge.asked import Asked
from firmware_bridge.history import instant
from firmware_bridge.later import Later

if TYPE_CHECKING:
    from firmware_bridge.daemon import Daemon

TOKEN_S = 60.0
PART_BYTES = 48 * 1024
ANSWERS = ("confirm", "dispute", "annotate", "retract", "declare", "relearn", "pause", "resume", "level")


def _now() -> str:
    return instant(int(time.time()) * 1000).replace(".000Z", "Z")


def status(daemon: "Daemon", asked: Asked) -> list[Any]:
    """What stands at the broker, in one object, and how the daemon fares."""
    documents = {topic: json.loads(kept.payload) for topic, kept in daemon.retained.current() if kept.payload}
    data = report.of_documents(documents, daemon.config.home)
    data["health"] = _ordered(daemon.health.document(*daemon.dated()).body)
    return [_ordered(data)]


def describe(daemon: "Daemon", asked: Asked) -> list[Any]:
    """What may be asked, and where the schemas are."""
    return [envelope.described(VERBS)]


def explain(daemon: "Daemon", asked: Asked) -> Later:
    """Why a half hour was judged as it was; `depth` full adds the whole document."""
    from firmware_bridge import apart, explaining

    depth = asked.args.get("depth", "brief")
    if depth not in ("brief", "full"):
        raise Refused("bad_request", asked.words.one_of("depth", ("brief", "full")))
    where = _half_hour(daemon, asked)
    wanted = asked.args.get("id")
    settings = copy.copy(daemon.settings)
    settings.lang = asked.lang
    daemon.commit()  # the other process sees what is durable
    directory = daemon.config.state_dir
    return Later(
        asked,
        lambda: apart.call(explaining.explain, settings, directory, wanted, where, depth == "full"),
        daemon.wake,
    )


def _half_hour(daemon: "Daemon", asked: Asked) -> tuple[str, int, int] | None:
    if isinstance(asked.args.get("id"), str):
        return None
    sid, quantity = envelope.sensor(asked.args, daemon.settings, asked.words), _quantity(asked)
    moment = timetext.of_instant(str(asked.args.get("t")))
    if sid is None or quantity is None or moment is None:
        raise Refused("bad_request", asked.words.half_hour_wanted())
    cell, s = moment
    return sid, quantity, cell if s else cell - 1  # documents carry the end of their half hour


def _quantity(asked: Asked) -> int | None:
    name = asked.args.get("quantity")
    if name is None:
        return None
    index = max(quantities.index(str(name)), quantities.index_of_short_id(str(name)))
    if index not in quantities.PERSONAL:
        raise Refused("bad_request", asked.words.not_personal())
    return index


def answered(daemon: "Daemon", asked: Asked) -> Any:
    """One of the owner's answers: done by the core, then kept in the log."""
    from firmware_bridge import declaring

    verb = asked.verb
    envelope.sensor(asked.args, daemon.settings, asked.words)
    if daemon.catching_up is not None:
        raise Refused("busy", asked.words.refolding(), True)
    safe_mode.refuse(daemon.problems, asked.words)
    if not daemon.store.takes_answers() and not daemon.commit():
        raise Refused("internal", asked.words.failed(), True)
    args, t = envelope.kept(verb, asked.args, asked.words), _now()
    cell, s = daemon.now()
    daemon.send(daemon.monitor.tick(cell, s, daemon.clock.utc_offset_min(cell), daemon.clock.up_ms()))
    snapshots.remember(daemon.monitor, daemon.store, cell)  # what closed before the answer was judged before it
    if verb == "declare" and declaring.is_dated(args):
        return declaring.carry_out(daemon, asked, args, t)
    resolved = _resolved(daemon, asked, args)
    record = {"id": asked.id, "t": t, "verb": verb, "args": resolved, "lang": asked.lang}
    code, text, documents = daemon.monitor.answer(record)
    if code:
        raise Refused(code, text)
    kept = daemon.store.add_answer(asked.id, t, verb, json.dumps(resolved, sort_keys=True))
    daemon.send(documents)
    return [OrderedDict(id=kept, text=text)]


def _resolved(daemon: "Daemon", asked: Asked, args: dict[str, Any]) -> dict[str, Any]:
    """The arguments as the core takes them; a retraction names the claim that the answer was about."""
    if asked.verb != "retract":
        return args
    for identifier, _, given, text in daemon.store.answers():
        if identifier == args.get("id"):
            return {**json.loads(text), "of": given, "answer": identifier}
    raise Refused("unknown_id", asked.words.unknown_answer())


def forget(daemon: "Daemon", asked: Asked) -> Any:
    """First counts and a token, then, with the token, the deed."""
    from firmware_bridge import forgetting

    token = asked.args.get("token")
    if token is None:
        plan = forgetting.plan(daemon, asked)
        daemon.forgetting = (secrets.token_hex(8), time.monotonic() + TOKEN_S, plan)
        data = OrderedDict(token=daemon.forgetting[0], valid_s=int(TOKEN_S))
        data.update(plan.counts(asked.words))
        return "accepted", [data]
    wanted, daemon.forgetting = daemon.forgetting, None
    if wanted is None or token != wanted[0] or time.monotonic() > wanted[1]:
        raise Refused("not_permitted", asked.words.unknown_token())
    return forgetting.carry_out(daemon, asked, wanted[2])


def export(daemon: "Daemon", asked: Asked) -> Later:
    """The memory as CSV that `aqsense replay` reads, or the answers as a feedback log, in parts."""
    from firmware_bridge import apart, exporting

    what, first, last = exporting.wanted(asked)
    settings, directory = daemon.settings, daemon.config.state_dir
    daemon.commit()  # the other process sees what is durable
    return Later(
        asked, lambda: apart.call(exporting.parts, settings, directory, what, first, last, PART_BYTES), daemon.wake
    )


def history(daemon: "Daemon", asked: Asked) -> list[Any]:
    """Samples of the last hour, and half hours before them, again on `history/<sid>`."""
    from firmware_bridge import recalling

    sid = envelope.sensor(asked.args, daemon.settings, asked.words)
    if sid is None:
        raise Refused("bad_request", asked.words.samples_wanted())
    return [recalling.answer(daemon, asked, sid)]


def discovery(daemon: "Daemon", asked: Asked) -> list[Any]:
    """Announce the sensors to the hub again, or take the announcement back."""
    purge = asked.args.get("purge") is True
    topics = daemon.purge_discovery() if purge else daemon.announce_discovery()
    return [OrderedDict(topics=topics, text=asked.words.announced(len(topics), purge))]


def _ordered(value: Any) -> Any:
    """A document as jsontext writes it: dicts keep their order, floats become decimals."""
    from aqsense.jsontext import Fixed

    if isinstance(value, dict):
        return OrderedDict((key, _ordered(item)) for key, item in value.items())
    if isinstance(value, list | tuple):
        return [_ordered(item) for item in value]
    if isinstance(value, float):
        return Fixed(round(value * 100), 2)
    return value


VERBS: dict[str, Callable[["Daemon", Asked], Any]] = {
    "status": status,
    "describe": describe,
    "explain": explain,
    **dict.fromkeys(ANSWERS, answered),
    "forget": forget,
    "export": export,
    "history": history,
    "discovery": discovery,
}
