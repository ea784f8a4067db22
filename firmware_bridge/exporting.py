"""Everything that is remembered, in files that other programs read: CSV of half hours, log of answers.

The CSV has what `aqsense replay` needs to judge the half hours as they were judged here (contract section 8, "Files").
"""

import hashlib
import itertools
import json
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from aqsense import codes, quantities, timetext
from aqsense.jsontext import Fixed
from aqsense.logcode import MISSING, decode
from aqsense.refused import Refused
from firmware_bridge import store
from firmware_bridge.asked import Asked
from firmware_bridge.store import Cell, Stored

WHAT = ("memory", "answers")
HEAD = ("epoch_s", "room", "home", "sid", "regime", "utc_offset_min")
THIRDS = tuple(f"{quantities.FIELDS[quantities.PM2_5]}_10min_{i}" for i in (1, 2, 3))  # `peak` reads nothing else
GAPS = "missing"


def wanted(asked: Asked) -> tuple[str, int, int]:
    """(what, first half hour, last half hour) of a request."""
    what = asked.args.get("what", "memory")
    if what not in WHAT:
        raise Refused("bad_request", asked.words.one_of("what", WHAT))
    found = []
    for name, default in (("from", 0), ("to", 1 << 30)):
        given = asked.args.get(name)
        moment = (default, 0) if given is None else timetext.of_instant(str(given))
        if moment is None:
            raise Refused("bad_request", asked.words.bad_instant(name))
        found.append(moment[0])
    return what, found[0], found[1]


def parts(settings: Any, directory: Path, what: str, first: int, last: int, largest: int) -> list[Any]:
    """The export in parts of at most `largest` characters, each with the digest of the whole."""
    with store.reading(directory) as stored:
        lines = list(_memory(settings, stored, first, last) if what == "memory" else _answers(stored, first, last))
    digest = hashlib.sha256("".join(lines).encode()).hexdigest()
    form = "csv" if what == "memory" else "jsonl"
    return [OrderedDict(what=what, format=form, sha256=digest, text=text) for text in _packed(lines, largest)]


def _packed(lines: Iterable[str], largest: int) -> list[str]:
    packs: list[list[str]] = [[]]
    size = 0
    for line in lines:
        if packs[-1] and size + len(line) > largest:
            packs.append([])
            size = 0
        packs[-1].append(line)
        size += len(line)
    return ["".join(pack) for pack in packs]


def _memory(settings: Any, stored: Stored, first: int, last: int) -> Iterator[str]:
    rooms = {sensor.sid: sensor.room.replace(",", " ").replace('"', "'") for sensor in settings.sensors}
    used = sorted({quantity for _, quantity in stored.span(None, first, last)[2]})
    yield ",".join([*HEAD, *(quantities.FIELDS[quantity] for quantity in used), *THIRDS, GAPS]) + "\n"
    for (cell, sid), same in itertools.groupby(stored.cells(first - 1), lambda row: (row.cell, row.sid)):
        if cell > last:
            return
        for regime, found in sorted(_by_regime(same).items()):
            head = [
                str(cell * 1800),
                rooms.get(sid, sid),
                settings.home,
                sid,
                str(regime),
                str(found[0].utc_offset_min),
            ]
            yield ",".join([*head, *_values(found, used)]) + "\n"


def _by_regime(rows: Iterable[Cell]) -> dict[int, list[Cell]]:
    found: dict[int, list[Cell]] = {}
    for row in rows:
        found.setdefault(row.regime, []).append(row)
    return found


def _values(rows: list[Cell], used: list[int]) -> list[str]:
    """The columns behind `HEAD` of what one sensor measured in one half hour."""
    by_quantity = {row.quantity: row for row in rows}
    values = [_shown(quantity, by_quantity[quantity].code) if quantity in by_quantity else "" for quantity in used]
    pm = by_quantity.get(quantities.PM2_5)
    thirds = [_shown(quantities.PM2_5, code) for code in (pm.a, pm.b, pm.c)] if pm else ["", "", ""]
    gaps = [f"{quantities.FIELDS[row.quantity]}={_reason(row)}" for row in rows if row.code == MISSING]
    return [*values, *thirds, " ".join(gaps)]


def _shown(quantity: int, code: int) -> str:
    return "" if code == MISSING else str(Fixed(decode(quantity, code), quantities.DECIMALS[quantity]).text())


def _reason(row: Cell) -> str:
    return codes.CODES[row.reason] if row.reason >= 0 else codes.CODES[codes.VALUE_MISSING]


def _answers(stored: Stored, first: int, last: int) -> Iterator[str]:
    for identifier, t, verb, args in stored.answers():
        moment = timetext.of_instant(t)
        if moment is not None and first <= moment[0] <= last:
            yield json.dumps({"t": t, "verb": verb, "args": json.loads(args), "id": identifier}) + "\n"
