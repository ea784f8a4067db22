"""x[t+1] = decay[t] * x[t] + gain[t] over a whole year of minutes, without a Python step for every minute."""

import numpy as np
import numpy.typing as npt

Series = npt.NDArray[np.float64]

_BLOCK = 720


def solve(decay: Series, gain: Series, start: float) -> Series:
    """All states after each step.

    Blocks are advanced side by side from zero, then joined by what each block keeps of its start. Only sums and
    products of numbers up to 1 occur, so it is as stable as the plain loop (unlike dividing by a cumulative product).
    """
    steps = len(decay)
    blocks = -(-steps // _BLOCK)
    a = np.ones(blocks * _BLOCK)
    b = np.zeros(blocks * _BLOCK)
    a[:steps] = decay
    b[:steps] = gain
    a_of_step = np.ascontiguousarray(a.reshape(blocks, _BLOCK).T)
    b_of_step = np.ascontiguousarray(b.reshape(blocks, _BLOCK).T)
    state = np.empty_like(b_of_step)
    kept = np.empty_like(a_of_step)
    x = np.zeros(blocks)
    share = np.ones(blocks)
    for i in range(_BLOCK):
        x = a_of_step[i] * x + b_of_step[i]
        share = share * a_of_step[i]
        state[i] = x
        kept[i] = share
    first = np.empty(blocks)
    carried = start
    for j in range(blocks):
        first[j] = carried
        carried = kept[-1, j] * carried + state[-1, j]
    joined: Series = (state + kept * first).T.reshape(-1)[:steps]
    return joined


def relax(rate_per_h: Series, source_per_h: Series, start: float) -> Series:
    """States of dx/dt = source - rate * x after each minute; exact while both stay constant within a minute."""
    fallen = rate_per_h / 60.0
    decay = np.exp(-fallen)
    share = np.where(fallen > 1e-9, -np.expm1(-fallen) / np.maximum(fallen, 1e-9), 1.0)
    return solve(decay, source_per_h / 60.0 * share, start)


def wandering(rng: np.random.Generator, steps: int, hours: float) -> Series:
    """A stationary Ornstein-Uhlenbeck path of unit variance, by the minute, that forgets in `hours`."""
    keep = np.exp(-1.0 / (60.0 * hours))
    shocks = rng.standard_normal(steps) * np.sqrt(1.0 - keep * keep)
    return solve(np.full(steps, keep), shocks, float(rng.standard_normal()))
