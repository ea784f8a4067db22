"""The newest document of every retained topic, so that a broker that forgot them can be told again."""

import time
from typing import NamedTuple

from firmware_bridge.store import Store


class Kept(NamedTuple):
    """A retained message; `expires_s` is an epoch second, 0 for never."""

    qos: int
    expires_s: int
    payload: str


class Retained:
    """Topics and what stands on them; changes reach the disk with the store's next commit."""

    def __init__(self, store: Store) -> None:
        self._store = store
        rows = store.db.execute("SELECT topic, qos, expires_s, payload FROM retained")
        self._kept = {topic: Kept(qos, expires, payload) for topic, qos, expires, payload in rows}
        self._changed: set[str] = set()

    def put(self, topic: str, kept: Kept) -> bool:
        """Keep a document; False when the same one stands there already."""
        before = self._kept.get(topic)
        self._kept[topic] = kept
        self._changed.add(topic)
        return before is None or before.payload != kept.payload

    def drop(self, topic: str) -> None:
        """Nothing stands on that topic any more."""
        self._kept.pop(topic, None)
        self._changed.add(topic)

    def current(self) -> list[tuple[str, Kept]]:
        """What still holds now, in order of topic."""
        now = time.time()
        return [(topic, kept) for topic, kept in sorted(self._kept.items()) if not 0 < kept.expires_s <= now]

    def topics(self) -> list[str]:
        """All topics, expired ones too: what may still stand at a broker."""
        return sorted(self._kept)

    def save(self) -> None:
        """Hand changes to the store; again with the next call, until they are `saved`."""
        for topic in self._changed:
            kept = self._kept.get(topic)
            if kept is None:
                done = self._store.write("DELETE FROM retained WHERE topic = ?", [(topic,)])
            else:
                row = (topic, kept.qos, kept.expires_s, kept.payload)
                done = self._store.write("INSERT OR REPLACE INTO retained VALUES (?, ?, ?, ?)", [row])
            if not done:
                return

    def saved(self) -> None:
        """The store's commit made them durable."""
        self._changed.clear()
