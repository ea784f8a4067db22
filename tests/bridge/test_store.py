"""The store: what was committed is there again, and a damaged file never stops the readings."""

import sqlite3
from pathlib import Path

import pytest

from firmware_bridge.errors import StoreError
from firmware_bridge.store import FILE, Store

CELL = ("s1", 1, 1, 984420, 60, 900, 30, -1, 890, 900, 910, 105)


def _filled(directory: Path) -> None:
    store = Store(directory)
    store.add_cells([CELL, ("s1", 1, 1, 984421, 60, -32768, 3, 4, -32768, -32768, -32768, -1)])
    store.put_snapshot("0.1.0", 984421, b"state")
    store.add_answer("a1", "2026-02-24T18:31:00Z", "confirm", "{}")
    store.note("client", "abc")
    store.close()


def test_everything_committed_is_there_again(tmp_path: Path) -> None:
    _filled(tmp_path)
    store = Store(tmp_path)
    assert next(store.cells()) == CELL
    assert [cell[3] for cell in store.cells(984420)] == [984421]
    assert store.last_cell() == 984421
    assert store.snapshot("0.1.0") == (984421, b"state")
    assert store.snapshot("0.2.0") is None
    assert store.answers() == [("a1", "2026-02-24T18:31:00Z", "confirm", "{}")]
    assert store.noted("client") == "abc"
    assert store.said == []
    store.close()


def test_an_answer_is_never_overwritten(tmp_path: Path) -> None:
    _filled(tmp_path)
    store = Store(tmp_path)
    assert store.add_answer("a1", "2027-01-01T00:00:00Z", "dispute", "{}") == "a1#2"  # done, so never lost either
    assert store.add_answer("a1", "2027-01-01T00:00:00Z", "dispute", "{}") == "a1#3"
    assert [(given[0], given[2]) for given in store.answers()] == [
        ("a1", "confirm"),
        ("a1#2", "dispute"),
        ("a1#3", "dispute"),
    ]
    store.close()


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"this is no database, but somebody's notes about the weather" * 100,
        lambda data: data[: len(data) // 2],
        lambda data: data[:4096] + b"\xff" * 4096 + data[8192:],
        lambda data: b"\x00" * len(data),
    ],
)
def test_a_damaged_store_is_kept_aside_and_a_new_one_begins(tmp_path: Path, damage: object) -> None:
    _filled(tmp_path)
    path = tmp_path / FILE
    path.write_bytes(damage(path.read_bytes()))  # type: ignore[operator]
    store = Store(tmp_path)
    assert list(store.cells()) == []
    assert len(store.said) == 1
    assert "kept as" in store.said[0]
    assert len(list(tmp_path.glob(FILE + ".kept-*"))) >= 1
    store.add_cells([CELL])
    store.close()


def test_the_store_of_a_newer_version_is_kept_aside(tmp_path: Path) -> None:
    _filled(tmp_path)
    db = sqlite3.connect(tmp_path / FILE)
    db.execute("PRAGMA user_version = 99")
    db.close()
    store = Store(tmp_path)
    assert "newer aqsense" in store.said[0]
    store.close()


def test_an_empty_file_becomes_a_store(tmp_path: Path) -> None:
    (tmp_path / FILE).touch()
    store = Store(tmp_path)
    assert store.said == []
    store.close()


def test_two_at_once_are_refused(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with pytest.raises(StoreError, match="another aqsense uses"):
        Store(tmp_path)
    store.close()
    Store(tmp_path).close()


def test_a_directory_that_cannot_be_made_is_an_error_that_names_the_key(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="state_dir"):
        Store(tmp_path / "file" / "state")


def test_what_was_deleted_leaves_no_bytes_behind(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.note("canary", "canary-canary-canary")
    store.commit()
    store.db.execute("DELETE FROM note WHERE name = 'canary'")
    store.commit()
    store.db.execute("COMMIT")
    store.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    store.db.execute("BEGIN")
    assert b"canary-canary" not in (tmp_path / FILE).read_bytes()
    store.close()
