"""The state directory: one SQLite file with the home's memory, written in batches, kept aside when damaged."""

import contextlib
import fcntl
import importlib.resources
import os
import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from firmware_bridge.errors import StoreError

FILE = "aqsense.db"
LATEST = 1  # the newest file in schema/
_BUSY_S = 1.0

_WAITING_CELLS = 20_000  # while the disk refuses: months of a home
MOST_ANSWERS = 256  # likewise: 4 MiB of the largest


class Cell(NamedTuple):
    """One closed half hour of a series, as the core gives it (`Monitor.take_cells`) and takes it back."""

    sid: str
    quantity: int
    regime: int
    cell: int
    utc_offset_min: int
    code: int
    filled: int
    reason: int
    a: int
    b: int
    c: int
    mean: int


_CELL = ", ".join(Cell._fields)


class Stored:
    """What a store remembers, to be read."""

    db: sqlite3.Connection

    def cells(self, after: int = -1) -> Iterator[Cell]:
        """Remembered half hours later than `after`, in order of time, one by one."""
        order = f"SELECT {_CELL} FROM cell WHERE cell > ? ORDER BY cell, sid, quantity"
        for row in self.db.execute(order, (after,)):
            yield Cell._make(row)

    def cells_backwards(self) -> Iterator[Cell]:
        """All remembered half hours, the latest first."""
        for row in self.db.execute(f"SELECT {_CELL} FROM cell ORDER BY cell DESC, sid, quantity"):
            yield Cell._make(row)

    def cells_of(self, sid: str, first: int, last: int) -> Iterator[Cell]:
        """Remembered half hours of a sensor from `first` to `last`, both included, in order of time."""
        order = f"SELECT {_CELL} FROM cell WHERE sid = ? AND cell BETWEEN ? AND ? ORDER BY cell, quantity"
        for row in self.db.execute(order, (sid, first, last)):
            yield Cell._make(row)

    def span(self, sid: str | None, first: int, last: int) -> tuple[int, int, set[tuple[str, int]]]:
        """(half hours, local days, series as (sid, quantity)) remembered from `first` to `last`, of a sensor or all."""
        where = "FROM cell WHERE cell BETWEEN ? AND ?" + (" AND sid = ?" if sid else "")
        bound = (first, last, sid) if sid else (first, last)
        count = f"SELECT count(DISTINCT cell), count(DISTINCT (cell * 30 + utc_offset_min) / 1440) {where}"
        half_hours, days = self.db.execute(count, bound).fetchone()
        series = self.db.execute(f"SELECT DISTINCT sid, quantity {where}", bound)
        return int(half_hours), int(days), {(str(found), int(quantity)) for found, quantity in series}

    def latest(self) -> dict[tuple[str, int], tuple[int, int]]:
        """(half hour, regime), the latest of each series, (sid, quantity), that half hours are remembered of."""
        found = self.db.execute("SELECT sid, quantity, max(cell), max(regime) FROM cell GROUP BY sid, quantity")
        return {(str(sid), int(quantity)): (int(cell), int(regime)) for sid, quantity, cell, regime in found}

    def last_cell(self) -> int:
        """The latest remembered half hour; -1 without any."""
        found = self.db.execute("SELECT max(cell) FROM cell").fetchone()[0]
        return -1 if found is None else int(found)

    def answers(self) -> list[tuple[str, str, str, str]]:
        """(id, t, verb, args) of everything the owner said, in order."""
        return [tuple(row) for row in self.db.execute("SELECT id, t, verb, args FROM answer ORDER BY rowid")]

    def noted(self, name: str) -> str | None:
        """The text of that name; None when there is none."""
        row = self.db.execute("SELECT value FROM note WHERE name = ?", (name,)).fetchone()
        return str(row[0]) if row else None


