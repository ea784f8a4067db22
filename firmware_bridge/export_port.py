"""An exported memory as the half hours that it was made of (contract section 8, "Files"); `exporting` wrote it."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from aqsense import codes, quantities
from aqsense.logcode import MISSING, encode
from firmware_bridge import csv_port
from firmware_bridge.errors import InputError
from firmware_bridge.exporting import GAPS, HEAD, THIRDS

SLOTS = 30  # an export does not say how many minutes of a half hour were measured


class HalfHours(NamedTuple):
    """What one sensor remembers of one half hour: (quantity, code, reason, a, b, c) of each."""

    cell: int
    room: str
    home: str
    sid: str
    regime: int
    utc_offset_min: int
    values: list[tuple[int, int, int, int, int, int]]


def is_export(path: Path) -> bool:
    """Whether a file says that its rows are remembered half hours."""
    try:
        with csv_port.opened(path) as file:
            header = file.readline(4096)
    except (InputError, UnicodeDecodeError, OSError, EOFError):
        return False
    return header.startswith(",".join(HEAD) + ",")


def rows(path: Path) -> Iterator[HalfHours]:
    """Every row in the file's order; InputError names one that cannot be read."""
    with csv_port.opened(path) as file:
        reader = csv.DictReader(file)
        names = [name for name in reader.fieldnames or () if name not in (*HEAD, *THIRDS, GAPS)]
        fields = [(quantities.index(name), name) for name in names if quantities.index(name) >= 0]
        for number, row in enumerate(reader, 2):
            try:
                yield _of(row, fields)
            except (ValueError, TypeError, KeyError):
                raise InputError(f"{path} line {number} is damaged: export it again") from None


def _of(row: dict[str, Any], fields: list[tuple[int, str]]) -> HalfHours:
    gaps = dict(pair.split("=") for pair in (row.get(GAPS) or "").split())
    values = []
    for quantity, name in fields:
        if row[name]:
            thirds = (
                [_code(quantity, row[third]) for third in THIRDS] if quantity == quantities.PM2_5 else 3 * [MISSING]
            )
            values.append((quantity, _code(quantity, row[name]), codes.NO_CODE, thirds[0], thirds[1], thirds[2]))
        elif name in gaps:
            values.append((quantity, MISSING, codes.CODES.index(gaps[name]), MISSING, MISSING, MISSING))
    cell = int(row["epoch_s"]) // 1800
    regime, offset = int(row["regime"]), int(row["utc_offset_min"])
    return HalfHours(cell, row["room"], row["home"], row["sid"], regime, offset, values)


def _code(quantity: int, text: str) -> int:
    return int(encode(quantity, round(float(text) * quantities.SCALES[quantity]))) if text else MISSING
