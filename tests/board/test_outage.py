"""What a board does without a broker, without the time, with a damaged flash: readings go on, and it says so."""

import json
import random
import shutil
import subprocess
import time

import pytest

from simulators import sensors
from tests.board import home, power
from tests.board.lockstep import Board, TimeServer, Wire
from tests.schemas import documents

T = home.FIRST_MS
FRAME = sensors.encode("pms5003", {"pm2_5_atm_ugm3": 7, "pm10_atm_ugm3": 8, "pm2_5_cf1_ugm3": 7, "pm10_cf1_ugm3": 8,
                                   "n0_3_per_dl": 900})  # fmt: skip


class Broker:
    """A mosquitto that can be stopped and started on one port."""

    def __init__(self, folder) -> None:
        import socket

        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.program = shutil.which("mosquitto") or "/usr/sbin/mosquitto"
        self.file = folder / "mosquitto.conf"
        self.file.write_text(f"listener {self.port} 127.0.0.1\nallow_anonymous true\n")
        self.process = None
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen([self.program, "-c", self.file], stderr=subprocess.DEVNULL)
        time.sleep(0.3)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()


def sample(board: Board, t_ms: int) -> None:
    board.wires[0].write(FRAME)
    board.until(t_ms)
    board.wires[0].read()
    board.wires[1].read()


def heard_of(heard, kind: str) -> list[dict]:
    return [json.loads(text) for topic, text, _ in heard.settled() if f"/{kind}" in topic and text]


def test_samples_of_an_outage_arrive_as_history_with_their_own_times(tmp_path, firmware, clock, wires):
    broker = Broker(tmp_path)
    config = home.config(broker.port, clock.port, publish={"every_s": 300})
    board = Board(tmp_path, config, wires, clock, ledger=False)
    try:
        board.start(T)
        board.until(T)
        for step in range(3):
            sample(board, T + 1000 + step * 300_000)
        broker.stop()
        for step in range(3, 8):
            sample(board, T + 1000 + step * 300_000)
        broker.start()
        heard = home.Heard(broker.port)
        heard.settled()
        for step in range(8, 14):
            sample(board, T + 1000 + step * 300_000)
        history = heard_of(heard, "history/s1")
        live = [document["seq"] for document in heard_of(heard, "measured/s1/all")]
        heard.close()
    finally:
        board.kill()
        broker.stop()
    for document in history:
        documents.validate(document)
    rows = [dict(zip(document["cols"], row, strict=True)) for document in history for row in document["rows"]]
    late = [row["seq"] for row in rows]
    assert late == sorted(set(late)), "oldest first, none twice"
    assert set(range(4, 8)) <= set(late)
    assert {*late, *live} == set(range(min(late), max(live) + 1)), "nothing is missing since the broker fell"
    first = next(row for row in rows if row["seq"] == 5)
    assert first["t"] == "2026-01-01T00:25:00.000Z" and first["pm2_5_ugm3"] == 7.0 and first["qc"] == 1


def test_a_broker_and_a_time_server_that_say_nothing_do_not_wake_the_watchdog(tmp_path, firmware, clock, wires):
    import socket

    with socket.create_server(("127.0.0.1", 0)) as mute, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        config = home.config(mute.getsockname()[1], silent.getsockname()[1])
        board = Board(tmp_path, config, wires, clock, ledger=False)
        try:
            board.start(T)
            board.until(T)
            board.until(T + 500)
        finally:
            board.kill()


def test_without_the_time_readings_carry_none_and_nothing_is_learned(tmp_path, broker, firmware, clock, wires):
    clock.close()
    heard = home.Heard(broker)
    heard.settled()
    heard.messages.clear()  # what other boards left retained
    config = home.config(broker, clock.port, publish={"every_s": 300})
    board = Board(tmp_path, config, wires, clock, ledger=False)
    try:
        board.start(1000)  # the epoch: an RTC that was never set
        for step in range(14):
            sample(board, 2000 + step * 300_000)
        measured = heard_of(heard, "measured/s1/all")
        elevations = heard_of(heard, "inferred/s1/pm25/elevation")
    finally:
        board.kill()
        heard.close()
    assert len(measured) >= 10
    for document in measured:
        documents.validate(document)
        assert document["t"] is None and document["t_src"] == "none" and document["up_ms"] >= 0
    assert all(document["withheld"]["code"] == "clock_untrusted" for document in elevations)
    assert not [path for path in (tmp_path / "state").rglob("*") if path.is_file()]


@pytest.fixture(scope="module")
def ten_days(broker, firmware, tmp_path_factory):
    """The state folder of a board after ten days, and how many valid days it had learned."""
    folder = tmp_path_factory.mktemp("ten-days")
    clock = TimeServer()
    wires = [Wire(), Wire()]
    board = Board(folder, home.config(broker, clock.port), wires, clock, ledger=False)
    home.live(board, 10, 2)
    board.kill()
    for wire in wires:
        wire.close()
    clock.close()
    return folder / "state"


def test_two_hundred_starts_on_damaged_flash_all_start_and_say_what_they_lost(
    ten_days, tmp_path, broker, firmware, clock, wires
):
    rng = random.Random(11)
    heard = home.Heard(broker)
    config = home.config(broker, clock.port)
    board = Board(tmp_path, config, wires, clock, ledger=False)
    files = sorted(path.relative_to(ten_days) for path in ten_days.rglob("*") if path.is_file())
    now = T + 10 * 86_400_000
    try:
        for number in range(200):
            shutil.rmtree(tmp_path / "state", ignore_errors=True)
            shutil.copytree(ten_days, tmp_path / "state")
            victim = tmp_path / "state" / rng.choice(files if number % 2 else files[-2:])
            whole = victim.read_bytes()
            at = rng.randrange(len(whole))
            damaged = whole[:at] if number % 4 == 0 else whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :]
            victim.write_bytes(damaged)
            board.start(now)
            board.until(now)
            board.until(now + 5000)
            board.kill()
    finally:
        board.kill()
    heard.at_least(200, "/health")
    healths = heard_of(heard, "health")
    coverage = [d for d in heard_of(heard, "inferred/s1/pm25/coverage") if d["t"] >= "2026-01-10"]
    heard.close()
    assert len(healths) == 200
    for document in healths:
        documents.validate(document)
    lost = [d for d in healths if d["problems"]]
    assert len(lost) >= 140, "damage in the slot that is not used, or at a file's end, costs nothing"
    assert {d["stage"] for d in coverage} == {"learning"}
    assert min(d["valid_days"] for d in coverage) >= 9 and max(d["valid_days"] for d in coverage) <= 10


def test_power_cuts_while_a_slot_is_written_lose_half_an_hour_at_most(
    ten_days, tmp_path, broker, firmware, clock, wires
):
    board = Board(tmp_path, home.config(broker, clock.port), wires, clock, ledger=False)
    power.assert_survives(board, ten_days, broker, T + 10 * 86_400_000, 10)
