"""State to bytes and back: every stateful object names its integers (`NUMBERS`) and its arrays (`ARRAYS`).

Integers are 32 bits, little endian, in the order named; counts over days are not among them, because they are taken
again from the day records. A check sum ends the bytes.
"""

import struct
from array import array
from binascii import crc32

from aqsense.claims import NEAREST, Episode
from aqsense.memory import MISSING

VERSION = 1
_NOTHING = -1  # stands for None


def write(out: bytearray, thing) -> None:
    """Append an object's integers and arrays."""
    for name in thing.NUMBERS:
        value = getattr(thing, name)
        out += struct.pack("<i", _NOTHING if value is None else int(value))
    for name in thing.ARRAYS:
        out += bytes(getattr(thing, name))


class Reader:
    """Takes what `write` appended, in the same order; ValueError when the bytes end too soon."""

    def __init__(self, data: bytes):
        self.data = data
        self.at = 0

    def number(self) -> int:
        """The next integer."""
        if self.at + 4 > len(self.data):
            raise ValueError("the snapshot ends too soon: it was cut short, use an older one or replay the half hours")
        self.at += 4
        return struct.unpack("<i", self.data[self.at - 4 : self.at])[0]

    def into(self, thing) -> None:
        """Fill an object's integers and arrays in place."""
        for name in thing.NUMBERS:
            setattr(thing, name, self.number())
        for name in thing.ARRAYS:
            self._fill(getattr(thing, name))

    def _fill(self, target) -> None:
        width = len(bytes(target[:1]))
        size = len(target) * width
        if self.at + size > len(self.data):
            raise ValueError("the snapshot ends too soon: it was cut short, use an older one or replay the half hours")
        piece = self.data[self.at : self.at + size]
        self.at += size
        if width == 1:
            target[:] = piece
        else:
            target[:] = array("h" if width == 2 else "i", piece)


def seal(out: bytearray) -> bytes:
    """The bytes with their check sum."""
    check = crc32(out)
    return bytes(out) + struct.pack("<HH", check & 65535, check >> 16 & 65535)


def unseal(data: bytes, version: int, quantity: int) -> Reader:
    """Check version, quantity and sum, and stand behind them; ValueError says what is wrong."""
    if len(data) < 6:
        raise ValueError("this is no snapshot of a series: %d bytes" % len(data))
    if data[0] != version:
        raise ValueError("the snapshot is of version %d, not %d: replay the half hours" % (data[0], version))
    if data[1] != quantity:
        raise ValueError("the snapshot is of another quantity (%d, not %d)" % (data[1], quantity))
    low, high = struct.unpack("<HH", data[-4:])
    check = crc32(data[:-4])
    if check & 65535 != low or check >> 16 & 65535 != high:
        raise ValueError("the snapshot is damaged (its check sum differs): use an older one or replay the half hours")
    reader = Reader(data[:-4])
    reader.at = 2
    return reader


def write_episode(out: bytearray, episode: Episode | None) -> None:
    """Append an episode, or that there is none."""
    if episode is None:
        out += struct.pack("<i", _NOTHING)
        return
    out += struct.pack("<i", episode.kind)
    write(out, episode)
    i = 0
    while i < NEAREST:
        day, score = episode.nearest[i] if i < len(episode.nearest) else (_NOTHING, MISSING)
        out += struct.pack("<ii", day, score)
        i += 1


def read_episode(reader: Reader, gate) -> Episode | None:
    """The episode that was appended; it gets its permit from the gate again."""
    kind = reader.number()
    if kind == _NOTHING:
        return None
    episode = Episode(gate.permit_of_snapshot(kind), 0, 0)
    reader.into(episode)
    if episode.ended == _NOTHING:
        episode.ended = None
    i = 0
    while i < NEAREST:
        day = reader.number()
        score = reader.number()
        if day != _NOTHING:
            episode.nearest.append((day, score))
        i += 1
    return episode


def snapshot(series) -> bytes:
    """The whole state of a Series."""
    out = bytearray((VERSION, series.quantity))
    for thing in series.parts() + series.judge.parts():
        write(out, thing)
    for episode in series.episodes.latest:
        write_episode(out, episode)
    return seal(out)


def restore(series, data: bytes) -> None:
    """Fill a Series from a snapshot; on a ValueError it is left blank."""
    reader = unseal(data, VERSION, series.quantity)
    series.reset()
    try:
        for thing in series.parts():
            reader.into(thing)
        series.resume()
        for thing in series.judge.parts():
            reader.into(thing)
        series.judge.resume()
        series.episodes.latest = [read_episode(reader, series.gate) for _ in series.episodes.latest]
        if reader.at != len(reader.data):
            raise ValueError("the snapshot holds more than a series: it is of another program")
    except ValueError:
        series.reset()
        raise
