"""What a simulated sensor breathes: values held by hand, a recording, or an ordinary room."""

import bisect
import csv
import gzip
import math
import random
from array import array
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from aqsense import quantities

EPOCH = "epoch_s"


class Air(Protocol):
    """The air at the inlet; `exact` names what a sensor reports as given, without noise of its own."""

    exact: frozenset[str]

    def at(self, t_s: float) -> dict[str, float]:
        """Values by name `t_s` seconds after the start of the simulation."""


class Ordinary:
    """An uneventful room: slow swings around usual values, decided by the seed."""

    exact: frozenset[str] = frozenset()
    USUAL = (
        ("pm2_5_ugm3", 7.0, 0.3),
        ("co2_ppm", 640.0, 0.1),
        ("temp_c", 21.4, 0.02),
        ("rh_pct", 43.0, 0.04),
        ("pressure_hpa", 1013.0, 0.002),
        ("hcho_ugm3", 21.0, 0.2),
        ("tvoc_ugm3", 110.0, 0.2),
    )

    def __init__(self, seed: int) -> None:
        rng = random.Random(f"air-{seed}")
        self._phases = [rng.uniform(0.0, math.tau) for _ in range(2 * len(self.USUAL))]

    def at(self, t_s: float) -> dict[str, float]:
        values = {}
        for i, (name, usual, swing) in enumerate(self.USUAL):
            fast = math.sin(t_s / 700.0 + self._phases[2 * i])
            slow = math.sin(t_s / 9000.0 + self._phases[2 * i + 1])
            values[name] = usual * (1.0 + swing * (0.4 * fast + 0.6 * slow))
        return values


class Held:
    """Values held by hand over another air; they can be changed while the sensor runs."""

    def __init__(self, values: Mapping[str, float], below: Air) -> None:
        self._values = dict(values)
        self._below = below
        self.exact = below.exact | frozenset(values)

    def hold(self, values: Mapping[str, float]) -> None:
        """Hold these values from now on."""
        self._values.update(values)
        self.exact |= frozenset(values)

    def at(self, t_s: float) -> dict[str, float]:
        return {**self._below.at(t_s), **self._values}


class Recording:
    """A contract CSV (`epoch_s,room,` and field names, gzip by suffix) played from its first row; the last row stays.

    A blank keeps the value before it. Rows going back in time and rows of other rooms are left out.
    Errors: ValueError naming the file and what to put right.
    """

    def __init__(self, path: str, below: Air, room: str | None = None) -> None:
        self._below = below
        self._times = array("d")
        self._columns: dict[str, array[float]] = {}
        self.room = room
        self._read(Path(path))
        if not self._times:
            raise ValueError(f"{path} has no row for room {room!r}; leave out --room or name one that is in the file")
        self.exact = below.exact | frozenset(self._columns)

    def _read(self, path: Path) -> None:
        with gzip.open(path, "rt", newline="") if path.suffix == ".gz" else path.open(newline="") as lines:
            reader = csv.DictReader(lines)
            header = reader.fieldnames or []
            if EPOCH not in header:
                raise ValueError(
                    f"{path} has no column {EPOCH}; write '{EPOCH},room,' and field names in its first line"
                )
            fields = [name for name in header if name in quantities.FIELDS]
            if not fields:
                raise ValueError(f"{path} has no known quantity; use field names such as {quantities.FIELDS[1]}")
            self._columns = {name: array("d") for name in fields}
            for number, row in enumerate(reader, 2):
                self._keep(path, number, row)

    def _keep(self, path: Path, number: int, row: dict[str, str]) -> None:
        room = row.get("room") or ""
        if self.room is None:
            self.room = room
        if room != self.room:
            return
        try:
            t_s = float(row[EPOCH])
            values = {name: float(row[name]) if row[name] else math.nan for name in self._columns}
        except (TypeError, ValueError) as error:
            raise ValueError(f"{path} line {number} is not a row of numbers; correct or remove it") from error
        if self._times and t_s <= self._times[-1]:
            return
        self._times.append(t_s)
        for name, column in self._columns.items():
            value = values[name]
            column.append(column[-1] if math.isnan(value) and len(column) else value)

    def at(self, t_s: float) -> dict[str, float]:
        row = max(0, bisect.bisect_right(self._times, self._times[0] + t_s) - 1)
        values = self._below.at(t_s)
        for name, column in self._columns.items():
            if not math.isnan(column[row]):
                values[name] = column[row]
        return values
