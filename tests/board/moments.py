"""The power of a whole node fails at any moment of a day: what the next start finds, and says."""

import json
import random
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain

from aqsense import logcode
from tests.board import home, month
from tests.board.lockstep import Board
from tests.board.month import CLAIM_NIGHT, EIGHTH_NIGHT, FIRST_NIGHT, Eve, Memory
from tests.schemas import documents

BASE = "aqsense/v1/maple"
LONGEST_TURN_S = 0.12  # the one that forgets, which writes a slot
MISSING = struct.pack("<h", logcode.MISSING)  # of a half hour in the ring


class Life:
    """A board in one half hour of a home, until its power fails. `now_ms` is the time of its last turn."""

    def __init__(self, board: Board, eve: Eve, heard: home.Heard, number: int, rng: random.Random) -> None:
        self.board = board
        self.eve = eve
        self.heard = heard
        self.number = number
        self.asked = 0
        self.rng = rng
        self.begin_ms = self.now_ms = eve.boundary_ms - month.HALF_HOUR_MS

    def cut_start(self) -> None:
        """The power fails during the start: its code, its memory, the broker, what it announces."""
        begin = time.monotonic()
        self.board.start(self.begin_ms)
        took = time.monotonic() - begin
        self.board.kill()
        self.board.cut_start(self.begin_ms, self.rng.random() * took)

    def live(self, frames: int) -> None:
        """Start, and take in so many of the six frames of the half hour."""
        self.board.start(self.begin_ms)
        for t_ms, pms, mhz in self.eve.frames[:frames]:
            self.board.wires[0].write(pms)
            self.board.until(t_ms + 200)
            if self.board.wires[1].read(0.02):
                self.board.wires[1].write(mhz)
            self.now_ms = t_ms + 300
            self.board.until(self.now_ms)

    def cut(self, now_ms: int) -> None:
        """The power fails in the turn at this time, or soon after it; often early, as most turns are short."""
        self.now_ms = now_ms
        self.board.cut(now_ms, self.rng.random() ** self.rng.choice((1, 3)) * LONGEST_TURN_S)

    def publish(self, topic: str, payload: str) -> None:
        """Something for the board, which it reads in its next turn."""
        self.heard.client.publish(topic, payload, 1).wait_for_publish(5)
        time.sleep(0.05)

    def ask(self, verb: str, **args: object) -> str:
        """Send a request; its id."""
        self.asked += 1
        ident = f"{self.number}-{self.asked}"
        self.publish(f"{BASE}/request/{verb}", json.dumps({"id": ident, "from": "cuts", "args": args}))
        return ident

    def answer(self, ident: str) -> dict:
        """What the board has answered to a request in the turn that followed it."""
        end = time.monotonic() + 5
        while time.monotonic() < end:
            for topic, text, _ in self.heard.messages[::-1]:
                if topic == f"{BASE}/reply/cuts/{ident}":
                    return json.loads(text)["data"]
            time.sleep(0.01)
        raise AssertionError(f"no answer to {ident}")


def in_mid_half_hour(life: Life) -> None:
    frames = life.rng.randrange(6)
    life.live(frames)
    life.board.wires[0].write(life.eve.frames[frames][1])
    life.cut(life.eve.frames[frames][0] + 200)


def in_the_closing_turn(life: Life) -> None:
    life.live(6)
    life.cut(life.eve.boundary_ms + 300)


def in_an_announcement(life: Life) -> None:
    life.live(1)
    life.publish("homeassistant/status", "online")
    life.cut(life.now_ms + 1000)


def in_a_pause(life: Life) -> None:
    life.live(2)
    life.ask("pause", sid="s1")
    life.cut(life.now_ms + 1000)


def in_a_confirmation(life: Life) -> None:
    life.live(2)
    life.ask("confirm", id=life.eve.claim)
    life.cut(life.now_ms + 1000)


def in_forgetting(life: Life) -> None:
    life.live(2)
    ident = life.ask("forget", sid="s1")
    life.now_ms += 1000
    life.board.until(life.now_ms)
    life.ask("forget", token=life.answer(ident)["token"])
    life.cut(life.now_ms + 1000)


def is_paused(said: dict[str, dict], _kept: month.Known) -> bool:
    withheld = said["inferred/s1/pm25/elevation"]["withheld"]
    return withheld is not None and "user_paused" in (withheld["code"], *withheld["also"])


def is_confirmed(said: dict[str, dict], _kept: month.Known) -> bool:
    return said["inferred/account"]["confirmed"] == 1


