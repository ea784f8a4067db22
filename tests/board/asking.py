"""A daemon and a board with one and the same past, each at a broker of its own, and requests put to both."""

import json
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt

from aqsense import quantities
from aqsense.monitor import Monitor
from aqsense.settings import SensorSettings, Settings
from firmware_bridge import store
from firmware_bridge.board.files import Files
from firmware_bridge.board.flash import Flash
from firmware_bridge.commands import demo_past
from tests.board import home
from tests.board.lockstep import Board, TimeServer, Wire
from tests.bridge.bench_parts import Bench, clear_of_the_half_hour, wait_for
from tests.schemas import documents

BASE = "aqsense/v1/maple"
ANSWERS = ("/reply/", "/event/reply", "elsewhere/")
EACH_SECOND = 0.06  # a daemon takes twenty requests a second


@dataclass
class Client:
    """Asks at one broker, and hears what is said there about requests; `turn` lets the other side have time."""

    port: int
    turn: Any
    said: list[tuple[str, Any]] = field(default_factory=list)
    standing: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2)
        self.client.on_message = self._on_message
        self.client.connect("127.0.0.1", self.port)
        self.client.subscribe("#", 1)
        self.client.loop_start()

    def _on_message(self, _client: object, _userdata: object, message: mqtt.MQTTMessage) -> None:
        body = json.loads(message.payload) if message.payload and "/request/" not in message.topic else None
        if any(part in message.topic for part in ANSWERS):
            self.said.append((message.topic, body))
        elif "/request/" not in message.topic:
            self.standing[message.topic] = body

    def send(self, verb: str, payload: bytes) -> None:
        """Publish something on a request topic."""
        self.client.publish(f"{BASE}/request/{verb}", payload, 1).wait_for_publish(5)

    def ask(self, verb: str, payload: bytes) -> tuple[str, Any]:
        """(topic, body) of the one answer to it."""
        before = len(self.said)
        self.send(verb, payload)
        wait_for(self._heard(before), 15, f"an answer to {verb} {payload[:80]!r}")
        time.sleep(EACH_SECOND)
        self.turn()
        (found,) = self.said[before:]
        documents.validate(found[1])
        return found

    def _heard(self, before: int) -> Any:
        def heard() -> bool:
            self.turn()
            return len(self.said) > before

        return heard

    def close(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()


class Pair:
    """`both(verb, payload)` gives what the daemon and what the board answered."""

    def __init__(self, folder: Path) -> None:
        self.bench = Bench(folder)
        clear_of_the_half_hour(75)
        now_s = int(time.time())
        self.lived, past = demo_past.lived(now_s, "UTC")
        demo_past.remember(self.lived, past, "UTC", folder / "state")
        (folder / "board").mkdir()
        self._start_board(folder, now_s)
        self._start_daemon()

    def _start_board(self, folder: Path, now_s: int) -> None:
        self.clock = TimeServer()
        self.wires = [Wire(), Wire()]
        port = self.bench.mosquitto().port
        config = home.config(port, self.clock.port, tz="UTC0", publish={"every_s": 10})
        self.board = Board(folder / "board", config, self.wires, self.clock, ledger=False)
        _remember(folder / "state", folder / "board" / "state")
        self.now_ms = now_s * 1000
        self.board.start(self.now_ms)
        self.on_board = Client(port, self._turn)
        wait_for(lambda: self._turn() or f"{BASE}/info" in self.on_board.standing, 15, "the board is online")
        for _ in range(20):
            self._turn()

    def _turn(self) -> None:
        self.now_ms += 50
        self.board.until(self.now_ms)
        self.wires[1].read()

    def _start_daemon(self) -> None:
        port = self.bench.mosquitto().port
        sensors = [
            {"id": "s1", "model": "pms5003", "port": self.bench.link("pms"), "room": "kitchen", "room_kind": "kitchen"},
            {"id": "s2", "model": "mhz19b", "port": self.bench.link("mhz"), "room": "bedroom", "room_kind": "bedroom"},
        ]
        self.daemon = self.bench.daemon(self.bench.config(port, sensors))
        self.on_daemon = Client(port, lambda: None)
        elevation = f"{BASE}/inferred/s1/pm25/elevation"
        wait_for(lambda: elevation in self.on_daemon.standing, 20, "the daemon is online")
        self.claim = self.on_daemon.standing[elevation]["id"]

    def both(self, verb: str, payload: bytes) -> list[tuple[str, Any]]:
        """The answers of the daemon and of the board."""
        return [self.on_daemon.ask(verb, payload), self.on_board.ask(verb, payload)]

    def close(self) -> None:
        self.on_daemon.close()
        self.on_board.close()
        self.board.kill()
        self.clock.close()
        for wire in self.wires:
            wire.close()
        self.bench.close()


def _remember(source: Path, target: Path) -> None:
    """Put the half hours of a daemon's store on a board's flash."""
    sensors = [
        SensorSettings("s1", "pms5003", "kitchen", "kitchen", home.STEP_MS // 1000),
        SensorSettings("s2", "mhz19b", "bedroom", "bedroom", home.STEP_MS // 1000),
    ]
    settings = Settings("maple", sensors)
    settings.profile = "board"
    monitor = Monitor(settings)
    monitor.quiet = True
    with store.reading(source) as stored:
        for row in stored.cells(-1):
            if row.quantity in quantities.PERSONAL:
                monitor.fold_cell(row.sid, row.quantity, row.cell, row.utc_offset_min, row.code, row.filled,
                                  row.reason, row.a, row.b, row.c, row.mean)  # fmt: skip
    Flash(Files(str(target))).save(monitor.snapshot_parts(False))
