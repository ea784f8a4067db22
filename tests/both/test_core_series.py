# heap: 180k, the bytecode of the engine is in RAM here and in flash on a board
"""A series folds to the same lines on every Python: 75 days of a made-up home, with gaps, a lost hour and a dinner."""

import hashlib

from aqsense import codes, logcode, quantities
from aqsense.series import OPENED, Series

FIRST = 984383  # 2026-02-23T23:30Z, midnight in Berlin is half an hour later


class Made:
    """Half hours by a linear congruential generator: the same on every Python, no floats."""

    def __init__(self, seed):
        self.state = seed

    def next(self, below):
        self.state = (self.state * 741 + 1) % 1048573
        return self.state // 8 % below

    def value(self, quantity, i):
        slot = i % 48
        if quantity == quantities.CO2:
            usual = 900 if slot < 14 else 560
            return usual + self.next(120) + (self.next(400) if slot > 36 else 0)
        usual = 60 + self.next(40)
        return usual + (self.next(300) if slot in (37, 38, 39) else 0)

    def missing(self):
        return self.next(40) == 0


def fold_days(series, quantity, days, dinner_at=-1):
    """Fold so many days; (bits seen, half hours)."""
    made = Made(77 + quantity)
    bits = 0
    i = 0
    while i < days * 48:
        value = made.value(quantity, i)
        third = made.next(20)
        if dinner_at <= i < dinner_at + (18 if quantity == quantities.CO2 else 3):
            value = 1500 + 400 * (i - dinner_at)
        offset = 60 if i < 33 * 48 else 120
        if i != dinner_at and (made.missing() or 900 < i < 930):
            bits |= series.fold(FIRST + i, offset, logcode.MISSING, 0, codes.VALUE_MISSING)
        else:
            code = logcode.encode(quantity, value)
            bits |= series.fold(FIRST + i, offset, code, 30, codes.NO_CODE, code + third, code, code - third)
        i += 1
    return bits


def digest_of(quantity, name, dinner_at):
    hashed = hashlib.sha256()
    count = [0]

    def line(text):
        count[0] += 1
        hashed.update(text.encode() + b"\n")

    series = Series(name, quantity, ledger=line)
    bits = fold_days(series, quantity, 75, dinner_at)
    return series, bits, count[0], "".join([f"{b:02x}" for b in hashed.digest()[:8]])


def test_particles_fold_to_the_same_lines_everywhere():
    series, bits, lines, digest = digest_of(quantities.PM2_5, "s1/pm25/r1", 72 * 48 + 30)
    assert bits & OPENED and series.account.claims[codes.PEAK] == 1
    assert (lines, digest) == (3538, "748d5be8847d1d2b")


def test_carbon_dioxide_folds_to_the_same_lines_everywhere():
    series, bits, lines, digest = digest_of(quantities.CO2, "s2/co2/r1", 72 * 48 + 30)
    assert bits & OPENED and series.account.claims[codes.DAYPART] == 1
    assert (lines, digest) == (3565, "92e63d83ddec527c")


def test_a_series_goes_on_from_its_snapshot_as_if_nothing_had_happened():
    whole = Series("s1/pm25/r1", quantities.PM2_5)
    fold_days(whole, quantities.PM2_5, 20)
    again = Series("s1/pm25/r1", quantities.PM2_5)
    again.restore(whole.snapshot())
    cell = whole.cell + 1
    i = 0
    while i < 60:
        assert whole.fold(cell + i, 60, 1300 + 7 * i) == again.fold(cell + i, 60, 1300 + 7 * i)
        i += 1
    assert whole.snapshot() == again.snapshot()


def test_a_damaged_snapshot_is_refused_in_words():
    series = Series("s1/pm25/r1", quantities.PM2_5)
    fold_days(series, quantities.PM2_5, 2)
    data = bytearray(series.snapshot())
    for damage in (b"", bytes(data[:-9]), bytes(data[:40]), bytes([9]) + bytes(data[1:]), flip(data, 4000)):
        try:
            Series("s1/pm25/r1", quantities.PM2_5).restore(damage)
        except ValueError as error:
            assert "snapshot" in str(error)
        else:
            raise AssertionError("a damaged snapshot was taken")


def flip(data, at):
    return bytes(data[:at]) + bytes([data[at] ^ 1]) + bytes(data[at + 1 :])


def test_the_state_of_a_series_stays_within_its_budget():
    for quantity in (quantities.PM2_5, quantities.CO2):
        series = Series("s1/x/r1", quantity)
        fold_days(series, quantity, 3)
        assert len(series.snapshot()) <= 8704