class Store(Stored):
    """An open store. Nothing is durable before `commit`; `said` lists what a person should know about its opening."""

    def __init__(self, directory: Path) -> None:
        self.said: list[str] = []
        self.errors = 0
        self.outdated = False  # what is folded live is not what is stored: no snapshot of it is kept
        self._waiting: list[Sequence[object]] = []  # half hours that are not durable yet
        self._answers: list[tuple[str, str, str, str]] = []  # and answers
        self._in_file = True  # whether they are in the running transaction
        self.last_commit = time.monotonic()
        self._directory = directory
        self._path = directory / FILE
        self._lock = _lock(directory)
        try:
            self.db = self._open()
        except (sqlite3.Error, _Unusable) as error:
            self._set_aside(str(error))
            try:
                self.db = self._open()
            except sqlite3.Error as again:
                raise StoreError(
                    f"{self._path} cannot be written ({again}): check free space and owner of {directory}"
                ) from None

    def _open(self) -> sqlite3.Connection:
        db = sqlite3.connect(self._path, timeout=_BUSY_S, isolation_level=None, check_same_thread=True)
        try:
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = NORMAL")
            db.execute("PRAGMA cache_size = -512")
            db.execute("PRAGMA secure_delete = ON")  # what was forgotten must not linger in free pages
            verdict = db.execute("PRAGMA quick_check(1)").fetchone()[0]
            if verdict != "ok":
                raise _Unusable(f"damaged: {verdict}")
            version = db.execute("PRAGMA user_version").fetchone()[0]
            if version > LATEST:
                raise _Unusable(f"written by a newer aqsense (version {version})")
            for step in range(version + 1, LATEST + 1):
                sql = importlib.resources.files("firmware_bridge").joinpath(f"schema/{step}.sql").read_text("utf-8")
                db.executescript(f"BEGIN; {sql} PRAGMA user_version = {step}; COMMIT;")
            db.execute("SELECT count(*) FROM note").fetchone()
            db.execute("BEGIN")
        except BaseException:
            db.close()
            raise
        return db

    def _set_aside(self, why: str) -> None:
        kept = f"{FILE}.kept-{time.strftime('%Y%m%dT%H%M%S', time.gmtime())}"
        for suffix in ("-wal", "-shm", ""):
            part = self._path.with_name(FILE + suffix)
            if part.exists():
                part.rename(self._path.with_name(kept + suffix))
        self.said.append(f"{self._path} could not be used ({why}): kept as {kept}, learning starts anew")

    def commit(self) -> bool:
        """Make everything so far durable; False when the disk refuses: half hours and answers wait in memory."""
        if (self._waiting or self._answers) and not self._in_file and not self._write_waiting():
            return False
        try:
            self._begin()
            self.db.execute("COMMIT")
            self.db.execute("BEGIN")
        except sqlite3.Error:
            self.errors += 1
            self._in_file = False  # a refusing disk may have undone everything since the last commit
            return False
        self._waiting.clear()
        self._answers.clear()
        self.last_commit = time.monotonic()
        return True

    def undo(self) -> None:
        """Take back what was changed since the last commit, half hours that closed excepted."""
        if self.db.in_transaction:
            self.db.execute("ROLLBACK")
        self._in_file = False
        self._answers.clear()

    def _begin(self) -> None:
        if not self.db.in_transaction:  # a full disk ends a transaction by itself
            self._in_file = False
            self.db.execute("BEGIN")

    def write(self, statement: str, rows: Iterable[Sequence[object]]) -> bool:
        """Run a statement for each row; False, and counted, when the disk refuses."""
        try:
            self._begin()
            self.db.executemany(statement, rows)
        except sqlite3.Error:
            self.errors += 1
            self._in_file = False
            return False
        return True

    def add_cells(self, cells: Iterable[Sequence[object]]) -> None:
        """Remember closed half hours; they are kept in memory too until they are durable."""
        self._waiting.extend(cells)
        del self._waiting[:-_WAITING_CELLS]
        self._write_waiting()

    def _write_waiting(self) -> bool:
        marks = ", ".join("?" * len(Cell._fields))
        done = self.write(f"INSERT OR REPLACE INTO cell ({_CELL}) VALUES ({marks})", self._waiting)
        self._in_file = done and self._write_answers()
        return self._in_file

    def _write_answers(self) -> bool:
        return self.write("INSERT OR IGNORE INTO answer VALUES (?, ?, ?, ?)", self._answers)

    def begin_regime(self, sid: str | None, first: int) -> None:
        """Half hours from `first` on, of one sensor or (None) of all, belong to the regime after their own."""
        where = "cell >= ?" if sid is None else "cell >= ? AND sid = ?"
        self.write(f"UPDATE cell SET regime = regime + 1 WHERE {where}", [(first,) if sid is None else (first, sid)])

    def drop_cells_before(self, cell: int) -> None:
        """Let go of half hours that are older than the memory reaches."""
        self.write("DELETE FROM cell WHERE cell < ?", [(cell,)])

    def put_snapshot(self, version: str, cell: int, state: bytes) -> None:
        """Remember the folded state as of a half hour, unless it is `outdated`."""
        if self.outdated:
            return
        self.write("INSERT OR REPLACE INTO snapshot VALUES (1, ?, ?, ?)", [(version, cell, state)])

    def snapshot(self, version: str) -> tuple[int, bytes] | None:
        """(half hour, state) that the same version wrote; None when there is none."""
        row = self.db.execute("SELECT cell, state FROM snapshot WHERE version = ?", (version,)).fetchone()
        return (int(row[0]), bytes(row[1])) if row else None

    def drop_snapshot(self) -> None:
        """Forget the folded state; it is folded again from the half hours."""
        self.write("DELETE FROM snapshot", [()])

    def add_answer(self, identifier: str, t: str, verb: str, args: str) -> str:
        """Remember what the owner said; the id that it is kept under, its own unless an earlier answer has that."""
        kept, count = identifier, 1
        waiting = {given[0] for given in self._answers}
        while kept in waiting or self.db.execute("SELECT 1 FROM answer WHERE id = ?", (kept,)).fetchone():
            count += 1
            kept = f"{identifier}#{count}"
        self._answers.append((kept, t, verb, args))
        self._write_answers()
        return kept

    def answers(self) -> list[tuple[str, str, str, str]]:
        """As `Stored.answers`, with those that wait for the disk."""
        found = super().answers()
        return found + [given for given in self._answers if given not in found]

    def takes_answers(self) -> bool:
        """Whether few enough wait for the disk."""
        return len(self._answers) < MOST_ANSWERS

    def note(self, name: str, value: str) -> None:
        """Remember a small named text."""
        self.write("INSERT OR REPLACE INTO note VALUES (?, ?)", [(name, value)])

    def compact(self) -> None:
        """Leave no trace of deleted rows in the journal; a reader elsewhere only delays that."""
        with contextlib.suppress(sqlite3.Error):
            self.db.execute("COMMIT")
            self.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        if not self.db.in_transaction:
            self.db.execute("BEGIN")

    def bytes(self) -> int:
        """Size of the store on disk, its journal included."""
        return sum(part.stat().st_size for part in (self._path, self._path.with_name(FILE + "-wal")) if part.exists())

    def close(self) -> None:
        """Commit and close."""
        self.commit()
        self.db.close()
        os.close(self._lock)


@contextlib.contextmanager
def reading(directory: Path) -> Iterator[Stored]:
    """What a store remembered at its last commit, for another process than the one that writes it."""
    found = Stored()
    found.db = sqlite3.connect(directory / FILE, timeout=_BUSY_S, isolation_level=None)
    try:
        found.db.execute("PRAGMA query_only = ON")
        found.db.execute("BEGIN")  # one moment for all that is read
        yield found
    finally:
        found.db.close()


class _Unusable(Exception):
    """The file opens but must not be used."""


def _lock(directory: Path) -> int:
    try:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        fd = os.open(directory / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StoreError(
            f"{directory} cannot be written ({error.strerror}): set state_dir to a directory of this user"
        ) from None
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(fd)
        raise StoreError(
            f"another aqsense uses {directory}: stop it (systemctl stop aqsense), or set another state_dir here"
        ) from None
    return fd