def is_forgotten(_said: dict[str, dict], kept: month.Known) -> bool:
    ring = kept.rings["s1/pm25"]
    return ring == MISSING * (len(ring) // 2)


@dataclass(frozen=True)
class Moment:
    """How its turn is reached and cut, in which half hours (none named: in any), and what was asked for then."""

    cut: Callable[[Life], None]
    boundaries: tuple[int, ...] = ()
    asked: Callable[[dict[str, dict], month.Known], bool] | None = None

    def eves(self, eves: dict[int, Eve]) -> list[Eve]:
        """Those of the eves that are for it."""
        return [eve for boundary_ms, eve in eves.items() if not self.boundaries or boundary_ms in self.boundaries]

    def writes_a_slot(self, eve: Eve) -> bool:
        """Whether a slot is written, which the cut may leave damaged."""
        return self.asked is is_forgotten or (self.cut is in_the_closing_turn and eve.is_slot_night())


MOMENTS = (
    Moment(in_the_closing_turn, (FIRST_NIGHT, EIGHTH_NIGHT)),
    Moment(in_the_closing_turn),
    Moment(in_forgetting, asked=is_forgotten),
    Moment(Life.cut_start),
    Moment(in_mid_half_hour),
    Moment(in_an_announcement),
    Moment(in_a_pause, asked=is_paused),
    Moment(in_a_confirmation, (CLAIM_NIGHT,), is_confirmed),
)


@dataclass
class Cut:
    """One cut. `kept`: what is on the flash after it, `lost`: what of it is damaged, both as CPython finds them.

    `before`: what was said until the power failed; `said`: by the start that followed; `done`: what was asked for is in
    force then.
    """

    moment: Moment
    eve: Eve
    kept: month.Known
    lost: list[str]
    before: list[tuple[str, dict]]
    said: dict[str, dict]
    done: bool = False


def carry_out(moment: Moment, life: Life, table: object) -> Cut:
    """Live on a copy of the flash, cut, look at what is left, start again until health is said."""
    board = life.board
    own = month.lay(life.eve.state, board)
    seen = len(life.heard.messages)
    moment.cut(life)
    found = Memory(table, own)
    start(board, life.heard, life.now_ms + 1000)
    *before, said = in_runs(life.heard.messages[seen:])
    return Cut(moment, life.eve, found.known(), found.lost, list(chain.from_iterable(before)), dict(said))


def start(board: Board, heard: home.Heard, now_ms: int) -> None:
    """Start, and take the power away when health was heard: what is under way to the broker may be lost with it."""
    before = healths(heard)
    board.start(now_ms)
    board.until(now_ms)
    board.until(now_ms + 5000)
    end = time.monotonic() + 10
    while healths(heard) == before and time.monotonic() < end:
        time.sleep(0.01)
    board.kill()


def healths(heard: home.Heard) -> int:
    return sum(topic == f"{BASE}/health" for topic, _, _ in heard.messages)


def assert_survives(board: Board, broker: int, eves: dict[int, Eve], count: int, seed: int) -> list[Cut]:
    """So many cuts: all is kept but the half hour that was open, promoted is nothing, told is what is damaged."""
    rng = random.Random(seed)
    table = month.config_table(board.folder, board.config)
    moments = [moment for moment in MOMENTS if moment.eves(eves)]
    heard = home.Heard(broker)
    heard.settled()
    cuts = []
    try:
        for number in range(count):
            moment = moments[number % len(moments)]
            life = Life(board, rng.choice(moment.eves(eves)), heard, number, rng)
            cuts.append(carry_out(moment, life, table))
            assert_kept(cuts[-1])
    finally:
        board.kill()
        heard.close()
    return cuts


def in_runs(messages: list[tuple[str, str, bool]]) -> list[list[tuple[str, dict]]]:
    """(topic, body) of what each start that reached the broker has said."""
    runs: list[list[tuple[str, dict]]] = []
    for topic, text, _ in messages:
        name = topic.removeprefix(BASE + "/")
        if name == "info":
            runs.append([])
        if runs and topic != name and text and not name.startswith("request/"):
            runs[-1].append((name, json.loads(text)))
    return runs


def assert_kept(cut: Cut) -> None:
    """What the start after a cut knows and says."""
    eve, kept, said = cut.eve, cut.kept, cut.said
    health = said["health"]
    documents.validate(health)
    assert health["problems"] == cut.lost
    assert len(cut.lost) <= cut.moment.writes_a_slot(eve), "but for the slot that was being written, all is whole"
    assert health["inference"]["last_cell"] == kept.cell
    cut.done = cut.moment.asked is not None and cut.moment.asked(said, kept)
    uncut = [eve.before, eve.after] if cut.moment.cut is in_the_closing_turn else [eve.before]
    if cut.done and cut.moment.asked is is_forgotten:
        assert kept.cell == eve.before.cell and kept.rings["s2/co2"] == eve.before.rings["s2/co2"]
        assert kept.coverage == {**eve.before.coverage, "s1/pm25": ("learning", 0)}
    else:
        assert kept in uncut, "all that an uncut board knows, or what it knew half an hour before"
    for name, coverage in kept.coverage.items():
        found = said.get(f"inferred/{name}/coverage")
        assert found is not None or coverage == ("learning", 0), "of nothing nothing is said"
        assert found is None or (found["stage"], found["valid_days"]) == coverage
    assert "event/stage" not in said, "no stage by a start"
    closed = datetime.fromtimestamp(eve.boundary_ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if any(body.get("t") == closed for name, body in cut.before if name.startswith("inferred/")):
        assert kept == eve.after, "a half hour is on the flash before anybody is told of it"
    if any(body["status"] == "ok" for name, body in cut.before if name.startswith("reply/")):
        assert cut.done, "what the owner was told is done stays done"


def assert_before_within_and_after(cuts: list[Cut], is_told: bool) -> None:
    """Cuts fell before, while and after something was written. `is_told`: a slot cut short is there, damaged."""
    closings = [cut for cut in cuts if cut.moment.cut is in_the_closing_turn]
    assert {cut.kept.cell - cut.eve.before.cell for cut in closings} == {0, 1}
    assert {bool(cut.lost) for cut in closings} == {False, is_told}
    for asked in (is_forgotten, is_paused, is_confirmed):
        assert {cut.done for cut in cuts if cut.moment.asked is asked} == {False, True}
