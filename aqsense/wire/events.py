"""What a decoder says next, and why bytes were thrown away (contract sections 7 and 10)."""

NEED_DATA = 0
SAMPLE = 1
REPLY = 2
DISCARDED = 3

RESYNC = 0
LENGTH = 1
CHECKSUM = 2
TAIL = 3
UNEXPECTED = 4
OVERFLOW = 5
TRUNCATED = 6
REASONS = ("resync", "length", "checksum", "tail", "unexpected", "overflow", "truncated")
