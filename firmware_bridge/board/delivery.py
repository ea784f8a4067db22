"""From documents to the broker, at a board's size: one text at a time, samples kept until acknowledged.

Retained documents are not queued: they are made anew by `Monitor.current` when a connection comes back. Whole samples
wait in the backlog. Events wait in the client's window, as far as there is room.
"""

import time

from aqsense import messages
from aqsense.ticks import ticks_diff
from firmware_bridge.board import backlog

WAIT_MS = 3000  # for room in the window; far below the watchdog's 8 s
RETRY_LEAST_MS = 1000
RETRY_MOST_MS = 60000
FLUSH_MS = 1000  # between two history documents: a flood makes brokers drop messages


class Delivery:
    """`feed` is called while waiting (the watchdog). `boot` of the settings is the one of every sample."""

    def __init__(self, settings, client, feed) -> None:
        self.settings = settings
        self.client = client
        self.backlog = backlog.Backlog()
        self.reconnects = -1
        self.dropped = 0
        self.refused = ""
        self._feed = feed
        self._numbers = {}
        for sensor in settings.sensors:
            self._numbers[sensor.sid] = len(self._numbers)
        self._sids = [sensor.sid for sensor in settings.sensors]
        self._retry_ms = RETRY_LEAST_MS
        self._tried = False
        self._tried_ticks = 0
        self._flushed_ticks = 0

    def send_one(self, document) -> None:
        """Publish one document, or do with it what its kind asks for when it cannot be."""
        qos, retain, _ = messages.delivery(document, self.settings)
        row = None
        if document.kind == "measured-all":
            row = backlog.pack(self._numbers[document.sid], document)
        if not self.client.connected and document.kind != "event":
            if row is not None:
                self.backlog.add(row)
            return
        if qos and not self._wait_for_room():
            if row is not None:
                self.backlog.add(row)
            else:
                self.dropped += 1
            return
        topic = messages.topic(document, self.settings.home)
        # What is retained is made anew after a reconnect, a sample waits in the backlog, and nobody waits for a reply
        # by then: only events are kept.
        keep = not retain and row is None and document.kind != "reply"
        self.client.publish(topic, lambda put: messages.write(document, put), qos, retain, row, keep)
        document.release()

    def _wait_for_room(self) -> bool:
        start = time.ticks_ms()
        while self.client.connected and not self.client.room():
            self.client.step()
            self._feed()
            if time.ticks_diff(time.ticks_ms(), start) > WAIT_MS:
                return False
        return self.client.room()

    def is_time(self, now_ms: int) -> bool:
        """Whether a connection should be tried now."""
        return not self._tried or not 0 <= ticks_diff(now_ms, self._tried_ticks) < self._retry_ms  # below 0: days ago

    def connect(self, will: tuple, now_ms: int) -> bool:
        """Try to connect; True when a connection was made."""
        self._take_back()
        self._tried = True
        self._tried_ticks = now_ms
        self.client.will = will
        try:
            self.client.connect()
        except OSError as error:
            self.refused = "broker %s:%d: %s; check the address and the network" % (
                self.client.host,
                self.client.port,
                error,
            )
        except ValueError as error:
            self.refused = str(error) + "; check mqtt in aqsense.json"
        if not self.client.connected:
            self._retry_ms = min(2 * self._retry_ms + now_ms % 500, RETRY_MOST_MS)  # the ticks jitter it
            return False
        self.refused = ""
        self._retry_ms = RETRY_LEAST_MS
        self.reconnects += 1
        return True

    def _take_back(self) -> None:
        for tag in self.client.reclaim():
            if isinstance(tag, list):
                for row in tag:
                    self.backlog.add(row)
            else:
                self.backlog.add(tag)

    def flush(self, now_ms: int, cell: int, s: int) -> None:
        """Send some of the backlog, one history document at a time."""
        if not len(self.backlog) or not self.client.connected or not self.client.room():
            return
        if 0 <= ticks_diff(now_ms, self._flushed_ticks) < FLUSH_MS:
            return
        self._flushed_ticks = now_ms
        from aqsense import documents_device

        rows = self.backlog.take()
        bodies = [backlog.unpack(row) for row in rows]
        late_s = max(0, backlog.age_s(rows[0], cell, s))
        sid = self._sids[rows[0][0]]
        for document in documents_device.history(sid, self.settings.boot, bodies, "broker_down", late_s):
            topic = messages.topic(document, self.settings.home)
            self.client.publish(topic, lambda put, made=document: messages.write(made, put), 1, False, rows)
