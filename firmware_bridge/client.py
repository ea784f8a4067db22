"""A visitor at the broker: reads what stands there and asks a running aqsense, for the commands."""

import json
import queue
import time
from collections.abc import Iterator
from types import TracebackType
from typing import Any

from firmware_bridge import broker as link
from firmware_bridge import core_settings
from firmware_bridge.config import Mqtt
from firmware_bridge.errors import BrokerError

CONNECT_S = 12.0  # an old broker answers the second attempt only
QUIET_S = 0.4  # retained messages come in one go


class Client:
    """A connection for the time of a command; entering raises BrokerError when it cannot be made."""

    def __init__(self, settings: Mqtt, topics: tuple[str, ...]) -> None:
        self._topics = topics
        self.broker = link.Broker(settings, f"aqsense-{core_settings.new_boot()}", lambda: None)

    def __enter__(self) -> "Client":
        self.broker.start(None, self._topics)
        deadline = time.monotonic() + CONNECT_S
        said = "the broker does not answer"
        while time.monotonic() < deadline:
            event = self.next(deadline - time.monotonic())
            if isinstance(event, link.Connected):
                return self
            if isinstance(event, link.Disconnected):
                said = event.said
                if "hung up" not in said:  # another version is tried after that one
                    break
        self.broker.stop()
        raise BrokerError(said)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.broker.stop()

    def next(self, timeout_s: float) -> link.Event | None:
        """The next thing that happens, None when nothing does in time."""
        try:
            return self.broker.events.get(timeout=max(timeout_s, 0.01))
        except queue.Empty:
            return None

    def publish(self, topic: str, text: str) -> None:
        """Send one request."""
        if self.broker.publish(topic, text, 1, False, 0, "request/1") < 0:
            raise BrokerError("the broker hung up: try again")

    def standing(self, topic: str, longest_s: float) -> Any:
        """The document that stands on a subscribed topic; None when there is none."""
        for payload in self._coming(topic, longest_s):
            return json.loads(payload) if payload else None
        return None

    def replies(self, topic: str, longest_s: float) -> list[Any]:
        """The parts of the answer that comes on a subscribed topic, in order; empty when none comes."""
        found: list[Any] = []
        for payload in self._coming(topic, longest_s):
            found.append(json.loads(payload))
            if found[-1]["final"]:
                return found
        return []

    def _coming(self, topic: str, longest_s: float) -> Iterator[bytes]:
        deadline = time.monotonic() + longest_s
        while time.monotonic() < deadline:
            event = self.next(deadline - time.monotonic())
            if isinstance(event, link.Disconnected):
                raise BrokerError(event.said)
            if isinstance(event, link.Received) and event.topic == topic:
                yield event.payload

    def retained(self, longest_s: float = 3.0) -> dict[str, bytes]:
        """What stands on the topics that were subscribed to."""
        found: dict[str, bytes] = {}
        deadline = time.monotonic() + longest_s
        while time.monotonic() < deadline:
            event = self.next(QUIET_S)
            if event is None:
                break
            if isinstance(event, link.Disconnected):
                raise BrokerError(event.said)
            if isinstance(event, link.Received) and event.retained and event.payload:
                found[event.topic] = event.payload
        return found
