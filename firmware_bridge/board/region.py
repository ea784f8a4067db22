"""Slots and logs of the state on flash of their own, without a file system: two slots, and a ring of pages for logs.

A file system erases for its own journal too, six to ten sectors a day; this erases what the state itself takes, less
than two. `device` is a block device by MicroPython's extended interface (`readblocks` and `writeblocks` with an offset,
which does not erase; `ioctl` 4, 5 and 6), as `esp32.Partition` and `rp2.Flash` are.

A page begins with the number of its log and a checksum of that; what is longer than a page goes on in the next ones. A
slot begins with a page that is written last, so that a slot which the power cut short was never there. What is removed
is written over with zeros, for which nothing need be erased.

Source: NOR flash programs ones to zeros only, by pages of 256 bytes, and erases sectors of 4 KiB (W25Q128JV datasheet,
sections 8.2.14 and 8.2.16). An encrypted one cannot: what is written twice is not what was meant.
"""

import binascii
import errno
import struct

from firmware_bridge.board.flash import record_size

SECTOR = 4096
PAGE = 256
_HEAD = 8  # of a page of the log: number, and a checksum of it
_GOES_ON = 1 << 29  # beside the number: the log before goes on here
SLOT = b"AQSL"
_RESERVE = 32  # pages: two days, and some starts, in which a slot must be written


