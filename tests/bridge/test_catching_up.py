"""A start without a snapshot: the readings flow while the memory is folded, and nothing is judged twice or lost."""

import json
import random
import time
from pathlib import Path
from typing import Any

import pytest

from aqsense import messages, quantities, timetext
from aqsense.logcode import decode, encode
from aqsense.monitor import Monitor
from aqsense.settings import SensorSettings, Settings
from firmware_bridge import apart, catching_up, gathering, snapshots
from firmware_bridge.catching_up import Broken, CatchingUp
from firmware_bridge.store import Store, reading
from tests.bridge.bench_parts import AQSENSE, Bench, wait_for
from tests.documents.rows import Rows

PM = quantities.PM2_5
DAYS = 70
NOW = 984_000 + DAYS * 48
MEANWHILE = 60  # half hours: more than a day, with its close
_AT = (30, 31)  # of them smell of toast


def settings(**more: Any) -> Settings:
    """A home with one sensor, whose rows come from nowhere."""
    sensor = SensorSettings("s1", None, "kitchen", "kitchen", 60)
    for name, value in more.items():
        setattr(sensor, name, value)
    made = Settings("maple", [sensor], boot="k3m9q2")
    made.publish_s = 600
    return made


@pytest.fixture
def lived(tmp_path: Path) -> Store:
    """A store of ten weeks, and no snapshot of them."""
    store = Store(tmp_path)
    draw = random.Random(4)
    found = [(cell, encode(PM, draw.randrange(30, 80))) for cell in range(NOW - DAYS * 48, NOW)]
    store.add_cells([("s1", PM, 1, cell, 0, code, 30, -1, code, code, code, decode(PM, code)) for cell, code in found])
    store.commit()
    return store


