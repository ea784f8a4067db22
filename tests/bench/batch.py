"""A year of one home by array, beside what the core costs sample by sample and river's detectors cost per update."""

import hashlib
import time
from array import array
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from aqsense import codes, quantities
from aqsense.batch.fold import BatchSeries, HalfHours
from aqsense.batch.rows import Samples, close_all
from aqsense.monitor import Monitor
from aqsense.series import Series
from aqsense.settings import SensorSettings, Settings
from firmware_bridge.csv_port import Rows
from simulators.homes import models

Whole = npt.NDArray[np.int64]

START = 1727740800  # 2024-10-01T00:00Z
DAYS = 365
PERSONAL = (quantities.PM2_5, quantities.CO2)
SCALAR_ROWS = 30 * 1440
UPDATES = 5_000
ALLOWED_S = 0.5


def year() -> Samples:
    """A simulated year at one minute, PM2.5 and CO2."""
    home = models.create("box", 1, DAYS, START)
    pm, co2 = (np.rint(values).astype(np.int64) for values in (home.pm2_5 * 10, home.co2))
    return Samples(home.epoch_s.astype(np.int64), {quantities.PM2_5: pm, quantities.CO2: co2}, 60)


def half_hours(samples: Samples) -> dict[int, HalfHours]:
    """What the memory gets of the samples."""
    ended = close_all(samples, PERSONAL, 10, 429)
    nothing = np.zeros(len(ended.cell), dtype=np.int64)
    return {
        q: HalfHours(ended.cell, nothing, h.code, h.filled, h.reason, h.a, h.b, h.c) for q, h in ended.halves.items()
    }


def summary(series: Series, lines: list[str]) -> tuple[Any, ...]:
    """What a replay's summary says of a series."""
    account = series.account
    said = (series.valid_days, series.coverage.n, codes.STAGES[series.stage], sum(account.claims), account.notable_days)
    return (*said, hashlib.sha256("".join(lines).encode()).hexdigest()[:16])


def by_array(samples: Samples) -> list[tuple[Any, ...]]:
    """Arrays in memory to summaries."""
    found = []
    for quantity, half in half_hours(samples).items():
        lines: list[str] = []
        series = BatchSeries("home/x/r1", quantity, ledger=lines.append, ident=lambda score, cell: f"{score}-{cell}")
        series.fold_all(half)
        found.append(summary(series, lines))
    return found


def by_cell(halves: dict[int, HalfHours]) -> list[tuple[Any, ...]]:
    """The same from half hours by the core, one after the other."""
    found = []
    for quantity, half in halves.items():
        lines: list[str] = []
        series = Series("home/x/r1", quantity, ledger=lines.append, ident=lambda score, cell: f"{score}-{cell}")
        columns = (half.cell, half.offset_min, half.code, half.filled, half.reason, half.a, half.b, half.c)
        for row in zip(*(column.tolist() for column in columns), strict=True):
            series.fold(*row)
        found.append(summary(series, lines))
    return found


def by_sample(samples: Samples) -> None:
    """Rows through a monitor that publishes nothing."""
    monitor = Monitor(Settings("home", [SensorSettings("s1", None, "room", "other", 60)]))
    monitor.measured, monitor.quiet = False, True
    monitor.clock("node", None, True)
    port = Rows("room", ("pm2_5_ugm3", "co2_ppm"))
    columns = (samples.epoch_s, *samples.columns.values())
    for epoch_s, pm, co2 in zip(*(column[:SCALAR_ROWS].tolist() for column in columns), strict=True):
        port.values = array("i", (pm, co2))
        monitor.step("s1", port, epoch_s // 1800, epoch_s % 1800, 0)


def best_s(run: Callable[[], Any], times: int = 3) -> float:
    """Least processor seconds of a few runs: others on the machine are not counted."""
    found = []
    for _ in range(times):
        start = time.process_time()
        run()
        found.append(time.process_time() - start)
    return min(found)


def river_us(values: list[float]) -> dict[str, float]:
    """Microseconds per update of river's detectors; empty where river is not installed."""
    try:
        from river import anomaly, drift, stats
    except ImportError:
        return {}
    trees = anomaly.HalfSpaceTrees(seed=1)
    adwin = drift.ADWIN()
    quantile = stats.RollingQuantile(0.95, 2016)

    def step_trees() -> None:
        for value in values:
            trees.score_one({"x": value})
            trees.learn_one({"x": value})

    def step(one: Any) -> Callable[[], None]:
        def run() -> None:
            for value in values:
                one.update(value)

        return run

    runs = {"HalfSpaceTrees": step_trees, "ADWIN": step(adwin), "RollingQuantile": step(quantile)}
    return {name: best_s(run, 1) / len(values) * 1e6 for name, run in runs.items()}


def show() -> bool:
    """Print the figures; True when a year takes no longer than allowed and equals the core's."""
    samples = year()
    halves = half_hours(samples)
    equal = by_array(samples) == by_cell(halves)
    array_s = best_s(lambda: by_array(samples), 7)
    cells = sum(len(half.cell) for half in halves.values())
    cell_us = best_s(lambda: by_cell(halves), 2) / cells * 1e6
    sample_us = best_s(lambda: by_sample(samples), 2) / SCALAR_ROWS * 1e6
    print(f"A year of one home at one minute, PM2.5 and CO2: {len(samples.epoch_s):,} rows, {cells:,} half hours\n")
    print("| what | cost |\n|---|---|")
    print(f"| arrays in memory to summaries | {array_s:.2f} s |")
    print(f"| the same, per row | {array_s / len(samples.epoch_s) * 1e6:.2f} us |")
    print(f"| the core, per row of two values, half hours included | {sample_us:.1f} us |")
    print(f"| the core, per half hour and quantity | {cell_us:.1f} us |")
    learned = river_us((samples.columns[quantities.PM2_5][:UPDATES] / 10).tolist())
    for name, us in learned.items():
        print(f"| river {name}, per update of one value | {us:.1f} us |")
    if not learned:
        print("\nriver is not installed: pip install 'aqsense[bench]' shows its rows")
    print(f"\nsummaries equal the core's: {equal}")
    met = equal and array_s <= ALLOWED_S
    print(f"a year in {ALLOWED_S} s: {'met' if met else 'MISSED'}\n")
    return met
