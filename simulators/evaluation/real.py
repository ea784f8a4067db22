"""Recorded series without known events: notable days against their promise, claims a year, and the range's coverage.

A claim in a real home is only a claim: nobody knows whether it was false. They contain real events, so a little above
the promise is honest.
"""

import csv
import gzip
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from aqsense import quantities
from aqsense.batch import cells, checks
from simulators.evaluation import dayrank
from simulators.evaluation.dayrank import PERSONAL, Run
from simulators.evaluation.figures_null import YEAR
from simulators.evaluation.result import HOME, RESAMPLES, Result, field

Whole = npt.NDArray[np.int64]

LEAST_DAYS = 45
MODEL = "real"


@dataclass(frozen=True)
class Recording:
    """One quantity of one recorded room."""

    room: str
    quantity: int
    run: Run

    @property
    def active(self) -> int:
        """Days that began with a claim permitted."""
        return sum(self.run.may_speak)


def recordings(folder: Path) -> Iterator[Recording]:
    """Every room and quantity of the CSV files of a folder that spans at least 45 days. Raises OSError, ValueError."""
    for path in sorted(folder.glob("*.csv.gz")):
        for room, columns, epoch_s in _rooms(path):
            if int(epoch_s[-1] - epoch_s[0]) < LEAST_DAYS * 86400:
                continue
            interval_s = _interval(epoch_s)
            masks = checks.flags_of(columns, epoch_s, interval_s, 429)
            for q in PERSONAL:
                good = checks.may_be_learned(columns[q], masks[q]) if q in columns else np.zeros(0, dtype=np.bool_)
                if good.any():
                    half = cells.build(q, interval_s, epoch_s[good], columns[q][good])
                    yield Recording(room, q, dayrank.fold(q, half))


def _interval(epoch_s: Whole) -> int:
    """Median step of the first 1,000 rows, as a replay takes it."""
    steps = np.sort(np.diff(epoch_s[:1000]))
    return max(1, int(steps[len(steps) // 2])) if len(steps) else 60


def _rooms(path: Path) -> Iterator[tuple[str, dict[int, Whole], Whole]]:
    """Columns of each room, scaled, in order of time; blanks as `checks` wants them."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines)
        if reader.fieldnames is None or "epoch_s" not in reader.fieldnames:
            return
        wanted = [q for q in (*PERSONAL, quantities.PM10) if field(q) in reader.fieldnames]
        rooms: dict[str, list[list[int]]] = {}
        for row in reader:
            values = [_scaled(row[field(q)], quantities.SCALES[q]) for q in wanted]
            rooms.setdefault(row.get("room") or path.name.removesuffix(".csv.gz"), []).append(
                [int(float(row["epoch_s"])), *values]
            )
    for room, rows in rooms.items():
        table = np.array(rows, dtype=np.int64)
        later = np.flatnonzero(table[:, 0] > np.concatenate([[-1], np.maximum.accumulate(table[:-1, 0])]))
        table = table[later]
        yield room, {q: table[:, 1 + i] for i, q in enumerate(wanted)}, table[:, 0]


def _scaled(text: str, scale: int) -> int:
    try:
        return round(float(text) * scale)
    except ValueError:
        return -(1 << 30)


def results(found: Sequence[Recording]) -> list[Result]:
    """Figures of each room and of all, the latter with an interval from resampling rooms."""
    told = []
    for recording in found:
        told += [
            replace(result, quantity=f"{recording.room} {field(recording.quantity)}") for result in _of([recording])
        ]
    for q in PERSONAL:
        of_quantity = [recording for recording in found if recording.quantity == q]
        if of_quantity:
            told += [replace(result, quantity=field(q)) for result in _of(of_quantity)]
    return told + _of(list(found)) if found else []


def _of(some: list[Recording]) -> list[Result]:
    runs = [recording.run for recording in some]
    active = np.array([recording.active for recording in some], dtype=np.float64)
    claims = np.array([len(run.claims) for run in runs], dtype=np.float64)
    notable = np.array([run.notable_days for run in runs], dtype=np.float64)
    promised = np.array([run.promised_notable for run in runs])
    inside = np.array([sum(run.inside) for run in runs], dtype=np.float64)
    seen = np.array([sum(run.seen) for run in runs], dtype=np.float64)
    picks = np.random.default_rng(1).integers(0, len(some), (RESAMPLES, len(some)))
    told = [
        Result(
            "dayrank", MODEL, "-", HOME, "active_days", float(active.sum()), float(active.sum()), float(active.sum())
        )
    ]
    for metric, above, below, scale in (
        ("notable_over_promised", notable, promised, 1.0),
        ("claims_a_year", claims, active, YEAR),
        ("band_coverage", inside, seen, 1.0),
    ):
        if below.sum() == 0.0:
            continue
        value = float(above.sum() / below.sum()) * scale
        lo = hi = value
        if len(some) > 1:
            with np.errstate(invalid="ignore", divide="ignore"):
                boot = above[picks].sum(axis=1) / below[picks].sum(axis=1) * scale
            lo, hi = (float(np.percentile(boot[np.isfinite(boot)], p)) for p in (2.5, 97.5))
        told.append(Result("dayrank", MODEL, "-", HOME, metric, value, lo, hi))
    return told
