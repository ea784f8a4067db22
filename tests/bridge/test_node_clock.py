"""A thin node's time mapped to this machine's: against a simulated quartz and a network whose delays are known."""

import json
import os
import random
from types import SimpleNamespace
from typing import Any

import pytest

from aqsense import late, timetext
from aqsense.monitor import Monitor
from aqsense.settings import SensorSettings, Settings
from aqsense.wire import registry
from firmware_bridge import config_checks
from firmware_bridge.board import framed
from firmware_bridge.cable import Cable
from firmware_bridge.daemon import Daemon
from firmware_bridge.errors import PortError
from firmware_bridge.node_clock import NodeClock, Stamp
from firmware_bridge.nodes import NodePort, Nodes
from firmware_bridge.port import Lost
from firmware_bridge.problems import Problems
from simulators import sensors
from tests.bridge.bench_parts import wait_for

NOON = 1_771_934_400_000  # 2026-02-24T12:00:00Z
HOUR_MS = 3_600_000
FRAME = sensors.encode("pms5003", {"pm2_5_atm_ugm3": 7, "pm10_atm_ugm3": 8, "pm2_5_cf1_ugm3": 7, "pm10_cf1_ugm3": 8,
                                   "n0_3_per_dl": 900})  # fmt: skip


def message(up_ms: int, sent_ms: int | None = None, **more: object) -> dict:
    return {"up_ms": up_ms, "sent_ms": up_ms if sent_ms is None else sent_ms, **more}


@pytest.mark.parametrize("ppm", [-80, 0, 80])
def test_the_error_that_is_told_holds_over_days_of_drift_and_jitter(ppm: int) -> None:
    rng = random.Random(3)
    clock = NodeClock()
    for true_ms in range(0, 48 * HOUR_MS, 20_000):
        up_ms = 5000 + true_ms + true_ms * ppm // 1_000_000
        delay_ms = int(min(rng.expovariate(1 / 150), 4000)) + 20
        stamp = clock.stamp(message(up_ms), true_ms + delay_ms, NOON + true_ms + delay_ms, 1)
        assert stamp.source == "estimated"
        assert abs(stamp.t_ms - (NOON + true_ms)) <= 100 * stamp.error_ds
        if true_ms > HOUR_MS:
            assert stamp.error_ds <= 4 and abs(stamp.t_ms - (NOON + true_ms)) <= 200


def test_what_waited_at_the_node_keeps_its_own_time() -> None:
    clock = NodeClock()
    for i in range(10):
        clock.stamp(message(1000 * i), 50 + 1000 * i, NOON + 50 + 1000 * i, 0)
    stamp = clock.stamp(message(10_000, 610_000), 610_080, NOON + 610_080, 0)
    assert stamp == Stamp(NOON + 10_050, "estimated", 3)  # 0.2 s at least, 0.06 s of drift in ten minutes


def test_a_step_of_this_machines_clock_moves_what_follows_and_nothing_else() -> None:
    clock = NodeClock()
    for i in range(10):
        clock.stamp(message(1000 * i), 1000 * i, NOON + 1000 * i, 0)
    stamp = clock.stamp(message(10_000), 10_000, NOON + 10_000 + HOUR_MS, 0)
    assert stamp.t_ms == NOON + 10_000 + HOUR_MS


def test_a_node_whose_uptime_stood_still_is_found_out_in_two_minutes() -> None:
    clock = NodeClock()
    errors = []
    for i in range(300):
        asleep_ms = 60_000 if i >= 100 else 0
        stamp = clock.stamp(message(1000 * i), 1000 * i + asleep_ms, NOON + 1000 * i + asleep_ms, 0)
        errors.append(NOON + 1000 * i + asleep_ms - stamp.t_ms)
    assert max(errors[:100]) == 0
    assert errors[100] > 50_000 and max(errors[240:]) == 0


def test_the_nodes_own_clock_is_used_where_it_agrees_and_no_further() -> None:
    clock = NodeClock()
    for i in range(10):
        clock.stamp(message(1000 * i), 1000 * i, NOON + 1000 * i, 0)
    own = {"t": "2026-02-24T12:00:10.250Z", "t_err_s": 0.3}
    assert clock.stamp(message(10_000, **own), 10_100, NOON + 10_100, 1) == Stamp(NOON + 10_250, "node", 3)
    wrong = {"t": "2026-02-24T14:00:11.000Z", "t_err_s": 0.3}
    stamp = clock.stamp(message(11_000, **wrong), 11_000, NOON + 11_000, 1)
    assert stamp == Stamp(NOON + 11_000, "estimated", 3) and clock.disagrees_ms == 7_200_000


