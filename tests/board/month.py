"""What a board has on its flash on the eve of a half hour, weeks after its first: by the node's own code, on CPython.

A board lives a day in a second; here weeks pass in a few, and what an uncut board knows is at hand to compare with.
"""

import json
import random
import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType, SimpleNamespace

from aqsense import codes
from aqsense.quantities import CO2, PM2_5
from aqsense.wire import events, registry
from firmware_bridge.board import config
from firmware_bridge.board.files import Files
from firmware_bridge.board.flash import Flash
from firmware_bridge.board.localtime import Zone
from firmware_bridge.board.region import Region
from tests.board import home
from tests.board.lockstep import Board
from tests.board.shims.esp32 import Partition

HALF_HOUR_MS = 1_800_000
DAY_MS = 48 * HALF_HOUR_MS
POLL = b"\xff\x01\x86\x00\x00\x00\x00\x00\x79"
SERIES = {"s1/pm25": ("s1", PM2_5), "s2/co2": ("s2", CO2)}
SEED = 3
DAYS = 71  # something burns two nights before the last: a claim of a home that knows two months
FIRST_NIGHT = home.FIRST_MS + DAY_MS  # the first slot is written
PROVISIONAL = home.FIRST_MS + 36 * DAY_MS - 2 * HALF_HOUR_MS  # local midnight: unusual days may be logged from now on
EIGHTH_NIGHT = home.FIRST_MS + 42 * DAY_MS  # a slot replaces the older one of two
ESTABLISHED = home.FIRST_MS + 66 * DAY_MS - 2 * HALF_HOUR_MS  # local midnight: claims may be made from now on
CLAIM_NIGHT = home.FIRST_MS + 70 * DAY_MS  # one was made in the evening


def _node():
    """The node's module, which asks for a board's UARTs when it is imported and uses none here."""
    machine = ModuleType("machine")
    machine.UART = None
    sys.modules["machine"] = machine
    from firmware_bridge.board import node

    del sys.modules["machine"]
    return node


node = _node()


@dataclass(frozen=True)
class Known:
    """`cell`: the last closed half hour. `coverage`: stage and valid days of each series. `rings`: its half hours."""

    cell: int
    coverage: dict[str, tuple[str, int]]
    rings: dict[str, bytes]


@dataclass
class Eve:
    """The half hour before `boundary_ms`: the flash at its begin, what arrives in it, what is known before and after.

    `claim`: the id of something that the owner may confirm; empty when nothing unusual has happened yet.
    """

    boundary_ms: int
    state: Path
    before: Known
    claim: str
    frames: list[tuple[int, bytes, bytes]] = field(default_factory=list)
    after: Known | None = None

    def is_slot_night(self) -> bool:
        """Whether a whole slot is written at its end: at the first midnight (UTC), and every eighth day."""
        day, ms = divmod(self.boundary_ms, DAY_MS)
        return not ms and (self.boundary_ms == FIRST_NIGHT or day % 8 == 0)


