"""Boards compute in single precision. Floats exist in two places only, and both give the same in it.

One is what a maker states with a fraction (an error of 0.4, a limit of 0.3), the other the IEEE numbers that SPS30 and
SCD30 send, which are taken apart as integers.
"""

import random
import struct
from fractions import Fraction

import numpy as np
import pytest

from aqsense import quantities, sensor_error
from aqsense.sample_checks import SampleChecks
from aqsense.wire import float32, registry

MODELS = [row[0] for row in registry.MODELS]


def single(value: object) -> object:
    """The same with every float in single precision; numpy keeps it so through mixed arithmetic."""
    if isinstance(value, float):
        return np.float32(value)
    if isinstance(value, tuple):
        return tuple(single(inner) for inner in value)
    return value


@pytest.mark.parametrize("model", MODELS)
def test_stated_errors_are_the_same_in_single_precision(model):
    stated = registry.info(model).err
    for field, _, _ in stated:
        quantity = quantities.index(field)
        for value in (0, 1, 99, 100, 1234, 9999, 65535):
            assert sensor_error.at(quantity, single(stated), value) == sensor_error.at(quantity, stated, value)


@pytest.mark.parametrize("model", MODELS)
def test_limits_are_the_same_in_single_precision(model):
    info = registry.info(model)
    decoder = registry.open(model)
    exact = SampleChecks(decoder.FIELDS, decoder.SCALES, info, 60, 429)
    info_single = registry.info(model)
    info_single.detection_limit, info_single.clamp = single(info.detection_limit), single(info.clamp)
    coarse = SampleChecks(decoder.FIELDS, decoder.SCALES, info_single, 60, 429)
    assert list(coarse._detection) == list(exact._detection)
    assert list(coarse._clamp) == list(exact._clamp)


def test_numbers_of_a_sensor_are_rounded_as_exact_arithmetic_rounds_them():
    rng = random.Random(4)
    for _ in range(20_000):
        value = rng.choice((1, 10, 100, 1000)) * rng.random() * rng.choice((1, 1, 1, -1))
        frame = struct.pack(">f", value)
        exact = Fraction(struct.unpack(">f", frame)[0])
        for scale, bits in ((1, 24), (10, 24), (100, 18)):  # bits of the number that are kept
            found = float32.scaled(frame, 0, scale)
            allowed = Fraction(1, 2) + (abs(exact) * scale / 2**bits if bits < 24 else 0)
            assert abs(Fraction(found) - exact * scale) <= allowed, (value, scale)


def test_what_is_no_number_is_missing():
    for text in ("7f800000", "ff800000", "7fc00000"):
        assert float32.scaled(bytes.fromhex(text), 0, 10) < -(1 << 28)
