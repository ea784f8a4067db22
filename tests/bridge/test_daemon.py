"""The daemon with real sensors on pseudo-terminals and a real mosquitto."""

import calendar
import itertools
import signal
import time
from pathlib import Path

import pytest

from aqsense import quantities
from aqsense.monitor import Monitor
from firmware_bridge import config, core_settings, snapshots
from firmware_bridge.store import Store
from tests.bridge.bench_parts import Bench, wait_for

PMS = {"id": "s1", "model": "pms5003", "room": "kitchen", "room_kind": "kitchen"}
MHZ = {"id": "s2", "model": "mhz19b", "room": "bedroom", "room_kind": "bedroom"}


def _seqs(listener: object) -> list[int]:
    """Sequence numbers of s1 that arrived, live or late."""
    live = [body["seq"] for body in listener.of("measured/s1/all")]  # type: ignore[attr-defined]
    late = [row[0] for body in listener.of("history/s1") for row in body["rows"]]  # type: ignore[attr-defined]
    return sorted(set(live + late))


def test_two_sensors_are_read_at_once_and_every_document_is_valid(bench: Bench) -> None:
    broker = bench.mosquitto()
    listener = bench.listener(broker.port)
    bench.sensor("pms5003", "--set", "pm2_5_ugm3=12", link="pms")
    bench.sensor("mhz19b", "--set", "co2_ppm=800", link="mhz")
    sensors = [{**PMS, "port": bench.link("pms")}, {**MHZ, "port": bench.link("mhz"), "poll_s": 1}]
    daemon = bench.daemon(bench.config(broker.port, sensors))
    pm = listener.wait("measured/s1/pm25", lambda body: body["v"] is not None)
    co2 = listener.wait("measured/s2/co2", lambda body: body["v"] is not None)
    assert abs(pm["v"] - 12) <= 3
    assert abs(co2["v"] - 800) <= 60
    listener.wait("/health", timeout_s=12)
    assert listener.last("maple/status")["state"] == "online"
    assert listener.last("maple/info")["sensors"] == ["s1", "s2"]
    assert listener.last("sensor/s1/meta")["model"] == "pms5003"
    assert daemon.stop() == 0
    assert listener.invalid == []


def test_a_clean_stop_says_offline_itself(bench: Bench) -> None:
    broker = bench.mosquitto()
    listener = bench.listener(broker.port)
    daemon = bench.daemon(bench.config(broker.port, [{**PMS, "port": bench.link("nothing")}]))
    listener.wait("maple/status", lambda body: body["state"] == "online")
    assert daemon.stop(signal.SIGTERM) == 0
    assert listener.last("maple/status")["state"] == "offline"
    late = bench.listener(broker.port)
    assert late.wait("maple/status")["state"] == "offline"


def test_the_will_speaks_for_a_killed_daemon(bench: Bench) -> None:
    broker = bench.mosquitto()
    listener = bench.listener(broker.port)
    daemon = bench.daemon(bench.config(broker.port, [{**PMS, "port": bench.link("nothing")}]))
    online = listener.wait("maple/status", lambda body: body["state"] == "online")
    daemon.stop(signal.SIGKILL)
    offline = listener.wait("maple/status", lambda body: body["state"] == "offline")
    assert offline["boot"] == online["boot"]


def test_a_sensor_behind_a_moved_link_is_read_again_within_five_seconds(bench: Bench) -> None:
    broker = bench.mosquitto()
    listener = bench.listener(broker.port)
    first = bench.sensor("pms5003", "--set", "pm2_5_ugm3=10", link="pms")
    bench.daemon(bench.config(broker.port, [{**PMS, "port": bench.link("pms")}]))
    listener.wait("measured/s1/all")
    first.stop()
    listener.wait("event/sensor", lambda body: body["event_type"] == "lost")
    bench.sensor("pms5003", "--set", "pm2_5_ugm3=40", link="pms")
    listener.wait("measured/s1/pm25", lambda body: (body["v"] or 0) > 25, timeout_s=5)  # a last window of 10 may follow
    assert listener.last("sensor/s1/status")["state"] in ("online", "warming")
    events = [body["event_type"] for body in listener.of("event/sensor")]
    assert "lost" in events


