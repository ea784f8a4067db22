"""Codes of arrays of values and back, equal to `aqsense.logcode` for every value."""

from functools import cache

import numpy as np
import numpy.typing as npt

from aqsense import logcode, quantities

Whole = npt.NDArray[np.int64]

_LOG2 = np.array(logcode._LOG2, dtype=np.int64)


def log2_q8(n: Whole) -> Whole:
    """256 * log2(n), rounded; n from 1 to 2**29."""
    exponent = np.frexp(n.astype(np.float64))[1]  # exact below 2**53
    shift = exponent.astype(np.int64) - 17
    m = np.where(shift > 0, n >> np.maximum(shift, 0), n << np.maximum(-shift, 0))
    i = m >> 10 & 63
    q12 = _LOG2[i] + ((_LOG2[i + 1] - _LOG2[i]) * (m & 1023) >> 10)
    code: Whole = (shift + 16 << 8) + (q12 + 8 >> 4)
    return code


@cache
def _decoded(quantity: int) -> Whole:
    """Scaled value of every code from 0 to twice the greatest that a half hour has."""
    return np.array([logcode.decode(quantity, code) for code in range(8192)], dtype=np.int64)


def encode(quantity: int, values: Whole) -> Whole:
    """Codes of scaled values of a ranged quantity; see `logcode.encode`."""
    if quantity == quantities.CO2:
        return log2_q8(np.maximum(values - logcode.CO2_FLOOR_PPM, logcode.CO2_LEAST))
    return log2_q8(np.maximum(values, 0) + logcode.PM_OFFSET)


def decode(quantity: int, codes: Whole) -> Whole:
    """Scaled values of codes below 8192 (131,071 of any unit is 4,352); see `logcode.decode`."""
    scaled: Whole = _decoded(quantity)[np.maximum(codes, 0)]
    return scaled
