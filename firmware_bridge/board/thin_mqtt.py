"""The way of a thin node over a broker: `node/<nid>/raw` by QoS 1, `node/<nid>/status` retained with a last will."""

from aqsense import timetext
from aqsense.ticks import ticks_diff
from firmware_bridge.board.start import client_of

RETRY_MS = 5000
WINDOW = 8


class Broker:
    """`hear(text)` receives what the daemon says to this node."""

    def __init__(self, config, clock, boot: str, hear) -> None:
        self.base = "aqsense/v1/%s/node/%s/" % (config.home, config.node)
        self._name = config.node
        self._boot = boot
        self._clock = clock
        self._hear = hear
        self._tried = False
        self._tried_ms = 0
        self.client = client_of(config)
        self.client.client_id = "aqsense-node-" + config.node
        self.client.window = WINDOW
        self.client.on_message = self._on_message
        self.client.subscriptions.append(self.base + "tx")

    def turn(self, online: bool, now_ms: int) -> list:
        """Keep the connection; what was under way when it broke, in its order."""
        if not online:
            return []
        if self.client.connected and self.client.step():
            return []
        if self._tried and 0 <= ticks_diff(now_ms, self._tried_ms) < RETRY_MS:  # below 0: days ago
            return []
        self._tried = True
        self._tried_ms = now_ms
        lost = [record for record in self.client.reclaim() if record is not None]
        topic = self.base + "status"
        self.client.will = (topic, self._status("offline"), 1, True)
        try:
            self.client.connect()
        except (OSError, ValueError) as error:
            print("broker:", error)
            return lost
        self.client.publish(topic, self._status("online"), 1, True, None, False)
        return lost

    def room(self) -> bool:
        """Whether a message would be sent now."""
        return self.client.connected and self.client.room()

    def send(self, text: str, record) -> None:
        """Send one message; its record comes back from `turn` unless the broker acknowledges it."""
        self.client.publish(self.base + "raw", text, 1, False, record, False)

    def _status(self, state: str) -> str:
        clock = self._clock
        since = '"' + timetext.instant(clock.cell, clock.s) + '"' if clock.trusted else "null"
        return '{"schema":"node/1","nid":"%s","boot":"%s","state":"%s","since":%s}' % (
            self._name,
            self._boot,
            state,
            since,
        )

    def _on_message(self, topic: str, payload: bytes | None, retained: bool) -> None:
        if payload and not retained:  # a retained poll would be sent at every start
            self._hear(payload)
