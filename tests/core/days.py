"""Made-up half hours for the tests: independent days of a given spread, holes, repeated hours."""

import random
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from aqsense import codes, logcode, quantities, timetext
from aqsense.series import Series

BERLIN = ZoneInfo("Europe/Berlin")
JANUARY = timetext.days_from_civil(2026, 1, 5) * 48  # Monday 2026-01-05T00:00Z


def offset_of(cell, zone):
    return int(datetime.fromtimestamp(cell * 1800, UTC).astimezone(zone).utcoffset().total_seconds()) // 60


def half_hours(quantity, days, seed=0, zone=None, missing=0.0, holes=(), start=JANUARY, thirds=True):
    """[(cell, offset, code or None, (a, b, c))]: a level, a daily shape, noise, dinners; `holes`: index ranges."""
    draw = random.Random(seed)
    first = start - (offset_of(start, zone) // 30 if zone else 0)
    found = []
    for i in range(days * 48):
        cell = first + i
        offset = offset_of(cell, zone) if zone else 0
        slot = (cell * 30 + offset) // 30 % 48
        code = 1500 + (150 if 34 <= slot < 44 else 0) + int(draw.gauss(0, 60))
        if quantity == quantities.PM2_5 and slot in (37, 38) and draw.random() < 0.5:
            code += draw.randrange(100, 500)
        parts = tuple(code + draw.randrange(-40, 41) if thirds and draw.random() < 0.95 else None for _ in range(3))
        if draw.random() < missing or any(a <= i < b for a, b in holes):
            found.append((cell, offset, None, (None, None, None)))
        else:
            found.append((cell, offset, code, parts))
    return found


def or_missing(code):
    return logcode.MISSING if code is None else code


def fold(series, cells):
    """Fold half hours into a series; the bits of each."""
    bits = []
    for cell, offset, code, (a, b, c) in cells:
        reason = codes.VALUE_MISSING if code is None else codes.NO_CODE
        bits.append(
            series.fold(cell, offset, or_missing(code), 30, reason, or_missing(a), or_missing(b), or_missing(c))
        )
    return bits


def folded(quantity, cells, **options):
    """A series, and its ledger lines, after half hours."""
    lines = []
    series = Series("s1/x/r1", quantity, ledger=lines.append, **options)
    fold(series, cells)
    return series, lines
