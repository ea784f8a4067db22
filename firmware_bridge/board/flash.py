"""The home's memory on a board's flash: two checksummed slots and an append-only log between them.

The slots a and b are written in turn, so one whole state is always there. What happens between two slots (closed
half hours, answers) is appended to short numbered logs; a start reads the newer whole slot and then the log from the
number that this slot names. The older slot's log is kept too, so a slot that went bad costs nothing.

Each record tells how many the log before its own holds, so that one which lost whole records, or is gone, is missed;
only what the very last log lost is not, and looks as if the power had failed before it was written.
"""

import binascii
import errno
import struct

MAGIC = b"AQS1"
ANSWER = 2  # kinds of log records
CELLS = 3
_LONGEST_RECORD = 1024
_LENGTH_BITS = 11  # of a record's length field; the five above it count the records of the log before
_CHUNK = 512
_WHOLE = 2048  # bytes of a part that is read at once
_END_OF_PART = 0xFFFFFFFE  # in the place of a length
_END = 0xFFFFFFFF


class Part:
    """One part of a slot, read from its file bit by bit: `len` of it, and `read`, while the parts are gone through."""

    def __init__(self, file, at: int, size: int) -> None:
        self._file = file
        self._at = at
        self._size = size
        self._left = 0  # in the chunk that is being read

    def __len__(self) -> int:
        return self._size

    def read(self, size: int) -> bytes:
        """The next so many bytes."""
        out = b""
        self._file.seek(self._at)
        while len(out) < size:
            while not self._left:
                self._left = _u32(self._file.read(8), 0)
            got = self._file.read(min(self._left, size - len(out)))
            if not got:
                raise OSError(5)  # it was all there when its check sum was taken
            self._left -= len(got)
            out = out + got if out else got
        self._at = self._file.tell()
        return out


