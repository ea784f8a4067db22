"""Codes, half hours and doubts about rows over arrays against the scalar core, on good and bad input."""

from array import array

import numpy as np
import pytest

from aqsense import cells as scalar_cells
from aqsense import flags, logcode, quantities
from aqsense import sample_checks as scalar_checks
from aqsense.batch import cells, checks, logcodes

START = 1735689600


def test_codes_of_arrays_equal_the_scalar_ones_everywhere():
    n = np.arange(1, 140000)
    assert logcodes.log2_q8(n).tolist() == [logcode.log2_q8(i) for i in range(1, 140000)]
    edges = np.array([2**k + d for k in range(2, 29) for d in (-1, 0, 1)])
    assert logcodes.log2_q8(edges).tolist() == [logcode.log2_q8(int(i)) for i in edges]
    for quantity in (quantities.PM2_5, quantities.CO2):
        values = np.arange(-5, 70000, 3)
        codes = logcodes.encode(quantity, values)
        assert codes.tolist() == [logcode.encode(quantity, int(v)) for v in values]
        assert logcodes.decode(quantity, codes).tolist() == [logcode.decode(quantity, int(c)) for c in codes]


def scalar_half_hours(quantity, interval_s, epoch_s, values):
    builder = scalar_cells.CellBuilder(quantity, interval_s)
    found, last = [], None
    for at, value in zip(epoch_s.tolist(), values.tolist(), strict=True):
        cell = at // 1800
        if last is not None and cell != last:
            found.append((last, *closed(builder)))
        last = cell
        builder.add(at % 1800, value)
    found.append((last, *closed(builder)))
    return found


def closed(builder):
    code = builder.close()
    return code, builder.filled, builder.a, builder.b, builder.c


@pytest.mark.parametrize("step", [1, 7, 60, 180, 900, 1800])
@pytest.mark.parametrize("quantity", [quantities.PM2_5, quantities.CO2])
def test_half_hours_equal_the_scalar_builder_with_holes_and_wild_values(step, quantity):
    rng = np.random.default_rng(step)
    epoch_s = START + np.arange(15000) * step
    epoch_s = epoch_s[rng.random(len(epoch_s)) < 0.6]
    values = rng.integers(-50, 4000, len(epoch_s))
    values[rng.random(len(values)) < 0.01] = 500000
    built = cells.build(quantity, step, epoch_s, values)
    columns = (built.cell, built.code, built.filled, built.a, built.b, built.c)
    found = list(zip(*(column.tolist() for column in columns), strict=True))
    assert found == scalar_half_hours(quantity, step, epoch_s, values)


def test_no_samples_give_no_half_hours():
    nothing = np.empty(0, dtype=np.int64)
    assert len(cells.build(quantities.PM2_5, 60, nothing, nothing).cell) == 0


class Row:
    """A row of a CSV as the scalar checks see it."""

    flags = 0
    evidence = 0

    def __init__(self):
        self.values = array("i")

    def stuck_key(self):
        return hash(bytes(self.values)) & 0x3FFFFFFF


def scalar_flags(columns, epoch_s, interval_s):
    order = tuple(columns)
    fields = tuple(quantities.FIELDS[q] for q in order)
    known = scalar_checks.SampleChecks(
        fields, tuple(quantities.SCALES[q] for q in order), None, interval_s, 429, frames=False
    )
    row, found = Row(), []
    base = 0
    for i, at in enumerate(epoch_s.tolist()):
        if not 0 <= at // 1800 - base < 400000:
            base = at // 1800
        row.values = array("i", [int(columns[q][i]) for q in order])
        known.check(row, at - base * 1800)
        found.append(tuple(known.flags_of(f) for f in range(len(order))))
    return found


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_doubts_about_rows_equal_the_scalar_checks(seed):
    rng = np.random.default_rng(seed)
    rows = 6000
    step = np.where(rng.random(rows) < 0.995, 60, rng.choice([60, 599, 601, 4000, -900], rows))
    step[1000:2500] = 60
    epoch_s = START + np.cumsum(step)
    if seed == 2:
        epoch_s[3000:3400] = 946684800 + 60 * np.arange(400)  # a clock without a battery
    pm = np.repeat(rng.integers(0, 300, rows // 10), 10)
    pm[1000:2500] = 42  # stuck for a day
    pm[2500:4000] = 0
    co2 = rng.choice([300, 365, 400, 900, 65532, 150], rows, p=[0.02, 0.08, 0.2, 0.68, 0.01, 0.01])
    co2[1000:2500] = 700
    co2[4500:5500] = 340  # below outdoor air
    pm10 = pm + rng.choice([0, 5, -1, -2], rows)
    pm10[1000:2500] = 42
    columns = {quantities.PM2_5: pm, quantities.PM10: pm10, quantities.CO2: co2}
    for values in columns.values():
        values[(rng.random(rows) < 0.01) & ((np.arange(rows) < 1000) | (np.arange(rows) >= 2500))] = -(1 << 30)
    found = checks.flags_of(columns, epoch_s, 60, 429)
    assert list(zip(*(found[q].tolist() for q in columns), strict=True)) == scalar_flags(columns, epoch_s, 60)
    seen = np.bitwise_or.reduce([found[q] for q in columns], axis=None)
    assert seen & flags.STUCK and seen & flags.BELOW_OUTDOOR and seen & flags.RANGE and seen & flags.INCONSISTENT
