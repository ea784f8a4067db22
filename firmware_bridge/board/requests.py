"""What the owner and the hub may ask of a board: status, the owner's answers, forget (contract section 5).

Loaded when a request has arrived, and given back afterwards. A board means what the daemon means; where it has no room,
it differs: a request has at most 2 KiB, four wait at a time, and a repeated one is known for what was done, not by its
reply: what is only read, or was refused, is looked at again.
"""

import binascii
import json
import os
from array import array

from aqsense import envelope, messages, replies, timetext
from aqsense.document import Document
from aqsense.refused import Refused

LONGEST = 2048
MOST_OPENED = 16  # brackets of a request, and commas: each item takes 16 to 32 bytes of the heap, and a few letters
MOST_ITEMS = 128
TOKEN_S = 60
READ_ONLY = ("status", "describe")
ANSWERS = ("confirm", "dispute", "retract", "declare", "relearn", "pause", "resume", "level")
MEANT = ("id", "sid", "quantity", "what", "level", "of")  # arguments that an answer is carried out by, again at a start
REMEMBERED = 6  # requests that were carried out
REMEMBER_S = 600
ROW = 6  # of each: its key, the uptime in seconds, and four counts
_HEX = "0123456789abcdef"


class Asked:
    """One request. `key` is a number that stands for its sender, id, verb and arguments."""

    def __init__(self, node, verb: str, body: dict) -> None:
        self.verb = verb
        self.id = body["id"]
        self.args = body.get("args", {})
        self.lang = replies.known(body.get("lang"), node.settings.lang)
        self.words = replies.of(self.lang)
        told = (body["from"], self.id, verb, str(self.args))
        self.key = binascii.crc32("\n".join(told).encode()) & 0x3FFFFFFF or 1


def answer(node, topic: str, payload: bytes | None, retained: bool) -> None:
    """Answer one message that came in on a subscribed topic; `payload` is None when there are too many to read it."""
    if topic == node.hub.prefix + "/status":
        if payload == b"online" and not retained:
            node.announce()
        return
    verb = envelope.verb_of(topic)
    lang = node.settings.lang
    try:
        if payload is None:
            raise Refused("busy", replies.of(lang).too_many(), True)
        if retained:
            raise Refused("retained", replies.of(lang).retained())
        if payload.count(b"[") + payload.count(b"{") > MOST_OPENED or payload.count(b",") > MOST_ITEMS:
            raise Refused("bad_request", replies.of(lang).no_json())
        body = envelope.opened(payload, LONGEST, lang)
    except Refused as refused:
        _send(node, "", envelope.refusal(None, verb, _now(node), refused))
        return
    to = envelope.address(messages.base(node.settings.home), body)
    _send(node, to, _reply(node, Asked(node, verb, body), body))


def _reply(node, asked: Asked, body: dict):
    try:
        status, data = _done(node, asked, body)
        return envelope.reply(asked.id, asked.verb, _now(node), status, data)
    except Refused as refused:
        return envelope.refusal(asked.id, asked.verb, _now(node), refused)
    except Exception as error:  # whatever a request does, the readings go on
        node._problem("request %s failed: %r; please report it" % (asked.verb, error))
        refused = Refused("internal", asked.words.failed_on_board(), True)
        return envelope.refusal(asked.id, asked.verb, _now(node), refused)


def _done(node, asked: Asked, body: dict) -> tuple:
    """(status, data) of the reply."""
    verb = asked.verb
    verbs = READ_ONLY + ANSWERS + ("forget",)
    if verb not in verbs:
        raise Refused("unknown_verb", asked.words.unknown_verb(verb, sorted(verbs)))
    before = _found(node, asked.key)
    if before < 0 and _is_late(node, body):
        raise Refused("too_late", asked.words.expired(), True)
    if verb == "describe":
        return "ok", envelope.described(verbs)
    if verb == "status":
        from firmware_bridge.board import status

        return "ok", status.status(node)
    if verb == "forget":
        return _forget(node, asked, before)
    return "ok", _answered(node, asked, before)


def _is_late(node, body: dict) -> bool:
    # Counted from its `t`, or else from its arrival, which is now.
    seconds = envelope.deadline_s(body)
    sent = timetext.of_instant(str(body.get("t")))
    if seconds is None or sent is None or not node.clock.trusted:
        return False
    return (node.clock.cell - sent[0]) * 1800 + node.clock.s - sent[1] > seconds


# what was carried out ---------------------------------------------------------------------------------------------


def _found(node, key: int) -> int:
    """Where the counts of a request lie that was carried out lately; -1 when it was not."""
    kept = node.done
    at = 0
    while kept is not None and at < len(kept):
        if kept[at] == key and node.clock.up_s - kept[at + 1] <= REMEMBER_S:
            return at + 2
        at += ROW
    return -1


