"""What may be asked: each verb takes the daemon, the arguments and the request's id, and gives the data of its answer.

A verb gives a list of parts, or (status, parts), or a `Later`; what it cannot do it raises as `Refused`.
"""

import json
import queue
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from aqsense import quantities, timetext
from firmware_bridge import report
from firmware_bridge.history import instant

if TYPE_CHECKING:
    from firmware_bridge.daemon import Daemon

TOKEN_S = 60.0
PART_BYTES = 48 * 1024
SHORT_TEXT = 64
LONG_TEXT = 500
AT_ONCE = 2  # questions that are worked out beside the reading: each takes a core and 25 MiB for a second
ANSWERS = ("confirm", "dispute", "annotate", "retract", "declare", "relearn", "pause", "resume", "level")
OWNER_ONLY = ("forget", "export")


class Refused(Exception):
    """A request that is not carried out: an error code of the contract and a sentence."""

    def __init__(self, code: str, text: str, retryable: bool = False) -> None:
        super().__init__(text)
        self.code = code
        self.text = text
        self.retryable = retryable


_WAITING: "list[Later]" = []  # questions that are being worked out


class Later:
    """An answer that is worked out beside the reading loop; `poll` hands it over once it is there."""

    def __init__(self, work: Callable[[], Any], wake: Callable[[], None]) -> None:
        self._found: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._work = work
        self._wake = wake
        self._then: Callable[[Any], None] = lambda _: None
        if len(_WAITING) >= AT_ONCE:
            raise Refused("busy", "Several questions are being worked out; ask again in a moment.", True)
        _WAITING.append(self)
        threading.Thread(target=self._run, name="aqsense-request", daemon=True).start()

    def _run(self) -> None:
        try:
            found = self._work()
        except Refused as refused:
            found = refused
        except Exception as error:
            found = Refused("internal", f"That failed here ({error!r}); please report it.", True)
        self._found.put(found)
        self._wake()

    def when_done(self, then: Callable[[Any], None]) -> None:
        """What to do with the answer, in the reading loop."""
        self._then = then

    @staticmethod
    def poll() -> None:
        """Hand over what has been worked out."""
        for later in list(_WAITING):
            if not later._found.empty():
                _WAITING.remove(later)
                later._then(later._found.get())


def _now() -> str:
    return instant(int(time.time()) * 1000).replace(".000Z", "Z")


def status(daemon: "Daemon", args: dict[str, Any], _id: str) -> list[Any]:
    """What stands at the broker, in one object, and how the daemon fares."""
    documents = {topic: json.loads(kept.payload) for topic, kept in daemon.retained.current() if kept.payload}
    data = report.of_documents(documents, daemon.config.home)
    data["health"] = _ordered(daemon.health.document(*daemon.now()).body)
    return [_ordered(data)]


def describe(daemon: "Daemon", args: dict[str, Any], _id: str) -> list[Any]:
    """What may be asked, and where the schemas are."""
    known = [OrderedDict(verb=verb, args=list(ARGUMENTS[verb]), owner_only=verb in OWNER_ONLY) for verb in VERBS]
    return [OrderedDict(schemas="aqsense/schemas", asyncapi="aqsense/schemas/asyncapi.json", verbs=known)]


def explain(daemon: "Daemon", args: dict[str, Any], _id: str) -> Later:
    """Why a half hour was judged as it was; `depth` full adds the whole document."""
    from firmware_bridge import apart, explaining

    depth = args.get("depth", "brief")
    if depth not in ("brief", "full"):
        raise Refused("bad_request", "depth is brief or full.")
    where = _half_hour(daemon, args)
    cells = list(daemon.store.cells())
    answers = daemon.store.answers()
    settings = daemon.settings
    return Later(
        lambda: apart.call(explaining.explain, settings, cells, answers, args.get("id"), where, depth == "full"),
        daemon.wake,
    )


def _half_hour(daemon: "Daemon", args: dict[str, Any]) -> tuple[str, int, int] | None:
    if isinstance(args.get("id"), str):
        return None
    sid, quantity = _sid(daemon, args), _quantity(args)
    moment = timetext.of_instant(str(args.get("t")))
    if sid is None or quantity is None or moment is None:
        raise Refused(
            "bad_request", "Give id, or sid, quantity (such as pm2_5_ugm3) and t (such as 2026-02-24T18:30:00Z)."
        )
    cell, s = moment
    return sid, quantity, cell if s else cell - 1  # documents carry the end of their half hour


def _sid(daemon: "Daemon", args: dict[str, Any]) -> str | None:
    sid = args.get("sid")
    if sid is None:
        return None
    known = [sensor.sid for sensor in daemon.settings.sensors]
    if sid not in known:
        raise Refused("unknown_id", f"There is no sensor '{str(sid)[:32]}'; known are {', '.join(known)}.")
    return str(sid)


def _quantity(args: dict[str, Any]) -> int | None:
    name = args.get("quantity")
    if name is None:
        return None
    index = max(quantities.index(str(name)), quantities.index_of_short_id(str(name)))
    if index not in quantities.PERSONAL:
        raise Refused("bad_request", "Personal statements exist for pm2_5_ugm3 and co2_ppm.")
    return index


