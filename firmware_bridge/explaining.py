"""Why a half hour was judged as it was: the core folds the stored half hours up to it once more, and is asked."""

from collections import OrderedDict
from pathlib import Path
from typing import Any

from aqsense import codes, ids, quantities, replies, timetext
from aqsense.jsontext import Fixed
from aqsense.logcode import decode
from aqsense.monitor import Monitor
from aqsense.refused import Refused
from aqsense.series import HIGHEST_CODE, Series
from firmware_bridge import refolding, store
from firmware_bridge.store import Cell, Stored

_QUIET = ("typical", "withheld", "unknown")


def explain(settings: Any, directory: Path, wanted: Any, where: tuple[str, int, int] | None, full: bool) -> list[Any]:
    """Data of the answer about a document's id, or about (sid, quantity, half hour), in the settings' language."""
    words = replies.of(settings.lang)
    with store.reading(directory) as stored:
        sid, quantity, cell = where or _find(settings, stored, str(wanted))
        past = _of_room(settings, stored, sid, quantity, cell)
        answers = stored.answers()
    if not any((row.sid, row.cell) == (sid, cell) for row in past):
        raise Refused("unknown_id", words.not_in_memory())
    given = [answer for answer in answers if refolding.cell_of(answer) <= cell]
    monitor = Monitor(settings)
    refolding.fold(monitor, past, given)
    document = _elevation(monitor, sid, words)
    data = OrderedDict(id=document["id"], text=document["text"])
    limit = _limit(settings, past, given, document)
    if limit is not None:
        data["text"] += " " + words.typical_below(limit.text(), quantities.SHOWN_UNITS[quantity])
    data["would_be_typical_below"] = limit
    data["u"] = quantities.UNITS[quantity]
    if full:
        data["document"] = document
        data["half_hour"] = OrderedDict(sid=sid, quantity=quantities.FIELDS[quantity], t=document["t"])
    return [data]


def _of_room(settings: Any, stored: Stored, sid: str, quantity: int, last: int) -> list[Cell]:
    """Half hours of a quantity up to one, of a sensor and of those in its room, which check each other; in order."""
    room = next((sensor.room for sensor in settings.sensors if sensor.sid == sid), None)
    beside = {sid} | {sensor.sid for sensor in settings.sensors if sensor.room == room}
    rows = [row for each in sorted(beside) for row in stored.cells_of(each, 0, last) if row.quantity == quantity]
    return sorted(rows, key=lambda row: (row.cell, row.sid))


def _elevation(monitor: Monitor, sid: str, words: Any) -> OrderedDict[str, Any]:
    for document in monitor.current():
        if document.kind == "elevation" and document.sid == sid:
            found: OrderedDict[str, Any] = document.body
            return found
    raise Refused("unknown_id", words.nothing_said())


def _find(settings: Any, stored: Stored, wanted: str) -> tuple[str, int, int]:
    """Which half hour an id speaks of: ids are made from it, so all that it could be are tried, latest first."""
    kinds = [("elevation", score) for score in ("none", *codes.SCORES)]
    kinds += [(kind, "none") for kind in ("typical", "coverage", "guidance", "drift")]
    for row in stored.cells_backwards():
        field = quantities.FIELDS[row.quantity]
        for kind, score in kinds:
            if ids.document_id(settings.home, row.sid, field, f"r{row.regime}", kind, score, row.cell) == wanted:
                return row.sid, row.quantity, row.cell
    raise Refused("unknown_id", replies.of(settings.lang).unknown_document())


def _limit(settings: Any, past: list[Cell], answers: list[Any], document: OrderedDict[str, Any]) -> Any:
    """The value below which the half hour that began this would have been typical, all else equal; None if none is."""
    if document["verdict"] in _QUIET:
        return None
    began = timetext.of_instant(document["claim"]["onset"]) if document["claim"] else None
    onset = began[0] if began else past[-1].cell
    sid = document["sid"]
    monitor = Monitor(settings)
    refolding.fold(monitor, [row for row in past if row.cell < onset], answers)
    row = next((row for row in past if (row.sid, row.cell) == (sid, onset)), None)
    series = monitor.series(sid, past[-1].quantity)
    if row is None or series is None:
        return None
    before = series.snapshot()
    low, high = 0, HIGHEST_CODE
    said = document["verdict"]
    if _is_said(said, before, row, low):
        return None
    while high - low > 1:
        middle = (low + high) // 2
        if _is_said(said, before, row, middle):
            high = middle
        else:
            low = middle
    return Fixed(decode(row.quantity, high), quantities.DECIMALS[row.quantity])


def _is_said(verdict: str, before: bytes, row: Cell, code: int) -> bool:
    """Whether that half hour would be judged like this with another value, or more severely."""
    series = Series("", row.quantity)
    series.restore(before)
    series.fold(row.cell, row.utc_offset_min, code, row.filled, codes.NO_CODE, code, code, code)
    found = codes.VERDICTS[series.verdict]
    return found in (verdict, "elevated")
