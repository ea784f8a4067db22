"""What a board does without a broker, without the time: readings go on, and it says so."""

import json
import shutil
import subprocess
import time

from simulators import sensors
from tests.board import home
from tests.board.lockstep import Board
from tests.schemas import documents

T = home.FIRST_MS
VALUES = {"pm2_5_atm_ugm3": 7, "pm10_atm_ugm3": 8, "pm2_5_cf1_ugm3": 7, "pm10_cf1_ugm3": 8}


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


def sample(board: Board, t_ms: int, count: int = 900) -> None:
    board.wires[0].write(sensors.encode("pms5003", {**VALUES, "n0_3_per_dl": count}))
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


def test_after_a_week_online_a_broker_that_restarts_is_found_again_at_once(tmp_path, firmware, clock, wires):
    """And what was measured meanwhile arrives: ticks of a week ago look as if they were to come."""
    broker = Broker(tmp_path)
    board = Board(tmp_path, home.config(broker.port, clock.port, publish={"every_s": 300}), wires, clock, ledger=False)
    try:
        board.start(T)
        board.until(T)
        for hour in range(7 * 24):
            board.until(T + hour * 3_600_000)
        broker.stop()
        now = T + 7 * 24 * 3_600_000
        for step in range(2):
            sample(board, now + step * 300_000)
        broker.start()
        heard = home.Heard(broker.port)
        heard.settled()
        for step in range(10):
            board.until(now + 700_000 + step * 5000)
        history = heard_of(heard, "history/s1")
        heard.close()
    finally:
        board.kill()
        broker.stop()
    assert [document["to_seq"] for document in history] == [1]


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


def test_what_a_full_flash_refused_is_written_once_there_is_room_and_is_no_problem_then(
    tmp_path, broker, firmware, clock, wires
):
    heard = home.Heard(broker)
    board = Board(tmp_path, home.config(broker, clock.port), wires, clock, ledger=False)
    now = [T]

    def half_hours(count: int) -> None:
        for _ in range(6 * count):
            now[0] += 300_000
            sample(board, now[0], 900 + now[0] // 300_000 % 9)

    def ask(verb: str, **args: object) -> dict:
        request = {"id": f"{verb}-{now[0]}", "from": "flash", "args": args}
        heard.client.publish(f"aqsense/v1/maple/request/{verb}", json.dumps(request), 1).wait_for_publish(5)
        seen = len(heard.messages)
        for _ in range(100):
            now[0] += 10
            board.until(now[0])
            time.sleep(0.01)
            for topic, text, _ in heard.messages[seen:]:
                if topic.endswith(request["id"]):
                    return json.loads(text)
        raise AssertionError("no answer")

    try:
        board.start(T)
        half_hours(2)
        (tmp_path / "state").rename(tmp_path / "away")
        assert ask("pause", sid="s1")["status"] == "ok"
        half_hours(2)
        plan = ask("forget", sid="s1", **{"from": "2026-01-01T00:00:00Z", "to": "2026-01-01T00:30:00Z"})
        assert plan["data"]["half_hours"] == 1
        failed = ask("forget", token=plan["data"]["token"])
        (problem,) = ask("status")["data"]["health"]["problems"]
        (tmp_path / "away").rename(tmp_path / "state")
        half_hours(1)
        health = ask("status")["data"]["health"]
        known = ask("forget", sid="s1")["data"]["half_hours"]
        board.kill()
        board.start(now[0])
        left = ask("forget", sid="s1")["data"]["half_hours"]
        withheld = heard_of(heard, "inferred/s1/pm25/elevation")[-1]["withheld"]
    finally:
        board.kill()
        heard.close()
    assert failed["error"]["code"] == "internal" and failed["error"]["retryable"]
    assert problem.startswith("flash: ") and health["problems"] == [] and health["state"] == "ok"
    assert "user_paused" in (withheld["code"], *withheld["also"])
    assert left == known == 4
