"""What a home has learned, as bytes and back: a header, then the memory and the guidance of each series in turn.

A board writes the parts one by one, because no block of it need be larger than one series.
"""

import json
from collections import OrderedDict

from aqsense import jsontext, regimes, tally
from aqsense.codes import CALIBRATION_RECENT, NO_CODE
from aqsense.quantities import CO2

VERSION = 2
CALIBRATION_DAYS = 14  # as long as claims wait after any other shift of the readings
MAGIC = b"AQ1\n"


def parts(home, whole: bool = True):
    """The pieces of a snapshot: the header, then two for each series.

    Not `whole`: what a series remembers, and its guidance, come as iterables of their own pieces, none above 6 KB.
    """
    subjects = home.subjects()
    header: OrderedDict = OrderedDict()
    header["version"] = VERSION
    header["home"] = [home.cell, home.active_days, home.first_active_day, home.last_active_day]
    header["level"] = [home.configured_level, home.settings.level]
    header["series"] = [_entry(subject) for subject in subjects] + [aside[0] for aside in home.aside]
    yield jsontext.text(header).encode()
    for subject in subjects:
        yield _memory(subject.series, whole) if subject.series is not None else b""
        yield subject.guidance.snapshot() if whole else subject.guidance.pieces()
    for aside in home.aside:
        yield aside[1]
        yield aside[2]


def _memory(series, whole: bool):
    if whole:
        return series.snapshot()
    from aqsense import freeze

    return freeze.pieces(series)


def _entry(subject) -> list:
    which = [subject.sensor.sid, subject.quantity, subject.regime_number, _cell(subject), subject.key]
    return which + [subject.sensor.calibration, subject.former.numbers() if subject.former else []]


def _cell(subject) -> int:
    return subject.series.cell if subject.series is not None else subject.cell


def restore(home, pieces) -> None:
    """Take a snapshot's pieces; ValueError says why they cannot be read, and leaves a home that knows nothing.

    Series of sensors that the configuration no longer has are kept aside, and come back with their sensor.
    """
    try:
        _restore(home, iter(pieces))
    except ValueError:
        home.clear()
        raise


def take_over(home, state: bytes, gone) -> None:
    """Replace what was learned by the joined pieces of another home with the same settings.

    What is kept for sensors that are not configured stays, but for the (sid, quantity) in `gone`; None is all.
    """
    aside = [] if gone is None else [kept for kept in home.aside if (kept[0][0], kept[0][1]) not in gone]
    home.clear()
    restore(home, split(state))
    home.aside = aside


def _restore(home, pieces) -> None:
    try:
        header = json.loads(next(pieces))
    except (StopIteration, ValueError):
        raise ValueError("this is no snapshot of a home, or a damaged one: replay the half hours") from None
    found = header.get("version") if isinstance(header, dict) else None
    if found != VERSION:
        raise ValueError("the snapshot is of version %s, not %d: replay the half hours" % (found, VERSION))
    home.cell, home.active_days, home.first_active_day, home.last_active_day = header["home"]
    for entry in header["series"]:
        try:
            memory = next(pieces)
            guidance = next(pieces)
        except StopIteration:
            raise ValueError("the snapshot was cut short: use an older one or replay the half hours") from None
        _restore_one(home, entry, memory, guidance)
    configured, chosen = header["level"]
    home.set_level(chosen if configured == home.configured_level else home.configured_level)


def _restore_one(home, entry: list, memory: bytes, guidance: bytes) -> None:
    sid, quantity, regime, cell, key, calibration, former = entry
    if not home.knows(sid):
        home.aside.append((entry, memory.read(len(memory)) if hasattr(memory, "read") else memory, guidance))
        return
    subject = home.begin_subject(sid, quantity, regime)
    subject.former = tally.of_numbers(former)
    if subject.series is not None:
        subject.series.restore(memory)
    changed = regimes.change(key, subject.key)
    if changed != NO_CODE:
        home.next_regime(subject, changed)
        return
    subject.key = key  # with a serial number that the sensor has not told again yet
    subject.cell = cell
    try:
        subject.guidance.restore(guidance)
    except ValueError:
        pass  # other schemes were chosen since: their averages begin anew
    if quantity == CO2 and calibration != subject.sensor.calibration:
        subject.series.relearn(CALIBRATION_RECENT, CALIBRATION_DAYS)
    subject.settle()


def join(pieces) -> bytes:
    """All pieces as one: each with its length and a digest before it."""
    out = bytearray(MAGIC)
    for piece in pieces:
        out += b"%08x%s" % (len(piece), _digest(piece))
        out += piece
    return bytes(out)


def split(data: bytes) -> list:
    """The pieces of `join`; ValueError when a byte of them changed."""
    if data[:4] != MAGIC:
        raise ValueError("this is no snapshot of a home: replay the half hours")
    found = []
    at = 4
    while at < len(data):
        try:
            size = int(data[at : at + 8], 16)
        except ValueError:
            size = -1
        piece = data[at + 16 : at + 16 + size]
        if size < 0 or len(piece) < size or data[at + 8 : at + 16] != _digest(piece):
            raise ValueError("the snapshot is damaged: use an older one or replay the half hours")
        found.append(piece)
        at += 16 + size
    return found


def _digest(piece: bytes) -> bytes:
    import hashlib

    digest = hashlib.sha256(piece).digest()
    return b"%02x%02x%02x%02x" % (digest[0], digest[1], digest[2], digest[3])
