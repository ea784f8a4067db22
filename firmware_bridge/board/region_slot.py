"""A slot of a `Region`, as a file: loaded while one is written or read."""

import errno
import struct

from firmware_bridge.board.region import PAGE, SECTOR, SLOT, check


class Writer:
    """A slot that is being written, page by page; the first page comes last, and only when nothing went wrong."""

    def __init__(self, region, first_sector: int, sectors: int) -> None:
        self._region = region
        self._first = first_sector * SECTOR
        self._end = self._first + sectors * SECTOR
        self._page = bytearray(b"\xff" * PAGE)
        self._place = self._first  # of the page
        self._used = PAGE  # bytes of it: the first page waits
        self._size = 0
        region.erase(first_sector)

    def __enter__(self):
        return self

    def __exit__(self, kind, _error, _traceback) -> None:
        if kind is None:
            self._close()

    def write(self, data) -> None:
        """Add the bytes of a buffer."""
        items = PAGE // len(bytes(data[:1])) if len(data) else 1
        for i in range(0, len(data), items):
            piece = bytes(data[i : i + items])  # an array cannot be cut between the bytes of an item
            self._size += len(piece)
            while piece:
                if self._used == PAGE:
                    self._next_page()
                n = min(PAGE - self._used, len(piece))
                self._page[self._used : self._used + n] = piece[:n]
                self._used += n
                piece = piece[n:]

    def _next_page(self) -> None:
        if self._place > self._first:
            self._region.write(self._place, self._page)
        self._place += PAGE
        if self._place >= self._end:
            raise OSError(errno.ENOSPC)
        if self._place % SECTOR == 0:
            self._region.erase(self._place // SECTOR)
        for i in range(PAGE):
            self._page[i] = 0xFF
        self._used = 0

    def _close(self) -> None:
        if self._place > self._first:
            self._region.write(self._place, self._page)
        self._region.clear((self._place // SECTOR + 1) * SECTOR, self._end)
        head = SLOT + struct.pack("<I", self._size)
        for i in range(PAGE):
            self._page[i] = 0xFF
        self._page[:12] = head + struct.pack("<I", check(head[4:]))
        self._region.write(self._first, self._page)


class Reader:
    """A slot that is being read, as a file is; `size` is that of all of it."""

    def __init__(self, region, place: int) -> None:
        head = region.read(place, 12)
        self.size, told = struct.unpack_from("<II", head, 4)
        is_slot, is_sound = head[:4] == SLOT, told == check(head[4:8])
        if not is_slot and not is_sound:
            raise OSError(errno.ENOENT)  # blank, or of somebody else
        if not is_slot or not is_sound:
            raise OSError(errno.EIO)
        self._region = region
        self._start = place + PAGE
        self._at = 0

    def __enter__(self):
        return self

    def __exit__(self, _kind, _error, _traceback) -> None:
        pass

    def readinto(self, buffer) -> int:
        """Fill a buffer; the number of bytes that there were for it."""
        n = max(0, min(len(buffer), self.size - self._at))
        self._region.read_into(self._start + self._at, memoryview(buffer)[:n])
        self._at += n
        return n

    def read(self, size: int) -> bytes:
        """At most so many bytes."""
        buffer = bytearray(max(0, min(size, self.size - self._at)))
        self.readinto(buffer)
        return bytes(buffer)

    def seek(self, at: int, whence: int = 0) -> None:
        """Go to a place, from the start or (1) from here."""
        self._at = at + (self._at if whence else 0)

    def tell(self) -> int:
        """The place of the next byte."""
        return self._at
