"""Slots and logs of the state as files: `slot-a`, `slot-b` and small numbered ones in `log`.

Small because of the flash: LittleFS keeps a short file inside its own journal, where an append costs no erase, and
rewrites whole 4 KiB blocks of a longer one.
"""

import os
import sys


class Files:
    """Below `folder`, which is made when it is not there."""

    # Bytes of a log. LittleFS keeps a file in its journal that is no longer than an eighth of a block or four times
    # what the flash programs at once (1 KiB on RP2, 128 bytes on ESP32), whichever is less.
    longest_log = 250 if sys.platform == "rp2" else 112
    most_logs = 1 << 30

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self.scratch = folder + "/kept"  # a file for what has no room in memory
        for path in (folder, folder + "/log"):
            try:
                os.mkdir(path)
            except OSError:
                pass  # it is there; a folder that cannot be made shows at the first write

    def writer(self, slot: int):
        """A slot to be written anew, in a `with`; it is whole at the end of that."""
        return open(self._slot(slot), "wb")

    def reader(self, slot: int):
        """A slot to be read, in a `with`; OSError ENOENT when it was never written."""
        return open(self._slot(slot), "rb")

    def remove_slot(self, slot: int) -> None:
        """Leave nothing of a slot."""
        try:
            os.remove(self._slot(slot))
        except OSError:
            pass  # it was never written

    def room(self, number: int, size: int) -> int:
        """The number under which a log can begin: any."""
        return number

    def append(self, number: int, size: int, record: bytes) -> int:
        """Add a record to a log that holds `size` bytes; the number of the log that it is in."""
        with open(self._log(number), "ab") as out:
            out.write(record)
        return number

    def log(self, number: int) -> bytes:
        """All records of a log; OSError ENOENT when nothing was logged under this number."""
        with open(self._log(number), "rb") as file:
            return file.read()

    def remove_log(self, number: int) -> None:
        """Leave nothing of a log."""
        try:
            os.remove(self._log(number))
        except OSError:
            pass  # nothing was logged under this number

    def log_range(self) -> tuple:
        """The lowest and the highest number; (0, -1) when nothing is logged."""
        first, last = 0, -1
        for name in _names(self._folder + "/log"):
            if name.isdigit():
                number = int(name)
                first = number if last < 0 else min(first, number)
                last = max(last, number)
        return first, last

    def size(self, first: int, last: int) -> int:
        """Bytes of the slots and of these logs."""
        total = _size(self._slot(0)) + _size(self._slot(1))
        for number in range(first, last + 1):
            total += _size(self._log(number))
        return total

    def _slot(self, slot: int) -> str:
        return self._folder + ("/slot-b" if slot else "/slot-a")

    def _log(self, number: int) -> str:
        return "%s/log/%d" % (self._folder, number)


def _size(path: str) -> int:
    try:
        return os.stat(path)[6]
    except OSError:
        return 0  # not written yet


def _names(folder: str):
    # There may be a thousand files, and no room for all their names.
    if not hasattr(os, "ilistdir"):
        yield from os.listdir(folder)
        return
    for entry in os.ilistdir(folder):
        yield entry[0]
