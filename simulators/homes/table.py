"""The CSV and the truth file of a simulated home, in the format that every aqsense command reads."""

import gzip
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from simulators.homes.happenings import Change
from simulators.homes.recording import record

HEADER = "epoch_s,room,pm2_5_ugm3,pm10_ugm3,co2_ppm,temp_c,rh_pct\n"

Whole = npt.NDArray[np.int64]
Series = npt.NDArray[np.float64]


class AnyHome(Protocol):
    """What both home models have in common; arrays hold one value a minute."""

    seed: int
    days: int
    room: str
    scenario: str
    start_epoch_s: int
    epoch_s: Whole
    pm2_5: Series
    pm10: Series
    co2: Series
    temp: Series
    rh: Series
    changes: list[Change]
    truth: list[dict[str, object]]


def rows(home: AnyHome, every_min: int = 1) -> Iterator[str]:
    """Lines of the CSV after its header, in the order in which they were recorded."""
    minute, stamp = record(home.epoch_s, home.changes, home.seed)
    if every_min > 1:
        chosen = minute % every_min == 0
        minute, stamp = minute[chosen], stamp[chosen]
    columns = (home.pm2_5, home.pm10, home.co2, home.temp, home.rh)
    values = zip(stamp.tolist(), *((column[minute] + 0.0).tolist() for column in columns), strict=True)
    for epoch_s, pm2_5, pm10, co2, temp, rh in values:
        yield f"{epoch_s},{home.room},{pm2_5:.1f},{pm10:.1f},{co2:.0f},{temp:.1f},{rh:.1f}\n"


def write_csv(path: str, home: AnyHome, every_min: int = 1) -> int:
    """Writes the CSV, gzip by suffix; equal homes give equal bytes. Returns the number of rows. Raises OSError."""
    with Path(path).open("wb") as raw:
        if not path.endswith(".gz"):
            return _write(raw, home, every_min)
        with gzip.GzipFile(filename="", mode="wb", compresslevel=4, fileobj=raw, mtime=0) as packed:
            return _write(packed, home, every_min)


class _Sink(Protocol):
    def write(self, data: bytes, /) -> object: ...


def _write(out: _Sink, home: AnyHome, every_min: int) -> int:
    out.write(HEADER.encode())
    count = 0
    lines: list[str] = []
    for line in rows(home, every_min):
        lines.append(line)
        count += 1
        if len(lines) == 10000:
            out.write("".join(lines).encode())
            lines.clear()
    out.write("".join(lines).encode())
    return count


def write_truth(path: str, truth: Sequence[dict[str, object]]) -> None:
    """Writes one line for each event or state (contract section 8). Raises OSError."""
    with Path(path).open("w", encoding="utf-8") as out:
        for line in truth:
            out.write(json.dumps(line, separators=(",", ":")) + "\n")