class Flash:
    """State in `place`, `Files` of a file system or a `Region` of flash.

    `lost`: one text for each thing that could not be read at the last `load`, empty when all was there.
    """

    def __init__(self, place) -> None:
        self.place = place
        self.lost: list = []
        self.generation = 0
        self.written = 0  # bytes since start
        self._log_from = [0, 0]  # of slot a and b: the number of the first log that follows it
        self._start = 0
        self._first = 0  # number of the oldest log
        self._number = 0  # of the log being appended to
        self._size = 0
        self._count = 0  # records in the log being appended to
        self._before = 0  # records in the one before it

    # slots --------------------------------------------------------------------------------------------------------

    def save(self, parts) -> int:
        """Write one whole state over the older slot; bytes written. A part is bytes, or an iterable of buffers."""
        slot = (self.generation + 1) & 1
        after = self._number + 1
        generation = self.generation + 1
        written = 0
        with self.place.writer(slot) as out:
            head = MAGIC + struct.pack("<II", generation, after)
            out.write(head + struct.pack("<I", binascii.crc32(head)))
            for part in parts:
                for chunk in (part,) if isinstance(part, (bytes, bytearray)) else part:
                    size = len(chunk) * len(bytes(chunk[:1]))  # of an array, too
                    out.write(struct.pack("<II", size, binascii.crc32(chunk)))
                    out.write(chunk)
                    written += size + 8
                out.write(struct.pack("<II", _END_OF_PART, 0))
            out.write(struct.pack("<II", _END, generation))
        self.generation = generation
        self._log_from[slot] = after
        self._next_log(after)
        self._drop_log_before(min(self._log_from[0], self._log_from[1]))
        self.written += written
        return written

    def size(self) -> int:
        """Bytes of all that is kept."""
        return self.place.size(self._first, self._number)

    def is_short(self) -> bool:
        """Whether room for the log comes to an end: a slot that is written now makes room."""
        return self._number - self._first >= self.place.most_logs

    def load(self):
        """The parts of the newest whole state, one after the other, or None when there is none.

        A part is bytes, or when it is large a `Part` to be read from.
        Read all of them before `records`: the log follows the state that was found.
        """
        self.lost = []
        found = -1
        damaged = []
        for slot in (0, 1):
            try:
                generation, after, whole = self._inspect(slot)
            except OSError as error:
                if error.args[0] == errno.ENOENT:
                    continue  # it was never written
                whole = False
            if not whole:
                damaged.append("ab"[slot])
                continue
            self._log_from[slot] = after
            if found < 0 or generation > self.generation:
                found = slot
                self.generation = generation
        used = "the log alone is" if found < 0 else "state %s and the log are" % "ab"[found]
        self.lost = ["state %s is damaged; %s used" % (name, used) for name in damaged]
        self._first, last = self.place.log_range()
        self._number = max(last + 1, self._log_from[0], self._log_from[1])
        if last < 0:
            self._first = self._number
        self._size = self._count = self._before = 0
        self._start = self._log_from[found] if found >= 0 else 0
        if found < 0:
            self._log_from = [0, 0]
            return None
        other = 1 - found
        if self._log_from[other] > self._log_from[found] or not self._log_from[other]:
            self._log_from[other] = self._log_from[found]
        return self._parts(found)

    def _inspect(self, slot: int) -> tuple:
        # (generation, first log file after it, whether every checksum holds)
        buffer = bytearray(_CHUNK)
        with self.place.reader(slot) as file:
            head = file.read(16)
            if len(head) < 16 or head[:4] != MAGIC or binascii.crc32(head[:12]) != _u32(head, 12):
                return 0, 0, False
            generation = _u32(head, 4)
            while True:
                mark = file.read(8)
                if len(mark) < 8:
                    return generation, 0, False
                n = _u32(mark, 0)
                if n == _END_OF_PART:
                    if _u32(mark, 4):
                        return generation, 0, False
                    continue
                if n == _END:
                    whole = _u32(mark, 4) == generation and not file.read(1)
                    return generation, _u32(head, 8), whole
                crc = 0
                while n > 0:
                    got = file.readinto(buffer if n >= _CHUNK else memoryview(buffer)[:n])
                    if not got:
                        return generation, 0, False
                    crc = binascii.crc32(memoryview(buffer)[:got], crc)
                    n -= got
                if crc != _u32(mark, 4):
                    return generation, 0, False

    def _parts(self, slot: int):
        with self.place.reader(slot) as file:
            file.seek(16)
            while True:
                start = file.tell()
                size = 0
                n = _u32(file.read(8), 0)
                if n == _END:
                    return
                while n != _END_OF_PART:
                    size += n
                    file.seek(n, 1)
                    n = _u32(file.read(8), 0)
                end = file.tell()
                part = Part(file, start, size)
                yield part if size > _WHOLE else part.read(size)
                file.seek(end)

    # log ----------------------------------------------------------------------------------------------------------

    def append(self, kind: int, payload: bytes) -> None:
        """Add one record (at most 1 KiB) to the log; it is on the flash when this returns."""
        if len(payload) > _LONGEST_RECORD:
            raise ValueError("a log record has at most %d bytes" % _LONGEST_RECORD)
        if self._size and self._size + len(payload) + 8 > self.place.longest_log:
            self._next_log(self._number + 1)
        if not self._size:
            number = self.place.room(self._number, len(payload) + 8)
            if number != self._number:  # there is nothing before it
                self._number, self._before = number, 0
        record = struct.pack("<BBH", 0xA5, kind, len(payload) | self._before << _LENGTH_BITS) + payload
        record += struct.pack("<I", binascii.crc32(record))
        try:
            self._number = self.place.append(self._number, self._size, record)
        except OSError:
            self._next_log(self._number + 1)  # nobody knows what is written there now
            raise
        self._size += len(record)
        self._count += 1
        self.written += len(record)

    def _next_log(self, number: int) -> None:
        self._before = self._count
        self._number = number
        self._size = self._count = 0

    def records(self):
        """(kind, payload) of everything logged since the state that `load` found, oldest first.

        Damaged stretches are stepped over and told in `lost`, and so are records that are not there.
        """
        whole = False  # whether nothing is known to be amiss with the file before
        for number in range(max(self._first, self._start), self._number):
            told = len(self.lost)
            data = self._read_log(number)
            if data is None:
                continue
            readable = len(self.lost) == told
            at = bad = count = 0
            while at < len(data):
                size = record_size(data, at)
                if not size:
                    at += 1
                    bad += 1
                    continue
                missing = (data[at + 3] >> _LENGTH_BITS - 8) - self._before
                if whole and missing > 0 and not count:
                    self.lost.append(
                        "%d of %d records are missing in log %d" % (missing, missing + self._before, number - 1)
                    )
                count += 1
                yield data[at + 1], data[at + 4 : at + size - 4]
                at += size
            if bad:
                self.lost.append("%d damaged bytes in log %d" % (bad, number))
            whole = readable and not bad
            self._before = count

    def kept(self):
        """(kind, payload) of every record that is still there, oldest first, also of before the newest state."""
        for number in range(self._first, self._number + 1):
            data = self._read_log(number) or b""
            at = 0
            while at < len(data):
                size = record_size(data, at)
                if size:
                    yield data[at + 1], data[at + 4 : at + size - 4]
                at += size or 1

    def _read_log(self, number: int):
        try:
            return self.place.log(number)
        except OSError as error:
            if error.args[0] != errno.ENOENT:  # that is a number under which nothing was logged
                self.lost.append("log %d cannot be read: %s" % (number, error))
        return b""

    def forget_before(self) -> None:
        """Remove what the newest slot replaced: the other slot and its log. After a person asked to be forgotten."""
        newest = self.generation & 1
        self.place.remove_slot(1 - newest)
        self._log_from[1 - newest] = self._log_from[newest]
        self._drop_log_before(self._log_from[newest])

    def _drop_log_before(self, first: int) -> None:
        while self._first < first:
            self.place.remove_log(self._first)
            self._first += 1


def _u32(data: bytes, at: int) -> int:
    return data[at] | data[at + 1] << 8 | data[at + 2] << 16 | data[at + 3] << 24


def record_size(data: bytes, at: int) -> int:
    # Bytes of the whole record that begins there, 0 when none does.
    if len(data) - at < 8 or data[at] != 0xA5:
        return 0
    size = 8 + (data[at + 2] | (data[at + 3] & (1 << _LENGTH_BITS - 8) - 1) << 8)
    if size > _LONGEST_RECORD + 8 or at + size > len(data):
        return 0
    return size if binascii.crc32(data[at : at + size - 4]) == _u32(data, at + size - 4) else 0
