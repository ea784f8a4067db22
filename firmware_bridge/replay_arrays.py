"""CSV files through the core with whole columns at once: what it prints equals `replay.feed_tables`, row by row."""

import heapq
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from aqsense import quantities
from aqsense.batch.monitor import BatchMonitor
from aqsense.batch.rows import CELL_S, Samples
from aqsense.wire.framing import MISSING_VALUE
from firmware_bridge import csv_port
from firmware_bridge.replay import Replay, Source, feed_tables

Whole = npt.NDArray[np.int64]

_LATEST_S = 1 << 37  # later times, and files without a quantity, are left to the path row by row


def feed(replay: Replay, paths: list[Path], interval_s: int | None) -> Iterator[int]:
    """Feed CSV files, their rooms merged in order of time; yields the rows taken so far, now and then."""
    tables = [csv_port.Table(path) for path in paths]
    read = [(table, table.columns()) for table in tables]
    if not all(_fits(table, columns) for table, columns in read):
        yield from feed_tables(replay, paths, interval_s)
        return
    samples: dict[str, Samples] = {}
    for table, columns in read:
        _take(replay, table, columns, interval_s, samples)
    monitor = BatchMonitor(replay.settings, samples)
    replay.start(monitor)
    turns = [_turns(replay, at, monitor) for at in range(len(replay.sources))]
    for done, (epoch_s, at, mark) in enumerate(heapq.merge(*turns)):
        source = replay.sources[at]
        source.decoder.flags = mark
        replay.step(source, epoch_s)
        if done % 256 == 0:
            yield done


def _fits(table: csv_port.Table, columns: csv_port.Columns) -> bool:
    times = columns[0]
    return bool(table.fields) and (not times or -_LATEST_S < min(times) <= max(times) < _LATEST_S)


def _take(
    replay: Replay,
    table: csv_port.Table,
    columns: csv_port.Columns,
    interval_s: int | None,
    samples: dict[str, Samples],
) -> None:
    times, rooms, scaled = columns
    every = np.array(rooms)
    epoch_s = np.array(times, dtype=np.int64)
    values = np.array(scaled, dtype=np.int64)
    fields = [quantities.index(name) for name in table.fields]
    for room in dict.fromkeys(rooms):
        rows = np.flatnonzero(every == room)
        first = epoch_s[rows[: csv_port.MEDIAN_ROWS]].tolist()
        port = csv_port.Rows(room, table.fields)
        source = replay.source(room, interval_s or csv_port.interval_s(first), None, port)
        kept = rows[_is_later(epoch_s[rows])]
        source.skipped = table.skipped + len(rows) - len(kept)
        found = Samples(
            epoch_s[kept], dict(zip(fields, values[:, kept], strict=True)), replay.settings.sensors[-1].interval_s
        )
        samples[source.sid] = found
        _count(source, found)


def _is_later(epoch_s: Whole) -> npt.NDArray[np.bool_]:
    """Rows whose time lies behind that of all before them."""
    latest = np.maximum.accumulate(np.append(-1, epoch_s))
    later: npt.NDArray[np.bool_] = epoch_s > latest[:-1]
    return later


def _count(source: Source, samples: Samples) -> None:
    source.rows = len(samples.epoch_s)
    for q in quantities.PERSONAL:
        if q in samples.columns:
            there = np.flatnonzero(samples.columns[q] != MISSING_VALUE)
            source.values[q] = len(there)
            if len(there):
                source.first[q] = int(samples.epoch_s[there[0]]) // CELL_S
                source.last[q] = int(samples.epoch_s[there[-1]]) // CELL_S
    if source.rows:
        source.last_s = int(samples.epoch_s[-1])


def _turns(replay: Replay, at: int, monitor: BatchMonitor) -> list[tuple[int, int, int]]:
    source = replay.sources[at]
    turns = [(epoch_s, at, mark) for epoch_s, mark in monitor.turns(source.sid)]
    if turns and turns[-1][0] < source.last_s:
        turns.append((source.last_s, at, turns[-1][2]))  # answers are taken up to the last row
    return turns
