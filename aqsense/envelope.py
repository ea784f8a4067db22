"""What is around a request and its reply: checked, addressed and put together alike on the Pi and on a board.

Contract section 5, "request and reply". Loaded while requests are answered.
"""

import json
from collections import OrderedDict

from aqsense import replies
from aqsense.refused import Refused

VERB_LETTERS = 32
NAME_LETTERS = 64
TOPIC_LETTERS = 256
LONG_TEXT = 500
LONGEST_S = 86400  # nobody waits for longer
ACCOUNTED = ("claim_days", "reference_claim_days", "promised_claim_days")  # what `status` tells of the account
OWNER_ONLY = ("forget", "export")
ARGUMENTS = (
    ("status", ()),
    ("describe", ()),
    ("explain", ("id", "sid", "quantity", "t", "depth")),
    ("confirm", ("id",)),
    ("dispute", ("id", "reason", "note")),
    ("annotate", ("from", "to", "label", "note")),
    ("retract", ("id",)),
    ("declare", ("sid", "what", "since")),
    ("relearn", ("sid", "quantity")),
    ("pause", ("sid", "quantity")),
    ("resume", ("sid", "quantity")),
    ("level", ("level",)),
    ("forget", ("from", "to", "sid", "all", "token")),
    ("export", ("from", "to", "what", "format")),
    ("history", ("sid", "boot", "from_seq", "to_seq", "from", "to")),
    ("discovery", ("format", "purge")),
)


def verb_of(topic: str) -> str:
    """The verb that a request's topic ends in."""
    return topic[topic.rfind("/") + 1 :][:VERB_LETTERS]


def opened(payload: bytes, most: int, lang: str) -> dict:
    """The request in a payload of at most `most` bytes; Refused, in the language `lang`, when it is none."""
    if len(payload) > most:
        raise Refused("too_large", replies.of(lang).too_large(most))
    try:
        body = json.loads(payload.decode())
    except (ValueError, RuntimeError, MemoryError):  # the latter two: nested more deeply than there is room for
        raise Refused("bad_request", replies.of(lang).no_json()) from None
    if not isinstance(body, dict):
        raise Refused("bad_request", replies.of(lang).no_object())
    if not _is_name(body.get("id")) or not _is_name(body.get("from")) or not isinstance(body.get("args", {}), dict):
        raise Refused("bad_request", replies.of(lang).no_envelope())
    return body


def address(base: str, body: dict, response_topic: str = "") -> str:
    """Where the reply goes; empty when that is nowhere of its own, and then it is an event for everybody."""
    wanted = response_topic or body.get("reply_to")
    if wanted:
        return wanted if isinstance(wanted, str) and _is_harmless(wanted, base) else ""
    sender, ident = body.get("from"), body.get("id")
    if _is_level(sender) and _is_level(ident):
        return "%s/reply/%s/%s" % (base, sender, ident)
    return ""


def deadline_s(body: dict) -> float | None:
    """Seconds for which somebody waits; None when the request does not say."""
    seconds = body.get("deadline_s")
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)) or not seconds > 0:
        return None
    return min(seconds, LONGEST_S)  # JSON spells integers that no float can hold


def arguments(verb: str) -> tuple:
    """Names of the arguments of a verb."""
    for name, names in ARGUMENTS:
        if name == verb:
            return names
    return ()


def kept(verb: str, args: dict, words) -> dict:
    """The arguments that the verb has; Refused when one of them is long."""
    found = {}
    for name in arguments(verb):
        longest = NAME_LETTERS if name == "label" else LONG_TEXT
        if name in args:
            if len(str(args[name])) > longest:
                raise Refused("bad_request", words.too_long(name, longest))
            found[name] = args[name]
    return found


def sensor(args: dict, settings, words) -> str | None:
    """The sensor that a request is about; None for all."""
    sid = args.get("sid")
    known = [one.sid for one in settings.sensors]
    if sid is None or sid in known:
        return sid
    said = str(sid)[:VERB_LETTERS]
    raise Refused("unknown_id", words.unknown_sensor(said if is_text(said) else "?", known))


def data(*pairs) -> OrderedDict:
    """Fields in the order in which they are given."""
    made: OrderedDict = OrderedDict()
    for name, value in pairs:
        made[name] = value
    return made


def described(verbs) -> OrderedDict:
    """What may be asked, and where the schemas are."""
    found = []
    for name, names in ARGUMENTS:
        if name in verbs:
            found.append(data(("verb", name), ("args", list(names)), ("owner_only", name in OWNER_ONLY)))
    return data(("schemas", "aqsense/schemas"), ("asyncapi", "aqsense/schemas/asyncapi.json"), ("verbs", found))


def reply(
    ident: str | None, verb: str, t: str | None, status: str, given, part=None, final: bool = True
) -> OrderedDict:
    """The body of a reply; `given` are its data. `ident` is None for a request that had none."""
    return data(
        ("schema", "reply/1"),
        ("id", ident),
        ("verb", verb),
        ("status", status),
        ("final", final),
        ("error", None),
        ("t", t),
        ("part", part),
        ("data", given),
    )


def refusal(ident: str | None, verb: str, t: str | None, refused: Refused) -> OrderedDict:
    """The body of a reply that says why nothing was done."""
    body = reply(ident, verb, t, "denied" if refused.code == "not_permitted" else "error", None)
    body["error"] = data(("code", refused.code), ("retryable", refused.retryable), ("text", refused.text))
    return body


def event(said: dict) -> OrderedDict:
    """The body of the event that tells everybody what a reply without a topic says."""
    status = said["status"]
    text = (said["error"] or {}).get("text") or (said["data"] or {}).get("text")
    return data(
        ("schema", "event/1"),
        ("event_type", "ok" if status == "accepted" else status),
        ("kind", "reply"),
        ("id", said["id"] or "-"),
        ("sid", None),
        ("quantity", None),
        ("t", said["t"]),
        ("text", text or "%s: %s" % (said["verb"], status)),
        ("ref", None),
    )


def event_topic(base: str) -> str:
    """Where such an event goes."""
    return base + "/event/reply"


def is_text(text: str) -> bool:
    """Whether a text is Unicode throughout: JSON can spell half a character, which no message can hold."""
    for c in text:
        if 0xD800 <= ord(c) < 0xE000:
            return False
    return True


def _is_name(value: object) -> bool:
    return isinstance(value, str) and 1 <= len(value) <= NAME_LETTERS and is_text(value)


def _is_level(value) -> bool:
    return _is_name(value) and "/" not in value and _is_topic(value)


def _is_harmless(topic: str, base: str) -> bool:
    """Whether an answer may go to a topic: no wildcard, no broker's own, none of ours but the replies."""
    if len(topic) > TOPIC_LETTERS or topic[0] == "$" or not _is_topic(topic):
        return False
    return not topic.startswith("aqsense/") or topic.startswith(base + "/reply/")


def _is_topic(text: str) -> bool:
    # A broker ends the connection on which a control character or no character comes in a topic (MQTT 3.1.1, section
    # 1.5.3), and the message would be sent again on the next one.
    for c in text:
        code = ord(c)
        if c in "+#" or code < 32 or 127 <= code < 160 or 0xD800 <= code < 0xE000:
            return False
        if 0xFDD0 <= code < 0xFDF0 or code & 0xFFFE == 0xFFFE:
            return False
    return True