def answered(verb: str) -> Callable[["Daemon", dict[str, Any], str], list[Any]]:
    """The verb of one of the owner's answers: done by the core, then kept in the log."""

    def answer(daemon: "Daemon", args: dict[str, Any], identifier: str) -> list[Any]:
        _sid(daemon, args)
        args = _kept(verb, args)
        t, resolved = _now(), _resolved(daemon, verb, args)
        code, text, documents = daemon.monitor.answer({"id": identifier, "t": t, "verb": verb, "args": resolved})
        if code:
            raise Refused(code, text)
        daemon.store.add_answer(identifier, t, verb, json.dumps(resolved, sort_keys=True))
        daemon.send(documents)
        return [OrderedDict(id=identifier, text=text)]

    return answer


def _kept(verb: str, args: dict[str, Any]) -> dict[str, Any]:
    """What the log keeps of the arguments: those that the verb has, none of them long."""
    for name in ARGUMENTS[verb]:
        longest = SHORT_TEXT if name == "label" else LONG_TEXT
        if len(str(args.get(name, ""))) > longest:
            raise Refused("bad_request", f"{name} is at most {longest} characters.")
    return {name: args[name] for name in ARGUMENTS[verb] if name in args}


def _resolved(daemon: "Daemon", verb: str, args: dict[str, Any]) -> dict[str, Any]:
    """The arguments as the core takes them; a retraction names the claim that the answer was about."""
    if verb != "retract":
        return args
    for identifier, _, given, text in daemon.store.answers():
        if identifier == args.get("id"):
            return {**json.loads(text), "of": given, "answer": identifier}
    raise Refused("unknown_id", "There is no answer of that id.")


def forget(daemon: "Daemon", args: dict[str, Any], _id: str) -> Any:
    """First counts and a token, then, with the token, the deed."""
    from firmware_bridge import forgetting

    token = args.get("token")
    if token is None:
        plan = forgetting.plan(daemon, args)
        daemon.forgetting = (secrets.token_hex(8), time.monotonic() + TOKEN_S, plan)
        data = OrderedDict(token=daemon.forgetting[0], valid_s=int(TOKEN_S))
        data.update(plan.counts())
        return "accepted", [data]
    wanted, daemon.forgetting = daemon.forgetting, None
    if wanted is None or token != wanted[0] or time.monotonic() > wanted[1]:
        raise Refused("not_permitted", "That token is unknown or older than 60 s: ask without a token first.")
    return [forgetting.carry_out(daemon, wanted[2])]


def export(daemon: "Daemon", args: dict[str, Any], _id: str) -> list[Any]:
    """The memory as CSV that `aqsense replay` reads, or the answers as a feedback log, in parts."""
    from firmware_bridge import exporting

    return exporting.parts(daemon, args, PART_BYTES)


def history(daemon: "Daemon", args: dict[str, Any], _id: str) -> list[Any]:
    """Samples of the last hour again, on `history/<sid>`."""
    sid = _sid(daemon, args)
    if sid is None:
        raise Refused("bad_request", "Give sid, and boot with from_seq and to_seq, or from and to.")
    count = daemon.sender.repeat_samples(sid, _wanted(args))
    text = f"{count} samples follow on history/{sid}." if count else "None of these samples is kept any more."
    return [OrderedDict(samples=count, text=text)]


def _wanted(args: dict[str, Any]) -> Callable[[Any], bool]:
    first, last = args.get("from_seq"), args.get("to_seq")
    if isinstance(first, int) and isinstance(last, int) and isinstance(args.get("boot"), str):
        return lambda row: row.boot == args["boot"] and first <= row.seq <= last
    since, until = timetext.of_instant(str(args.get("from"))), timetext.of_instant(str(args.get("to")))
    if since is None or until is None:
        raise Refused("bad_request", "Give boot, from_seq and to_seq, or from and to as instants.")
    begin, end = (since[0] * 1800 + since[1]) * 1000, (until[0] * 1800 + until[1]) * 1000
    return lambda row: row.t_ms is not None and begin <= row.t_ms <= end


def discovery(daemon: "Daemon", args: dict[str, Any], _id: str) -> list[Any]:
    """Announce the sensors to the hub again, or take the announcement back."""
    if args.get("purge") is True:
        topics = daemon.purge_discovery()
        return [OrderedDict(topics=topics, text=f"{len(topics)} announcements taken back.")]
    topics = daemon.announce_discovery()
    return [OrderedDict(topics=topics, text=f"{len(topics)} announcements repeated.")]


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


VERBS: dict[str, Callable[["Daemon", dict[str, Any], str], Any]] = {
    "status": status,
    "describe": describe,
    "explain": explain,
    **{verb: answered(verb) for verb in ANSWERS},
    "forget": forget,
    "export": export,
    "history": history,
    "discovery": discovery,
}
ARGUMENTS: dict[str, tuple[str, ...]] = {
    "status": (),
    "describe": (),
    "explain": ("id", "sid", "quantity", "t", "depth"),
    "confirm": ("id",),
    "dispute": ("id", "reason", "note"),
    "annotate": ("from", "to", "label", "note"),
    "retract": ("id",),
    "declare": ("sid", "what", "since"),
    "relearn": ("sid", "quantity"),
    "pause": ("sid", "quantity"),
    "resume": ("sid", "quantity"),
    "level": ("level",),
    "forget": ("from", "to", "sid", "all", "token"),
    "export": ("from", "to", "what", "format"),
    "history": ("sid", "boot", "from_seq", "to_seq", "from", "to"),
    "discovery": ("format", "purge"),
}
