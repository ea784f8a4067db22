"""A simulated home in front of a board: frames of two sensors every five minutes, and what the board made of them."""

import random
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import paho.mqtt.client as mqtt

from simulators import sensors
from simulators.homes.box import Home
from simulators.homes.happenings import Change
from tests.board.lockstep import Board

STEP_MS = 300_000
FIRST_MS = 1_767_225_600_000  # 2026-01-01T00:00:00Z
COMPARED = ("inferred/", "event/", "measured/")


def config(broker_port: int, ntp_port: int, **changes: object) -> dict:
    """The configuration of a board in the kitchen with a second sensor in the bedroom."""
    sensor = {"poll_s": STEP_MS // 1000}
    made = {
        "home": "maple",
        "tz": "CET-1CEST,M3.5.0,M10.5.0/3",
        "ntp": f"127.0.0.1:{ntp_port}",
        "state_dir": "state",
        "wifi": {"ssid": "net"},
        "mqtt": {"url": f"mqtt://127.0.0.1:{broker_port}", "allow_plain": True, "keepalive_s": 0},
        "publish": {"every_s": 1800},
        "sensor": [
            {"id": "s1", "model": "pms5003", "uart": 0, "room": "kitchen", "room_kind": "kitchen", **sensor},
            {"id": "s2", "model": "mhz19b", "uart": 1, "room": "bedroom", "room_kind": "bedroom", **sensor},
        ],
    }
    return {**made, **changes}


@dataclass
class Heard:
    """Everything that a subscriber of all topics got, in order."""

    port: int
    messages: list[tuple[str, str, bool]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, "listener")
        self.client.on_message = self._on_message
        self.client.connect("127.0.0.1", self.port)
        self.client.subscribe("#", 1)
        self.client.loop_start()

    def _on_message(self, _client: object, _userdata: object, message: mqtt.MQTTMessage) -> None:
        self.messages.append((message.topic, message.payload.decode(), bool(message.retain)))

    def settled(self) -> list[tuple[str, str, bool]]:
        """The messages, once no more have come for a while."""
        seen = -1
        while seen != len(self.messages):
            seen = len(self.messages)
            time.sleep(0.5)
        return list(self.messages)

    def at_least(self, count: int, part: str, seconds: float = 20.0) -> list[tuple[str, str, bool]]:
        """The messages, once so many have come whose topic has this part, or time is up."""
        end = time.monotonic() + seconds
        while sum(part in message[0] for message in self.messages) < count and time.monotonic() < end:
            time.sleep(0.1)
        return self.settled()

    def close(self) -> None:
        self.client.loop_stop()
        self.client.disconnect()


def frames(days: int, seed: int) -> Iterator[tuple[int, bytes, bytes]]:
    """(milliseconds since the epoch, PMS5003 frame, MH-Z19B reply) every five minutes of a box home.

    Something burns for fifty minutes from 18:00 UTC on the last day but one.
    """
    burning = (days - 2) * 1440 + 18 * 60
    burst = Change("burst", burning, burning + 50, 16.0, "typical meal")
    home = Home(seed, days, FIRST_MS // 1000, "null", "Europe/Berlin", "kitchen", (burst,))
    noise = random.Random(seed)
    for minute in range(0, days * 1440, STEP_MS // 60_000):
        pm = round(float(home.pm2_5[minute]))
        values = {"pm1": pm * 7 // 10, "pm2_5": pm, "pm10": pm + pm // 5}
        registers = {f"{name}_{kind}_ugm3": value for name, value in values.items() for kind in ("cf1", "atm")}
        counts = {"n0_3_per_dl": 900 + 60 * pm + noise.randrange(200), "n0_5_per_dl": 300 + 15 * pm}
        co2 = {"co2_ppm": round(float(home.co2[minute]))}
        pms = sensors.encode("pms5003", {**registers, **counts})
        yield FIRST_MS + minute * 60_000, pms, sensors.encode("mhz19b", co2)


@dataclass
class Record:
    """What happened: ("rx", t_ms, sid, bytes), ("tx", ...), ("turn", t_ms) and ("restart", t_ms)."""

    events: list[tuple] = field(default_factory=list)


def let_acknowledgements_in(board: Board, t_ms: int) -> None:
    """Turns in which no time passes, so that what is under way to the broker arrives before the power fails."""
    for _ in range(3):
        time.sleep(0.1)
        board.until(t_ms)


def live(board: Board, days: int, seed: int, restarts: set[int] = frozenset()) -> Record:
    """Run the home in front of the board; `restarts` are the steps at which its power fails."""
    record = Record()
    note = record.events.append
    board.start(FIRST_MS)
    note(("restart", FIRST_MS))
    board.until(FIRST_MS)
    note(("turn", FIRST_MS))
    for step, (t_ms, pms, mhz) in enumerate(frames(days, seed)):
        if step in restarts:
            let_acknowledgements_in(board, t_ms - STEP_MS + 300)
            board.kill()
            board.start(t_ms)
            note(("restart", t_ms))
            board.until(t_ms)
            note(("turn", t_ms))
        board.wires[0].write(pms)
        note(("rx", t_ms + 200, "s1", pms))
        board.until(t_ms + 200)
        note(("turn", t_ms + 200))
        request = board.wires[1].read(0.02)
        if request:
            note(("tx", t_ms + 200, "s2", request))
            board.wires[1].write(mhz)
            note(("rx", t_ms + 300, "s2", mhz))
        board.wires[0].read()
        board.until(t_ms + 300)
        note(("turn", t_ms + 300))
    return record
