"""Which rows of a CSV may be learned from: `aqsense.sample_checks.SampleChecks` over columns.

Rows of a CSV carry no frame, so there is no warm-up and no clamp, and stuck means six hours and 36 rows at
every level.
"""

import numpy as np
import numpy.typing as npt

from aqsense import flags, quantities
from aqsense import sample_checks as scalar

Whole = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_REBASE_CELLS = 400000  # as in `aqsense.intake`


def seconds(epoch_s: Whole) -> Whole:
    """`Intake.now_s` of each row: seconds since some half hour, which moves only when the clock goes very far."""
    cell = epoch_s // 1800
    base = np.zeros(len(cell), dtype=np.int64)
    at = 0
    origin = 0
    while at < len(cell):
        outside = (cell[at:] < origin) | (cell[at:] >= origin + _REBASE_CELLS)
        moved = int(np.argmax(outside)) if outside.any() else len(cell) - at
        base[at : at + moved] = origin
        at += moved
        if at < len(cell):
            origin = int(cell[at])
    return epoch_s - base * 1800


def flags_of(columns: dict[int, Whole], epoch_s: Whole, interval_s: int, outdoor_co2_ppm: int) -> dict[int, Whole]:
    """Flags of each quantity's column, those of the whole row included.

    `columns`: by quantity index, scaled at the quantity's own resolution, `scalar.MISSING` or lower where blank; every
    quantity that the file has.
    """
    now = seconds(epoch_s)
    silence = max(120, 10 * interval_s)
    step = np.diff(now, prepend=now[:1])
    broken = (step < 0) | (step > silence)
    broken[:1] = True
    row = np.where(_stuck(columns, now, broken), flags.STUCK, 0)
    inconsistent = _inconsistent(columns, len(now))
    found: dict[int, Whole] = {}
    for q, values in columns.items():
        own = row.copy()
        low, high = (limit * quantities.SCALES[q] for limit in scalar._LIMITS[q])
        there = values > scalar.MISSING
        own |= np.where(there & ((values < low) | (values > high)), flags.RANGE, 0)
        if q in scalar._PM:
            own |= np.where(inconsistent, flags.INCONSISTENT, 0)
        if q == quantities.CO2:
            own |= np.where(_below_outdoor(values, now, broken, outdoor_co2_ppm), flags.BELOW_OUTDOOR, 0)
        found[q] = own
    return found


def may_be_learned(values: Whole, mask: Whole) -> Flags:
    """Whether a value is there and no blocking flag stands beside it."""
    good: Flags = (values > scalar.MISSING) & (mask & scalar.BLOCKING == 0)
    return good


def _run_starts(starts: Flags) -> Whole:
    """For each row the row in which its run began."""
    at = np.arange(len(starts))
    began: Whole = np.maximum.accumulate(np.where(starts, at, 0))
    return began


def _stuck(columns: dict[int, Whole], now: Whole, broken: Flags) -> Flags:
    new = broken.copy()
    for values in columns.values():
        new[1:] |= values[1:] != values[:-1]
    began = _run_starts(new)
    length = np.arange(len(now)) - began + 1
    able = np.zeros(len(now), dtype=np.bool_)
    if quantities.CO2 in columns:
        able |= columns[quantities.CO2] > 0
    for q in _headline_pm(columns):
        able |= columns[q] > quantities.SCALES[q]
    stuck: Flags = able & (length >= scalar.STUCK_LEAST[False]) & (now - now[began] >= scalar.STUCK_ROWS_S)
    return stuck


def _headline_pm(columns: dict[int, Whole]) -> list[int]:
    """The quantity that tells whether the air stands still: PM2.5, without it the later column of PM1 and PM10."""
    if quantities.PM2_5 in columns:
        return [quantities.PM2_5]
    return [q for q in columns if q in (quantities.PM1, quantities.PM10)][-1:]


def _inconsistent(columns: dict[int, Whole], rows: int) -> Flags:
    found = np.zeros(rows, dtype=np.bool_)
    before = np.full(rows, -1, dtype=np.int64)
    have = np.zeros(rows, dtype=np.bool_)
    for q in scalar._PM:
        if q not in columns:
            continue
        there = columns[q] > scalar.MISSING
        found |= there & have & (before - 1 > columns[q])
        before = np.where(there, columns[q], before)
        have |= there
    return found


def _below_outdoor(values: Whole, now: Whole, broken: Flags, outdoor_co2_ppm: int) -> Flags:
    low = (values > scalar.MISSING) & (values < outdoor_co2_ppm - scalar.BELOW_OUTDOOR_PPM)
    starts = low & (broken | ~np.concatenate([[False], low[:-1]]))
    began = _run_starts(starts)
    below: Flags = low & (now - now[began] >= scalar.BELOW_OUTDOOR_S)
    return below
