"""Scores of every half hour of a run at once, equal to the windows of `aqsense.scores` and `aqsense.daypart`.

Arrays hold one entry for each half hour of a run without holes, MISSING where a half hour is not valid.
"""

import numpy as np
import numpy.typing as npt

from aqsense import behaviour, daypart, quantities, scores
from aqsense.batch import logcodes
from aqsense.memory import MISSING

Whole = npt.NDArray[np.int64]

_ABSENT = np.int16(32767)


def context(residual: Whole, spread: Whole) -> Whole:
    """`scores.context`, MISSING where the residual is."""
    score = np.clip((residual << 8) // spread, -32767, 32767)
    return np.where(residual == MISSING, MISSING, score)


def _back(values: Whole, steps: int, fill: int) -> Whole:
    moved = np.full(len(values), fill, dtype=np.int64)
    if steps < len(values):
        moved[steps:] = values[: len(values) - steps]
    return moved


def peaks(quantity: int, codes: Whole, a: Whole, b: Whole, c: Whole) -> tuple[Whole, Whole]:
    """(raw, emitted) of `scores.PeakWindow` after each half hour, MISSING where they cannot be told."""
    there = codes != MISSING
    thirds = np.empty((len(codes), 3), dtype=np.int64)
    for k, third in enumerate((a, b, c)):
        code = np.where(third == MISSING, codes, third)
        thirds[:, k] = logcodes.decode(quantity, np.where(there, code, 0))
    base = _bases(codes)
    before = _back(there.astype(np.int64), 1, 0) > 0
    told = there & before & (base != MISSING)
    level = logcodes.decode(quantity, np.where(base == MISSING, 0, base))
    last = [np.concatenate([np.zeros(1, dtype=np.int64), thirds[:-1, k]]) for k in range(3)]
    first = np.concatenate([np.zeros(2, dtype=np.int64), thirds[:-2, 2]])[: len(codes)]
    span = [first, *last, thirds[:, 0], thirds[:, 1], thirds[:, 2]]
    excess = [np.maximum(0, value - level) for value in span]
    emitted = np.zeros(len(codes), dtype=np.int64)
    for t in (4, 5, 6):
        later = span[t] - span[t - 2] + (excess[t] + excess[t - 1]) // 3
        earlier = span[t - 2] - span[t - 4] + (excess[t - 2] + excess[t - 3]) // 3
        both = np.minimum(later, earlier)
        if t == 4:  # the first of the seven lies two half hours back
            both = np.where(before & (_back(there.astype(np.int64), 2, 0) > 0), both, 0)
        emitted = np.maximum(emitted, both)
    raw = np.where(told, logcodes.log2_q8(np.where(told, emitted, 0) + 10), MISSING)
    return raw, np.where(told, emitted, MISSING)


def _bases(codes: Whole) -> Whole:
    """Lower median of the 24 half hours from 26 to 3 before each; MISSING with fewer than 12."""
    padded = np.full(len(codes) + scores.BASE_FROM, _ABSENT)
    padded[scores.BASE_FROM :] = np.where(codes == MISSING, _ABSENT, codes)
    window = np.lib.stride_tricks.sliding_window_view(padded, scores.BASE_CELLS)[: len(codes)].copy()
    n = (window < _ABSENT).sum(axis=1)
    window.sort(axis=1)
    middle = window[np.arange(len(codes)), np.maximum(n - 1, 0) // 2].astype(np.int64)
    return np.where(n >= scores.LEAST_BASE_CELLS, middle, MISSING)


def eight_hours(values: Whole, like: scores.EightHours) -> Whole:
    """`scores.EightHours.score` after each half hour, of a window with the parameters of `like`."""
    cells = scores.EIGHT_HOURS
    padded = np.full(len(values) + cells - 1, _ABSENT)
    padded[cells - 1 :] = np.where(values == MISSING, _ABSENT, values)
    window = np.lib.stride_tricks.sliding_window_view(padded, cells)
    there = window < _ABSENT
    highest = np.where(there, window, MISSING).max(axis=1).astype(np.int64)
    reached = np.partition(window[:, -like.newest :], like.spared, axis=1)[:, like.spared].astype(np.int64)
    score = reached - ((highest - values) * like.halves >> 1)
    return np.where((there.sum(axis=1) >= scores.LEAST_OF_EIGHT_HOURS) & (values != MISSING), score, MISSING)


def heights(codes: Whole) -> Whole:
    """`daypart.height` of each code, MISSING where it is."""
    there = codes != MISSING
    ppm = logcodes.decode(quantities.CO2, np.where(there, codes, 0))
    return np.where(there, logcodes.log2_q8(ppm + daypart.OFFSET_PPM), MISSING)


def above_twenty(quantity: int, codes: Whole) -> Whole:
    """`scores.above_twenty` of each code."""
    return logcodes.log2_q8(logcodes.decode(quantity, codes) + 200)


def apart(thirds: list[Whole]) -> Whole:
    """How far apart the three ten minutes of each half hour lie, as `behaviour.apart`; 0 where one is MISSING."""
    low, high = np.minimum.reduce(thirds), np.maximum.reduce(thirds)
    spread = np.minimum(high - low, behaviour.MOST_APART)
    found: Whole = np.where(low == MISSING, 0, logcodes.log2_q8(behaviour.LEAST_APART + spread))
    return found
