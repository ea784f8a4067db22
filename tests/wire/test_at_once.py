"""What CPython decodes at once is what a board decodes byte by byte: same events, same values, on any line."""

import random
import struct

import pytest

from aqsense.wire import shdlc, sps30
from tests.bench.frames import flip
from tests.wire.frames import fed, ready

ODD = (-1.0, 0.0, 0.05, 0.005, 0.0005, 512.0463, 1e6, 1e30, float("nan"), float("inf"))


def stuffed(plain):
    out = bytearray(b"\x7e")
    for byte in plain + bytes((~sum(plain) & 255,)):
        out += bytes((0x7D, byte ^ 0x20)) if byte in (0x7E, 0x7D, 0x11, 0x13) else bytes((byte,))
    return bytes(out) + b"\x7e"


def reading(chance):
    ordinary = [chance.uniform(0, 1000) * chance.choice((1, 0.1, 0.001)) for _ in range(10)]
    values = [chance.choice(ODD) if chance.random() < 0.02 else value for value in ordinary]
    return stuffed(bytes((0, 3, 0, 40)) + struct.pack(">10f", *values))


@pytest.mark.parametrize("rate", [1e-9, 1e-3, 1e-2])
def test_an_sps30_is_read_alike_by_both_ways(monkeypatch, rate):
    chance = random.Random(5)
    stream = flip(b"".join(reading(chance) for _ in range(1500)), rate)
    sizes = [chance.randrange(1, 120) for _ in range(600)]
    at_once = fed(ready("sps30"), stream, sizes)
    monkeypatch.setattr(shdlc, "LOOPS", True)
    monkeypatch.setattr(sps30, "LOOPS", True)
    assert at_once == fed(ready("sps30"), stream, sizes)
    assert sum(event[0] == "sample" for event in at_once) > 20
