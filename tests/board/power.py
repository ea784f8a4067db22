"""The power of a whole node fails while it closes a half hour and writes: what the next start finds, and says."""

import json
import random
import shutil
from pathlib import Path

from firmware_bridge.board.flash import Flash
from simulators import sensors
from tests.board import home
from tests.board.lockstep import Board
from tests.schemas import documents

PMS = sensors.encode("pms5003", {"pm2_5_atm_ugm3": 7, "pm10_atm_ugm3": 8, "pm2_5_cf1_ugm3": 7, "pm10_cf1_ugm3": 8,
                                 "n0_3_per_dl": 900})  # fmt: skip
MHZ = sensors.encode("mhz19b", {"co2_ppm": 640})
LONGEST_TURN_S = 0.06
WAYS = ("inferred/s1/pm25/coverage", "inferred/s2/co2/coverage")


def lose(board: Board, state: Path, boundary_ms: int, rng: random.Random) -> list[str]:
    """Live the half hour before `boundary_ms` on a copy of `state`, cut, start again; what the flash has lost."""
    own = board.folder / "state"
    shutil.rmtree(own, ignore_errors=True)
    shutil.copytree(state, own)
    board.start(boundary_ms - 1_800_000)
    for step in range(6):
        t_ms = boundary_ms - 1_800_000 + step * home.STEP_MS
        board.wires[0].write(PMS)
        board.until(t_ms + 200)
        if board.wires[1].read(0.02):
            board.wires[1].write(MHZ)
        board.until(t_ms + 300)
    board.cut(boundary_ms + 300, rng.random() ** 3 * LONGEST_TURN_S)  # most of it happens early
    found = Flash(str(own))
    for _ in found.load() or ():
        pass
    for _ in found.records():
        pass
    board.start(boundary_ms + 1000)
    board.until(boundary_ms + 1000)
    board.until(boundary_ms + 6000)
    board.kill()
    return found.lost


def assert_survives(board: Board, state: Path, broker: int, boundary_ms: int, count: int) -> None:
    """So many cuts: it starts, lost half an hour at most, promoted nothing, and says what is damaged."""
    rng = random.Random(count)
    heard = home.Heard(broker)
    heard.settled()
    before = len(heard.messages)
    try:
        lost = [lose(board, state, boundary_ms, rng) for _ in range(count)]
    finally:
        board.kill()
    messages = [(t.removeprefix("aqsense/v1/maple/"), json.loads(x)) for t, x, _ in heard.settled()[before:] if x]
    heard.close()
    newest = boundary_ms // 1_800_000 - 1
    healths = [body for topic, body in messages if topic == "health"]
    said = [body for body in healths if body["t"] >= _text(boundary_ms)]
    assert len(said) == count
    for health, damage in zip(said, lost):
        documents.validate(health)
        assert health["problems"] == damage
        assert newest - 1 <= health["inference"]["last_cell"] <= newest
    whole = sum(health["inference"]["last_cell"] == newest for health in said)
    assert 0 < whole < count or count < 50, "cuts before and after the half hour was written"
    for way in WAYS:
        found = [body for topic, body in messages if topic == way]
        assert len({body["stage"] for body in found}) == 1, "no stage by a cut"
        days = {body["valid_days"] for body in found}
        assert max(days) - min(days) <= 1


def _text(t_ms: int) -> str:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(t_ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S")
