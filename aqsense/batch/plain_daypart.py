"""Whether any half hour of a day would be claimed by `aqsense.daypart`, every state of the day at once."""

import numpy as np
import numpy.typing as npt

from aqsense import daypart
from aqsense.batch.days import FastDaypart
from aqsense.memory import MISSING, NO_PART, PARTS
from aqsense.ranks import BLOCK_DAYS

Whole = npt.NDArray[np.int64]


def _codes(score: Whole) -> Whole:
    """`daypart.part_code` of each."""
    found: Whole = np.clip(score - daypart.LOWEST >> 3, 0, NO_PART - 1)
    return found


def crosses(question: FastDaypart, excess: Whole, reached: Whole) -> bool:
    """`DaypartQuestion.crosses` after any of the 48 half hours of a day that begins.

    `excess` of each half hour; `reached` its eight hours' score, MISSING where there is none; a row a part.
    """
    counts = np.frombuffer(question._counts, dtype=np.uint8).astype(np.int64)
    edges = np.frombuffer(question._edges, dtype=np.uint8).reshape(PARTS, 4).astype(np.int64)
    worst = np.maximum.accumulate(reached, axis=1)
    today = np.where(worst == MISSING, NO_PART, _codes(worst))
    asked = (reached != MISSING) & (counts[:, None] >= daypart.LEAST_OF_A_PART) & (excess >= question.least)
    part, step = np.nonzero(asked)
    spans = question.n // BLOCK_DAYS
    if len(part) == 0 or question.k > spans:
        return False
    middle, scale = _scales(today, part, step, counts, edges)
    at = np.arange(len(part))
    now = _codes(reached[part, step])
    score = np.minimum(1280 * (now - middle[at, part]) // scale[at, part], 32767)
    rows = question._rows[: spans * BLOCK_DAYS]
    judged = (rows != NO_PART) & (counts >= daypart.LEAST_OF_A_PART)
    days = np.where(judged, 1280 * (rows - middle[:, None, :]) // scale[:, None, :], MISSING).max(axis=2)
    ranked = np.sort(np.minimum(days, 32767).reshape(len(part), spans, BLOCK_DAYS).max(axis=2), axis=1)
    kth = ranked[:, spans - question.k]
    threshold = kth + ((kth - ranked[:, (spans - 1) // 2]) * question.margin_q8 >> 8)
    return bool((score > threshold).any())


def _scales(today: Whole, part: Whole, step: Whole, counts: Whole, edges: Whole) -> tuple[Whole, Whole]:
    """`DaypartQuestion._scales` at each (part, step): medians and scales of all parts, a row a state."""
    parts = np.arange(PARTS)
    sofar = np.where(parts < part[:, None], today[:, -1], NO_PART)
    sofar[np.arange(len(part)), part] = today[part, step]
    open_middle = np.where(counts % 2 == 0, edges[:, 1], edges[:, 0])
    middle = np.where(sofar == NO_PART, open_middle, np.clip(sofar, edges[:, 1], edges[:, 0]))
    high = np.where(sofar == NO_PART, edges[:, 3], np.clip(sofar, edges[:, 3], edges[:, 2]))
    wide = np.where(counts >= daypart.LEAST_OF_A_PART, high - middle, 0)
    scale = np.maximum(np.maximum(5 * wide, wide.max(axis=1)[:, None]), 1)
    return middle, scale