class Region:
    """On `device`, of 64 KiB or more: a quarter for each slot, half for the logs."""

    longest_log = PAGE - _HEAD
    scratch = "aqsense-kept"  # a file for what has no room in memory: there is a file system, too

    def __init__(self, device) -> None:
        self._device = device
        sectors = device.ioctl(4, 0)
        self._slot_sectors = sectors // 4
        self._first_page = 2 * self._slot_sectors * (SECTOR // PAGE)
        self._pages = sectors * (SECTOR // PAGE) - self._first_page
        self._page = bytearray(PAGE)
        self.most_logs = self._pages - _RESERVE

    # slots --------------------------------------------------------------------------------------------------------

    def writer(self, slot: int):
        """A slot to be written anew, in a `with`; it is whole at the end of that."""
        from firmware_bridge.board.region_slot import Writer

        return Writer(self, slot * self._slot_sectors, self._slot_sectors)

    def reader(self, slot: int):
        """A slot to be read, in a `with`; OSError ENOENT when it was never written."""
        from firmware_bridge.board.region_slot import Reader

        return Reader(self, slot * self._slot_sectors * SECTOR)

    def remove_slot(self, slot: int) -> None:
        """Leave nothing of a slot."""
        first = slot * self._slot_sectors * SECTOR
        self.clear(first, first + self._slot_sectors * SECTOR)

    # logs ---------------------------------------------------------------------------------------------------------

    def room(self, number: int, size: int) -> int:
        """The first number, this or a later one, under which a log can begin with a record of `size` bytes.

        OSError ENOSPC when the ring is full of logs that no slot has made needless.
        """
        pages = -(-size // self.longest_log)
        tried = ready = 0
        while ready < pages:
            if tried > self._pages:
                raise OSError(errno.ENOSPC)
            ready = ready + 1 if self._is_ready(number + tried) else 0
            tried += 1
        return number + tried - pages

    def append(self, number: int, size: int, record: bytes) -> int:
        """Add a record to a log that holds `size` bytes; the number of the log that it ends in."""
        if size:
            self._program(number, _HEAD + size, record)
            return number
        at = 0
        while at < len(record):
            head = struct.pack("<I", number | (_GOES_ON if at else 0))
            head += struct.pack("<I", check(head))
            self._program(number, 0, head + record[at : at + self.longest_log])
            at += self.longest_log
            number += 1
        return number - 1

    def log(self, number: int):
        """All records of a log, None for what belongs to the one before; OSError ENOENT when there is none."""
        found = self._number_at(number)
        if found != number:
            if found >= 0:
                return None
            raise OSError(errno.EIO if self._is_spoilt(number) else errno.ENOENT)
        data = self._bytes_of(number)
        while self._number_at(number + 1) == number + 1 | _GOES_ON:
            number += 1
            data += self._bytes_of(number)
        return data[: _written(data)]

    def remove_log(self, number: int) -> None:
        """Leave nothing of a log."""
        if self._number_at(number) & ~_GOES_ON == number:
            self._fill(0)
            self.write(self._place(number), self._page)

    def log_range(self) -> tuple:
        """The lowest and the highest number; (0, -1) when nothing is logged."""
        first, last = 0, -1
        for page in range(self._pages):
            number = self._number_at(page)
            if number >= 0:
                number &= ~_GOES_ON
                first = number if last < 0 else min(first, number)
                last = max(last, number)
        if last < 0:  # what is there is somebody else's
            start = self._first_page * PAGE
            self.clear(start, start + self._pages * PAGE)
        elif self._is_spoilt(last + 1):
            last += 1
        return first, last

    def size(self, first: int, last: int) -> int:
        """Bytes of the slots and of these logs."""
        total = (last + 1 - first) * PAGE
        for slot in (0, 1):
            head, size = struct.unpack("<4sI", self.read(slot * self._slot_sectors * SECTOR, 8))
            if head == SLOT:
                total += size
        return total

    def _place(self, number: int) -> int:
        return (self._first_page + number % self._pages) * PAGE

    def _number_at(self, number: int) -> int:
        # The number that the page of a log says, with _GOES_ON; -1 when it says none, or one of another page.
        head = self.read(self._place(number), _HEAD)
        found, told = struct.unpack("<II", head)
        if told != check(head[:4]) or (found & ~_GOES_ON) % self._pages != number % self._pages:
            return -1
        return found

    def _is_spoilt(self, number: int) -> bool:
        head = self.read(self._place(number), _HEAD)
        return self._number_at(number) < 0 and head != b"\xff" * _HEAD and head != bytes(_HEAD)

    def _bytes_of(self, number: int) -> bytes:
        return self.read(self._place(number) + _HEAD, self.longest_log)

    def _is_ready(self, number: int) -> bool:
        place = self._place(number)
        if self._is_blank(place, PAGE):
            return True
        first = place // SECTOR * (SECTOR // PAGE) - self._first_page
        for page in range(first, first + SECTOR // PAGE):
            if self._number_at(page) >= 0:
                return False  # somebody may still need it
        self.erase(place // SECTOR)
        return True

    def _program(self, number: int, at: int, data: bytes) -> None:
        self._fill(0xFF)  # what is written over with ones stays as it is
        self._page[at : at + len(data)] = data
        self.write(self._place(number), self._page)

    # the device ---------------------------------------------------------------------------------------------------

    def _fill(self, byte: int) -> None:
        for i in range(PAGE):
            self._page[i] = byte

    def read_into(self, place: int, buffer) -> None:
        """Bytes from a place on."""
        self._device.readblocks(place // SECTOR, buffer, place % SECTOR)

    def read(self, place: int, size: int) -> bytes:
        """The same as a new object."""
        buffer = bytearray(size)
        self.read_into(place, buffer)
        return bytes(buffer)

    def write(self, place: int, page) -> None:
        """One page; nothing is erased."""
        self._device.writeblocks(place // SECTOR, page, place % SECTOR)

    def erase(self, sector: int) -> None:
        """Make a sector blank."""
        self._device.ioctl(6, sector)

    def clear(self, first: int, end: int) -> None:
        """Make the sectors from one place to another blank."""
        for place in range(first, end, SECTOR):
            if not self._is_blank(place, SECTOR):
                self.erase(place // SECTOR)

    def _is_blank(self, place: int, size: int) -> bool:
        for at in range(place, place + size, PAGE):
            self.read_into(at, self._page)
            if min(self._page) != 0xFF:
                return False
        return True


def check(head: bytes) -> int:
    """Checksum of a page's or a slot's number."""
    return binascii.crc32(head, 1)  # the plain one of a blank page is blank


def _written(data: bytes) -> int:
    # Bytes of a log: nothing is written in the ones at its end, unless a record ends with such.
    at = whole = 0
    while at < len(data):
        size = record_size(data, at)
        at += size or 1
        if size:
            whole = at
    end = len(data)
    while end > whole and data[end - 1] == 0xFF:
        end -= 1
    return end
