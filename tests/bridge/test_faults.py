"""Faults of disk, clock and snapshot: the readings go on, and what was lost is said."""

import contextlib
import resource
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from aqsense import codes, quantities, replies_en
from aqsense.monitor import Monitor
from aqsense.refused import Refused
from firmware_bridge import forgetting, later, snapshots, verbs
from firmware_bridge.commands import demo_past
from firmware_bridge.outbox import SAMPLE, Outbox
from firmware_bridge.problems import Problems
from firmware_bridge.retained import Kept, Retained
from firmware_bridge.store import FILE, MOST_ANSWERS, Store
from tests.bridge.bench_parts import Bench, wait_for

PMS = {"id": "s1", "model": "pms5003", "room": "kitchen"}


def test_a_disk_that_refuses_costs_no_reading_that_memory_can_hold(tmp_path: Path) -> None:
    store = Store(tmp_path)
    box = Outbox(store, 1 << 20)
    store.db.execute("PRAGMA max_page_count = 1")  # every write of a new page fails as on a full disk
    for seq in range(50):
        box.add(SAMPLE, "s1", "abc123", seq, None, 0, "topic", "x" * 3000)
    assert not box.commit()
    assert store.errors > 0
    assert [row.seq for row in box.take(100)] == list(range(50))
    store.db.execute("PRAGMA max_page_count = 1000000")
    assert box.commit()
    store.close()
    again = Store(tmp_path)
    assert [row.seq for row in Outbox(again, 1 << 20).take(100)] == list(range(50))
    again.close()


def test_a_clock_that_is_known_at_last_is_no_harm_while_the_disk_refuses(tmp_path: Path) -> None:
    store = Store(tmp_path)
    box = Outbox(store, 1 << 20)
    box.add(SAMPLE, "s1", "abc123", 1, None, 1000, "topic", "x")
    assert box.commit()
    box.add(SAMPLE, "s1", "abc123", 2, None, 2000, "topic", "x")
    with _refusing_disk():
        assert not box.commit()
        box.date("abc123", 1_800_000_000_000)
    assert box.commit()
    assert [row.seq for row in box.take(10)] == [1, 2]
    store.close()


