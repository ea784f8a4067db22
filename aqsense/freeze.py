"""State to bytes and back: every stateful object names its integers (`NUMBERS`) and its arrays (`ARRAYS`).

Integers are 32 bits, little endian, in the order named; counts over days are not among them, because they are taken
again from the day records. A check sum ends the bytes.
"""

import struct
from binascii import crc32

from aqsense.claims import NEAREST, Episode
from aqsense.memory import MISSING

VERSION = 2
CHUNK = 64  # elements of an array that are read at once
_NOTHING = -1  # stands for None


def numbers(thing) -> bytearray:
    """An object's integers."""
    out = bytearray(4 * len(thing.NUMBERS))
    at = 0
    for name in thing.NUMBERS:
        value = getattr(thing, name)
        struct.pack_into("<i", out, at, _NOTHING if value is None else int(value))
        at += 4
    return out


class Bytes:
    """Bytes that are read like a file."""

    def __init__(self, data) -> None:
        self._data = data
        self._at = 0

    def read(self, size: int):
        """The next so many bytes."""
        at = self._at
        self._at = at + size
        return memoryview(self._data)[at : at + size]


class Reader:
    """Takes what `pieces` gave, in the same order, from the next `left` bytes of `source`; ValueError when they end.

    Little is in memory at a time: on a board the arrays that are filled are most of it.
    """

    def __init__(self, source, left: int):
        self._source = source
        self.left = left

    def take(self, size: int):
        """The next so many bytes."""
        self.left -= size
        if self.left < 0:
            raise ValueError("the snapshot ends too soon: it was cut short, use an older one or replay the half hours")
        return self._source.read(size)

    def number(self) -> int:
        """The next integer."""
        return struct.unpack("<i", self.take(4))[0]

    def into(self, thing) -> None:
        """Fill an object's integers and arrays in place."""
        for name in thing.NUMBERS:
            setattr(thing, name, self.number())
        for name in thing.ARRAYS:
            self._fill(getattr(thing, name))

    def _fill(self, target) -> None:
        width = len(bytes(target[:1]))
        i = 0
        while i < len(target):
            end = min(i + CHUNK, len(target))
            data = self.take((end - i) * width)
            at = 0
            while i < end:
                if width == 1:
                    target[i] = data[at]
                elif width == 2:
                    target[i] = ((data[at] | data[at + 1] << 8) + 32768 & 65535) - 32768
                else:
                    target[i] = struct.unpack_from("<i", data, at)[0]
                at += width
                i += 1


def unseal(data, version: int, quantity: int) -> Reader:
    """Check version, quantity and sum, and stand behind them; ValueError says what is wrong.

    `data` may also have a length and be read (`Flash.load` gives such parts): whoever stored it has checked its sum.
    """
    if len(data) < 6:
        raise ValueError("this is no snapshot of a series: %d bytes" % len(data))
    stored = hasattr(data, "read")
    reader = Reader(data if stored else Bytes(data), len(data) - 4)
    head = reader.take(2)
    if head[0] != version:
        raise ValueError("the snapshot is of version %d, not %d: replay the half hours" % (head[0], version))
    if head[1] != quantity:
        raise ValueError("the snapshot is of another quantity (%d, not %d)" % (head[1], quantity))
    if not stored:
        low, high = struct.unpack("<HH", data[-4:])
        check = crc32(memoryview(data)[:-4])
        if check & 65535 != low or check >> 16 & 65535 != high:
            raise ValueError(
                "the snapshot is damaged (its check sum differs): use an older one or replay the half hours"
            )
    return reader


def episode_bytes(episode: Episode | None) -> bytes:
    """An episode, or that there is none."""
    if episode is None:
        return struct.pack("<i", _NOTHING)
    out = struct.pack("<i", episode.kind) + numbers(episode)
    i = 0
    while i < NEAREST:
        day, score = episode.nearest[i] if i < len(episode.nearest) else (_NOTHING, MISSING)
        out += struct.pack("<ii", day, score)
        i += 1
    return out


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


def pieces(series):
    """The whole state of a Series, piece by piece: bytes, and its arrays themselves; the check sum comes last.

    On a board the pieces go to the flash one by one, because there is no room for them all beside the series.
    """
    check = 0
    for piece in _unsealed(series):
        check = crc32(piece, check)
        yield piece
    yield struct.pack("<HH", check & 65535, check >> 16 & 65535)


def _unsealed(series):
    yield bytes((VERSION, series.quantity))
    for thing in series.parts() + series.judge.parts():
        yield numbers(thing)
        for name in thing.ARRAYS:
            yield getattr(thing, name)
    for episode in series.episodes.latest:
        yield episode_bytes(episode)


def snapshot(series) -> bytearray:
    """The whole state of a Series."""
    out = bytearray()
    for piece in pieces(series):
        out += piece
    return out


def restore(series, data) -> None:
    """Fill a Series from a snapshot; on a ValueError it is left blank."""
    reader = unseal(data, VERSION, series.quantity)
    if series.cell >= 0:  # a fresh one is blank, and a board has no room for two
        series.reset()
    try:
        for thing in series.parts():
            reader.into(thing)
        series.resume()
        for thing in series.judge.parts():
            reader.into(thing)
        series.judge.resume()
        series.episodes.latest = [read_episode(reader, series.gate) for _ in series.episodes.latest]
        if reader.left:
            raise ValueError("the snapshot holds more than a series: it is of another program")
    except ValueError:
        series.reset()
        raise
