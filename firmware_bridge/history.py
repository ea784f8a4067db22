"""Late samples as one `history/1` document, under the boot and sequence numbers that they were measured with."""

import json
import time
from collections import OrderedDict
from collections.abc import Sequence

from aqsense import documents_device, jsontext, messages
from firmware_bridge.outbox import Row

LARGEST = 60 * 1024  # below the contract's 64 KiB, headers included
_FIXED = 400  # bytes around the rows


def instant(t_ms: int) -> str:
    """RFC 3339 with milliseconds of an epoch instant."""
    seconds, ms = divmod(t_ms, 1000)
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f".{ms:03d}Z"


def text(rows: Sequence[Row], now_ms: int, reason: str = "broker_down") -> str:
    """JSON text of a `history/1` document for rows of one sensor and one boot that fit one document."""
    samples = []
    for row in rows:
        sample = json.loads(row.payload, object_pairs_hook=OrderedDict, parse_float=jsontext.fixed_of)
        if sample["t"] is None and row.t_ms is not None:
            sample["t"] = instant(row.t_ms)
            reason = "clock_repaired"
        samples.append(sample)
    dated = [row.t_ms for row in rows if row.t_ms is not None]
    late_s = max(0, (now_ms - min(dated)) // 1000) if dated else 0
    (document,) = documents_device.history(rows[0].sid, rows[0].boot, samples, reason, late_s)
    return messages.text(document)


def fitting(rows: Sequence[Row], largest: int) -> int:
    """How many of the first rows surely fit one document of `largest` bytes; at least one."""
    room = min(largest, LARGEST) - _FIXED
    count = 0
    for row in rows:
        room -= len(row.payload)  # a row of the table is shorter than the document that it came from
        if room < 0 and count:
            break
        count += 1
    return count
