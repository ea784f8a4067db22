"""A daemon that ends at once, again and again, goes back to measuring, says so, and tries anew at the next start."""

import json
import signal
from pathlib import Path

import pytest

from aqsense import quantities, replies_en
from firmware_bridge import config, safe_mode
from firmware_bridge.broker import Received
from firmware_bridge.daemon import Daemon
from firmware_bridge.requests import Requests
from firmware_bridge.store import Store
from tests.bridge.bench_parts import Bench, wait_for

OLD = ("s1", quantities.PM2_5, 3, 984_000, 0, 900, 30, -1, -32768, -32768, -32768, 50)


def test_the_sixth_start_is_safe_and_the_one_after_a_good_end_is_not(tmp_path: Path) -> None:
    for _ in range(safe_mode.MOST):
        store = Store(tmp_path)
        assert not safe_mode.begin(store)
        store.close()
    store = Store(tmp_path)
    assert safe_mode.begin(store)
    safe_mode.settled(store)
    assert not safe_mode.begin(store)
    store.close()


def test_measuring_goes_on_where_inferring_ends_the_daemon(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    try:
        store = Store(tmp_path / "state")
        store.add_cells([OLD])
        for _ in range(safe_mode.MOST - 1):
            safe_mode.begin(store)
        store.close()
        bench.sensor("pms5003", link="pms")
        broker = bench.mosquitto()
        listener = bench.listener(broker.port)
        config = bench.config(
            broker.port, [{"id": "s1", "model": "pms5003", "port": bench.link("pms"), "room": "kitchen"}]
        )
        daemon = bench.daemon(config)
        first = listener.wait("measured/s1/all")
        listener.wait("inferred/")
        daemon.stop(signal.SIGKILL)
        gone = listener.wait("maple/status", lambda b: b["state"] == "offline", 60)
        assert gone["since"] is None  # nobody noted the time
        said = {body["id"] for body in listener.of("inferred/")}
        daemon = bench.daemon(config)
        listener.wait("measured/s1/all", lambda b: b["boot"] != first["boot"])
        health = listener.wait("maple/health", lambda b: b["state"] == "safe_mode", 15)
        assert health["inference"]["state"] == "off"
        assert "infer" in health["problems"][0]
        assert health["store"]["written_mib_day"] is None
        assert {
            body["id"] for body in listener.of("inferred/")
        } == said  # at most what an earlier start said, once more
        at = len(listener.of("inferred/"))
        assert daemon.stop() == 0
        bench.daemon(config)
        wait_for(lambda: len(listener.of("inferred/")) > at, what="something inferred")
        assert listener.invalid == []
    finally:
        bench.close()


@pytest.mark.parametrize(("verb", "args"), [("pause", "{}"), ("level", '{"level":"few"}'), ("forget", '{"all":true}')])
def test_what_was_learned_is_not_answered_for_while_nothing_of_it_is_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, verb: str, args: str
) -> None:
    store = Store(tmp_path)
    store.add_cells([OLD])
    for _ in range(safe_mode.MOST):
        safe_mode.begin(store)
    store.close()
    sensor = config.Sensor("s1", "pms5003", "/dev/x", "kitchen")
    daemon = Daemon(config.Config("maple", "UTC", (sensor,), tmp_path))
    said: list[str] = []
    monkeypatch.setattr(daemon.sender, "reply", lambda topic, text, *_: said.append(text))
    body = f'{{"id":"a","from":"hub","args":{args}}}'.encode()
    Requests(daemon).handle(Received(f"aqsense/v1/maple/request/{verb}", body, False, "", b"", 0.0))
    if verb == "forget":
        token = json.loads(said[-1])["data"]["token"]
        body = f'{{"id":"b","from":"hub","args":{{"token":"{token}"}}}}'.encode()
        Requests(daemon).handle(Received(f"aqsense/v1/maple/request/{verb}", body, False, "", b"", 0.0))
    error = json.loads(said[-1])["error"]
    assert (error["code"], error["text"]) == ("busy", replies_en.nothing_inferred())
    assert [topic for topic in daemon.retained.topics() if "inferred" in topic] == []
    daemon.store.close()
