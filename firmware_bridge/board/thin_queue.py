"""Messages of a thin node that nobody has acknowledged: oldest first, bounded in bytes and in age."""

import struct
from collections import deque

MOST = 640  # records
MOST_BYTES = 49152
OLDEST_S = 1500  # the daemon's half hours wait no longer than half an hour
HEAD = "<BIIHHiHHH"  # number, seq, up_s and its ms, up_err_ms, cell (-1: no time), s, ms, t_err in tenths
HEAD_SIZE = 23
_COST = 36  # bytes of a record on the heap beside its own


class Queue:
    """Records (a HEAD and bytes) within `most_bytes` of the heap; the oldest makes room, counted in `dropped`."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._records = deque((), MOST)
        self._most_bytes = most_bytes
        self._bytes = 0
        self.dropped = 0

    def __len__(self) -> int:
        return len(self._records)

    def add(self, record: bytes) -> None:
        """Keep one more record."""
        self._trim(record)
        self._records.append(record)
        self._bytes += len(record) + _COST

    def take(self) -> bytes:
        """The oldest record."""
        record = self._records.popleft()
        self._bytes -= len(record) + _COST
        return record

    def put_back(self, taken: list) -> None:
        """Records that were taken, in that order, and did not arrive; they go first again."""
        while taken:
            record = taken.pop()
            if len(self._records) == MOST:
                self.dropped += 1  # it is the oldest
            else:
                self._records.appendleft(record)
                self._bytes += len(record) + _COST
        if len(self._records):
            newest = self._records.pop()
            self._bytes -= len(newest) + _COST
            self.add(newest)

    def _trim(self, newest: bytes) -> None:
        up_s = _up_s(newest)
        room = self._most_bytes - len(newest) - _COST
        while len(self._records) and (
            len(self._records) == MOST or self._bytes > room or up_s - _up_s(self._records[0]) > OLDEST_S
        ):
            self.take()
            self.dropped += 1


def _up_s(record: bytes) -> int:
    return struct.unpack_from("<I", record, 5)[0]