def test_a_link_that_moves_while_its_old_port_lives_on_is_followed(bench: Bench) -> None:
    broker = bench.mosquitto()
    listener = bench.listener(broker.port)
    bench.sensor("pms5003", "--set", "pm2_5_ugm3=10", link="one")
    bench.sensor("pms5003", "--set", "pm2_5_ugm3=80", link="two")
    link = bench.directory / "pms"
    link.symlink_to((bench.directory / "one").resolve())
    bench.daemon(bench.config(broker.port, [{**PMS, "port": str(link)}]))
    listener.wait("measured/s1/pm25", lambda body: body["v"] is not None and body["v"] < 40)
    (bench.directory / "new").symlink_to((bench.directory / "two").resolve())
    (bench.directory / "new").rename(link)
    listener.wait("measured/s1/pm25", lambda body: body["v"] is not None and body["v"] > 40, timeout_s=5)


def test_auto_finds_the_sensor_under_whatever_name_it_comes_back(bench: Bench) -> None:
    broker = bench.mosquitto()
    listener = bench.listener(broker.port)
    first = bench.sensor("pms5003")
    bench.sensor("mhz19b")
    sensors = [{**MHZ, "port": "auto", "poll_s": 1}, {**PMS, "port": "auto"}]
    bench.daemon(bench.config(broker.port, sensors))
    listener.wait("measured/s1/all", timeout_s=20)
    listener.wait("measured/s2/all", timeout_s=20)
    first.stop()
    listener.wait("event/sensor", lambda body: body["event_type"] == "lost")
    before = len(listener.of("measured/s1/all"))
    bench.sensor("pms5003")
    wait_for(lambda: len(listener.of("measured/s1/all")) > before, 5.0, "readings again")


def test_nothing_is_lost_while_the_broker_is_away_and_late_rows_keep_their_times(bench: Bench) -> None:
    broker = bench.mosquitto()
    listener = bench.listener(broker.port)
    bench.sensor("pms5003", link="pms")
    daemon = bench.daemon(bench.config(broker.port, [{**PMS, "port": bench.link("pms")}]))
    listener.wait("measured/s1/all")
    broker.stop()
    away = time.time()
    time.sleep(6)
    broker.start()
    back = time.time()
    listener.wait("history/s1", timeout_s=30)
    listener.wait("measured/s1/all", lambda body: _epoch(body["t"]) > back, timeout_s=15)
    seqs = _seqs(listener)
    assert seqs == list(range(seqs[0], seqs[-1] + 1))
    late = [row for body in listener.of("history/s1") for row in body["rows"]]
    times = [_epoch(row[1]) for row in late]
    assert times == sorted(times)
    assert away - 2 < times[0] < times[-1] < back + 25
    lines = [line for line in daemon.said().splitlines() if "mqtt://" in line or "broker" in line][1:]
    assert [line.partition(" mqtt")[0] for line in lines] == [
        "aqsense: connected to",
        "aqsense: the connection to",
        "aqsense: nothing listens at",
        "aqsense: connected to",
    ]
    assert all(line.endswith("; trying again") for line in lines[1:3])
    assert max(b - a for a, b in itertools.pairwise(times)) < 2.5
    live = [body["seq"] for body in listener.of("measured/s1/all")]
    assert set(live) & {row[0] for row in late} == set()
    assert listener.invalid == []


def _epoch(text: str) -> float:
    import datetime

    return datetime.datetime.fromisoformat(text).timestamp()


def test_what_was_measured_before_a_stop_without_a_broker_is_delivered_by_the_next_start(bench: Bench) -> None:
    broker = bench.mosquitto()
    broker.stop()
    bench.sensor("pms5003", link="pms")
    config = bench.config(broker.port, [{**PMS, "port": bench.link("pms")}])
    daemon = bench.daemon(config)
    time.sleep(5)
    assert daemon.stop() == 0
    broker.start()
    listener = bench.listener(broker.port)
    bench.daemon(config)
    history = listener.wait("history/s1")
    listener.wait("measured/s1/all", lambda body: body["boot"] != history["boot"])
    assert history["reason"] == "broker_down"
    assert [row[0] for row in history["rows"]][:2] == [1, 2]


def test_a_second_daemon_on_the_same_state_refuses_at_once_and_says_why(bench: Bench) -> None:
    broker = bench.mosquitto()
    listener = bench.listener(broker.port)
    config = bench.config(broker.port, [{**PMS, "port": bench.link("nothing")}])
    bench.daemon(config)
    listener.wait("maple/status")
    second = bench.daemon(config)
    assert second.child.wait(5) == 1
    assert second.said().count("\n") == 1
    assert "another aqsense uses" in second.said()


def test_a_missing_port_is_said_once_and_does_not_end_the_daemon(bench: Bench) -> None:
    broker = bench.mosquitto()
    listener = bench.listener(broker.port)
    daemon = bench.daemon(bench.config(broker.port, [{**PMS, "port": bench.link("nothing")}]))
    listener.wait("/health", lambda body: any("is not there" in text for text in body["problems"]))
    assert daemon.said().count("is not there") == 1
    assert daemon.child.poll() is None


