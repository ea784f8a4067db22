"""Rows of numbers where a decoder is expected: what a CSV file is to the monitor."""

from array import array

from aqsense.wire import events
from aqsense.wire.framing import MISSING_VALUE


class Rows:
    """Hand `set` the values of one row, in the order of `fields`, at the wire's scale; None is a blank."""

    def __init__(self, fields, scales):
        self.FIELDS = fields
        self.SCALES = scales
        self.values = array("i", [0] * len(fields))
        self.event = events.SAMPLE
        self.flags = 0
        self.evidence = 0
        self.reply = ""
        self.candidates = 0
        self.rejected = 0
        self.frame_bytes = 0
        self._n = 0

    def set(self, *values, flags=0):
        for i, value in enumerate(values):
            self.values[i] = MISSING_VALUE if value is None else value
        self.flags = flags
        self._n += 1
        self.candidates += 1
        return self

    def firmware(self):
        return ""

    def stuck_key(self):
        return self._n
