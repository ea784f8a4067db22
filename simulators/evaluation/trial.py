"""One home of the protocol: a run in which nothing is wrong, a run with known events, and the claims in both."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from aqsense import logcode, quantities
from aqsense.batch import logcodes
from aqsense.batch.cells import Cells
from aqsense.memory import MISSING, SLOTS
from simulators.evaluation import dayrank, former, peers
from simulators.evaluation.dayrank import PERSONAL, Run
from simulators.homes import models, scenarios
from simulators.homes.happenings import Change
from simulators.homes.table import AnyHome

DAYS = 423
INSTALLS = (1704067200, 1711929600, 1719792000, 1727740800)  # 1 January, April, July and October 2024
OF_EVENT = {"burst": quantities.PM2_5, "smoke": quantities.PM2_5, "ventilation": quantities.CO2}
SHIFTS = {"moved-double": quantities.PM2_5, "moved-half": quantities.PM2_5, "occupants": quantities.CO2}
SHIFT_DAY = 200
GRACE_S = 3600  # a claim may still name an event that ended within the hour
AFTERMATH_S = 12 * 3600  # nor is one that follows it so soon a claim about nothing

Claims = dict[int, list[int]]  # by quantity, half hours in which a claim started


@dataclass(frozen=True)
class Task:
    """What to run: the home, and whether it gets the extras (levels, answers, gaps, shifts) and the peers."""

    model: str
    seed: int
    days: int = DAYS
    extras: bool = False
    peers: bool = True
    river: bool = False


@dataclass(frozen=True)
class Heard:
    """One event after the first permission: `delay_h` until a claim named it, None when none did."""

    kind: str
    delay_h: float | None


@dataclass
class Shift:
    """A lasting change and the days until it was suspected, None when it never was; claims in the 30 days after it."""

    scenario: str
    found_days: float | None
    claims_after: int


@dataclass
class Trial:
    """Everything that one home showed, by method: `dayrank`, `confirmed` (its owner answers), `former` and peers."""

    task: Task
    first_cell: int
    null: dict[int, Run] = field(default_factory=dict)
    variants: dict[str, dict[int, Run]] = field(default_factory=dict)  # levels, adversaries, gaps
    null_claims: dict[str, Claims] = field(default_factory=dict)
    heard: dict[str, list[Heard]] = field(default_factory=dict)
    beside: dict[str, int] = field(default_factory=dict)  # claims in the event run that no event explains
    event_days: dict[int, int] = field(default_factory=dict)
    shift: Shift | None = None


def play(task: Task) -> Trial:
    """Runs one home."""
    start_s = INSTALLS[task.seed % len(INSTALLS)]
    trial = Trial(task, start_s // 1800)
    quiet = models.create(task.model, task.seed, task.days, start_s)
    halves = dayrank.half_hours(quiet)
    trial.null = {q: dayrank.fold(q, halves[q]) for q in PERSONAL}
    trial.null_claims = _others(halves, trial.first_cell, task)
    if task.extras:
        _play_variants(trial, quiet, halves)
        trial.shift = _play_shift(task, start_s)
    _play_events(trial, start_s)
    return trial


def _play_variants(trial: Trial, quiet: AnyHome, halves: dict[int, Cells]) -> None:
    for level in ("few", "many"):
        trial.variants[level] = {q: dayrank.fold(q, halves[q], level) for q in PERSONAL}
    for verb in ("confirm", "dispute"):
        trial.variants[verb] = {q: dayrank.fold(q, halves[q], answer=dayrank.always(verb)) for q in PERSONAL}
    quiet.changes = scenarios.changes("gaps", trial.task.days // 2, trial.task.days)
    holed = dayrank.half_hours(quiet)
    trial.variants["gaps"] = {q: dayrank.fold(q, holed[q]) for q in PERSONAL}


def _play_shift(task: Task, start_s: int) -> Shift:
    scenario = list(SHIFTS)[task.seed // len(INSTALLS) % len(SHIFTS)]
    home = models.create(task.model, task.seed, SHIFT_DAY + 91, start_s, scenario, at_day=SHIFT_DAY)
    q = SHIFTS[scenario]
    run = dayrank.fold(q, dayrank.half_hours(home)[q])
    since = start_s // 1800 + SHIFT_DAY * SLOTS
    found = [(cell - since) / SLOTS for cell in run.drift if cell >= since]
    after = sum(since <= cell < since + 30 * SLOTS for cell, _ in run.claims)
    return Shift(scenario, found[0] if found else None, after)


def _play_events(trial: Trial, start_s: int) -> None:
    task = trial.task
    home = models.create(task.model, task.seed, task.days, start_s, "events")
    events = [change for change in home.changes if change.kind in OF_EVENT]
    halves = dayrank.half_hours(home)
    runs = {q: dayrank.fold(q, halves[q]) for q in PERSONAL}
    allowed = {q: _first_permission(runs[q]) for q in PERSONAL}
    trial.event_days = {q: sum(runs[q].may_speak) for q in PERSONAL}
    said: dict[str, Claims] = {"dayrank": {q: [cell for cell, _ in runs[q].claims] for q in PERSONAL}}
    if task.extras:
        said["confirmed"] = {q: _confirmed(q, halves[q], events, start_s) for q in PERSONAL}
    said |= _others(halves, trial.first_cell, task)
    for method, claims in said.items():
        trial.heard[method] = _hear(events, start_s, claims, allowed)
        trial.beside[method] = _beside(events, start_s, claims, allowed)


def _confirmed(q: int, half: Cells, events: list[Change], start_s: int) -> list[int]:
    """Claims of an owner who confirms those that an event explains and says nothing to the others."""
    mine = [_span(event, start_s) for event in events if OF_EVENT[event.kind] == q]

    def answer(onset: int) -> str | None:
        return "confirm" if any(_meets(onset, span, GRACE_S) for span in mine) else None

    return [cell for cell, _ in dayrank.fold(q, half, answer=answer).claims]


def _first_permission(run: Run) -> int:
    """UTC second from which claims were first permitted; far away when never."""
    return next((day * 86400 for day, may in zip(run.days, run.may_speak, strict=True) if may), 1 << 40)


def _others(halves: dict[int, Cells], first_cell: int, task: Task) -> dict[str, Claims]:
    """Claims of the former design and of each peer."""
    found: dict[str, Claims] = {}
    if not task.peers:
        return found
    for q in PERSONAL:
        grid = _grid(halves[q], first_cell, task.days)
        found.setdefault("former", {})[q] = [first_cell + at for at in former.claims(q, grid, first_cell // SLOTS)]
        codes = grid.reshape(-1).astype(np.int64)
        scaled = logcodes.decode(q, np.maximum(codes, 0)) / quantities.SCALES[q]
        values = np.where(codes == MISSING, np.nan, scaled)
        for name, method in peers.PEERS.items():
            if name != "half_space_trees" or task.river:
                alarms = peers.onsets(method(values, quantities.FIELDS[q]))
                found.setdefault(name, {})[q] = [first_cell + at for at in alarms]
    return found


def _grid(half: Cells, first_cell: int, days: int) -> npt.NDArray[np.int16]:
    grid = np.full(days * SLOTS, logcode.MISSING, dtype=np.int16)
    at = half.cell - first_cell
    inside = (at >= 0) & (at < len(grid))
    grid[at[inside]] = half.code[inside]
    return grid.reshape(days, SLOTS)


def _span(event: Change, start_s: int) -> tuple[int, int]:
    return start_s + event.start_min * 60, start_s + event.end_min * 60


def _meets(cell: int, span: tuple[int, int], grace_s: int) -> bool:
    return span[0] < (cell + 1) * 1800 and cell * 1800 < span[1] + grace_s


def _hear(events: list[Change], start_s: int, claims: Claims, allowed: dict[int, int]) -> list[Heard]:
    """What became of each event after the first permission, withheld or not."""
    heard = []
    for event in events:
        q = OF_EVENT[event.kind]
        span = _span(event, start_s)
        if span[0] >= allowed[q] and span[1] > span[0]:
            told = [cell for cell in claims[q] if _meets(cell, span, GRACE_S)]
            heard.append(Heard(event.kind, ((told[0] + 1) * 1800 - span[0]) / 3600 if told else None))
    return heard


def _beside(events: list[Change], start_s: int, claims: Claims, allowed: dict[int, int]) -> int:
    """Claims after the first permission that no event explains."""
    spans = [_span(event, start_s) for event in events]
    return sum(
        cell * 1800 >= allowed[q] and not any(_meets(cell, span, AFTERMATH_S) for span in spans)
        for q in PERSONAL
        for cell in claims[q]
    )
