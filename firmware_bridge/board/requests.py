"""What the owner and the hub may ask of a board: status, the owner's answers, forget (contract section 5).

Loaded when a request has arrived, and given back afterwards.
"""

import json
import os
import time
from collections import OrderedDict

from aqsense import messages, timetext
from aqsense.document import Document
from aqsense.ticks import ticks_diff

LONGEST = 2048
TOKEN_MS = 60000
READ_ONLY = ("status", "describe")
ANSWERS = ("confirm", "dispute", "retract", "declare", "relearn", "pause", "resume", "level")
_HEX = "0123456789abcdef"


class Denied(Exception):
    """`code` of the contract and one line of text."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text


def answer(node, topic: str, payload: bytes, retained: bool) -> None:
    """Answer one message that came in on a subscribed topic."""
    if topic == node.hub.prefix + "/status":
        if payload == b"online" and not retained:
            node.announce()
        return
    if not payload:
        return  # a retained request being cleared
    verb = topic[topic.rfind("/") + 1 :]
    request: dict = {}
    try:
        request = _parsed(payload)
        if retained:
            raise Denied("retained", "a retained request would be carried out at every start; send it without retain")
        data = _done(node, verb, request)
        _reply(node, verb, request, "accepted" if verb == "forget" and "token" in data else "ok", data, None)
    except Denied as denied:
        _reply(node, verb, request, "error", None, denied)
    except Exception as error:  # whatever a request does, the readings go on
        _reply(node, verb, request, "error", None, Denied("internal", "%s: %s" % (type(error).__name__, error)))


def _parsed(payload: bytes) -> dict:
    if len(payload) > LONGEST:
        raise Denied("too_large", "a board takes requests of at most %d bytes" % LONGEST)
    try:
        request = json.loads(payload)
    except ValueError:
        raise Denied("bad_request", "this is not JSON") from None
    if not isinstance(request, dict) or not isinstance(request.get("id"), str):
        raise Denied("bad_request", 'a request is an object with an "id"')
    if not isinstance(request.get("args", {}), dict):
        raise Denied("bad_request", '"args" is an object')
    return request


def _done(node, verb: str, request: dict) -> OrderedDict:
    args = request.get("args", {})
    if _is_late(node, request):
        raise Denied("too_late", "this came after its deadline; nothing was done")
    if verb in READ_ONLY:
        return _status(node)
    if verb in ANSWERS:
        return _answered(node, verb, request["id"], args)
    if verb == "forget":
        return _forget(node, request["id"], args)
    raise Denied("unknown_verb", "this board answers " + " ".join(READ_ONLY + ANSWERS + ("forget",)))


def _status(node) -> OrderedDict:
    data = OrderedDict()
    data["home"] = node.settings.home
    data["uptime_s"] = node.clock.up_s
    data["clock"] = "trusted" if node.clock.trusted else "untrusted"
    data["sensors"] = [line.sid for line in node.lines if not line.silent]
    data["series"] = []
    from aqsense import codes

    for subject in node.monitor.home.subjects():
        if subject.series is not None:
            entry = OrderedDict()
            entry["sid"] = subject.sensor.sid
            entry["stage"] = codes.STAGES[subject.series.stage]
            entry["verdict"] = codes.VERDICTS[subject.verdict()]
            data["series"].append(entry)
    return data


def _is_late(node, request: dict) -> bool:
    # Counted from its `t`, or else from its arrival, which is now.
    deadline_s, t = request.get("deadline_s"), request.get("t")
    if not isinstance(deadline_s, (int, float)) or not isinstance(t, str) or not node.clock.trusted:
        return False
    sent = timetext.of_instant(t)
    return sent is not None and (node.clock.cell - sent[0]) * 1800 + node.clock.s - sent[1] > deadline_s


def _answered(node, verb: str, ident: str, args: dict) -> OrderedDict:
    record = _record(node, verb, ident, args)
    code, text, documents = node.monitor.answer(record)
    if code:
        raise Denied(code, text)
    node.log_answer(json.dumps(record).encode())
    node.publish(documents)
    data = OrderedDict()
    data["id"] = args.get("id")
    data["text"] = text
    return data


def _forget(node, ident: str, args: dict) -> OrderedDict:
    from firmware_bridge.board import forgetting

    now = time.ticks_ms() & 0x3FFFFFFF
    data = OrderedDict()
    if "token" in args:
        if not node.token or args["token"] != node.token or ticks_diff(now, node.token_ticks) > TOKEN_MS:
            raise Denied("not_permitted", "the token is unknown or older than 60 s; ask again without one")
        node.token = ""
        wanted, node.pending = node.pending, None
        half_hours, days = forgetting.carry_out(node, *wanted)
        data["half_hours"] = half_hours
        data["days_not_recomputed"] = days
        return data
    try:
        node.pending = forgetting.planned(node, args)
    except ValueError as error:
        raise Denied("bad_request", str(error)) from None
    node.token = "".join([_HEX[b & 15] for b in os.urandom(8)])
    node.token_ticks = now
    data["half_hours"] = forgetting.count(node, *node.pending)
    data["token"] = node.token
    data["valid_s"] = TOKEN_MS // 1000
    return data


def _record(node, verb: str, ident: str, args: dict) -> OrderedDict:
    if not node.clock.trusted:
        raise Denied("busy", "the clock is not set yet; try again when it is")
    record = OrderedDict()
    record["t"] = timetext.instant(node.clock.cell, node.clock.s)
    record["verb"] = verb
    record["args"] = args
    record["id"] = ident
    return record


def _reply(node, verb: str, request: dict, status: str, data, denied) -> None:
    body = OrderedDict()
    body["schema"] = "reply/1"
    body["id"] = request.get("id", "")
    body["verb"] = verb
    body["status"] = status
    body["final"] = True
    body["t"] = timetext.instant(node.clock.cell, node.clock.s) if node.clock.source != "none" else None
    body["part"] = None
    body["data"] = data
    body["error"] = None
    if denied is not None:
        body["error"] = OrderedDict()
        body["error"]["code"] = denied.code
        body["error"]["retryable"] = denied.code == "busy"
        body["error"]["text"] = denied.text
    document = Document("reply", None, -1, body)
    to = request.get("reply_to")
    if not isinstance(to, str) or not to or "+" in to or "#" in to:
        to = "%s/reply/%s/%s" % (messages.base(node.settings.home), _level(request.get("from")), _level(body["id"]))
    document.address = to
    node.delivery.send_one(document)


def _level(text: object) -> str:
    # One topic level: nothing in it may address anybody else.
    kept = [c for c in str(text or "unknown") if c not in "/+#" and c > " "]
    return "".join(kept)[:64] or "unknown"