def test_bytes_without_frames_are_reported_as_a_wrong_model_or_baud_rate(bench: Bench) -> None:
    broker = bench.mosquitto()
    listener = bench.listener(broker.port)
    bench.sensor("pms5003", "--fault", "baud=4800", link="pms")
    daemon = bench.daemon(bench.config(broker.port, [{**PMS, "port": bench.link("pms")}]))
    wait_for(lambda: "another model or baud rate?" in daemon.said(), 20.0, "the line about the baud rate")
    assert listener.of("measured/s1") == []


def test_a_sensor_that_stops_making_sense_is_offline_although_its_bytes_go_on(bench: Bench) -> None:
    broker = bench.mosquitto()
    listener = bench.listener(broker.port)
    bench.sensor("pms5003", "--fault", "baud=4800@5", link="pms")
    bench.daemon(bench.config(broker.port, [{**PMS, "port": bench.link("pms")}]))
    listener.wait("event/sensor", lambda body: body["event_type"] == "appeared")
    listener.wait("event/sensor", lambda body: body["event_type"] == "lost", timeout_s=20)
    assert listener.last("sensor/s1/status")["state"] == "offline"


def test_a_sensor_is_offline_until_it_answers_whatever_stood_there_before(bench: Bench) -> None:
    broker = bench.mosquitto()
    listener = bench.listener(broker.port)
    sensor = bench.sensor("pms5003", link="pms")
    config = bench.config(broker.port, [{**PMS, "port": bench.link("pms")}])
    daemon = bench.daemon(config)
    listener.wait("event/sensor", lambda body: body["event_type"] == "appeared")
    daemon.stop(signal.SIGKILL)
    sensor.stop()
    bench.daemon(config)
    wait_for(lambda: len({body["boot"] for body in listener.of("maple/status")}) == 2, 10, "a second start")
    wait_for(lambda: listener.last("sensor/s1/status")["state"] == "offline", 5)
    assert [body["event_type"] for body in listener.of("event/sensor")] == ["appeared"]


def test_a_stop_sends_what_was_measured_up_to_its_second(bench: Bench) -> None:
    broker = bench.mosquitto()
    listener = bench.listener(broker.port)
    bench.sensor("pms5003", link="pms")
    every = {"publish": {"every_s": 1800}}
    daemon = bench.daemon(bench.config(broker.port, [{**PMS, "port": bench.link("pms")}], **every))
    listener.wait("event/sensor", lambda body: body["event_type"] == "appeared")
    assert daemon.stop() == 0
    whole = listener.wait("measured/s1/all", timeout_s=2)
    assert whole["n"] >= 1
    assert abs(calendar.timegm(time.strptime(whole["t"][:19], "%Y-%m-%dT%H:%M:%S")) - time.time()) < 5


def test_systemd_is_told_when_reading_begins_and_that_it_goes_on(bench: Bench) -> None:
    import socket

    broker = bench.mosquitto()
    path = bench.directory / "notify"
    manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    manager.bind(str(path))
    manager.settimeout(8)
    config = bench.config(broker.port, [{**PMS, "port": bench.link("nothing")}])
    daemon = bench.daemon(config, NOTIFY_SOCKET=str(path), WATCHDOG_USEC="2000000")
    assert manager.recv(256).startswith(b"READY=1")
    assert manager.recv(256) == b"WATCHDOG=1"
    daemon.child.send_signal(signal.SIGSTOP)  # a loop that hangs must not feed the watchdog
    _silence(manager)
    daemon.child.send_signal(signal.SIGCONT)
    assert manager.recv(256) == b"WATCHDOG=1"
    daemon.stop()
    rest = _rest(manager)
    assert b"STOPPING=1" in rest
    manager.close()


def _silence(manager: object) -> None:
    _rest(manager)
    manager.settimeout(2.5)  # type: ignore[attr-defined]
    try:
        raise AssertionError(manager.recv(256))  # type: ignore[attr-defined]
    except TimeoutError:
        manager.settimeout(8)  # type: ignore[attr-defined]


def _rest(manager: object) -> list[bytes]:
    manager.settimeout(0.3)  # type: ignore[attr-defined]
    found = []
    try:
        while True:
            found.append(manager.recv(256))  # type: ignore[attr-defined]
    except TimeoutError:
        return found


