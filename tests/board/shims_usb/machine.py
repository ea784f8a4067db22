"""The parts of a board's `machine` that a thin node uses, with real sensors on pseudo-terminals."""

import os
import select
import sys


class UART:
    """UART number `ident` on the tty named by the environment variable AQ_UART<ident>."""

    def __init__(self, ident, baudrate=9600, bits=8, parity=None, stop=1, **options):
        self._file = open(os.getenv("AQ_UART%d" % ident), "r+b", 0)
        self._poll = select.poll()
        self._poll.register(self._file, select.POLLIN)

    def any(self):
        return 1 if self._poll.poll(0) else 0

    def readinto(self, buf):
        n = 0
        while n < len(buf) and self.any():  # a file's own readinto waits until the buffer is full
            buf[n] = self._file.read(1)[0]
            n += 1
        return n or None

    def write(self, data):
        return self._file.write(data)


class WDT:
    def __init__(self, timeout=5000):
        self.timeout = timeout

    def feed(self):
        pass


def reset():
    sys.exit(3)
