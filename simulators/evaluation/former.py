"""The claims of the design before this one: peak and sustained for PM2.5, context and sustained for CO2, each at 1/60.

Ranks without margins, all scores in the generic form that the first design gave them. Kept as a yardstick.
Source: science.md section 4.1.
"""

import numpy as np
import numpy.typing as npt

from aqsense import quantities
from aqsense.batch import medians
from aqsense.memory import MISSING, SLOTS

Whole = npt.NDArray[np.int64]
Series = npt.NDArray[np.float64]

DAYS_TO_SCORE = 7
WINDOW = 119
LEAST = 59


def claims(quantity: int, days: npt.NDArray[np.int16], first_day: int) -> list[int]:
    """Half hours (from the start of the first row) in which a claim started: one a day and score."""
    known = medians.learn(days, first_day)
    there = days != MISSING
    hour = known.hour.repeat(2, axis=1)
    residual = np.where(there, days - hour, 0).astype(np.float64)
    daily = np.array(
        [np.median(row[mask]) if mask.any() else MISSING for row, mask in zip(residual, there, strict=True)]
    )
    level = medians.trailing_median(daily.astype(np.int64), 14, 3)
    above = residual - level[:, None]
    context = np.where(there, above / medians.spread(known).repeat(2, axis=1), np.nan)
    clipped = np.clip(context, -2.0, 4.0).reshape(-1)
    sustained = _mean_of_last(clipped, 12).reshape(days.shape)
    spread = np.maximum(known.high - known.median, 16)[:, None]
    peak = np.where(there, (days - known.median[:, None]) / spread, np.nan)
    valid = there.sum(axis=1) >= 36
    found: list[int] = []
    for score in (peak, sustained) if quantity == quantities.PM2_5 else (context, sustained):
        found += _ranked(score, valid)
    return sorted(found)


def _mean_of_last(values: Series, cells: int) -> Series:
    filled = np.nan_to_num(values)
    sums = np.convolve(filled, np.ones(cells))[: len(values)]
    counts = np.convolve(~np.isnan(values), np.ones(cells))[: len(values)]
    with np.errstate(invalid="ignore", divide="ignore"):
        mean: Series = np.where(counts >= cells * 0.75, sums / counts, np.nan)
    return mean


def _ranked(score: Series, valid: npt.NDArray[np.bool_]) -> list[int]:
    worst = np.where(valid, np.nanmax(np.where(np.isnan(score), -99.0, score), axis=1), np.nan)
    worst[: int(np.searchsorted(np.cumsum(valid), DAYS_TO_SCORE + 1))] = np.nan
    found = []
    for day in range(len(score)):
        past = worst[max(0, day - WINDOW) : day]
        past = past[~np.isnan(past)]
        if len(past) < LEAST:
            continue
        limit = np.sort(past)[-((len(past) + 1) // 60)]
        with np.errstate(invalid="ignore"):
            over = np.flatnonzero(score[day] > limit)
        if len(over):
            found.append(day * SLOTS + int(over[0]))
    return found