def test_the_process_stays_small_and_nearly_idle(bench: Bench) -> None:
    from tests.bridge.daemon_cost import measure

    cost = measure(8.0, bench)
    assert cost["rss_mib"] <= 35
    assert cost["cpu_pct"] <= 3  # 1 on a quiet machine: make bench
    assert cost["first_publication_s"] <= 6  # 2 on a quiet machine


def test_a_sensor_of_unknown_model_is_named_and_read_and_not_asked_again(bench: Bench) -> None:
    broker = bench.mosquitto()
    listener = bench.listener(broker.port)
    bench.sensor("sds011", link="sds")
    config = bench.config(broker.port, [{"id": "s1", "model": "auto", "port": bench.link("sds"), "room": "hall"}])
    daemon = bench.daemon(config)
    listener.wait("measured/s1/all", timeout_s=40)
    assert listener.last("sensor/s1/meta")["model"] == "sds011"
    assert daemon.stop() == 0
    before = len(listener.of("measured/s1/all"))
    again = bench.daemon(config)
    wait_for(lambda: len(listener.of("measured/s1/all")) > before, 6.0, "readings at once")
    assert "reading s1 (hall, model not known yet)" in daemon.said()
    assert "starting again with what was found" in daemon.said()
    assert "reading s1 (hall, sds011)" in again.said()


def test_a_sensor_on_a_thin_node_is_read_through_the_broker(bench: Bench) -> None:
    import json

    import paho.mqtt.client as paho
    from paho.mqtt.enums import CallbackAPIVersion

    broker = bench.mosquitto()
    listener = bench.listener(broker.port)
    bench.daemon(bench.config(broker.port, [{**PMS, "port": "node:pico1"}]))
    listener.wait("maple/status")
    node = paho.Client(CallbackAPIVersion.VERSION2)
    node.connect("127.0.0.1", broker.port)
    node.loop_start()
    base = "aqsense/v1/maple/node/pico1"
    status = {"schema": "node/1", "kind": "status", "nid": "pico1", "boot": "abc123", "t": None}
    node.publish(f"{base}/status", json.dumps({**status, "state": "online"}), 1, True)
    frame = bytes.fromhex("424d001c001d002d0038001d002d0038192307440149002a000600029700")
    frame += (sum(frame) & 0xFFFF).to_bytes(2, "big")
    raw = {"schema": "node/1", "kind": "raw", "nid": "pico1", "port": "0", "boot": "abc123", "t": None, "t_src": "none"}
    for seq in range(8):
        for half in (0, 1):  # a frame comes in two messages
            rx = frame[half * 16 : half * 16 + 16].hex()
            body = {**raw, "seq": seq * 2 + half, "up_ms": seq * 1000, "rx": rx}
            node.publish(f"{base}/raw", json.dumps(body), 0)
        node.publish(f"{base}/raw", "nonsense", 0)
        time.sleep(0.5)
    sample = listener.wait("measured/s1/all")
    assert sample["values"]["pm2_5_ugm3"] in (45.0, None)
    node.publish(f"{base}/status", json.dumps({**status, "state": "offline"}), 1, True)
    listener.wait("event/sensor", lambda body: body["event_type"] == "lost")
    node.disconnect()
    node.loop_stop()
    assert listener.invalid == []


def test_a_calibration_is_told_once_and_named_in_what_follows(bench: Bench) -> None:
    import json

    broker = bench.mosquitto()
    listener = bench.listener(broker.port)
    bench.sensor("mhz19b", link="mhz")
    config = bench.config(broker.port, [{**MHZ, "port": bench.link("mhz"), "poll_s": 1}])
    state = bench.directory / "state"
    state.mkdir()
    fact = {"t": "2026-02-24T18:30:00Z", "sid": "s2", "model": "mhz19b", "kind": "outdoor", "target_ppm": 400}
    (state / "calibrations.jsonl").write_text(json.dumps(fact) + "\n")
    daemon = bench.daemon(config)
    assert listener.wait("measured/s2/all")["cal"] == "c1"
    assert listener.wait("event/calibration")["event_type"] == "done"
    assert listener.last("sensor/s2/meta")["calibrations"] == [fact]
    daemon.stop()
    bench.daemon(config)
    wait_for(lambda: len({body["boot"] for body in listener.of("measured/s2/all")}) == 2, 15, "a second start")
    assert len(listener.of("event/calibration")) == 1
    assert listener.invalid == []


