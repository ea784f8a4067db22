"""What `aqsense.typical.Typical` takes of the last 42 days, for every day of a run at once.

A run is a matrix of codes, one row a local day without holes, 48 slots a row, MISSING where there is none.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from aqsense import typical
from aqsense.memory import MISSING, SLOTS

Whole = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int16]
Flags = npt.NDArray[np.bool_]

_ABSENT = np.int16(32767)
_DAYS = typical.WINDOW_DAYS


@dataclass(frozen=True)
class Medians:
    """One row a day, as known when the day began; hours of `hour`, `lows` and `highs` are columns.

    `pooled`: whether anything was known at all; `median`, `low`, `high` of the whole day.
    """

    pooled: Flags
    median: Whole
    low: Whole
    high: Whole
    hour: Whole
    lows: Whole
    highs: Whole


def learn(days: Codes, first_day: int) -> Medians:
    """Medians and 10 and 90 % points by hour for each row; `first_day` numbers the first row."""
    count = len(days)
    padded = np.full((count + _DAYS, SLOTS), _ABSENT)
    padded[_DAYS:] = np.where(days == MISSING, _ABSENT, days)
    whole = _window(_drawn(padded, first_day - _DAYS))
    n = (whole < _ABSENT).sum(axis=1)
    whole.sort(axis=1)
    pooled = n > 0
    rows = np.arange(count)
    median, low, high = (
        np.where(pooled, whole[rows, np.maximum(rank, 1) - 1], 0).astype(np.int64) for rank in _ranks(n)
    )
    hour, lows, highs = (np.empty((count, 24), dtype=np.int64) for _ in range(3))
    for h in range(24):
        slots = (np.arange(2 * h - 2, 2 * h + 4)) % SLOTS
        pool = _window(padded[:, slots])
        m = (pool < _ABSENT).sum(axis=1)
        pool.sort(axis=1)
        known = (m + 5) // 6
        of = known + typical.SHRINK_DAYS
        shrunk = []
        for rank, base in zip(_ranks(m), (median, low, high), strict=True):
            here = pool[rows, np.maximum(rank, 1) - 1].astype(np.int64)
            shrunk.append(np.where(m > 0, base + (here - base) * known // of, base))
        hour[:, h] = shrunk[0]
        lows[:, h] = np.minimum(shrunk[1], shrunk[0])
        highs[:, h] = np.maximum(shrunk[2], shrunk[0])
    return Medians(pooled, median, low, high, hour, lows, highs)


def _ranks(n: Whole) -> tuple[Whole, Whole, Whole]:
    """Places, counted from 1, of the lower median and the 10 and 90 % points among n."""
    return (n + 1) // 2, (n + 9) // 10, (9 * n + 9) // 10


def _drawn(padded: Codes, first_day: int) -> Codes:
    """Six half hours of each day, moving by one slot a day."""
    day = first_day + np.arange(len(padded))
    drawn: Codes = padded[np.arange(len(padded))[:, None], (day % 8)[:, None] + np.arange(0, SLOTS, 8)]
    return drawn


def _window(columns: Codes) -> Codes:
    """For each row past the padding, the values of the 42 rows before it, side by side."""
    views = np.lib.stride_tricks.sliding_window_view(columns, _DAYS, axis=0)[:-1]
    return views.reshape(len(views), -1).copy()


def spread(medians: Medians) -> Whole:
    """`Typical.spread` for each day and hour."""
    half = (medians.high - medians.median) // 2
    wide: Whole = np.maximum(np.maximum(medians.highs - medians.hour, half[:, None]), typical.LEAST_SPREAD)
    return wide


def trailing_median(values: Whole, count: int, least: int, within: int | None = None) -> Whole:
    """For each day the lower median of the last `count` values before it that are not MISSING; 0 below `least`.

    `within`: only days at most so far back.
    """
    found = np.zeros(len(values), dtype=np.int64)
    there = np.flatnonzero(values != MISSING)
    before = np.searchsorted(there, np.arange(len(values)))
    for day in range(len(values)):
        last = there[max(0, int(before[day]) - count) : int(before[day])]
        if within is not None:
            last = last[last >= day - within]
        if len(last) >= least:
            found[day] = np.sort(values[last])[(len(last) - 1) // 2]
    return found