def _remember(node, key: int, counts: tuple = ()) -> None:
    if node.done is None:
        node.done = array("i", bytes(4 * ROW * REMEMBERED))
    kept = node.done
    oldest = at = 0
    while at < len(kept):
        if kept[at + 1] < kept[oldest + 1]:
            oldest = at
        at += ROW
    kept[oldest] = key
    kept[oldest + 1] = node.clock.up_s
    for i in range(len(counts)):
        kept[oldest + 2 + i] = counts[i]


# the owner's answers ----------------------------------------------------------------------------------------------


def _answered(node, asked: Asked, before: int):
    envelope.sensor(asked.args, node.settings, asked.words)
    args = envelope.kept(asked.verb, asked.args, asked.words)
    if before >= 0:
        from aqsense import owner

        text = owner.said(owner.words_of(asked.lang), asked.verb, args)
    else:
        text, documents = _carry_out(node, asked, args)
        _remember(node, asked.key)
        node.publish(documents)  # only now: the code that made them has left the memory
    return envelope.data(("id", asked.id), ("text", text))


def _carry_out(node, asked: Asked, args: dict) -> tuple:
    """(sentence, documents) of an answer that was taken and logged."""
    clock = node.clock
    if not clock.trusted:
        raise Refused("busy", asked.words.clock_unset(), True)
    if asked.verb == "declare":
        _check_since(node, asked, args)
    if asked.verb == "retract":
        args = _taken_back(node, asked, args)
    record = {"id": asked.id, "t": timetext.instant(clock.cell, clock.s), "verb": asked.verb}
    record["args"] = {name: args[name] for name in MEANT if name in args}
    record["lang"] = asked.lang
    code, text, documents = node.monitor.answer(record)
    if code:
        raise Refused(code, text)
    del record["lang"]
    node.log_answer(json.dumps(record).encode())
    return text, documents


def _check_since(node, asked: Asked, args: dict) -> None:
    """A day or an instant that is not in the future, though a board learns anew from now on whatever it is."""
    from aqsense.owner import RELEARNS

    if args.get("since") is None or args.get("what") not in RELEARNS:
        return
    since = str(args["since"])
    moment = timetext.of_instant(since)
    day = timetext.day_of_text(since)
    cell = node.clock.cell
    if moment is not None and moment[0] + (1 if moment[1] else 0) <= cell:
        return
    if moment is None and day is not None and day <= timetext.local_day(cell, node.offset()):
        return
    raise Refused("bad_request", asked.words.bad_since())


def _taken_back(node, asked: Asked, args: dict) -> dict:
    """The arguments of the answer that is retracted, from the log, which keeps it for one to two weeks."""
    from firmware_bridge.board.flash import ANSWER

    found = None
    for kind, payload in node.flash.kept():
        node.feed()
        if kind == ANSWER:
            record = json.loads(payload)
            if record["id"] == args.get("id"):
                found = record
    if found is None:
        raise Refused("unknown_id", asked.words.unknown_answer())
    taken = dict(found["args"])
    taken["of"] = found["verb"]
    return taken


# forgetting -------------------------------------------------------------------------------------------------------


def _forget(node, asked: Asked, before: int) -> tuple:
    from firmware_bridge.board import forgetting

    token = asked.args.get("token")
    if token is None:
        return "accepted", _planned(node, asked, forgetting)
    if before >= 0:
        counts = tuple(node.done[before : before + 4])
    else:
        if not _is_valid(node) or token != node.token:
            node.token = ""
            raise Refused("not_permitted", asked.words.unknown_token())
        node.token = ""
        wanted, node.pending = node.pending, None
        counts = forgetting.carry_out(node, wanted[1], wanted[2], wanted[3])
        if counts is None:
            raise Refused("internal", asked.words.failed_on_board(), True)
        _remember(node, asked.key, counts)
    return "ok", forgetting.counted(asked.words, counts, True)


def _planned(node, asked: Asked, forgetting):
    wanted = forgetting.wanted(node, asked)
    if not (_is_valid(node) and node.pending[0] == asked.key):  # the same request has the same token
        node.token = "".join([_HEX[b & 15] for b in os.urandom(16)])
        node.token_s = node.clock.up_s
        node.pending = (asked.key,) + wanted
    data = envelope.data(("token", node.token), ("valid_s", TOKEN_S))
    data.update(forgetting.counted(asked.words, forgetting.counts(node, *wanted), False))
    return data


def _is_valid(node) -> bool:
    if not node.token or node.pending is None:
        return False
    return node.clock.up_s - node.token_s <= TOKEN_S


# replies ----------------------------------------------------------------------------------------------------------


def _now(node) -> str | None:
    return timetext.instant(node.clock.cell, node.clock.s) if node.clock.source != "none" else None


def _send(node, to: str, body) -> None:
    document = Document("reply", None, -1, body)
    document.address = to
    if not to:
        base = messages.base(node.settings.home)
        document = Document("reply", None, -1, envelope.event(body))
        document.address = envelope.event_topic(base)
    node.delivery.send_one(document)
