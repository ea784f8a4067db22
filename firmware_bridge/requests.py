"""Requests over MQTT: checked, answered once, and remembered so that a repeated one does nothing twice."""

import json
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from aqsense import envelope, jsontext, messages, replies, timetext
from aqsense.refused import Refused
from firmware_bridge import verbs
from firmware_bridge.asked import Asked
from firmware_bridge.broker import Received
from firmware_bridge.later import Later

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
        self._lang: str = daemon.settings.lang
        self._answers: OrderedDict[tuple[str, str, str], tuple[float, list[str]]] = OrderedDict()
        self._second = 0
        self._count = 0

    def handle(self, event: Received) -> None:
        """Answer one message; nothing that is wrong with it does any harm."""
        verb = envelope.verb_of(event.topic)
        if not self._may_answer(verb, event):
            return
        try:
            asked = self._open(verb, event)
        except Refused as refused:
            self._refuse(verb, event, refused)
            return
        key = (asked.sender, asked.id, verb)
        self._forget_old()
        if key in self._answers:
            self._reply(asked.topic, self._answers[key][1], event.correlation)
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
            self._refuse(verb, event, Refused("busy", replies.of(self._lang).too_many(), True))
        return self._count <= EACH_SECOND

    def _open(self, verb: str, event: Received) -> Asked:
        if event.retained:
            raise Refused("retained", replies.of(self._lang).retained())
        body = envelope.opened(event.payload, LARGEST, self._lang)
        if not envelope.is_text(json.dumps(body, ensure_ascii=False)):  # some of it may be said again
            raise Refused("bad_request", replies.of(self._lang).no_json())
        return Asked(verb, body, event, envelope.address(self._base, body, event.response_topic), self._lang)

    def _refuse(self, verb: str, event: Received, refused: Refused) -> None:
        """Answer something that could not be read, where the connection itself says where to."""
        topic = envelope.address(self._base, {}, event.response_topic)
        self._reply(topic, [str(jsontext.text(envelope.refusal(None, verb, self._now(), refused)))], event.correlation)

    def _answer(self, asked: Asked) -> Any:
        """What the verb gives, or the exception that stood in the way; None when it comes later."""
        try:
            if asked.verb not in verbs.VERBS:
                raise Refused("unknown_verb", asked.words.unknown_verb(asked.verb, sorted(verbs.VERBS)))
            if asked.is_late:
                raise Refused("too_late", asked.words.expired(), True)
            found = verbs.VERBS[asked.verb](self._daemon, asked)
            if isinstance(found, Later):
                found.when_done(lambda done: self._finish(asked, done))
                return None
        except Exception as error:
            return error
        return found

    def _finish(self, asked: Asked, found: Any) -> None:
        if isinstance(found, Exception) and not isinstance(found, Refused):
            self._daemon.problems.say(f"request {asked.verb} failed: {found!r}; please report it")
            found = Refused("internal", asked.words.failed(), True)
        texts = self._texts(asked, found)
        may_be_asked_again = isinstance(found, Refused) and found.retryable
        if not may_be_asked_again and sum(map(len, texts)) <= LARGEST * 4:
            self._answers[asked.sender, asked.id, asked.verb] = (time.monotonic(), texts)
        self._reply(asked.topic, texts, asked.event.correlation)

    def _texts(self, asked: Asked, found: Any) -> list[str]:
        """The reply, in parts."""
        if isinstance(found, Refused):
            return [str(jsontext.text(envelope.refusal(asked.id, asked.verb, self._now(), found)))]
        status, parts = ("ok", found) if isinstance(found, list) else found
        texts = []
        for i, data in enumerate(parts, 1):
            part = OrderedDict(i=i, n=len(parts)) if len(parts) > 1 else None
            body = envelope.reply(asked.id, asked.verb, self._now(), status, data, part, i == len(parts))
            texts.append(str(jsontext.text(body)))
        return texts

    def _forget_old(self) -> None:
        limit = time.monotonic() - REMEMBER_S
        while self._answers and (next(iter(self._answers.values()))[0] < limit or len(self._answers) > REMEMBER):
            self._answers.popitem(last=False)

    def _reply(self, topic: str, texts: list[str], correlation: bytes) -> None:
        for text in texts:
            if topic:
                self._daemon.sender.reply(topic, text, REPLY_EXPIRY_S, correlation)
            else:
                said = str(jsontext.text(envelope.event(json.loads(text))))
                self._daemon.sender.reply(envelope.event_topic(self._base), said, REPLY_EXPIRY_S, b"")

    def _now(self) -> str | None:
        cell, s = self._daemon.dated()
        return timetext.instant(cell, s) if cell >= 0 else None
