"""The board's MQTT client under MicroPython, against a real broker and against brokers that misbehave."""

import socket
import struct
import subprocess
import threading
import time
from types import SimpleNamespace

import paho.mqtt.client as mqtt
import pytest

from firmware_bridge.board import mqtt as board_mqtt
from tests.board.lockstep import HERE
from tests.mpy import interpreters

SCRIPTS = HERE / "scripts"


def many(library, port: int, first: int, count: int) -> list[int]:
    result = interpreters.get("i386").run(
        SCRIPTS / "many.py", str(port), str(first), str(count), path=(library,), heap="100k", timeout=180
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return [int(word) for word in result.stdout.split()]


def test_packet_ids_wrap_from_65535_to_1_without_a_stall(library, broker):
    acknowledged, echoed, highest, following, _ = many(library, broker, 65500, 200)
    assert (acknowledged, echoed) == (200, 200)
    assert highest == 65535
    assert following == 166  # one id went to SUBSCRIBE


class Persistent:
    """`scripts/persist.py`, spoken to line by line."""

    def __init__(self, library, port: int, keepalive_s: int = 30) -> None:
        interpreter = interpreters.get("i386")
        command = interpreter.command(SCRIPTS / "persist.py", str(port), str(keepalive_s))
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=interpreter.environment((library,))
        )

    def __call__(self, word: str) -> tuple[bool, int, int, str]:
        self.process.stdin.write(word + "\n")
        self.process.stdin.flush()
        connected, waiting, acknowledged, said = self.process.stdout.readline().rstrip("\n").split(" ", 3)
        return connected == "True", int(waiting), int(acknowledged), said

    def until(self, met, seconds: float = 5.0) -> tuple:
        end = time.monotonic() + seconds
        while not met(state := self("step")):
            assert time.monotonic() < end, state
            time.sleep(0.01)
        return state

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()


@pytest.fixture
def persistent(library):
    made = []

    def start(port: int, keepalive_s: int = 30) -> Persistent:
        made.append(Persistent(library, port, keepalive_s))
        return made[-1]

    yield start
    for client in made:
        client.close()


class FakeBroker:
    """Accepts, answers CONNECT with a code, records packets, and does nothing else unless told."""

    def __init__(self, code: int = 0, acknowledge: bool = False) -> None:
        self.code = code
        self.acknowledge = acknowledge
        self.packets: list[bytes] = []
        self.reads: list[bytes] = []
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port = self.server.getsockname()[1]
        self.peers: list[socket.socket] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                peer, _ = self.server.accept()
            except OSError:
                return
            self.peers.append(peer)
            threading.Thread(target=self._talk, args=(peer,), daemon=True).start()

    def _talk(self, peer: socket.socket) -> None:
        while True:
            try:
                data = peer.recv(65536)
            except OSError:
                return
            if not data:
                return
            self.reads.append(data)
            while data:
                size = 2 + data[1]
                self._packet(peer, data[:size])
                data = data[size:]

    def _packet(self, peer: socket.socket, packet: bytes) -> None:
        self.packets.append(packet)
        if packet[0] >> 4 == 1:
            peer.sendall(bytes((0x20, 2, 0, self.code)))
        if packet[0] >> 4 == 3 and self.acknowledge:
            at = 4 + struct.unpack(">H", packet[2:4])[0]
            peer.sendall(b"\x40\x02" + packet[at : at + 2])

    def of_kind(self, kind: int) -> list[bytes]:
        return [packet for packet in self.packets if packet[0] >> 4 == kind]

    def until(self, kind: int, count: int) -> list[bytes]:
        end = time.monotonic() + 5
        while len(self.of_kind(kind)) < count and time.monotonic() < end:
            time.sleep(0.01)
        return self.of_kind(kind)

    def close(self) -> None:
        self.server.close()
        for peer in self.peers:
            peer.close()


@pytest.fixture
def fake():
    made = []

    def start(**options) -> FakeBroker:
        made.append(FakeBroker(**options))
        return made[-1]

    yield start
    for server in made:
        server.close()


def test_each_packet_leaves_in_one_send(persistent, fake):
    server = fake(acknowledge=True)
    client = persistent(server.port)
    client("connect")
    client("publish")
    client.until(lambda state: state[2] == 1)
    assert len(server.reads) == 2  # CONNECT and PUBLISH, each whole


