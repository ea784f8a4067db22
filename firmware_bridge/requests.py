"""Requests over MQTT: checked, answered once, and remembered so that a repeated one does nothing twice."""

import json
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from aqsense import jsontext, messages
from firmware_bridge import replies, verbs
from firmware_bridge.asked import Asked
from firmware_bridge.broker import Received
from firmware_bridge.history import instant
from firmware_bridge.later import Later
from firmware_bridge.refused import Refused

if TYPE_CHECKING:
    from firmware_bridge.daemon import Daemon

LARGEST = 16 * 1024
REMEMBER_S = 600.0
REMEMBER = 256
EACH_SECOND = 20  # answers; beyond that a client hears "busy" once a second
REPLY_EXPIRY_S = 300

Send = Callable[[str, str, str, bytes], None]  # topic, verb, text, correlation


class Requests:
    """Answers what arrives on `request/<verb>`."""

    def __init__(self, daemon: "Daemon") -> None:
        self._daemon = daemon
        self._base = messages.base(daemon.config.home)
        self._words: Any = replies.of(daemon.settings.lang)
        self._answers: OrderedDict[tuple[str, str, str], tuple[float, list[str]]] = OrderedDict()
        self._second = 0
        self._count = 0

    def handle(self, event: Received) -> None:
        """Answer one message; nothing that is wrong with it does any harm."""
        verb = event.topic.rsplit("/", 1)[1][:32]
        if not self._may_answer(verb, event):
            return
        try:
            asked = self._open(verb, event)
        except Refused as refused:
            self._reply(self._topic(event, None), verb, [self._refusal(None, verb, refused)], event.correlation)
            return
        key = (asked.sender, asked.id, verb)
        self._forget_old()
        if key in self._answers:
            self._reply(asked.topic, verb, self._answers[key][1], event.correlation)
            return
        found = self._answer(asked)
        if found is not None:
            self._finish(asked, found)

    def turn(self) -> None:
        """Hand over answers that were worked out meanwhile."""
        Later.poll()

    def _may_answer(self, verb: str, event: Received) -> bool:
        second = int(time.monotonic())
        if second != self._second:
            self._second, self._count = second, 0
        self._count += 1
        if self._count == EACH_SECOND + 1:
            refused = Refused("busy", self._words.too_many(), True)
            self._reply(self._topic(event, None), verb, [self._refusal(None, verb, refused)], event.correlation)
        return self._count <= EACH_SECOND

    def _open(self, verb: str, event: Received) -> Asked:
        if event.retained:
            raise Refused("retained", self._words.retained())
        if len(event.payload) > LARGEST:
            raise Refused("too_large", self._words.too_large(LARGEST))
        try:
            body = json.loads(event.payload)
        except (ValueError, RecursionError):
            raise Refused("bad_request", self._words.no_json()) from None
        if not isinstance(body, dict):
            raise Refused("bad_request", self._words.no_object())
        identifier, sender, args = body.get("id"), body.get("from"), body.get("args", {})
        if not _short(identifier) or not _short(sender) or not isinstance(args, dict):
            raise Refused("bad_request", self._words.no_envelope())
        return Asked(verb, body, event, self._topic(event, body), self._daemon.settings.lang)

    def _topic(self, event: Received, body: dict[str, Any] | None) -> str:
        wanted = event.response_topic or (body or {}).get("reply_to")
        if wanted:
            if isinstance(wanted, str) and _is_harmless(wanted, self._base):
                return wanted
            return ""
        sender, identifier = (body or {}).get("from"), (body or {}).get("id")
        if _is_level(sender) and _is_level(identifier):
            return f"{self._base}/reply/{sender}/{identifier}"
        return ""

    def _answer(self, asked: Asked) -> list[str] | None:
        """Texts of the reply, in parts; None when it comes later."""
        try:
            if asked.verb not in verbs.VERBS:
                raise Refused("unknown_verb", asked.words.unknown_verb(asked.verb, sorted(verbs.VERBS)))
            if asked.is_late:
                raise Refused("too_late", asked.words.expired(), True)
            found = verbs.VERBS[asked.verb](self._daemon, asked)
            if isinstance(found, Later):
                found.when_done(lambda done: self._finish(asked, self._texts(asked, done)))
                return None
        except Exception as error:
            found = error
        return self._texts(asked, found)

    def _texts(self, asked: Asked, found: Any) -> list[str]:
        if isinstance(found, Refused):
            return [self._refusal(asked.id, asked.verb, found)]
        if isinstance(found, Exception):
            self._daemon.problems.say(f"request {asked.verb} failed: {found!r}; please report it")
            return [self._refusal(asked.id, asked.verb, Refused("internal", asked.words.failed(), True))]
        status, parts = ("ok", found) if isinstance(found, list) else found
        texts = []
        for i, data in enumerate(parts, 1):
            part = OrderedDict(i=i, n=len(parts)) if len(parts) > 1 else None
            texts.append(self._document(asked.id, asked.verb, status, i == len(parts), part, data, None))
        return texts

    def _refusal(self, identifier: str | None, verb: str, refused: Refused) -> str:
        error = OrderedDict(code=refused.code, retryable=refused.retryable, text=refused.text)
        status = "denied" if refused.code == "not_permitted" else "error"
        return self._document(identifier, verb, status, True, None, None, error)

    def _document(
        self, identifier: str | None, verb: str, status: str, final: bool, part: Any, data: Any, error: Any
    ) -> str:
        body = OrderedDict(schema="reply/1", id=identifier, verb=verb, status=status, final=final, error=error)
        body["t"] = instant(int(time.time()) * 1000).replace(".000Z", "Z")
        body["part"] = part
        body["data"] = data
        return str(jsontext.text(body))

    def _finish(self, asked: Asked, texts: list[str]) -> None:
        if sum(map(len, texts)) <= LARGEST * 4:
            self._answers[asked.sender, asked.id, asked.verb] = (time.monotonic(), texts)
        self._reply(asked.topic, asked.verb, texts, asked.event.correlation)

    def _forget_old(self) -> None:
        limit = time.monotonic() - REMEMBER_S
        while self._answers and (next(iter(self._answers.values()))[0] < limit or len(self._answers) > REMEMBER):
            self._answers.popitem(last=False)

    def _reply(self, topic: str, verb: str, texts: list[str], correlation: bytes) -> None:
        for text in texts:
            if topic:
                self._daemon.sender.reply(topic, text, REPLY_EXPIRY_S, correlation)
            else:
                self._tell_everybody(verb, text)

    def _tell_everybody(self, verb: str, text: str) -> None:
        body = json.loads(text)
        said = (body["error"] or {}).get("text") or (body["data"] or {}).get("text") or f"{verb}: {body['status']}"
        kind = {"ok": "ok", "accepted": "ok", "denied": "denied"}.get(body["status"], "error")
        event = OrderedDict(
            schema="event/1", event_type=kind, kind="reply", id=body["id"] or "-", sid=None, quantity=None
        )
        event["t"] = body["t"]
        event["text"] = said
        event["ref"] = None
        self._daemon.sender.reply(f"{self._base}/event/reply", str(jsontext.text(event)), REPLY_EXPIRY_S, b"")


def _short(value: Any) -> bool:
    return isinstance(value, str) and 1 <= len(value) <= 64


def _is_level(value: Any) -> bool:
    return _short(value) and not set(value) & set("/+#\x00")


def _is_harmless(topic: str, base: str) -> bool:
    """A topic that an answer may go to: no wildcard, no broker's own, none of ours but the replies."""
    if not 1 <= len(topic) <= 256 or set(topic) & set("+#\x00") or topic.startswith("$"):
        return False
    return not topic.startswith("aqsense/") or topic.startswith(f"{base}/reply/")
