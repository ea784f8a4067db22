"""The half hours of one sensor from all of its rows at once, as `aqsense.intake.Intake` makes them of the same rows."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from aqsense import codes, flags, logcode
from aqsense.batch import cells, checks

Whole = npt.NDArray[np.int64]

CELL_S = 1800


@dataclass(frozen=True)
class Samples:
    """Rows of one sensor. `epoch_s` rises with every row; `columns`: scaled values by quantity index, in the order of
    the file, `sample_checks.MISSING` or lower where blank."""

    epoch_s: Whole
    columns: dict[int, Whole]
    interval_s: int


@dataclass(frozen=True)
class HalfHourColumns:
    """One quantity, an entry for each half hour of `Ended`: what `aqsense.half_hour.HalfHour` holds after `close`.

    `mean` is -1 where nothing was measured.
    """

    code: Whole
    filled: Whole
    reason: Whole
    a: Whole
    b: Whole
    c: Whole
    mean: Whole


@dataclass(frozen=True)
class Ended:
    """Every half hour that has a row.

    `first`: its first row; `windows`: windows of measured samples that ended up to its end; `stuck`: rows in it that
    were left out as stuck. `is_stuck`: of each row. `halves` by quantity index.
    """

    cell: Whole
    first: Whole
    windows: Whole
    stuck: Whole
    is_stuck: npt.NDArray[np.bool_]
    halves: dict[int, HalfHourColumns]


def close_all(samples: Samples, remembered: tuple[int, ...], publish_s: int, outdoor_co2_ppm: int) -> Ended:
    """End every half hour of at least one row, for those of the `remembered` quantities that there are."""
    epoch_s = samples.epoch_s
    masks = checks.flags_of(samples.columns, epoch_s, samples.interval_s, outdoor_co2_ppm)
    stuck = np.zeros(len(epoch_s), dtype=np.bool_)
    for mask in masks.values():
        stuck |= mask & flags.STUCK > 0
    row_cell = epoch_s // CELL_S
    first = np.flatnonzero(np.diff(row_cell, prepend=row_cell[:1] - 1))
    cell = row_cell[first]
    ends = np.append(first, len(epoch_s))[1:]
    stuck_until = np.cumsum(np.append(0, stuck))
    left_out = stuck_until[ends] - stuck_until[first]
    missing = np.where(left_out > 0, codes.SENSOR_STUCK, codes.VALUE_MISSING)
    halves = {}
    for q, values in samples.columns.items():
        if q in remembered:
            good = checks.may_be_learned(values, masks[q])
            halves[q] = _half_hours(q, samples.interval_s, epoch_s[good], values[good], cell, missing)
    return Ended(cell, first, _windows(epoch_s, publish_s)[ends - 1], left_out, stuck, halves)


def _windows(epoch_s: Whole, publish_s: int) -> Whole:
    """For each row, how many windows began up to it: `Windows.seq` once its own has ended."""
    window = epoch_s // CELL_S * CELL_S + epoch_s % CELL_S // publish_s
    counted: Whole = np.cumsum(np.diff(window, prepend=window[:1] - 1) != 0)
    return counted


def _half_hours(
    quantity: int, interval_s: int, epoch_s: Whole, values: Whole, cell: Whole, missing: Whole
) -> HalfHourColumns:
    built = cells.build(quantity, interval_s, epoch_s, values)
    at = np.searchsorted(cell, built.cell)

    def spread(column: Whole, otherwise: int) -> Whole:
        found = np.full(len(cell), otherwise, dtype=np.int64)
        found[at] = column
        return found

    code = spread(built.code, logcode.MISSING)
    a, b, c = (spread(third, logcode.MISSING) for third in (built.a, built.b, built.c))
    reason = np.where(code == logcode.MISSING, missing, codes.NO_CODE)
    mean = spread(_means(epoch_s // CELL_S, values), -1)
    return HalfHourColumns(code, spread(built.filled, 0), reason, a, b, c, mean)


def _means(row_cell: Whole, values: Whole) -> Whole:
    """Floor of the mean of each half hour's values."""
    if len(values) == 0:
        return values
    starts = np.flatnonzero(np.diff(row_cell, prepend=row_cell[:1] - 1))
    counts = np.diff(np.append(starts, len(values)))
    found: Whole = np.add.reduceat(values, starts) // counts
    return found
