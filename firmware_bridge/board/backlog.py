"""Whole samples that no broker has acknowledged, packed small: they go out later as `history`."""

import struct
from collections import OrderedDict, deque

from aqsense import quantities, timetext
from aqsense.jsontext import Fixed

MOST = 96  # samples; about 5 KiB, a quarter of an hour at one a 10 s
ROWS = 8  # samples of one history document
NONE = -0x20000000


class Backlog:
    """The last `MOST` unacknowledged samples; an older one makes room and is counted in `dropped`."""

    def __init__(self) -> None:
        self._rows = deque((), MOST)
        self.dropped = 0
        self.sent = 0

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, row: bytes) -> None:
        """Keep one packed sample at its place in time: what was under way is older than what was measured since."""
        later = []
        while self._rows and _is_later(self._rows[-1], row):
            later.append(self._rows.pop())
        self._append(row)
        while later:
            self._append(later.pop())

    def _append(self, row: bytes) -> None:
        if len(self._rows) == MOST:
            self._rows.popleft()
            self.dropped += 1
        self._rows.append(row)

    def take(self) -> list:
        """The oldest packed samples of the sensor that has waited longest, at most one document full."""
        rows: list = []
        left = len(self._rows)
        while left:
            row = self._rows.popleft()
            if len(rows) < ROWS and (not rows or row[0] == rows[0][0]):
                rows.append(row)
            else:
                self._rows.append(row)  # once round, so that the others keep their order
            left -= 1
        self.sent += len(rows)
        return rows

    def forget(self, sensor: int, first: int, last: int) -> None:
        """Let go of the samples of these half hours, of one sensor or (-1) of all."""
        left = len(self._rows)
        while left:
            row = self._rows.popleft()
            cell = struct.unpack_from("<i", row, 5)[0]
            if sensor not in (-1, row[0]) or not first <= cell <= last:
                self._rows.append(row)
            left -= 1

    def oldest_s(self, cell: int, s: int) -> int:
        """Age of the oldest sample at the given instant."""
        if not self._rows:
            return 0
        row = self._rows.popleft()
        self._rows.appendleft(row)
        return max(0, age_s(row, cell, s))


def pack(sensor: int, document) -> bytes:
    """One `measured-all` document of sensor number `sensor` as a few bytes."""
    body = document.body
    cell = -1 if document.t_cell is None else document.t_cell
    row = struct.pack("<BIiHH", sensor, document.seq, cell, document.t_s, document.t_ms)
    row += struct.pack("<I", document.up_ms & 0xFFFFFFFF)
    for field in body["values"]:
        value = body["values"][field]
        scaled = NONE if value is None else value.value if isinstance(value, Fixed) else value
        row += struct.pack("<BiB", quantities.index(field), scaled, body["qc"][field])
    return row


def unpack(row: bytes) -> OrderedDict:
    """What `documents_device.history` reads of a `measured-all` body."""
    _, seq, cell, s, ms = struct.unpack_from("<BIiHH", row)
    body = OrderedDict()
    body["seq"] = seq
    body["t"] = None if cell < 0 else timetext.instant_ms(cell, s, ms)
    body["values"] = OrderedDict()
    body["qc"] = OrderedDict()
    at = 17
    while at < len(row):
        q, scaled, qc = struct.unpack_from("<BiB", row, at)
        field = quantities.FIELDS[q]
        decimals = quantities.DECIMALS[q]
        value = scaled if decimals == 0 else Fixed(scaled, decimals)
        body["values"][field] = None if scaled == NONE else value
        body["qc"][field] = qc
        at += 6
    return body


def _is_later(row: bytes, than: bytes) -> bool:
    up_ms = struct.unpack_from("<I", row, 13)[0] - struct.unpack_from("<I", than, 13)[0]
    if up_ms:
        return up_ms & 0xFFFFFFFF < 0x80000000
    return struct.unpack_from("<I", row, 1)[0] > struct.unpack_from("<I", than, 1)[0]


def age_s(row: bytes, cell: int, s: int) -> int:
    """Seconds from a packed sample to the given instant; 0 when it has no time."""
    _, _, then, then_s = struct.unpack_from("<BIiH", row)
    return 0 if then < 0 else (cell - then) * 1800 + s - then_s
