"""Objects as lines of a serial cable: JSON text, `*`, and its CRC-32 (ISO-HDLC) in eight hexadecimal digits.

Text, because the cable of a board is its console: a Ctrl-C among the bytes would stop it, and what the console says
in between is told from an object by its missing sum. The daemon's side uses the same two functions.
"""

import binascii

LONGEST = 1024  # characters of a line


def line(text: str) -> str:
    """One ASCII object as it goes onto the cable, without the end of the line."""
    return "%s*%08x" % (text, binascii.crc32(text.encode()) & 0xFFFFFFFF)


def text(found: str) -> str | None:
    """The object of a line; None when it is damaged, or no object at all."""
    found = found.strip()
    if len(found) < 10 or found[-9] != "*" or found[0] != "{":
        return None
    return found[:-9] if line(found[:-9]) == found else None