class Memory(node.Node):
    """A node without lines and network: what it knows, and what it writes when. `lost`: as it would say."""

    def __init__(self, table: object, folder: Path, begin_ms: int = 0) -> None:
        self.begin_ms = begin_ms
        self.feed = int
        self.settings = node.settings_of(table)
        self.zone = Zone(table.tz)
        self.flash = Flash(_place(table.state_dir, folder))
        self.clock = SimpleNamespace(cell=0, up_s=0)
        self.monitor = self._blank()
        self._tags = [node._tag(sensor) for sensor in self.settings.sensors]
        self._logged = 0
        self._saved_day = -1
        self.problems = []
        self._decoders = {sensor.sid: registry.open(sensor.model) for sensor in self.settings.sensors}
        self.restore()
        self.monitor.clock("ntp", 1, True)

    def tidy(self) -> None:
        """Nothing: this is no board."""

    def hear(self, t_ms: int, sid: str, data: bytes, request: bytes = b"") -> None:
        """Take in what a sensor sent, if need be upon a request."""
        decoder = self._decoders[sid]
        decoder.expect(request)
        decoder.receive_data(data, len(data))
        while decoder.next_event() != events.NEED_DATA:
            self.monitor.step(sid, decoder, *self._instant(t_ms))

    def close(self, t_ms: int) -> None:
        """Let a half hour end, and write."""
        self.clock.cell = t_ms // HALF_HOUR_MS
        self.monitor.tick(*self._instant(t_ms))
        self.remember()

    def _instant(self, t_ms: int) -> tuple[int, int, int, int]:
        cell, ms = divmod(t_ms, HALF_HOUR_MS)
        return cell, ms // 1000, self.zone.offset_min(cell), t_ms - self.begin_ms

    def known(self) -> Known:
        """What it knows now."""
        found = {name: self.monitor.series(*which) for name, which in SERIES.items()}
        coverage = {name: (codes.STAGES[one.stage], one.valid_days) for name, one in found.items()}
        rings = {name: bytes(one.memory.ring) for name, one in found.items()}
        return Known(self.monitor.inference()[2], coverage, rings)

    def claim(self) -> str:
        """The id of the last thing that the owner may confirm."""
        subject = self.monitor.home.find(*SERIES["s1/pm25"])
        answers = subject.series.answers.known()
        return subject.ident(*answers[-1][:2]) if answers else ""


def _place(state_dir: str, folder: Path) -> object:
    if state_dir != "raw":
        return Files(str(folder))
    folder.mkdir(exist_ok=True)
    return Region(Partition(str(folder)))


def lay(state: Path, board: Board) -> Path:
    """Put a copy of the flash of an eve into a board; where a `Memory` finds what the board will make of it."""
    if board.config["state_dir"] == "raw":
        shutil.copy(state / "flash", board.folder / "flash")
        return board.folder
    own = board.folder / board.config["state_dir"]
    shutil.rmtree(own, ignore_errors=True)
    shutil.copytree(state, own)
    return own


def any_half_hours(count: int, seed: int) -> set[int]:
    """Ends of so many half hours, at any time of the ten weeks."""
    found = random.Random(seed).sample(range(2, (DAYS - 1) * 48), count)
    return {home.FIRST_MS + number * HALF_HOUR_MS for number in found}


def eves(folder: Path, made: dict, boundaries: set[int]) -> dict[int, Eve]:
    """The eves of some half hours in the life of one home with this configuration."""
    table = config_table(folder, made)
    memory = Memory(table, folder / "state", home.FIRST_MS)
    found: dict[int, Eve] = {}
    for t_ms, pms, mhz in home.frames(DAYS, SEED):
        if t_ms > max(boundaries):
            break
        boundary_ms = (t_ms // HALF_HOUR_MS + 1) * HALF_HOUR_MS
        if t_ms % HALF_HOUR_MS == 0 and t_ms > home.FIRST_MS:
            memory.close(t_ms)
            if boundary_ms in boundaries:
                state = Path(shutil.copytree(folder / "state", folder / f"eve-{boundary_ms}"))
                found[boundary_ms] = Eve(boundary_ms, state, memory.known(), memory.claim())
        if boundary_ms in found:
            found[boundary_ms].frames.append((t_ms, pms, mhz))
        memory.hear(t_ms, "s1", pms)
        memory.hear(t_ms, "s2", mhz, POLL)
    for eve in found.values():
        eve.after = uncut(table, eve, folder / f"uncut-{eve.boundary_ms}")
    return found


def uncut(table: object, eve: Eve, state: Path) -> Known:
    """What a board knows that started on the eve, warmed up its sensors and kept its power."""
    shutil.copytree(eve.state, state)
    memory = Memory(table, state, eve.boundary_ms - HALF_HOUR_MS)
    for t_ms, pms, mhz in eve.frames:
        memory.hear(t_ms + 200, "s1", pms)
        memory.hear(t_ms + 300, "s2", mhz, POLL)
    memory.close(eve.boundary_ms + 300)
    return memory.known()


def config_table(folder: Path, made: dict) -> object:
    """A board's configuration as its code has it."""
    path = folder / "aqsense.json"
    path.write_text(json.dumps(made))
    return config.load(str(path))
