"""Everything that is remembered, in files that other programs read: CSV of half hours, log of answers."""

import hashlib
import json
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

from aqsense import quantities, timetext
from aqsense.jsontext import Fixed
from aqsense.logcode import MISSING, decode
from firmware_bridge.verbs import Refused

if TYPE_CHECKING:
    from firmware_bridge.daemon import Daemon

WHAT = ("memory", "answers")


def parts(daemon: "Daemon", args: dict[str, Any], largest: int) -> list[Any]:
    """The export in parts of at most `largest` characters, each with the digest of the whole."""
    what = args.get("what", "memory")
    if what not in WHAT:
        raise Refused("bad_request", f"what is one of {', '.join(WHAT)}.")
    first, last = _range(args)
    lines = _memory(daemon, first, last) if what == "memory" else _answers(daemon, first, last)
    whole = "".join(lines)
    digest = hashlib.sha256(whole.encode()).hexdigest()
    texts = [""]
    for line in lines:
        if len(texts[-1]) + len(line) > largest:
            texts.append("")
        texts[-1] += line
    form = "csv" if what == "memory" else "jsonl"
    return [OrderedDict(what=what, format=form, sha256=digest, text=text) for text in texts]


def _range(args: dict[str, Any]) -> tuple[int, int]:
    found = []
    for name, default in (("from", 0), ("to", 1 << 30)):
        if args.get(name) is None:
            found.append(default)
            continue
        moment = timetext.of_instant(str(args[name]))
        if moment is None:
            raise Refused("bad_request", f"{name} is an instant such as 2026-02-24T18:30:00Z.")
        found.append(moment[0])
    return found[0], found[1]


def _memory(daemon: "Daemon", first: int, last: int) -> list[str]:
    rooms = {sensor.sid: sensor.room for sensor in daemon.settings.sensors}
    table: dict[tuple[int, str], dict[int, str]] = {}
    for row in daemon.store.cells(first - 1):
        if row.code != MISSING and row.cell <= last:
            value = Fixed(decode(row.quantity, row.code), quantities.DECIMALS[row.quantity]).text()
            table.setdefault((row.cell, row.sid), {})[row.quantity] = value
    used = sorted({quantity for values in table.values() for quantity in values})
    lines = [",".join(["epoch_s", "room", *(quantities.FIELDS[quantity] for quantity in used)]) + "\n"]
    for (cell, sid), values in sorted(table.items()):
        room = rooms.get(sid, sid).replace(",", " ").replace('"', "'")
        lines.append(",".join([str(cell * 1800), room, *(values.get(quantity, "") for quantity in used)]) + "\n")
    return lines


def _answers(daemon: "Daemon", first: int, last: int) -> list[str]:
    lines = []
    for identifier, t, verb, args in daemon.store.answers():
        moment = timetext.of_instant(t)
        if moment is not None and first <= moment[0] <= last:
            lines.append(json.dumps({"t": t, "verb": verb, "args": json.loads(args), "id": identifier}) + "\n")
    return lines
