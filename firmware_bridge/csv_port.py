"""A recorded CSV as a port: its rows are samples, its times are the clock (contract section 8, "Files")."""

import csv
import gzip
import itertools
from array import array
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, TextIO

from aqsense import quantities
from aqsense.wire import events
from aqsense.wire.framing import MISSING_VALUE
from firmware_bridge.errors import InputError

_LARGEST = 1 << 27  # scaled; anything beyond is an error code of the source, not a value
MEDIAN_ROWS = 1000
Columns = tuple[list[int], list[str], list[list[int]]]


class Rows:
    """One room of a CSV, with the face of a decoder whose last event is a sample."""

    def __init__(self, room: str, fields: tuple[str, ...]) -> None:
        self.room = room
        self.FIELDS = fields
        self.SCALES = tuple(quantities.SCALES[quantities.index(name)] for name in fields)
        self.values = array("i", [MISSING_VALUE] * len(fields))
        self.event = events.SAMPLE
        self.flags = 0
        self.evidence = 0
        self.rejected = 0
        self.candidates = 0
        self.frame_bytes = 0
        self.samples = 0

    def stuck_key(self) -> int:
        """A key of the row's values; a row carries no frame."""
        return hash(self.values.tobytes()) & 0x3FFFFFFF


class Table:
    """An opened CSV: `fields` in its order, `rows` once."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self._file = opened(self.path)
        self._reader: Iterator[list[str]] = csv.reader(self._file)
        self.skipped = 0  # rows without a readable time
        try:
            header = next(self._reader, [])
        except (UnicodeDecodeError, OSError, EOFError, csv.Error) as error:
            what = "not UTF-8 text" if isinstance(error, UnicodeDecodeError) else str(error).partition(" (")[0]
            raise InputError(f"{path} is no CSV ({what}): its first line must be epoch_s,room,pm2_5_ugm3,…") from None
        self._columns = [name.strip().lstrip("\ufeff") for name in header]
        self._check(self._columns)
        self.fields = tuple(name for name in self._columns if name not in ("epoch_s", "room"))
        scales = [quantities.SCALES[quantities.index(name)] for name in self.fields]
        self._time = self._columns.index("epoch_s")
        self._room = self._columns.index("room") if "room" in self._columns else -1
        self._cells = [(self._columns.index(name), scale) for name, scale in zip(self.fields, scales, strict=True)]
        self._scaled: dict[tuple[str, int], int] = {}

    def _check(self, columns: list[str]) -> None:
        if "epoch_s" not in columns:
            raise InputError(f"{self.path} has no column epoch_s: its first line must be epoch_s,room,pm2_5_ugm3,…")
        if len(set(columns)) < len(columns):
            raise InputError(f"{self.path} names a column twice: give each column one name")
        for name in columns:
            if name not in ("epoch_s", "room") and quantities.index(name) < 0:
                known = ", ".join(quantities.FIELDS)
                raise InputError(f"{self.path} has an unknown column '{name}': known are {known}")

    def rows(self) -> Iterator[tuple[int, str, list[int]]]:
        """(epoch second, room, scaled values in the order of `fields`) of each readable row, in the file's order."""
        scaled = self._scaled
        try:
            for row in self._reader:
                if not row:
                    continue
                try:
                    epoch_s = int(float(row[self._time]))
                    room = row[self._room].strip() if self._room >= 0 else "room"
                    values = []
                    for at, scale in self._cells:
                        text = row[at] if at < len(row) else ""
                        if (text, scale) not in scaled:
                            self._remember(text, scale)
                        values.append(scaled[text, scale])
                except (ValueError, OverflowError, IndexError):
                    self.skipped += 1
                    continue
                yield epoch_s, room or "room", values
        except (UnicodeDecodeError, OSError, EOFError, csv.Error) as error:
            raise InputError(f"{self.path} ends in the middle ({error}): fetch the file again") from None
        finally:
            self._file.close()

    def columns(self) -> Columns:
        """The same as `rows` by column: epoch seconds, rooms, and the scaled values of each of `fields`."""
        try:
            lines = [row for row in self._reader if row]
        except (UnicodeDecodeError, OSError, EOFError, csv.Error) as error:
            raise InputError(f"{self.path} ends in the middle ({error}): fetch the file again") from None
        finally:
            self._file.close()
        try:
            return self._of_regular(lines)
        except (ValueError, OverflowError, IndexError):
            self._reader = iter(lines)
        rows = list(self.rows())
        values = [list(column) for column in zip(*(values for _, _, values in rows), strict=True)]
        return [at for at, _, _ in rows], [room for _, room, _ in rows], values

    def _of_regular(self, lines: list[list[str]]) -> Columns:
        """Columns of rows that are all whole; an error when one is not."""
        times = [int(float(row[self._time])) for row in lines]
        if self._room < 0:
            rooms = ["room"] * len(lines)
        else:
            names = _Known(lambda text: text.strip() or "room")
            rooms = [names[row[self._room]] for row in lines]
        columns = []
        for at, scale in self._cells:
            known = _Known(partial(_value, scale=scale))
            columns.append([known[row[at]] for row in lines])
        return times, rooms, columns

    def _remember(self, text: str, scale: int) -> None:
        if len(self._scaled) > 100_000:
            self._scaled.clear()
        self._scaled[text, scale] = _value(text, scale)


class _Known(dict[str, Any]):
    """What each text stands for, made once."""

    def __init__(self, make: Callable[[str], Any]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, text: str) -> Any:
        made = self[text] = self._make(text)
        return made


def _value(text: str, scale: int) -> int:
    try:
        number = float(text)
    except ValueError:
        return MISSING_VALUE
    if not -_LARGEST < number * scale < _LARGEST:  # NaN and infinity too
        return MISSING_VALUE
    return int(number * scale + (0.5 if number >= 0 else -0.5))


def opened(path: Path) -> TextIO:
    """The text of a CSV, unpacked by its suffix; InputError when it cannot be opened."""
    try:
        if path.suffix == ".gz":
            return gzip.open(path, "rt", encoding="utf-8", newline="")
        return path.open(encoding="utf-8", newline="")
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}): check its name and permissions") from None


def interval_s(times: list[int]) -> int:
    """Median step of the first rows of a room, at least one second; 60 for a single row."""
    steps = sorted(b - a for a, b in itertools.pairwise(times) if b > a)
    return max(1, steps[len(steps) // 2]) if steps else 60
