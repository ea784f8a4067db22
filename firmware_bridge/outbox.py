"""What no broker has acknowledged yet: kept in memory for a moment, on disk from the next commit on, bounded always."""

import contextlib
import sqlite3
from collections import OrderedDict
from collections.abc import Iterable

from firmware_bridge.store import Store

SAMPLE = 0
MESSAGE = 1
_NAMES = ("id", "kind", "sid", "boot", "seq", "t_ms", "up_ms", "topic", "payload")
_COLUMNS = ", ".join(_NAMES)
_ROW_BYTES = 160  # what a row costs beside its text, in SQLite and in memory alike
_MEMORY_BYTES = 4 << 20  # while the disk refuses


class Row:
    """One sample or message. `t_ms` is the epoch instant that it speaks of, None when no clock could date it."""

    __slots__ = ("boot", "id", "kind", "payload", "seq", "sid", "t_ms", "topic", "up_ms")

    def __init__(
        self, id: int, kind: int, sid: str, boot: str, seq: int, t_ms: int | None, up_ms: int, topic: str, payload: str
    ) -> None:
        self.id = id
        self.kind = kind
        self.sid = sid
        self.boot = boot
        self.seq = seq
        self.t_ms = t_ms
        self.up_ms = up_ms
        self.topic = topic
        self.payload = payload

    @property
    def size(self) -> int:
        """Bytes that the row counts against the bound."""
        return len(self.payload) + len(self.topic) + _ROW_BYTES


