"""The parts of a board's `machine` that the node uses, over pseudo-terminals and process exits."""

import os
import select
import sys
import time

import utime


class UART:
    """UART number `ident` on the tty named by the environment variable AQ_UART<ident>."""

    def __init__(self, ident, baudrate=9600, bits=8, parity=None, stop=1, **options):
        self._ident = ident
        self._file = open(os.getenv("AQ_UART%d" % ident), "r+b", 0)
        self._poll = select.poll()
        self._poll.register(self._file, select.POLLIN)
        self._data = b""
        self._taken = 0

    def any(self):
        while self._taken < time.written[self._ident]:
            if not self._poll.poll(5000):
                raise OSError(110)  # the other side said that it wrote more than came
            got = self._file.read(min(256, time.written[self._ident] - self._taken))
            self._taken += len(got)
            self._data += got
        return len(self._data)

    def readinto(self, buf):
        n = min(len(buf), self.any())
        if not n:
            return None
        buf[:n] = self._data[:n]
        self._data = self._data[n:]
        return n

    def write(self, data):
        return self._file.write(data)


class WDT:
    def __init__(self, timeout=5000):
        self._timeout = timeout
        self._fed = utime.ticks_ms()

    def feed(self):
        """Die as a board would when a turn of the loop took too long of the world's own time."""
        since = self._fed
        if utime.ticks_diff(time.resumed[0], since) > 0:
            since = time.resumed[0]
        self._fed = utime.ticks_ms()
        if utime.ticks_diff(self._fed, since) > self._timeout:
            raise SystemExit("the watchdog reset the board")


def reset():
    sys.exit(3)