@pytest.mark.parametrize(("pages", "room"), [(128, 1), (1, 10_000)], ids=["commit", "deletion"])
def test_nothing_is_told_to_be_forgotten_that_the_disk_keeps(
    tmp_path: Path, pages: int, room: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(later, "Beside", lambda *_: None)
    monkeypatch.setattr(later, "_WAITING", [])
    store = Store(tmp_path)
    box = Outbox(store, 1 << 20)
    store.add_cells([("s1", quantities.PM2_5, 1, cell, 0, 900, 30, -1, 900, 900, 900, 50) for cell in range(999)])
    assert box.commit()
    store.compact()
    store.db.execute(f"PRAGMA cache_size = {pages}")
    with _refusing_disk(room), pytest.raises(Refused, match="the log says why"):
        _forget_all(tmp_path, store, box)
    assert box.commit() and not store.outdated
    assert store.span(None, 0, 999)[0] == 999
    store.close()


def test_an_answer_that_was_given_effect_is_kept_though_the_disk_refused_it_at_first(tmp_path: Path) -> None:
    store = Store(tmp_path)
    box = Outbox(store, 1 << 20)
    t = "2026-02-24T18:31:00Z"
    store.add_cells([("s1", quantities.PM2_5, 1, 99, 0, 900, 30, -1, 900, 900, 900, 50)])
    store.add_answer("a1", t, "pause", "{}")
    with _refusing_disk():
        assert not box.commit()
        assert [given[0] for given in store.answers()] == ["a1"]  # it may be retracted, and a snapshot counts it
        with pytest.raises(Refused):
            _forget_all(tmp_path, store, box)
    assert store.add_answer("a1", t, "resume", "{}") == "a1#2"
    assert box.commit()
    given = [("a1", t, "pause", "{}"), ("a1#2", t, "resume", "{}")]
    assert store.answers() == given
    store.close()
    again = Store(tmp_path)
    assert again.answers() == given
    again.close()


def test_an_answer_that_was_taken_back_does_not_wait(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.add_answer("a1", "2026-02-24T18:31:00Z", "declare", "{}")
    with _refusing_disk():
        assert not store.commit()
        store.undo()
    assert store.commit()
    assert store.answers() == []
    store.close()


def test_an_answer_is_refused_while_too_many_wait_for_the_disk(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for number in range(MOST_ANSWERS):
        store.add_answer(f"a{number}", "2026-02-24T18:31:00Z", "pause", "{}")
    settings: Any = _settings(tmp_path)
    daemon: Any = SimpleNamespace(
        store=store, settings=settings, catching_up=None, problems=Problems(), commit=store.commit)  # fmt: skip
    asked: Any = SimpleNamespace(verb="pause", args={}, words=replies_en)
    with _refusing_disk(), pytest.raises(Refused, match="the log says why"):
        verbs.answered(daemon, asked)
    store.close()


def test_half_hours_that_wait_for_the_disk_are_forgotten_like_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(later, "Beside", lambda *_: None)
    monkeypatch.setattr(later, "_WAITING", [])
    store = Store(tmp_path)
    box = Outbox(store, 1 << 20)
    store.add_cells([("s1", quantities.PM2_5, 1, cell, 0, 900, 30, -1, 900, 900, 900, 50) for cell in range(99)])
    with _refusing_disk():
        assert not box.commit()
    _forget_all(tmp_path, store, box)
    assert box.commit()
    assert store.last_cell() == -1
    store.close()


def _forget_all(directory: Path, store: Store, box: Outbox) -> None:
    settings: Any = _settings(directory)
    problems = SimpleNamespace(has=lambda key: False, say=lambda text: None)  # what is said may go to a file, too
    daemon: Any = SimpleNamespace(
        store=store, outbox=box, monitor=snapshots.from_scratch(settings, store), now=lambda: (99, 0),
        sender=SimpleNamespace(forget=lambda covers: None), commit=box.commit, settings=settings,
        config=SimpleNamespace(state_dir=directory), wake=lambda: None, problems=problems)  # fmt: skip
    asked: Any = SimpleNamespace(words=replies_en)
    forgetting.carry_out(daemon, asked, forgetting.Plan(store, None, 0, forgetting.FOREVER))


def test_what_stood_at_the_broker_is_remembered_though_the_disk_refused_it_at_first(tmp_path: Path) -> None:
    store = Store(tmp_path)
    retained = Retained(store)
    retained.put("gone", Kept(1, 0, "{}"))
    retained.save()
    assert store.commit()
    retained.saved()
    retained.drop("gone")
    retained.put("here", Kept(1, 0, "{}"))
    with _refusing_disk():
        retained.save()
        assert not store.commit()
    retained.save()
    assert store.commit()
    retained.saved()
    assert Retained(store).topics() == ["here"]
    store.close()


@contextlib.contextmanager
def _refusing_disk(room: int = 1) -> Iterator[None]:
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, limits[1]))  # no file may grow beyond it
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


@pytest.mark.skipif(shutil.which("mount") is None, reason="needs mount and the right to use it")
def test_a_full_disk_does_not_stop_the_readings(bench: Bench) -> None:
    small = bench.directory / "small"
    small.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(small)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("not allowed to mount a small disk here")
    try:
        broker = bench.mosquitto()
        listener = bench.listener(broker.port)
        bench.sensor("pms5003", link="pms")
        config = bench.config(
            broker.port, [{**PMS, "port": bench.link("pms")}], top={"state_dir": str(small / "state")}
        )
        daemon = bench.daemon(config)
        listener.wait("measured/s1/all")
        _fill(small / "filler")
        broker.stop()
        time.sleep(3)
        broker.start()
        before = len(listener.of("measured/s1/all"))
        wait_for(lambda: len(listener.of("measured/s1/all")) > before + 2, 40, "readings again")
        (small / "filler").unlink()
        assert daemon.child.poll() is None
        assert daemon.stop() == 0
    finally:
        subprocess.run(["umount", "-l", str(small)], capture_output=True, check=False)


def _fill(path: Path) -> None:
    with contextlib.suppress(OSError), path.open("wb", buffering=0) as filler:
        while True:
            filler.write(b"x" * 4096)


def _settings(directory: Path) -> object:
    from firmware_bridge import config, core_settings

    sensors = (config.Sensor("s1", "pms5003", "/dev/x", "kitchen"), config.Sensor("s2", "mhz19b", "/dev/y", "bedroom"))
    return core_settings.settings(config.Config("maple", "UTC", sensors, directory), "abc123")


def _known(settings: Any, store: Store) -> Monitor:
    """What a start comes to know, at once or later."""
    return snapshots.restore(settings, store)[0] or snapshots.from_scratch(settings, store)


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of the demo's past."""
    directory = tmp_path_factory.mktemp("lived")
    home, past = demo_past.lived(1_800_000_000, "UTC")
    demo_past.remember(home, past, "UTC", directory)
    return directory


def test_a_damaged_snapshot_is_made_good_from_the_half_hours(tmp_path: Path, lived: Path) -> None:
    shutil.copytree(lived, tmp_path, dirs_exist_ok=True)
    store = Store(tmp_path)
    settings = _settings(tmp_path)
    expected = snapshots.from_scratch(settings, store).snapshot()
    store.put_snapshot(snapshots.VERSION, store.last_cell(), expected)
    restored, why = snapshots.restore(settings, store)
    assert restored is not None and why == ""
    assert restored.snapshot() == expected
    for damaged in (b"rubbish", expected[: len(expected) // 2]):
        store.put_snapshot(snapshots.VERSION, store.last_cell(), damaged)
        restored, why = snapshots.restore(settings, store)
        assert restored is None and "could not be used" in why
        assert _known(settings, store).snapshot() == expected
    store.close()


def test_a_changed_correction_starts_the_next_regime_though_no_snapshot_can_be_used(
    tmp_path: Path, lived: Path
) -> None:
    shutil.copytree(lived, tmp_path, dirs_exist_ok=True)
    store = Store(tmp_path)
    learned = _known(_settings(tmp_path), store)
    snapshots.save(learned, store)
    store.put_snapshot(snapshots.VERSION, store.last_cell(), b"rubbish")
    changed: Any = _settings(tmp_path)
    changed.sensors[0].correction = "epa-us-2021"
    monitor = _known(changed, store)
    of_particles = monitor.series("s1", quantities.PM2_5)
    assert of_particles.name == "s1/pm25/r2" and of_particles.valid_days == 0
    assert of_particles.code == codes.CORRECTION_CHANGED
    assert monitor.series("s2", quantities.CO2).name == "s2/co2/r1"
    snapshots.save(monitor, store)
    store.put_snapshot(snapshots.VERSION, store.last_cell(), b"rubbish")  # before any half hour of the new regime
    again = _known(changed, store)
    assert again.series("s1", quantities.PM2_5).name == "s1/pm25/r2"
    store.close()


def test_a_kill_at_any_moment_leaves_a_store_that_opens(bench: Bench) -> None:
    broker = bench.mosquitto()
    bench.sensor("pms5003", link="pms")
    config = bench.config(broker.port, [{**PMS, "port": bench.link("pms")}])
    listener = bench.listener(broker.port)
    for delay_s in (0.1, 0.35, 0.8, 1.7, 2.4):
        daemon = bench.daemon(config)
        time.sleep(delay_s)
        daemon.stop(9)
        path = bench.directory / "state" / FILE
        if path.exists():
            db = sqlite3.connect(path)
            assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            db.close()
    daemon = bench.daemon(config)
    listener.wait("measured/s1/all")
    assert "kept as" not in daemon.said()


def test_an_answer_that_the_snapshot_knows_is_not_given_again(tmp_path: Path, lived: Path) -> None:
    shutil.copytree(lived, tmp_path, dirs_exist_ok=True)
    store = Store(tmp_path)
    settings = _settings(tmp_path)
    monitor = _known(settings, store)
    record = {"id": "a1", "t": "2027-01-15T08:10:00Z", "verb": "declare", "args": {"sid": "s2", "what": "people"}}
    code, text, _ = monitor.answer(record)
    assert code == "", text
    store.add_answer("a1", str(record["t"]), "declare", '{"sid": "s2", "what": "people"}')
    snapshots.save(monitor, store)
    again = _known(settings, store)
    assert again.meta("s2").body["regime"] == monitor.meta("s2").body["regime"]
    assert again.snapshot() == monitor.snapshot()
    store.drop_snapshot()
    folded = _known(settings, store)
    assert folded.meta("s2").body["regime"] == monitor.meta("s2").body["regime"]
    store.close()
