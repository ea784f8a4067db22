"""What was measured earlier, again on `history/<sid>`: samples while they are kept, half hours before that."""

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from aqsense import documents_device, quantities, timetext
from aqsense.jsontext import Fixed
from aqsense.logcode import MISSING, decode
from aqsense.refused import Refused
from firmware_bridge.asked import Asked
from firmware_bridge.clock import CELL_S
from firmware_bridge.outbox import Row
from firmware_bridge.store import Cell

if TYPE_CHECKING:
    from firmware_bridge.daemon import Daemon

MOST_HALF_HOURS = 48 * 14  # a fortnight for one request: about 40 KiB of rows

Wanted = Callable[[Row], bool]


def answer(daemon: "Daemon", asked: Asked, sid: str) -> OrderedDict[str, Any]:
    """Send what is still known of a span, and say how much it is."""
    span = _span_ms(asked)
    if span is None:
        samples = daemon.sender.repeat_samples(sid, _numbered(asked))
        return _counted(asked, sid, samples, 0, False)
    oldest_ms = daemon.sender.oldest_kept_ms(sid)
    samples = daemon.sender.repeat_samples(sid, lambda row: row.t_ms is not None and span[0] <= row.t_ms <= span[1])
    until_ms = span[1] if oldest_ms is None else min(span[1], oldest_ms)
    halves, more = _half_hours(daemon, sid, span[0], until_ms)
    for document in halves:
        daemon.sender.send([document], int(time.time() * 1000))
    return _counted(asked, sid, samples, sum(len(document.body["rows"]) for document in halves), more)


def _counted(asked: Asked, sid: str, samples: int, half_hours: int, more: bool) -> OrderedDict[str, Any]:
    text = asked.words.samples_follow(samples, half_hours, sid, more)
    return OrderedDict(samples=samples, half_hours=half_hours, text=text)


def _span_ms(asked: Asked) -> tuple[int, int] | None:
    """Epoch milliseconds of `from` and `to`; None when the request numbers its samples instead."""
    args = asked.args
    if isinstance(args.get("from_seq"), int) and isinstance(args.get("to_seq"), int):
        return None
    since, until = timetext.of_instant(str(args.get("from"))), timetext.of_instant(str(args.get("to")))
    if since is None or until is None:
        raise Refused("bad_request", asked.words.samples_wanted())
    return (since[0] * CELL_S + since[1]) * 1000, (until[0] * CELL_S + until[1]) * 1000


def _numbered(asked: Asked) -> Wanted:
    boot, first, last = (asked.args.get(name) for name in ("boot", "from_seq", "to_seq"))
    if not (isinstance(boot, str) and isinstance(first, int) and isinstance(last, int)):
        raise Refused("bad_request", asked.words.samples_wanted())
    return lambda row: row.boot == boot and first <= row.seq <= last


def _half_hours(daemon: "Daemon", sid: str, from_ms: int, until_ms: int) -> tuple[list[Any], bool]:
    """Documents of the half hours that ended in a span, and whether there are more than one answer holds."""
    first, last = from_ms // (CELL_S * 1000) - 1, until_ms // (CELL_S * 1000) - 1
    rows: OrderedDict[int, dict[str, Any]] = OrderedDict()
    more = False
    for row in daemon.store.cells_of(sid, first, last):
        if (row.cell + 1) * CELL_S * 1000 < from_ms:
            continue
        if row.cell not in rows and len(rows) == MOST_HALF_HOURS:
            more = True
            break
        rows.setdefault(row.cell, {})[quantities.FIELDS[row.quantity]] = _value(row)
    if not rows:
        return [], False
    late_s = max(0, int(time.time()) - (next(iter(rows)) + 1) * CELL_S)
    samples = [_sample(cell, values) for cell, values in rows.items()]
    found: list[Any] = documents_device.history(sid, daemon.settings.boot, samples, "request", late_s)
    return found, more


def _value(row: Cell) -> Any:
    if row.code == MISSING:
        return None
    return Fixed(decode(row.quantity, row.code), quantities.DECIMALS[row.quantity])


def _sample(cell: int, values: dict[str, Any]) -> OrderedDict[str, Any]:
    """A half hour in the shape of a sample; 0 is a sequence number that no sample has."""
    quality = {field: 9 if value is None else 1 for field, value in values.items()}
    t = timetext.instant_ms(cell + 1, 0)
    return OrderedDict(seq=0, t=t, values=values, qc=quality)
