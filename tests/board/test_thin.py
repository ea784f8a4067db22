"""A thin node under MicroPython: what its sensors say reaches the daemon's side unchanged, and polls reach them."""

import json
import struct
import time

import pytest

from tests.board import home
from tests.board.lockstep import Board
from tests.board.test_outage import Broker
from tests.schemas import documents

T = home.FIRST_MS


@pytest.fixture
def thin(tmp_path, broker, library, clock, wires):
    config = home.config(broker, clock.port, mode="thin", node="pico1", sensor=[{"uart": 0}, {"uart": 1}])
    board = Board(tmp_path, config, wires, clock, library, heap="64k", ledger=False)
    yield board
    board.kill()


@pytest.fixture
def heard(broker):
    listener = home.Heard(broker)
    yield listener
    listener.close()


def raw(heard, port: str) -> list[dict]:
    found = [json.loads(text) for topic, text, _ in heard.settled() if topic == "aqsense/v1/maple/node/pico1/raw"]
    return [message for message in found if message["port"] == port]


def test_every_byte_arrives_once_in_order_with_the_time_of_its_first_byte(thin, heard):
    sent = bytes(range(256)) * 2
    thin.start(T)
    thin.until(T)
    for at in range(0, len(sent), 50):
        thin.wires[0].write(sent[at : at + 50])
        thin.until(T + 1000 + 40 * at)
        thin.until(T + 1000 + 40 * at + 150)
    messages = raw(heard, "0")
    assert b"".join(bytes.fromhex(m["rx"]) for m in messages) == sent
    assert [m["seq"] for m in messages] == list(range(len(messages)))
    assert messages[0]["t"] == "2026-01-01T00:00:01.000Z" and messages[0]["up_ms"] == 1000
    for message in messages:
        documents.validate(message)


def test_a_poll_reaches_the_sensor_that_it_names_and_no_other(thin, heard):
    thin.start(T)
    thin.until(T)
    poll = bytes.fromhex("ff0186000000000079")
    heard.client.publish("aqsense/v1/maple/node/pico1/tx", json.dumps({"port": "1", "tx": poll.hex()}), 1)
    heard.settled()
    thin.until(T + 10)
    assert thin.wires[1].read(1.0) == poll
    assert thin.wires[0].read() == b""
    thin.wires[1].write(b"\xff\x86\x02\x58")
    thin.until(T + 20)
    thin.until(T + 200)
    assert [m["rx"] for m in raw(heard, "1")] == ["ff860258"]


def test_a_poll_that_is_no_poll_is_ignored(thin, heard):
    thin.start(T)
    thin.until(T)
    for payload in ("", "{", '{"tx":5}', '{"tx":"00","port":1e999}', '{"tx":"zz"}', '{"tx":"00","port":7}', "[]"):
        heard.client.publish("aqsense/v1/maple/node/pico1/tx", payload, 1)
    heard.settled()
    thin.until(T + 10)
    thin.until(T + 20)
    assert thin.wires[0].read() == b""


def test_before_the_clock_is_set_bytes_carry_no_time(thin, heard, clock):
    clock.close()
    thin.start(T)
    thin.until(T)
    thin.wires[0].write(b"BM")
    thin.until(T + 4000)
    thin.until(T + 4200)
    (message,) = raw(heard, "0")
    assert message["t"] is None and message["up_ms"] == 4000


def test_presence_is_retained_and_the_last_will_takes_it_back(thin, heard):
    thin.start(T)
    thin.until(T)
    heard.settled()
    thin.kill()
    states = [json.loads(m[1]) for m in heard.settled() if m[0].endswith("node/pico1/status") and not m[2]]
    assert [state["state"] for state in states] == ["online", "offline"]
    for state in states:
        documents.validate(state)


def test_what_no_broker_acknowledged_is_kept_and_sent_with_the_times_at_which_it_came(tmp_path, library, clock, wires):
    broker = Broker(tmp_path)
    config = home.config(broker.port, clock.port, mode="thin", node="pico1", sensor=[{"uart": 0}])
    board = Board(tmp_path, config, wires[:1], clock, library, heap="64k", ledger=False)

    def second(i: int) -> None:
        board.wires[0].write(bytes([i % 256]) * 32)
        board.until(T + 1000 * i)
        board.until(T + 1000 * i + 150)

    try:
        board.start(T)
        board.until(T)
        second(1)
        broker.stop()
        for i in range(2, 700):
            second(i)
        broker.start()
        heard = home.Heard(broker.port)
        heard.settled()
        for i in range(80):  # time passes for the broker too
            board.until(T + 706_000 + i)
            time.sleep(0.01)
        messages = raw(heard, "0")
        heard.close()
    finally:
        board.kill()
        broker.stop()
    seqs = [message["seq"] for message in messages]
    assert seqs == list(range(seqs[0], 699)), "oldest first, each once, up to the newest"
    assert 100 < len(seqs) < 600, "half of the free heap; the hole before them says how many were lost"
    for message in messages:
        documents.validate(message)
        second_of = message["seq"] + 1
        assert bytes.fromhex(message["rx"]) == bytes([second_of % 256]) * 32
        assert message["up_ms"] == 1000 * second_of and message["sent_ms"] >= 699_000
        assert message["t"] == f"2026-01-01T00:{second_of // 60:02d}:{second_of % 60:02d}.000Z"
        assert message["t_err_s"] < 1 and message["up_err_ms"] == 850


def test_after_a_week_online_a_thin_node_finds_a_broker_that_restarts_again(tmp_path, library, clock, wires):
    broker = Broker(tmp_path)
    config = home.config(broker.port, clock.port, mode="thin", node="pico1", sensor=[{"uart": 0}])
    board = Board(tmp_path, config, wires[:1], clock, library, heap="64k", ledger=False)
    try:
        board.start(T)
        board.until(T)
        for hour in range(7 * 24):
            board.until(T + hour * 3_600_000)
        broker.stop()
        board.until(T + 7 * 86_400_000)
        broker.start()
        heard = home.Heard(broker.port)
        heard.settled()
        for step in range(1, 4):
            board.until(T + 7 * 86_400_000 + step * 5000)
        states = [json.loads(text)["state"] for topic, text, _ in heard.settled() if topic.endswith("pico1/status")]
        heard.close()
    finally:
        board.kill()
        broker.stop()
    assert states == ["online"]


def test_what_is_older_than_the_daemon_waits_for_is_dropped_and_the_oldest_goes_first():
    from firmware_bridge.board.thin_queue import HEAD, OLDEST_S, Queue

    def record(up_s: int) -> bytes:
        return struct.pack(HEAD, 0, up_s, up_s, 0, 0, -1, 0, 0, 0) + bytes(41)

    queue = Queue(10_000)
    for up_s in (0, 10, 20):
        queue.add(record(up_s))
    queue.put_back([queue.take(), queue.take()])
    assert [queue.take() for _ in range(2)] == [record(0), record(10)]
    queue.add(record(OLDEST_S + 21))
    assert queue.take() == record(OLDEST_S + 21) and queue.dropped == 1
    for up_s in range(1000):
        queue.add(record(up_s))
    assert len(queue) == 100 and queue.take() == record(900), "100 bytes each, the heap's included"
    queue.put_back([record(800), record(801)])
    assert queue.take() == record(801)