def meanwhile(monitor: Monitor, more: int = 0) -> list[Any]:
    """Documents of the half hours that close while the memory would be folded."""
    monitor.clock("ntp", 1, True)
    rows, found = Rows(("pm2_5_ugm3",), (10,)), []
    for i in range((MEANWHILE + more) * 30 + 1):
        value = 9000 if i // 30 in _AT else 50 + i % 7
        found += monitor.step("s1", rows.set(value), NOW + i // 30, i % 30 * 60, 0, i * 60_000)
    return found


def inferred(documents: list[Any]) -> list[str]:
    """What was said of the memory, but for the samples that it was made of, and of the sensor."""
    bodies = [json.loads(messages.text(document)) for document in documents if document.kind != "measured"]
    for body in bodies:
        if "evidence" in body:
            body["evidence"].pop("input", None)
    return [json.dumps(body) for body in bodies if body.get("kind") not in (None, "sensor")]


def in_store(store: Store) -> list[Any]:
    """Every half hour that it remembers."""
    return list(store.cells())


def caught_up(store: Store, given: Settings) -> tuple[CatchingUp, list[Any], list[Any]]:
    """(it, documents meanwhile, documents when the memory was there) of a start that does not wait."""
    start = CatchingUp(given, store, "")
    store.commit()
    early = meanwhile(start.monitor)
    snapshots.remember(start.monitor, store, NOW + MEANWHILE)
    store.commit()  # the fold may see them, and must not take them for what was there before
    state = catching_up.fold(given, store._directory, start._until)
    assert not isinstance(state, Broken)
    return start, early, start.take_over(state)


def test_what_closes_while_the_memory_is_folded_is_judged_as_if_the_readings_had_waited(lived: Store) -> None:
    waited = snapshots.from_scratch(settings(), lived)
    said = meanwhile(waited)
    closed = waited.take_cells()
    start, early, late = caught_up(lived, settings())
    assert [d.body["t"] for d in early if d.kind == "measured"] == [d.body["t"] for d in said if d.kind == "measured"]
    assert inferred(early) == []
    assert any('"started"' in text for text in inferred(said))
    assert inferred(late) == inferred(said)
    assert start.monitor.snapshot() == waited.snapshot()
    assert in_store(lived)[-MEANWHILE:] == closed
    assert start.monitor.inference() == waited.inference()


def test_the_next_start_goes_on_from_there(lived: Store) -> None:
    start, _, _ = caught_up(lived, settings())
    again, why = snapshots.restore(settings(), lived)
    assert again is not None and why == ""
    assert again.snapshot() == start.monitor.snapshot()


def test_a_start_that_ends_before_the_memory_is_there_loses_nothing(lived: Store) -> None:
    waited = snapshots.from_scratch(settings(), lived)
    meanwhile(waited)
    start = CatchingUp(settings(), lived, "")
    meanwhile(start.monitor)
    lived.add_answer("a1", timetext.instant(NOW + MEANWHILE, 5), "annotate", json.dumps({"label": "toast"}))
    snapshots.save(start.monitor, lived)
    assert lived.noted(snapshots.HEARD) is None
    again, _ = snapshots.restore(settings(), lived)
    assert again is None
    assert snapshots.from_scratch(settings(), lived).series("s1", PM).snapshot() == waited.series("s1", PM).snapshot()


def test_half_hours_of_another_correction_than_before_belong_to_the_next_regime(lived: Store) -> None:
    snapshots.save(snapshots.from_scratch(settings(), lived), lived)
    lived.drop_snapshot()
    changed = settings(correction="kappa:0.35")
    waited = snapshots.from_scratch(changed, lived)
    assert [subject.regime for subject in waited.home.subjects()] == ["r2"]
    assert [subject.regime for subject in gathering.monitor(changed, lived).home.subjects()] == ["r2"]
    start, _, _ = caught_up(lived, settings(correction="kappa:0.35"))
    assert [subject.regime for subject in start.monitor.home.subjects()] == ["r2"]
    assert {row.regime for row in in_store(lived)[-MEANWHILE:]} == {2}


def test_half_hours_after_an_answer_that_began_a_regime_belong_to_it(lived: Store) -> None:
    """It was given, and the power cut before a half hour closed."""
    lived.add_answer("a1", timetext.instant(NOW - 1, 900), "relearn", json.dumps({"sid": "s1"}))
    waited = snapshots.from_scratch(settings(), lived)
    meanwhile(waited)
    start, _, _ = caught_up(lived, settings())
    assert start.monitor.snapshot() == waited.snapshot()
    assert {row.regime for row in in_store(lived)[-MEANWHILE:]} == {2}


def test_another_sensor_that_says_so_meanwhile_is_learned_from_anew(lived: Store) -> None:
    start = CatchingUp(settings(), lived, "")
    for serial in ("1", "2"):
        start.monitor.settings.sensors[0].serial = serial
        start.monitor._identified("s1", NOW, 0)
    state = catching_up.fold(settings(), lived._directory, start._until)
    assert not isinstance(state, Broken)
    start.take_over(state)
    assert [subject.regime for subject in start.monitor.home.subjects()] == ["r2"]


def test_a_memory_that_breaks_the_core_is_left_aside(lived: Store) -> None:
    lived.add_answer("a1", "2026-02-24T18:30:00Z", "confirm", "no json")
    lived.commit()
    start = CatchingUp(settings(), lived, "")
    found = catching_up.fold(settings(), lived._directory, start._until)
    assert isinstance(found, Broken)
    meanwhile(start.monitor)
    start.take_over(None)
    assert start.monitor.series("s1", PM).valid_days == 1
    assert snapshots.restore(settings(), lived)[0] is not None


def test_readings_do_not_wait_for_a_long_memory(bench: Bench) -> None:
    store = Store(bench.directory / "state")
    last = int(time.time()) // 1800 - 2
    for quantity in (PM, quantities.PM10):
        code = range(1400, 1490)
        store.add_cells(
            [("s1", quantity, 1, last - i, 0, code[i * 7 % 90], 30, -1, *3 * [1400], 50) for i in range(19_000)]
        )
    store.put_snapshot("0.0.1", last, b"of another version")
    store.close()
    broker = bench.mosquitto()
    listener = bench.listener(broker.port)
    bench.sensor("pms5003", link="pms")
    path = bench.config(broker.port, [{"id": "s1", "model": "pms5003", "port": bench.link("pms"), "room": "kitchen"}])
    daemon = bench.daemon(path)
    listener.wait("measured/s1/all")
    assert listener.of("inferred/") == []
    asked = bench.run("pause", [*AQSENSE, "pause", "--config", str(path), "s1"])
    wait_for(lambda: asked.child.poll() is not None, 10, "an answer")
    assert "being folded again" in asked.said()
    elevation = listener.wait("s1/pm25/elevation", timeout_s=60)
    assert elevation["stage"] == "stale" or elevation["evidence"]["n"] > 59
    health = listener.wait("maple/health", timeout_s=70)
    assert daemon.stop() == 0
    with reading(bench.directory / "state") as stored:
        kept = stored.db.execute("SELECT version FROM snapshot").fetchone()[0]
    assert kept == snapshots.VERSION
    assert health["state"] in ("ok", "degraded")
    assert listener.invalid == []


def test_a_folding_that_is_ended_from_outside_is_tried_again_at_the_next_start(
    lived: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ended(*_: Any) -> None:
        raise RuntimeError("killed")

    monkeypatch.setattr(apart, "call", ended)
    said: dict[str, str] = {}

    class Daemon:
        """As much of one as a folding sees."""

        settings = settings()

        class config:
            state_dir = lived._directory

        class problems:
            @staticmethod
            def set(key: str, text: str, level: int = 0) -> None:
                said[key] = text

        @staticmethod
        def wake() -> None:
            pass

    start = CatchingUp(Daemon.settings, lived, "no state of this version of aqsense is stored")
    daemon: Any = Daemon()
    start.begin(daemon)
    assert "readings flow" in said["folding"]
    assert start._beside is not None
    wait_for(start._beside.is_done)
    assert not start.turn(daemon)
    assert "restart aqsense" in said["folding"]
    assert lived.outdated and snapshots.restore(settings(), lived)[0] is None