@pytest.mark.parametrize("t_err_s", [3600.0, 1e12, float("inf")])
@pytest.mark.parametrize("t", ["2026-02-24T13:00:00Z", "9999-12-31T23:59:59Z"])  # some zones have no date for that
def test_a_node_that_hardly_knows_the_time_is_dated_by_its_uptime(t: str, t_err_s: float) -> None:
    clock = NodeClock()
    for i in range(10):
        clock.stamp(message(1000 * i), 1000 * i, NOON + 1000 * i, 0)
    stamp = clock.stamp(message(10_000, t=t, t_err_s=t_err_s), 10_000, NOON + 10_000, 0)
    assert stamp == Stamp(NOON + 10_000, "estimated", 2)


def test_bytes_never_go_back_in_time() -> None:
    clock = NodeClock()
    for i in range(10):
        clock.stamp(message(1000 * i), 1000 * i, NOON + 1000 * i, 0)
    ahead = clock.stamp(message(10_000, t="2026-02-24T12:00:11.000Z", t_err_s=1.0), 10_000, NOON + 10_000, 0)
    assert ahead.t_ms == NOON + 11_000
    assert clock.stamp(message(10_500), 10_500, NOON + 10_500, 0).t_ms == NOON + 11_000


def test_an_uptime_after_that_of_sending_is_no_time_at_all() -> None:
    clock = NodeClock()
    assert clock.stamp(message(5000, 4000), 9000, NOON, 1).source == "arrival"


class Bench:
    def __init__(self) -> None:
        self.now_ms = 100_000
        self.published: list = []
        self.said: list[str] = []
        problems = Problems()
        problems.say = lambda text, level=0: self.said.append(text)  # type: ignore[method-assign]
        self.nodes = Nodes(
            lambda leaf, text: self.published.append((leaf, text)),
            problems,
            lambda: (self.now_ms, NOON + self.now_ms, 0),
        )

    def raw(self, seq: int, rx: bytes = b"x", boot: str = "aaaaaa", **more: object) -> None:
        body = {"schema": "node/1", "nid": "n", "port": "0", "boot": boot, "seq": seq, "up_ms": self.now_ms - 50}
        self.nodes.heard("n", "raw", json.dumps({**body, "rx": rx.hex(), **more}).encode())


def read(port: NodePort) -> bytes:
    buffer = bytearray(4096)
    return bytes(buffer[: port.read_into(buffer)])


def test_what_comes_before_the_port_is_opened_is_not_lost_and_twice_is_once() -> None:
    bench = Bench()
    port = bench.nodes.port("node:n")
    with pytest.raises(PortError, match="not online"):
        port.open()
    bench.nodes.heard("n", "status", b'{"state":"online"}')
    for seq in (0, 1, 1, 0, 2):
        bench.raw(seq, bytes([65 + seq]))
    port.open()
    assert [read(port) for _ in range(4)] == [b"A", b"B", b"C", b""]
    assert port.stamp is not None and port.stamp.t_ms == NOON + 100_000
    assert bench.nodes.holes == 0
    bench.raw(5)
    assert bench.nodes.holes == 2 and "2 messages were lost" in bench.said[-1]
    bench.nodes.heard("n", "status", b'{"state":"offline"}')
    assert read(port) == b"x"
    with pytest.raises(Lost):
        read(port)
    port.close()


@pytest.mark.parametrize("name", ["seq", "up_ms", "sent_ms", "up_err_ms"])
def test_a_number_that_is_not_finite_is_passed_over(name: str) -> None:
    bench = Bench()
    bench.raw(0)
    body = {"boot": "aaaaaa", "seq": 1, "up_ms": 0, "rx": "00", name: float("inf")}
    bench.nodes.heard("n", "raw", json.dumps(body).encode())
    bench.raw(2)
    assert bench.nodes.holes == 1


@pytest.mark.parametrize("seq", [10**30, 1 << 32, -1])
def test_a_number_that_no_node_counts_to_is_passed_over(seq: int) -> None:
    bench = Bench()
    port = bench.nodes.port("node:n")
    bench.raw(seq, b"?")
    bench.raw(0, b"A")
    bench.raw(seq, b"?")
    bench.raw((1 << 32) - 1, b"B")
    port.open()
    assert [read(port) for _ in range(3)] == [b"A", b"B", b""]
    port.close()