class Outbox:
    """Rows in the order of their adding. One leaves by `done`, or counted in `dropped` by `give_up` or without room."""

    def __init__(self, store: Store, max_bytes: int) -> None:
        self._db = store.db
        self._store = store
        self._max = max_bytes
        self._memory: OrderedDict[int, Row] = OrderedDict()
        self._memory_bytes = 0
        self._busy: set[int] = set()
        self._last_id = int(self._db.execute("SELECT coalesce(max(id), 0) FROM outbox").fetchone()[0])
        self._count_disk()
        self.dropped = 0

    def _count_disk(self) -> None:
        size = f"coalesce(sum(length(payload) + length(topic) + {_ROW_BYTES}), 0)"
        self._disk_rows, self._disk_bytes = self._db.execute(f"SELECT count(*), {size} FROM outbox").fetchone()

    def __len__(self) -> int:
        return len(self._memory) + int(self._disk_rows)

    @property
    def size(self) -> int:
        """Bytes held, in memory and on disk."""
        return self._memory_bytes + int(self._disk_bytes)

    def add(
        self, kind: int, sid: str, boot: str, seq: int, t_ms: int | None, up_ms: int, topic: str, payload: str
    ) -> Row:
        """Keep a row until it is done; the oldest rows give way when there is no more room."""
        self._last_id += 1
        row = Row(self._last_id, kind, sid, boot, seq, t_ms, up_ms, topic, payload)
        self._memory[row.id] = row
        self._memory_bytes += row.size
        while self.size > self._max and len(self) > 1 and self._drop_oldest():
            self.dropped += 1
        return row

    def _drop_oldest(self) -> bool:
        if self._disk_rows:
            row = self._db.execute(f"SELECT {_COLUMNS} FROM outbox ORDER BY id LIMIT 1").fetchone()
            if row is not None:
                return self._forget_on_disk(Row(*row))
        _, oldest = self._memory.popitem(last=False)
        self._memory_bytes -= oldest.size
        self._busy.discard(oldest.id)
        return True

    def _forget_on_disk(self, *rows: Row) -> bool:
        if not self._store.write("DELETE FROM outbox WHERE id = ?", [(row.id,) for row in rows]):
            return False
        self._disk_rows -= len(rows)
        self._disk_bytes -= sum(row.size for row in rows)
        self._busy.difference_update(row.id for row in rows)
        return True

    def take(self, limit: int) -> list[Row]:
        """The oldest rows that are not under way yet; they count as under way until `done` or `back`."""
        found: list[Row] = []
        if self._disk_rows:
            for values in self._db.execute(
                f"SELECT {_COLUMNS} FROM outbox ORDER BY id LIMIT ?", (limit + len(self._busy),)
            ):
                row = Row(*values)
                if row.id not in self._busy:
                    found.append(row)
                if len(found) == limit:
                    break
        for row in self._memory.values():
            if len(found) >= limit:
                break
            if row.id not in self._busy:
                found.append(row)
        self._busy.update(row.id for row in found)
        return found

    def hold(self, rows: Iterable[Row]) -> None:
        """They are under way."""
        self._busy.update(row.id for row in rows)

    def done(self, rows: Iterable[Row]) -> None:
        """The broker has rows that were under way; those dropped or forgotten meanwhile are no longer here."""
        on_disk = []
        for row in rows:
            if row.id not in self._busy:
                continue
            if row.id in self._memory:
                del self._memory[row.id]
                self._memory_bytes -= row.size
                self._busy.discard(row.id)
            else:
                on_disk.append(row)
        if on_disk:
            self._forget_on_disk(*on_disk)

    def give_up(self, rows: Iterable[Row]) -> None:
        """No broker takes them: they leave, counted in `dropped`."""
        before = len(self)
        self.done(rows)
        self.dropped += before - len(self)

    def back(self, rows: Iterable[Row]) -> None:
        """They did not get through and must be sent again."""
        for row in rows:
            self._busy.discard(row.id)

    def date(self, boot: str, offset_ms: int) -> int:
        """Give rows of this boot that no clock could date their instant, `offset_ms + up_ms`; how many there were."""
        count = 0
        for row in self._memory.values():
            if row.t_ms is None and row.boot == boot and row.kind == SAMPLE:
                row.t_ms = offset_ms + row.up_ms
                count += 1
        undated = "t_ms IS NULL AND boot = ? AND kind = 0"
        found = self._db.execute(f"SELECT count(*) FROM outbox WHERE {undated}", (boot,)).fetchone()[0]
        done = self._store.write(f"UPDATE outbox SET t_ms = ? + up_ms WHERE {undated}", [(offset_ms, boot)])
        return count + (int(found) if done else 0)

    def forget(self, sid: str | None, from_ms: int, to_ms: int) -> None:
        """Drop samples of a sensor (None: all) of these epoch milliseconds, undelivered or not."""
        for row in list(self._memory.values()):
            if row.kind == SAMPLE and sid in (None, row.sid) and row.t_ms is not None and from_ms <= row.t_ms < to_ms:
                del self._memory[row.id]
                self._memory_bytes -= row.size
                self._busy.discard(row.id)
        found = f"SELECT {_COLUMNS} FROM outbox WHERE kind = 0 AND t_ms >= ? AND t_ms < ?"
        for values in self._db.execute(found, (from_ms, to_ms)).fetchall():
            row = Row(*values)
            if sid in (None, row.sid):
                self._forget_on_disk(row)

    def oldest_ms(self) -> int | None:
        """Instant of the oldest dated row; None without one."""
        if self._disk_rows:
            found = self._db.execute("SELECT t_ms FROM outbox WHERE t_ms IS NOT NULL ORDER BY id LIMIT 1").fetchone()
            if found:
                return int(found[0])
        for row in self._memory.values():
            if row.t_ms is not None:
                return row.t_ms
        return None

    def commit(self) -> bool:
        """Write what is still here to disk; False when the disk refuses, and then it stays in memory within a bound."""
        rows = [tuple(getattr(row, name) for name in _NAMES) for row in self._memory.values()]
        marks = ", ".join("?" * len(_NAMES))
        good = self._store.write(f"INSERT INTO outbox ({_COLUMNS}) VALUES ({marks})", rows) and self._store.commit()
        if not good:
            self._keep_in_memory(rows)
            return False
        self._disk_rows += len(rows)
        self._disk_bytes += self._memory_bytes
        self._memory.clear()
        self._memory_bytes = 0
        return True

    def _keep_in_memory(self, rows: list[tuple[object, ...]]) -> None:
        with contextlib.suppress(sqlite3.Error):
            self._db.executemany("DELETE FROM outbox WHERE id = ?", [(row[0],) for row in rows])
            self._count_disk()  # a refusing disk may have undone deletions
        while self._memory_bytes > _MEMORY_BYTES:
            _, oldest = self._memory.popitem(last=False)
            self._memory_bytes -= oldest.size
            self._busy.discard(oldest.id)
            self.dropped += 1
