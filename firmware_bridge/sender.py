"""Where documents go: live to the broker, retained ones remembered, samples and events kept until acknowledged."""

import random
import time
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

from aqsense import messages
from firmware_bridge import broker as link
from firmware_bridge import history
from firmware_bridge.outbox import MESSAGE, SAMPLE, Outbox, Row
from firmware_bridge.problems import Problems
from firmware_bridge.retained import Kept, Retained

BATCH_ROWS = 500
BATCH_EVERY_S = 0.2  # a flood of late data makes a broker drop it for slow subscribers
REFUSED_WAIT_S = 30.0
GRACE_S = 3.0  # who listens lost the broker too: late data wait until they may be back
NODE_WAIT_MS = 4000  # windows of a node's sensor close so much later
LATELY = 720  # samples that can be asked for again: an hour of two sensors at ten seconds
BIRTH_WAIT_S = (1.0, 10.0)  # the hub has subscribed by then, and not everybody answers at once


class Sender:
    """The way from documents to the broker and what its answers mean. `settings` is the core's."""

    def __init__(
        self, settings: Any, outbox: Outbox, retained: Retained, broker: link.Broker, problems: Problems
    ) -> None:
        self._settings = settings
        self._outbox = outbox
        self._retained = retained
        self._broker = broker
        self._problems = problems
        self._under_way: dict[int, list[Row]] = {}
        self._batch: set[int] = set()  # message numbers of late data not acknowledged yet
        self._goodbye: set[int] = set()
        self._next_batch = 0.0
        self._again_at = 0.0  # when to repeat the retained set for a hub that was born; 0 is not
        self._largest = 0
        self._lately: deque[Row] = deque(maxlen=LATELY)
        self._last_ack = 0.0
        self.version = 0
        self.connected = False
        self.connects = 0
        self.denied = 0
        self.sent_late = 0
        self.too_large = 0

    def send(self, documents: Iterable[Any], now_ms: int) -> None:
        """Send documents as they were just made; nothing here waits."""
        for document in documents:
            self._send(document, now_ms)

    def _send(self, document: Any, now_ms: int) -> None:
        topic = messages.topic(document, self._settings.home)
        qos, retain, expiry_s = messages.delivery(document, self._settings)
        kept_by_node = self._was_kept_by_node(document, now_ms)
        if kept_by_node and document.kind != "measured-all":
            return
        text = messages.text(document)
        if document.kind == "measured-all":
            self._send_sample(document, self._history(document.sid) if kept_by_node else topic, text, expiry_s)
        elif retain:
            expires_s = now_ms // 1000 + expiry_s if expiry_s else 0
            if self._retained.put(topic, Kept(qos, expires_s, text)):
                self._publish(topic, text, qos, True, expiry_s)
        elif qos and document.kind == "event":
            row = self._outbox.add(MESSAGE, "", self._settings.boot, 0, now_ms, 0, topic, text)
            self._outbox.hold([row])
            self._send_waiting(row, 0)
        else:
            self._publish(topic, text, qos, False, expiry_s)

    def _was_kept_by_node(self, document: Any, now_ms: int) -> bool:
        if document.kind not in ("measured", "measured-all", "corrected"):
            return False
        t_ms = _instant_ms(document)
        return t_ms is not None and now_ms - t_ms > 1500 * self._settings.publish_s + NODE_WAIT_MS

    def _history(self, sid: str) -> str:
        return f"{messages.base(self._settings.home)}/history/{sid}"

    def _send_sample(self, document: Any, topic: str, text: str, expiry_s: int) -> None:
        t_ms = _instant_ms(document)
        row = self._outbox.add(SAMPLE, document.sid, document.boot, document.seq, t_ms, document.up_ms, topic, text)
        self._lately.append(row)
        if topic != self._history(document.sid):
            self._publish_rows([row], topic, text, expiry_s)

    def _publish_rows(self, rows: list[Row], topic: str, text: str, expiry_s: int = 0) -> bool:
        mid = self._publish(topic, text, 1, False, expiry_s)
        if mid < 0:
            return False
        self._outbox.hold(rows)
        self._under_way[mid] = rows
        return True

    def _publish(self, topic: str, text: str, qos: int, retain: bool, expiry_s: int) -> int:
        if not self.connected:
            return -1
        if not self._fits(topic, text):
            self.too_large += 1
            self._problems.set(
                "too_large", f"the broker takes at most {self._largest} bytes a message: raise its max_packet_size"
            )
            return -1
        return self._broker.publish(topic, text, qos, retain, expiry_s, _schema(text))

    def _fits(self, topic: str, text: str) -> bool:
        return not self._largest or len(text.encode()) + len(topic) + 64 <= self._largest

    def reply(self, topic: str, text: str, expiry_s: int, correlation: bytes) -> None:
        """Send one answer; answers are not kept for later."""
        if self.connected:
            self._broker.publish(topic, text, 1, False, expiry_s, _schema(text), correlation)

    def goodbye(self, document: Any) -> None:
        """Send the last document before a clean stop; `unacknowledged` holds until the broker has it."""
        topic = messages.topic(document, self._settings.home)
        text = messages.text(document)
        self._retained.drop(topic)
        mid = self._publish(topic, text, 1, True, 0)
        if mid >= 0:
            self._goodbye.add(mid)

    def clear(self, topic: str) -> None:
        """Take a retained document back."""
        self._retained.drop(topic)
        if self.connected:
            self._broker.publish(topic, "", 1, True)

    def born(self) -> None:
        """A hub said that it has started: tell it everything again, a little later."""
        if not self._again_at:  # one that says so all the time is told, too
            self._again_at = time.monotonic() + random.uniform(*BIRTH_WAIT_S)

    def on_connected(self, event: link.Connected) -> None:
        """The broker is there: tell it what stands."""
        self.connected = True
        self.connects += 1
        self.version = event.version
        self._largest = event.largest
        self._last_ack = time.monotonic()
        self._next_batch = self._last_ack + GRACE_S
        self._problems.drop("broker")  # that it is connected is said by the daemon
        if event.said:
            self._problems.set("fallback", event.said)
        self.repeat()

    def repeat(self) -> None:
        """Publish the retained set."""
        self._again_at = 0.0
        now = int(time.time())
        for topic, kept in self._retained.current():
            self._publish(topic, kept.payload, kept.qos, True, kept.expires_s - now if kept.expires_s else 0)

    def on_disconnected(self, said: str) -> None:
        """The broker is gone: what it did not acknowledge is sent again."""
        self.connected = False
        for rows in self._under_way.values():
            self._outbox.back(rows)
        self._under_way.clear()
        self._batch.clear()
        self._problems.set("broker", f"{said}; trying again")

    def on_acknowledged(self, event: link.Acknowledged) -> None:
        """The broker has a message, or does not want it."""
        self._last_ack = time.monotonic()
        rows = self._under_way.pop(event.mid, [])
        if event.refused:
            self.denied += 1
            self._next_batch = self._last_ack + REFUSED_WAIT_S
            self._outbox.back(rows)
            self._problems.set(
                "denied",
                f"the broker refuses messages ({event.refused}): let it write aqsense/v1/{self._settings.home}/#",
            )
        else:
            if event.mid in self._batch:
                self.sent_late += sum(row.kind == SAMPLE for row in rows)
            self._outbox.done(rows)
        self._batch.discard(event.mid)
        self._goodbye.discard(event.mid)

    def pump(self, now_ms: int) -> None:
        """Send what waits, at a pace that brokers and subscribers stand."""
        now = time.monotonic()
        if not self.connected or now < self._next_batch or self._batch:
            return
        if self._again_at and now >= self._again_at:
            self.repeat()
        if not len(self._outbox) > sum(map(len, self._under_way.values())):
            return
        self._next_batch = now + BATCH_EVERY_S
        rows = self._outbox.take(BATCH_ROWS)
        late: dict[tuple[str, str, str], list[Row]] = {}
        for row in rows:
            if row.kind == MESSAGE:
                self._send_waiting(row, 0)
            elif self._is_fresh(row, now_ms) and self._fits(row.topic, row.payload):
                self._send_waiting(row, max(3 * self._settings.publish_s, 3))
            else:
                late.setdefault((row.sid, row.boot, row.topic), []).append(row)
        for group in late.values():
            self._send_late(group, now_ms)

    def _is_fresh(self, row: Row, now_ms: int) -> bool:
        limit_ms = 1500 * max(self._settings.publish_s, 1)
        return row.t_ms is not None and now_ms - row.t_ms <= limit_ms

    def _send_waiting(self, row: Row, expiry_s: int) -> None:
        if not self._publish_rows([row], row.topic, row.payload, expiry_s):
            self._not_sent([row], row.topic, row.payload)

    def _not_sent(self, rows: list[Row], topic: str, text: str) -> None:
        if self.connected and not self._fits(topic, text):
            self._outbox.give_up(rows)  # they would be in the way of all that follows
        else:
            self._outbox.back(rows)

    def _send_late(self, rows: list[Row], now_ms: int) -> None:
        count = history.fitting(rows, self._largest or history.LARGEST)
        self._outbox.back(rows[count:])
        rows = rows[:count]
        topic = self._history(rows[0].sid)
        text = history.text(rows, now_ms, "node_offline" if rows[0].topic == topic else "broker_down")
        mid = self._publish(topic, text, 1, False, 0)
        if mid < 0:
            self._not_sent(rows, topic, text)
            return
        self._under_way[mid] = rows
        self._batch.add(mid)

    def waiting(self) -> bool:
        """Whether late data or unacknowledged messages are left, so that the loop should look again soon."""
        return self.connected and len(self._outbox) > 0

    def unacknowledged(self) -> bool:
        """Whether the broker still owes us an answer."""
        return bool(self._under_way) or bool(self._goodbye)

    def repeat_samples(self, sid: str, wanted: Callable[[Row], bool]) -> int:
        """Send kept samples of a sensor again on `history/`; how many there were."""
        rows = [row for row in self._lately if row.sid == sid and wanted(row)]
        for boot in dict.fromkeys(row.boot for row in rows):
            group = [row for row in rows if row.boot == boot]
            while group:
                count = history.fitting(group, self._largest or history.LARGEST)
                text = history.text(group[:count], int(time.time() * 1000), "request")
                self._publish(self._history(sid), text, 1, False, 0)
                group = group[count:]
        return len(rows)

    def oldest_kept_ms(self, sid: str) -> int | None:
        """Instant of the oldest sample of a sensor that can be sent again; None without any."""
        return min((row.t_ms for row in self._lately if row.sid == sid and row.t_ms is not None), default=None)

    def forget(self, covers: Callable[[str, int], bool]) -> None:
        """Let go of the kept samples of forgotten half hours, by sensor and half hour."""
        kept = [row for row in self._lately if row.t_ms is None or not covers(row.sid, row.t_ms // 1_800_000)]
        self._lately = deque(kept, maxlen=LATELY)

    def puback_age_s(self) -> int | None:
        """Seconds since the broker acknowledged something; None before the first time."""
        return int(time.monotonic() - self._last_ack) if self._last_ack else None


def _instant_ms(document: Any) -> int | None:
    if document.t_cell is None:
        return None
    return int((document.t_cell * 1800 + document.t_s) * 1000 + document.t_ms)


def _schema(text: str) -> str:
    """The document's own `schema`, which is its first key; empty for foreign formats."""
    return text[11 : text.index('"', 11)] if text.startswith('{"schema":"') else ""
