"""Half hours of a whole series at once, as `aqsense.cells.CellBuilder` makes them of the same samples."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from aqsense import cells as scalar
from aqsense import logcode
from aqsense.batch import logcodes

Whole = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_ABSENT = np.int64(1) << 40


@dataclass(frozen=True)
class Cells:
    """Half hours in order of time, one entry for each that holds at least one good sample.

    `cell`: UTC half hours since 1970; `code` (MISSING when not valid), `filled` slots and the codes `a`, `b`, `c` of
    ten minutes each, as the scalar builder leaves them.
    """

    cell: Whole
    code: Whole
    filled: Whole
    a: Whole
    b: Whole
    c: Whole


def build(quantity: int, interval_s: int, epoch_s: Whole, values: Whole) -> Cells:
    """Half hours of good samples only: scaled `values` at UTC seconds, whose half hours must not go backwards."""
    if len(epoch_s) == 0:
        none = np.empty(0, dtype=np.int64)
        return Cells(none, none, none, none, none, none)
    cell_of = epoch_s // scalar.CELL_S
    starts = np.flatnonzero(np.diff(cell_of, prepend=cell_of[0] - 1))
    row = np.cumsum(np.diff(cell_of, prepend=cell_of[0]) != 0)
    clipped = np.clip(values, -scalar._GREATEST, scalar._GREATEST)
    second = epoch_s % scalar.CELL_S
    third: Whole
    if interval_s <= 60:
        means = _minute_means(row, second // 60, clipped, len(starts))
        third = np.broadcast_to(np.arange(scalar.MINUTES) // 10, means.shape)
    else:
        means = _samples(row, starts, clipped)
        third = _samples(row, starts, second // 600)
    return _close(quantity, interval_s, cell_of[starts], means, third)


def _minute_means(row: Whole, minute: Whole, values: Whole, rows: int) -> Whole:
    slot = row * scalar.MINUTES + minute
    size = rows * scalar.MINUTES
    counts = np.bincount(slot, minlength=size)
    if counts.max() > scalar._MOST:
        within = np.arange(len(slot)) - np.maximum.accumulate(
            np.where(np.diff(slot, prepend=-1) != 0, np.arange(len(slot)), 0)
        )
        kept = within < scalar._MOST
        slot, values = slot[kept], values[kept]
        counts = np.bincount(slot, minlength=size)
    means = np.full(size, _ABSENT)
    if counts.max() <= 1:
        means[slot] = values
    else:
        sums = np.bincount(slot, weights=values.astype(np.float64), minlength=size).astype(np.int64)  # exact: < 2**53
        full = counts > 0
        means[full] = sums[full] // counts[full]
    return means.reshape(rows, scalar.MINUTES)


def _samples(row: Whole, starts: Whole, values: Whole) -> Whole:
    place = np.arange(len(row)) - starts[row]
    kept = place < scalar.MINUTES
    means = np.full((len(starts), scalar.MINUTES), _ABSENT)
    means[row[kept], place[kept]] = values[kept]
    return means


def _close(quantity: int, interval_s: int, cell: Whole, means: Whole, third: Whole) -> Cells:
    there = means < _ABSENT
    n = there.sum(axis=1)
    packed = np.sort(means, axis=1)
    at = np.arange(len(n))
    expected = scalar.expected_slots(interval_s)
    filled = np.minimum(n, expected)
    valid = filled * 2 >= expected
    median = np.where(valid, packed[at, (n - 1) // 2], 0)
    code = np.where(valid, logcodes.encode(quantity, median), logcode.MISSING)
    known = np.where(there, means, 0)
    a, b, c = (_third(quantity, interval_s, code, known, there & (third == k)) for k in range(3))
    return Cells(cell, code, filled, a, b, c)


def _third(quantity: int, interval_s: int, code: Whole, known: Whole, inside: Flags) -> Whole:
    """Codes of the means of the slots inside, the half hour's own where there are too few."""
    expected = 10 if interval_s <= 60 else 600 // interval_s
    count = inside.sum(axis=1)
    mean = (known * inside).sum(axis=1) // np.maximum(count, 1)
    enough = (count > 0) & (count * 2 >= expected) & (code != logcode.MISSING)
    if expected == 0:
        return code
    return np.where(enough, logcodes.encode(quantity, mean), code)