def test_what_was_not_acknowledged_is_sent_again_as_duplicate_after_a_reconnect(persistent, fake):
    server = fake()
    client = persistent(server.port)
    client("connect")
    client("publish")
    client("publish")
    first = server.until(3, 2)
    server.peers[0].shutdown(socket.SHUT_RDWR)
    client.until(lambda state: not state[0])
    server.acknowledge = True
    client("connect")
    client.until(lambda state: state[2] == 2)
    again = server.of_kind(3)[-2:]
    assert [p[0] for p in again] == [0x3A, 0x3A]  # QoS 1, DUP
    assert [p[1:] for p in again] == [p[1:] for p in first]  # the same ids and payloads


@pytest.mark.parametrize("packet", [b"\x40\x00", b"\x40\x01\x00", b"\x90\x02\x00\x01", b"\x30\x00", b"\x31\x01\x00"])
def test_a_packet_that_ends_too_early_ends_the_connection_and_not_the_program(persistent, fake, packet):
    server = fake()
    client = persistent(server.port)
    client("connect")
    server.peers[0].sendall(packet)
    client.until(lambda state: not state[0])


def test_a_message_under_a_topic_that_is_no_text_is_acknowledged_and_passed_over(persistent, fake):
    server = fake()
    client = persistent(server.port)
    client("connect")
    server.peers[0].sendall(b"\x33\x08\x00\x03a\xff\xfe\x00\x05x")
    while not server.of_kind(4):
        assert client("step")[0]
    assert client("publish")[3] == "True"


def test_a_full_window_refuses_instead_of_growing(persistent, fake):
    client = persistent(fake().port)
    client("connect")
    said = [client("publish")[3] for _ in range(5)]
    assert said == ["True", "True", "True", "False", "False"]


def test_messages_can_be_taken_back_for_the_history(persistent, fake):
    server = fake()
    client = persistent(server.port)
    client("connect")
    client("publish")
    client("publish")
    assert client("reclaim") == (True, 0, 0, "[0, 1]")


def test_a_broker_that_never_acknowledges_is_left_for_a_new_connection(persistent, fake):
    client = persistent(fake().port, keepalive_s=1)
    client("connect")
    client("publish")
    assert client("step")[0]
    client.until(lambda state: not state[0], seconds=6)


@pytest.mark.parametrize(("code", "text"), [(4, "user name or password"), (5, "not authorized"), (2, "client id")])
def test_a_refusal_says_what_was_refused(persistent, fake, code, text):
    connected, _, _, said = persistent(fake(code=code).port)("connect")
    assert not connected
    assert said == f"broker refused: {text}"


def test_no_broker_is_an_error_and_not_a_crash(persistent):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    client = persistent(port)
    assert client("connect")[3] == "OSError"
    assert client("publish")[3] == "True"  # kept for the connection to come


def test_a_slow_way_to_a_broker_that_says_nothing_takes_no_longer_than_one_that_is_fast(persistent):
    """Each for itself within five seconds would be more than the watchdog's eight."""
    with socket.socket() as server, socket.socket() as first:
        server.bind(("127.0.0.1", 0))
        server.listen(0)
        first.connect(server.getsockname())  # the queue is full: the next one has to ask again
        client = persistent(server.getsockname()[1])
        threading.Timer(0.5, server.accept).start()
        before = time.monotonic()
        assert client("connect")[3] == "OSError"  # in two seconds
        assert time.monotonic() - before < 2.6


def test_a_name_that_an_esp32_cannot_resolve_is_an_error_and_not_a_crash(monkeypatch):
    nothing = SimpleNamespace(getaddrinfo=lambda *_: [], SOCK_STREAM=1)  # there, no exception but nothing found
    monkeypatch.setattr(board_mqtt, "socket", nothing)
    monkeypatch.setattr(board_mqtt, "time", SimpleNamespace(ticks_ms=lambda: 0))
    with pytest.raises(OSError, match="resolve"):
        board_mqtt.Client("broker.local", 1883, "x").connect()


def test_an_idle_connection_is_kept_alive_by_pings(persistent, broker):
    client = persistent(broker, keepalive_s=1)
    client("connect")
    end = time.monotonic() + 3
    while time.monotonic() < end:
        assert client("step")[0]
        time.sleep(0.05)


def test_the_last_will_is_published_when_the_power_fails(persistent, broker):
    heard = []
    listener = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2)
    listener.on_message = lambda _c, _u, message: message.retain or heard.append((message.topic, message.payload))
    listener.connect("127.0.0.1", broker)
    listener.subscribe("persist/status", 1)
    listener.loop_start()
    client = persistent(broker)
    assert client("connect")[0]
    client.process.kill()
    end = time.monotonic() + 5
    while not heard and time.monotonic() < end:
        time.sleep(0.05)
    listener.loop_stop()
    assert heard == [("persist/status", b"offline")]
