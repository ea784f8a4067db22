"""The half hour of any samples equals that of the statistics module."""

import random
import statistics
from collections import defaultdict

from hypothesis import given
from hypothesis import strategies as st

from aqsense import logcode, quantities
from aqsense.cells import CellBuilder


@given(st.integers(0, 2**32), st.integers(0, 400), st.sampled_from([1, 10, 60]))
def test_code_is_that_of_the_lower_median_of_minute_means(seed, count, interval):
    draw = random.Random(seed)
    values = [(draw.randrange(1800), draw.randrange(20000)) for _ in range(count // draw.choice((1, 8)))]
    builder = CellBuilder(quantities.PM2_5, interval)
    minutes = defaultdict(list)
    for s, value in values:
        builder.add(s, value)
        minutes[s // 60].append(value)
    means = [sum(v) // len(v) for v in minutes.values()]
    code = builder.close()
    assert builder.filled == len(means)
    if len(means) < 15:
        assert code == logcode.MISSING
        return
    assert code == logcode.encode(quantities.PM2_5, statistics.median_low(means))
    for third, got in enumerate((builder.a, builder.b, builder.c)):
        own = [sum(v) // len(v) for m, v in minutes.items() if m // 10 == third]
        assert got == (code if len(own) < 5 else logcode.encode(quantities.PM2_5, sum(own) // len(own)))
