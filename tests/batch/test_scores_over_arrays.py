"""Scores over arrays against the scalar windows, over half hours with holes, steps and storms."""

import numpy as np
import pytest

from aqsense import quantities, scores
from aqsense.batch import medians
from aqsense.batch import scores as arrays
from aqsense.memory import MISSING, Memory
from aqsense.typical import Typical


def wild_codes(seed, cells, missing):
    """A random walk of codes with bursts and holes."""
    rng = np.random.default_rng(seed)
    walk = np.clip(900 + np.cumsum(rng.integers(-40, 41, cells)), 0, 3300)
    bursts = rng.random(cells) < 0.02
    codes = np.where(bursts, np.minimum(walk + 900, 3500), walk)
    holes = rng.random(cells) < missing
    hole_from = int(cells * 0.6)
    holes[hole_from : hole_from + 90] = True
    return np.where(holes, MISSING, codes).astype(np.int64)


@pytest.mark.parametrize(("seed", "missing"), [(1, 0.0), (2, 0.1), (3, 0.3)])
def test_peaks_equal_the_scalar_window(seed, missing):
    codes = wild_codes(seed, 3000, missing)
    rng = np.random.default_rng(seed + 50)
    thirds = [
        np.where(codes == MISSING, MISSING, np.maximum(codes + rng.integers(-300, 301, 3000), 0)) for _ in range(3)
    ]
    for third in thirds:
        third[rng.random(3000) < 0.05] = MISSING
    window = scores.PeakWindow()
    expected = []
    for code, a, b, c in zip(codes.tolist(), *(third.tolist() for third in thirds), strict=True):
        window.push(quantities.PM2_5, code, a, b, c)
        expected.append((window.raw, window.emitted))
    raw, emitted = arrays.peaks(quantities.PM2_5, codes, *thirds)
    assert list(zip(raw.tolist(), emitted.tolist(), strict=True)) == expected
    assert len({pair[0] for pair in expected}) > 15


@pytest.mark.parametrize(("seed", "missing"), [(1, 0.0), (2, 0.1), (3, 0.3)])
@pytest.mark.parametrize("kind", [(8, 0, 4), (16, 1, 1)])
def test_what_lasts_equals_the_scalar_window(seed, missing, kind):
    codes = wild_codes(seed, 3000, missing)
    values = np.where(codes == MISSING, MISSING, codes - 1200)
    window = scores.EightHours(*kind)
    expected = []
    for value in values.tolist():
        window.push(value)
        expected.append(window.score)
    assert arrays.eight_hours(values, window).tolist() == expected
    assert len(set(expected)) > 50


@pytest.mark.parametrize(("seed", "missing"), [(1, 0.0), (2, 0.2), (3, 0.9)])
def test_medians_and_spreads_by_hour_equal_the_scalar_ones(seed, missing):
    first_day, count = 20013, 120
    days = wild_codes(seed, count * 48, missing).reshape(count, 48).astype(np.int16)
    found = medians.learn(days, first_day)
    spreads = medians.spread(found)
    memory = Memory(quantities.PM2_5)
    typical = Typical(memory)
    for d in range(count):
        memory.begin(first_day + d)
        typical.start_day()
        assert bool(found.pooled[d]) == typical.pooled
        if typical.pooled:
            assert found.median[d] == typical.median
            for hour in range(24):
                assert found.hour[d, hour] == typical.hour_median(hour)
                assert spreads[d, hour] == typical.spread(hour)
                assert (found.lows[d, hour], found.highs[d, hour]) == (typical._lows[hour], typical._highs[hour])
        for slot in range(48):
            if days[d, slot] != MISSING:
                memory.put(first_day + d, slot, int(days[d, slot]))


def test_a_trailing_median_takes_the_lower_of_the_last_known():
    values = np.array([5, MISSING, 1, 9, 7], dtype=np.int64)
    assert medians.trailing_median(values, 3, 1).tolist() == [0, 5, 5, 1, 5]
    assert medians.trailing_median(values, 2, 2).tolist() == [0, 0, 0, 1, 1]
    assert medians.trailing_median(values, 3, 1, within=1).tolist() == [0, 5, 0, 1, 9]
