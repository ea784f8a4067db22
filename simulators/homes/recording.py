"""What of a home's readings reaches a file: lost hours, power cuts, wrong clocks, rows doubled or late."""

import numpy as np
import numpy.typing as npt

from simulators.homes.happenings import Change

DAY = 1440
CELL = 30
YEAR_2000_S = 946684800
KINDS = ("lost_days", "lost_cells", "outage", "power_cuts", "clock_2000", "clock_step", "duplicates", "late")

Whole = npt.NDArray[np.int64]


def record(epoch_s: Whole, changes: list[Change], seed: int) -> tuple[Whole, Whole]:
    """Rows of a file in the order in which they were written: which minute each is of, and the time that it bears."""
    rng = np.random.default_rng([seed, 8])
    kept = np.ones(len(epoch_s), dtype=np.bool_)
    stamped = epoch_s.copy()
    for change in changes:
        if change.kind not in KINDS or change.end_min <= change.start_min:
            continue
        _lose(kept, change, rng)
        _misdate(stamped, change, epoch_s)
    order = np.flatnonzero(kept)
    for change in changes:
        if change.kind == "duplicates":
            order = np.sort(np.concatenate([order, order[rng.random(len(order)) < change.size]]), kind="stable")
        elif change.kind == "late":
            delay = np.where(rng.random(len(order)) < change.size, rng.integers(2, 11, len(order)), 0)
            order = order[np.argsort(np.arange(len(order)) + delay, kind="stable")]
    return order, stamped[order]


def _lose(kept: npt.NDArray[np.bool_], change: Change, rng: np.random.Generator) -> None:
    minute = np.arange(len(kept))
    if change.kind in ("lost_days", "lost_cells"):
        block = DAY if change.kind == "lost_days" else CELL
        lost = rng.random(len(kept) // block + 1) < change.size
        kept &= ~lost[minute // block]
    elif change.kind == "outage":
        kept[change.start_min : change.end_min] = False
    elif change.kind == "power_cuts":
        start = change.start_min
        while start < change.end_min:
            kept[start : min(start + int(rng.integers(2, 9)), change.end_min)] = False
            start += int(rng.exponential(change.size)) + 10


def _misdate(stamped: Whole, change: Change, epoch_s: Whole) -> None:
    part = slice(change.start_min, change.end_min)
    if change.kind == "clock_2000":
        stamped[part] = YEAR_2000_S + epoch_s[part] - epoch_s[change.start_min]
    elif change.kind == "clock_step":
        stamped[part] += int(change.size)