def test_what_a_sensor_says_of_itself_stands_in_its_meta(bench: Bench) -> None:
    broker = bench.mosquitto()
    listener = bench.listener(broker.port)
    bench.sensor("s8", link="s8")
    bench.sensor("cm1106", link="cm")
    sunrise = bench.sensor("sunrise", link="sun")
    sensors = [
        {**MHZ, "id": "s2", "model": "s8", "port": bench.link("s8"), "correction": "co2-pressure-senseair:954"},
        {**MHZ, "id": "s3", "model": "cm1106", "port": bench.link("cm"), "abc": "off"},
        {**MHZ, "id": "s4", "model": "sunrise", "port": bench.link("sun"), "abc": "5d", "altitude_m": 520},
    ]
    bench.daemon(bench.config(broker.port, sensors))
    told = listener.wait("sensor/s2/meta", lambda body: body["firmware"] and body["serial"] and body["abc"])
    told = listener.wait("sensor/s2/meta", lambda body: body["abc"]["known"] == "read")
    assert told["abc"] == {"on": True, "period_h": 180, "known": "read"}  # 7.5 days: Senseair TDE2067
    assert told["quantities"][0]["correction"] == "co2-pressure-senseair:954"
    listener.wait("sensor/s3/meta", lambda body: body["serial"])
    off = listener.wait("sensor/s3/meta", lambda body: body["abc"] == {"on": False, "period_h": None, "known": "set"})
    assert off["model"] == "cm1106"
    listener.wait("sensor/s4/meta", lambda body: body["abc"] == {"on": True, "period_h": 120, "known": "set"})
    wait_for(lambda: '"6810002e000102253338c9"' in sunrise.said(), 10.0, "the Sunrise is told 952.3 hPa")
    assert listener.invalid == []


def test_another_correction_starts_the_next_regime(bench: Bench) -> None:
    broker = bench.mosquitto()
    listener = bench.listener(broker.port)
    bench.sensor("cozir", "--set", "co2_ppm=900", link="cozir")
    sensor = {**MHZ, "model": "cozir", "port": bench.link("cozir")}
    _remember_a_half_hour(bench.config(broker.port, [sensor]), "s2")
    bench.daemon(bench.config(broker.port, [{**sensor, "correction": "co2-pressure:900"}]))
    corrected = listener.wait("inferred/s2/co2/corrected", timeout_s=25)  # it is not believed in its first 10 s
    assert corrected["regime"] == "r2" and corrected["algorithm"] == "co2-pressure:900"
    assert abs(corrected["v"] - corrected["from"]["co2_ppm"] * 1013.25 / 900) <= 10
    assert listener.last("sensor/s2/meta")["regime"] == "r2"
    assert listener.invalid == []


def _remember_a_half_hour(path: Path, sid: str) -> None:
    """Leave behind what a daemon with this configuration would have learned in one half hour, an hour ago."""
    loaded = config.load(path)
    monitor = Monitor(core_settings.settings(loaded, "aaaaaa"))
    monitor.clock("ntp", 1, True)
    monitor.fold_cell(sid, quantities.CO2, int(time.time()) // 1800 - 2, 0, 2500, 30)
    store = Store(loaded.state_dir)
    snapshots.save(monitor, store)
    store.commit()
    store.close()


def test_auto_leaves_the_ports_alone_that_other_sensors_name(bench: Bench) -> None:
    broker = bench.mosquitto()
    listener = bench.listener(broker.port)
    bench.sensor("mhz19b", link="mhz")
    bench.sensor("pms5003")
    sensors = [{**PMS, "port": "auto"}, {**MHZ, "port": bench.link("mhz"), "poll_s": 1}]
    daemon = bench.daemon(bench.config(broker.port, sensors))
    listener.wait("measured/s1/all")
    listener.wait("measured/s2/all")
    assert "another program" not in daemon.said()
    ports = [body["port"] for body in listener.of("sensor/s1/meta")]
    assert ports[0] is None  # not found yet
    assert all("pms5003" in port for port in ports[1:])
    assert len(ports) > 1


@pytest.mark.parametrize("asked", [{"duty": "5m/1m"}, {"abc": "7d"}, {"abc": "180h", "duty": "60m/30m"}])
def test_a_found_model_that_cannot_do_what_was_asked_is_described_as_it_runs(asked: dict[str, str]) -> None:
    sensor = config.Sensor("s1", "mhz19b", "/dev/x", "kitchen", **asked)
    plain = config.Sensor("s1", "mhz19b", "/dev/x", "kitchen")
    found, usual = (
        Monitor(core_settings.settings(config.Config("maple", "UTC", (one,), Path()), "aaaaaa"))
        for one in (sensor, plain)
    )
    assert found.meta("s1").body == usual.meta("s1").body
