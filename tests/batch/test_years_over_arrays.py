"""Whole years through the batch fold against the core: every line of the ledger and every byte of the state."""

import gzip
import itertools
from pathlib import Path

import numpy as np
import pytest

from aqsense import codes, quantities
from aqsense.batch import cells
from aqsense.batch.fold import BatchSeries, HalfHours
from aqsense.series import Series
from aqsense.standing import Standing
from simulators.evaluation import dayrank
from simulators.homes import models
from simulators.homes.localtime import offset_minutes

REAL = Path(__file__).parent.parent / "data" / "awair_gym.csv.gz"
START = 1727740800  # 2024-10-01T00:00Z
PM, CO2, PM10 = quantities.PM2_5, quantities.CO2, quantities.PM10


def half_hours(built, tz="UTC"):
    """Columns of the fold, with the zone's offsets."""
    n = len(built.cell)
    offsets = np.array([offset_minutes(int(cell) * 1800, tz) for cell in built.cell], dtype=np.int64)
    reason = np.full(n, codes.NO_CODE, dtype=np.int64)
    return HalfHours(built.cell, offsets, built.code, built.filled, reason, built.a, built.b, built.c)


def both(quantity, half, level="normal"):
    """(ledger, snapshot) of the core and of the batch."""
    found = []
    for kind in (Series, BatchSeries):
        lines = []
        series = kind(
            "home/x/r1", quantity, level=level, ledger=lines.append, ident=lambda score, cell: f"{score}-{cell}"
        )
        if kind is BatchSeries:
            series.fold_all(half)
        else:
            columns = (half.cell, half.offset_min, half.code, half.filled, half.reason, half.a, half.b, half.c)
            for row in zip(*(column.tolist() for column in columns), strict=True):
                series.fold(*row)
        found.append((lines, series.snapshot(), series))
    return found


def assert_equal(quantity, half, level="normal"):
    (lines, state, core), (batch_lines, batch_state, batch) = both(quantity, half, level)
    differing = next(((i, a, b) for i, (a, b) in enumerate(itertools.zip_longest(lines, batch_lines)) if a != b), None)
    assert differing is None
    assert batch_state == state
    for name in ("valid_days", "stage", "code", "verdict", "earliest", "longest_gap_cells"):
        assert getattr(Standing(batch), name) == getattr(Standing(core), name)
    assert batch.coverage.n == core.coverage.n and Standing(batch).realised() == Standing(core).realised()
    assert batch.account.withheld_days == core.account.withheld_days
    return core


@pytest.mark.parametrize(
    ("model", "seed", "scenario", "tz"),
    [
        ("box", 3, "events", "UTC"),
        ("box", 5, "gaps", "UTC"),
        ("box", 11, "duplicates", "Europe/Berlin"),
        ("rooms", 4, "events", "America/New_York"),
        ("rooms", 7, "clock-forward", "UTC"),
        ("rooms", 8, "clock-2000", "UTC"),
        ("rooms", 9, "stuck", "Asia/Kathmandu"),
        ("rooms", 10, "power-cuts", "Australia/Lord_Howe"),
    ],
)
def test_simulated_years_are_equal_in_every_line_and_byte(model, seed, scenario, tz):
    home = models.create(model, seed, 200, START, scenario, tz=tz)
    built = dayrank.half_hours(home)
    claims = 0
    for quantity in (PM, CO2):
        core = assert_equal(quantity, half_hours(built[quantity], tz))
        claims += core.account.notable_days
        assert core.valid_days > 80
    if scenario == "events":
        assert claims > 0


def test_a_range_without_claims_is_equal_too():
    home = models.create("box", 2, 120, START)
    built = cells.build(PM10, 60, home.epoch_s, np.rint(home.pm10 * 10).astype(np.int64))
    assert_equal(PM10, half_hours(built))


@pytest.mark.parametrize("level", ["few", "many"])
def test_levels_are_equal(level):
    home = models.create("rooms", 12, 150, START, "events")
    for quantity, built in dayrank.half_hours(home).items():
        assert_equal(quantity, half_hours(built), level)


def test_a_zone_that_goes_back_over_midnight_is_equal():
    home = models.create("box", 13, 100, START)
    half = half_hours(dayrank.half_hours(home)[PM])
    half.offset_min[2000:] -= 9 * 60
    assert_equal(PM, half)


def test_holes_and_absurd_codes_are_equal():
    rng = np.random.default_rng(4)
    home = models.create("box", 14, 120, START)
    half = half_hours(dayrank.half_hours(home)[CO2])
    half.code[rng.random(len(half.code)) < 0.01] = 30000
    half.code[rng.random(len(half.code)) < 0.01] = -32768
    half.a[rng.random(len(half.a)) < 0.1] = -32768
    assert_equal(CO2, half)


def test_a_long_gap_is_equal():
    home = models.create("box", 15, 160, START)
    half = half_hours(dayrank.half_hours(home)[PM])
    for days in (40, 500):
        half.cell[4000:] += days * 48
        assert_equal(PM, half)


def test_no_half_hours_leave_an_empty_series():
    nothing = np.empty(0, dtype=np.int64)
    series = BatchSeries("home/x/r1", PM)
    assert series.fold_all(HalfHours(*(nothing for _ in range(8)))) == []
    assert series.snapshot() == Series("home/x/r1", PM).snapshot()


def test_a_recorded_home_is_equal():
    with gzip.open(REAL, "rt") as lines:
        table = np.genfromtxt(lines, delimiter=",", skip_header=1, usecols=(0, 2, 4))
    for quantity, column, scale in ((PM, 1, 10), (CO2, 2, 1)):
        there = ~np.isnan(table[:, column])
        epoch_s = table[there, 0].astype(np.int64)
        built = cells.build(quantity, 60, epoch_s, np.rint(table[there, column] * scale).astype(np.int64))
        core = assert_equal(quantity, half_hours(built, "America/New_York"))
        assert core.valid_days > 160
