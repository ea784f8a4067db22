"""One request that passed the checks of its envelope."""

import time
from typing import Any

from aqsense import envelope, replies, timetext
from firmware_bridge.broker import Received

AHEAD_S = 5.0  # a client's clock that runs further ahead says nothing about when it asked


class Asked:
    """A request. `lang` is that of the reply; `topic` is where it goes, empty: an event for everybody."""

    def __init__(self, verb: str, body: dict[str, Any], event: Received, topic: str, lang: str) -> None:
        self.verb = verb
        self.id = str(body["id"])
        self.sender = str(body["from"])
        self.args: dict[str, Any] = body.get("args", {})
        self.event = event
        self.topic = topic
        self.lang = replies.known(body.get("lang"), lang)
        self.words: Any = replies.of(self.lang)
        self._until = _deadline(body, event.arrived)

    @property
    def is_late(self) -> bool:
        """Whether nobody waits for the answer any more."""
        return self._until is not None and time.monotonic() > self._until


def _deadline(body: dict[str, Any], arrived: float) -> float | None:
    """On the monotonic clock: `deadline_s` after the request's own `t`, or after it arrived."""
    seconds = envelope.deadline_s(body)
    if seconds is None:
        return None
    moment = timetext.of_instant(str(body.get("t")))
    if moment is None:
        return arrived + seconds
    age_s = time.time() - (moment[0] * 1800 + moment[1]) - (time.monotonic() - arrived)
    return arrived + seconds - (age_s if age_s > -AHEAD_S else 0.0)
