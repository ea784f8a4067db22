"""A thin node under MicroPython on a serial cable, with real sensors on its UARTs and the daemon at the other end."""

import json
import os
import pty
import select
import subprocess
import time
import tty
import zlib

import pytest

from firmware_bridge import detect, finder
from firmware_bridge.board import framed
from firmware_bridge.commands import detect as command
from tests.board.lockstep import HERE
from tests.bridge.bench_parts import Bench
from tests.mpy import interpreters

PMS = {"id": "s1", "model": "pms5003", "room": "kitchen", "room_kind": "kitchen"}
MHZ = {"id": "s2", "model": "mhz19b", "room": "bedroom", "room_kind": "bedroom", "poll_s": 1}


class Node:
    """The board: its console is one side of a pseudo-terminal, whose other side is a serial device at `path`."""

    def __init__(self, folder, library, *uarts: str) -> None:
        self._console, self._device = pty.openpty()
        tty.setraw(self._device)
        self.path = os.ttyname(self._device)
        config = {"mode": "thin", "link": "usb", "node": "pico1", "home": "maple"}
        config["sensor"] = [{"uart": number} for number in range(len(uarts))]
        (folder / "aqsense.json").write_text(json.dumps(config))
        interpreter = interpreters.get("i386")
        environment = interpreter.environment((HERE / "shims_usb", HERE / "shims", library))
        environment |= {"AQ_CONFIG": str(folder / "aqsense.json")}
        environment |= {f"AQ_UART{number}": path for number, path in enumerate(uarts)}
        self._process = subprocess.Popen(
            interpreter.command(HERE / "start.py", heap="64k"),
            stdin=self._console, stdout=self._console, env=environment, cwd=folder,
        )  # fmt: skip

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._console)
        os.close(self._device)


@pytest.fixture
def bench(tmp_path):
    made = Bench(tmp_path)
    yield made
    made.close()


def test_a_line_ends_in_the_crc_32_of_its_object_and_a_damaged_one_is_none():
    text = '{"schema":"node/1","nid":"pico1"}'
    line = framed.line(text)
    assert line == f"{text}*{zlib.crc32(text.encode()):08x}"
    assert framed.text(line + "\r") == text
    for i in range(len(line)):
        assert framed.text(line[:i] + chr(ord(line[i]) ^ 1) + line[i + 1 :]) is None
        assert framed.text(line[:i]) is None
    assert framed.text("MPY: soft reboot") is None


def test_two_sensors_over_one_cable_and_what_was_kept_while_the_daemon_was_away(bench, library):
    broker = bench.mosquitto()
    listener = bench.listener(broker.port)
    for model, link in (("pms5003", "pms"), ("mhz19b", "mhz")):
        bench.sensor(model, link=link)
    node = Node(bench.directory, library, bench.link("pms"), bench.link("mhz"))
    try:
        found = detect.on(finder.Found(node.path, None))
        assert (found.result, found.node) == ("unknown", "pico1")
        assert f'thin node, pico1: port = "node:{node.path}#0"' in command._in_words(found)
        sensors = [{**PMS, "port": f"node:{node.path}#0"}, {**MHZ, "port": f"node:{node.path}#1"}]
        config = bench.config(broker.port, sensors)
        daemon = bench.daemon(config)
        sample = listener.wait("measured/s1/all")
        assert sample["t_src"] == "estimated" and 0.2 <= sample["t_err_s"] <= 30
        assert listener.wait("measured/s2/co2", lambda body: body["v"] is not None)["t_src"] == "estimated"
        assert daemon.stop() == 0
        stopped_s = time.time()
        time.sleep(6.0)
        started_s = time.time()
        daemon = bench.daemon(config)
        late = listener.wait("history/s1", lambda body: body["boot"] != sample["boot"])
        live = listener.wait("measured/s1/all", lambda body: body["boot"] == late["boot"])
        assert late["reason"] == "node_offline"
        instants = [row[late["cols"].index("t")] for row in late["rows"]]
        assert instants == sorted(set(instants)), "each once, in its own second"
        assert all(_iso(stopped_s - 2) < t < _iso(started_s) for t in instants), "said while nobody listened"
        assert live["t"] > instants[-1] and live["seq"] > late["to_seq"]
        assert "lost" not in daemon.said()
    finally:
        node.close()
    assert listener.invalid == []


def test_bytes_that_are_no_text_do_not_stop_a_node_on_a_cable(tmp_path, library, wires):
    node = Node(tmp_path, library, wires[0].path)
    try:
        with open(node.path, "r+b", buffering=0) as cable:
            for noise in (b"", b"\xff", bytes.fromhex("ff0186000000000079e4f60a")):
                cable.write(noise)
                assert select.select([cable], [], [], 5)[0], noise
                assert b'"state":"online"' in cable.readline()  # one a second
    finally:
        node.close()


def _iso(epoch_s: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(epoch_s))
