"""A whole node starts on a flash that lost one byte, or the end of one file: what it still knows, and says it lost."""

import random
import struct
from dataclasses import dataclass
from pathlib import Path

from aqsense import codes
from tests.board import home, month
from tests.board.lockstep import Board
from tests.board.moments import MISSING, in_runs, start
from tests.board.month import Eve, Memory
from tests.schemas import documents

STAGES = [codes.STAGES[stage] for stage in (codes.LEARNING, codes.PROVISIONAL, codes.ESTABLISHED)]


class Sampler:
    """Damages copies of one flash: in turn its newer slot, its older one, the log in use, and the log of the older."""

    def __init__(self, state: Path, rng: random.Random) -> None:
        self.state = state
        self.rng = rng
        newest, older = sorted((state / "slot-a", state / "slot-b"), key=_generation, reverse=True)
        (follows,) = struct.unpack_from("<I", newest.read_bytes(), 8)
        logs = sorted((state / "log").iterdir(), key=lambda path: int(path.name))
        used = [path for path in logs if int(path.name) >= follows]
        self.kinds = ([newest], used, [older], used, used[-1:], [path for path in logs if path not in used])
        self.used = used

    def damage(self, number: int, state: Path) -> "Damage":
        """Damage the copy in `state`."""
        path = self.rng.choice(self.kinds[number % len(self.kinds)])
        data = path.read_bytes()
        flipped = number // len(self.kinds) % 2 == 0
        at = self.rng.randrange(len(data))
        if path in self.used and not flipped and number % 2:
            at = self.rng.choice([0, *_ends(data)[:-1]])  # where nothing else in the file shows it
        left = data[:at] + bytes([data[at] ^ self.rng.randrange(1, 256)]) + data[at + 1 :] if flipped else data[:at]
        (state / path.relative_to(self.state)).write_bytes(left)
        if path.parent == self.state:
            name = path.name[-1]
            return Damage([f"state {name} is damaged; state {'ab'.replace(name, '')} and the log are used"], 0)
        return self._of_log(path, data, at, flipped)

    def _of_log(self, path: Path, data: bytes, at: int, flipped: bool) -> "Damage":
        if path not in self.used:
            return Damage([], 0)
        ends = _ends(data)
        if flipped:
            begins, end = next((begins, end) for begins, end in zip([0, *ends], ends) if at < end)
            return Damage([f"{end - begins} damaged bytes in log {path.name}"], 1)
        whole = sum(end <= at for end in ends)
        begins = [0, *ends][whole]
        gone = len(ends) - whole
        if at > begins:
            return Damage([f"{at - begins} damaged bytes in log {path.name}"], gone)
        if path == self.used[-1]:
            return Damage([], gone)  # as if the power had failed before it was written
        return Damage([f"{gone} of {len(ends)} records are missing in log {path.name}"], gone)


@dataclass
class Damage:
    """What a start has to say of it, and how many half hours it costs at most."""

    told: list[str]
    half_hours: int


def _generation(slot: Path) -> int:
    return struct.unpack_from("<I", slot.read_bytes(), 4)[0]


def _ends(log: bytes) -> list[int]:
    # of its records
    found = []
    at = 0
    while at < len(log):
        at += 8 + (struct.unpack_from("<H", log, at + 2)[0] & 0x7FF)
        found.append(at)
    return found


def assert_told(board: Board, broker: int, eve: Eve, count: int, seed: int) -> list[Damage]:
    """So many starts, each on another damage, after one on a whole flash: each says what was lost, and no more."""
    sampler = Sampler(eve.state, random.Random(seed))
    table = month.config_table(board.folder, board.config)
    heard = home.Heard(broker)
    heard.settled()
    own = board.folder / "state"
    damages: list[Damage] = []
    whole: dict[str, dict] = {}
    try:
        for number in range(-1, count):
            month.lay(eve.state, board)
            damages.append(sampler.damage(number, own) if number >= 0 else Damage([], 0))
            seen = len(heard.messages)
            start(board, heard, eve.boundary_ms - month.HALF_HOUR_MS)
            (run,) = in_runs(heard.messages[seen:])
            said = dict(run)
            whole = whole or inferred(said)
            assert_one(damages[-1], Memory(table, own).known(), said, eve, whole)
    finally:
        board.kill()
        heard.close()
    return damages


def inferred(said: dict[str, dict]) -> dict[str, dict]:
    return {name: body for name, body in said.items() if name.startswith("inferred/")}


def assert_one(damage: Damage, kept: month.Known, said: dict[str, dict], eve: Eve, whole: dict[str, dict]) -> None:
    assert "event/stage" not in said, "no stage by a start"
    health = said["health"]
    documents.validate(health)
    assert health["problems"] == damage.told
    assert health["state"] == ("degraded" if damage.told else "ok")
    if not damage.half_hours:
        assert inferred(said) == whole
    assert health["inference"]["last_cell"] == kept.cell >= eve.before.cell - damage.half_hours
    for name, (stage, valid_days) in eve.before.coverage.items():
        found = said[f"inferred/{name}/coverage"]
        assert (found["stage"], found["valid_days"]) == kept.coverage[name]
        assert STAGES.index(found["stage"]) <= STAGES.index(stage)
        assert valid_days - 1 <= found["valid_days"] <= valid_days
        assert lost_half_hours(kept.rings[name], eve.before.rings[name]) <= damage.half_hours


def lost_half_hours(ring: bytes, whole: bytes) -> int:
    """Half hours that one ring holds and the other does not; what it holds is the same."""
    pairs = [(ring[i : i + 2], whole[i : i + 2]) for i in range(0, len(whole), 2)]
    lost = [found for found, expected in pairs if found != expected]
    assert all(found == MISSING for found in lost)
    return len(lost)