@pytest.mark.parametrize(
    "said",
    ['{"nid":"n","boot":"aaaaaa","port":"0","seq":1e999}', '{"rx":' + "[" * 4000 + "}"],
    ids=["infinite", "deep"],
)
def test_what_a_cable_says_in_whole_lines_may_be_nonsense(said: str) -> None:
    master, slave = os.openpty()
    nodes = Bench().nodes
    cable = Cable(os.ttyname(slave), nodes)
    cable.open()
    for each in (said, '{"nid":"n","boot":"aaaaaa","state":"online"}'):
        os.write(master, (framed.line(each) + "\n").encode())
    wait_for(lambda: [cable.read()] and nodes.online)
    assert cable.damaged == 0
    cable.close()
    os.close(master)


def test_a_new_start_of_the_node_begins_a_new_clock_and_a_new_count() -> None:
    bench = Bench()
    bench.nodes.port("node:n")
    bench.raw(7)
    bench.now_ms += 1000
    bench.raw(0, boot="bbbbbb", up_ms=10, sent_ms=10)
    assert bench.nodes.holes == 0 and bench.nodes.boot("n") == "bbbbbb"


@pytest.mark.parametrize("path", ["node:pico1", "node:pico1/1", "node:/dev/ttyACM0", "node:/dev/ttyACM0#1"])
def test_a_node_is_named_at_the_broker_or_on_its_cable(path: str) -> None:
    assert config_checks.port(path) is None
    assert config_checks.port("node:Pico") is not None and config_checks.port("node:/dev/x#y") is not None


CELL = 984420


def monitor_of_two() -> Monitor:
    made = [SensorSettings(sid, "pms5003", sid, "kitchen", 60) for sid in ("near", "far")]
    settings = Settings("maple", made)
    settings.publish_s = 60
    monitor = Monitor(settings)
    monitor.clock("ntp", 1, True)
    return monitor


def sample(monitor: Monitor, decoder: object, sid: str, minute: int) -> list:
    decoder.receive_data(FRAME, len(FRAME))  # type: ignore[attr-defined]
    decoder.next_event()  # type: ignore[attr-defined]
    return list(monitor.step(sid, decoder, CELL + minute // 30, minute % 30 * 60, 0, 60_000 * minute + 1))


def test_half_hours_wait_for_a_node_and_end_up_as_if_it_had_never_been_away() -> None:
    monitor = monitor_of_two()
    decoders = {sid: registry.open("pms5003") for sid in ("near", "far")}
    late.told(monitor.intake("far"), "estimated", 5, 1800)
    for minute in range(50):
        sample(monitor, decoders["near"], "near", minute)
        if minute < 20:
            sample(monitor, decoders["far"], "far", minute)
        monitor.tick(CELL + minute // 30, minute % 30 * 60 + 30, 0, 60_000 * minute + 30_001)
    assert {row[0] for row in monitor.take_cells()} == {"near"}, "the other one waits"
    documents = []
    for minute in range(20, 50):
        documents += sample(monitor, decoders["far"], "far", minute)
    whole = [document.body for document in documents if document.kind == "measured-all"]
    assert [body["t"] for body in whole][:2] == ["2026-02-24T18:20:00.000Z", "2026-02-24T18:21:00.000Z"]
    assert {body["t_src"] for body in whole} == {"estimated"}
    assert {(row[0], row[3], row[6]) for row in monitor.take_cells()} == {("far", CELL, 29)}, (
        "the first one came from a cold start"
    )
    assert monitor.intake("far").cell == CELL + 1


def test_a_clock_that_is_set_back_does_not_silence_a_node() -> None:
    monitor = monitor_of_two()
    sent: list = []
    daemon: Any = SimpleNamespace(
        monitor=monitor,
        clock=SimpleNamespace(up_ms=lambda: 1000, utc_offset_min=lambda cell: 0),
        send=sent.extend,
        _too_late=set(),
        _say_too_late=lambda sid: sent.append(None),
    )
    decoder = registry.open("pms5003")
    for now in (CELL * 1800 + 100, (CELL - 2) * 1800 + 10, (CELL - 2) * 1800 + 100):
        daemon.now = lambda now=now: divmod(now, 1800)
        decoder.receive_data(FRAME, len(FRAME))
        decoder.next_event()
        Daemon.step(daemon, "far", decoder, Stamp(now * 1000, "estimated", 3))
    assert [one.body["t"] for one in sent if one and one.kind == "measured-all"] == [
        timetext.instant_ms(CELL, 120),
        timetext.instant_ms(CELL - 2, 60),
    ]
