"""A thin node under MicroPython: what its sensors say reaches the daemon's side unchanged, and polls reach them."""

import json
import subprocess

import pytest

from tests.board import home
from tests.board.lockstep import Board
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
    for payload in ("", "{", '{"tx":5}', '{"tx":"zz"}', '{"tx":"00","port":7}', "[]"):
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


def test_over_usb_the_same_objects_are_lines(tmp_path, library, wires, clock):
    """No lockstep here: standard input and output are the cable."""
    from tests.board.lockstep import HERE
    from tests.mpy import interpreters

    config = home.config(1, clock.port, mode="thin", node="pico1", link="usb", sensor=[{"uart": 0}, {"uart": 1}])
    (tmp_path / "aqsense.json").write_text(json.dumps({k: v for k, v in config.items() if k not in ("wifi", "mqtt")}))
    interpreter = interpreters.get("i386")
    environment = interpreter.environment((HERE / "shims_usb", HERE / "shims", library))
    environment |= {"AQ_CONFIG": str(tmp_path / "aqsense.json"), "AQ_UART0": wires[0].path, "AQ_UART1": wires[1].path}
    process = subprocess.Popen(
        interpreter.command(HERE / "start.py", heap="64k"),
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment, cwd=tmp_path,
    )  # fmt: skip
    try:
        wires[1].write(b"\xff\x86\x02\x58")
        message = json.loads(process.stdout.readline())
        assert (
            message["nid"] == "pico1"
            and message["port"] == "1"
            and message["rx"] == "ff860258"
            and message["t"] is None
        )
        process.stdin.write('{"port":"0","tx":"424de2000171"}\n')
        process.stdin.flush()
        assert wires[0].read(2.0).hex() == "424de2000171"
    finally:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()
