"""Averages, the NowCast and the index against second implementations that share nothing with the first."""

import json
import math
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import partial

from hypothesis import example, given, settings
from hypothesis import strategies as st

from aqsense import guidance_nowcast, jsontext, quantities, sensor_error
from aqsense.guidance import Guidance
from aqsense.guidance_average import ANNUAL, HOUR_1, HOURS_8, HOURS_24, NOWCAST, Averages
from aqsense.guidance_levels import SCHEMES
from tests.schemas import documents

START = 984420 // 48 * 48

hours = st.lists(st.one_of(st.none(), st.integers(0, 12000)), min_size=12, max_size=12)


def nowcast_by_the_letter(newest_first: list[int | None], step: int) -> int | None:
    """EPA's eight steps in exact fractions, one after the other."""
    there = [(ago, Fraction(value)) for ago, value in enumerate(newest_first) if value is not None]
    if sum(1 for ago, _ in there if ago < 3) < 2:
        return None
    values = [value for _, value in there]
    span = max(values) - min(values)
    scaled = span / max(values) if max(values) else Fraction(0)
    weight = max(1 - scaled, Fraction(1, 2))
    mean = sum(value * weight**ago for ago, value in there) / sum(weight**ago for ago, _ in there)
    return math.floor(mean / step) * step


@given(hours, st.sampled_from([1, 10]))
@example([100, 250] * 6, 1)  # 0.4 would be the weight; 0.5 is the least
def test_the_nowcast_is_the_one_of_the_eight_steps(newest_first, step):
    assert guidance_nowcast.nowcast(newest_first, step) == nowcast_by_the_letter(newest_first, step)


@given(hours)
def test_the_nowcast_lies_between_the_least_and_the_greatest_hour(newest_first):
    value = guidance_nowcast.nowcast(newest_first, 1)
    known = [hour for hour in newest_first if hour is not None]
    assert value is None or min(known) <= value <= max(known)


def index_by_the_letter(concentration: Decimal, table: list[tuple[str, str, int, int]]) -> int:
    """Equation 1 of Appendix G in decimals, rounded to the nearest integer."""
    for low, high, least, most in table:
        if concentration <= Decimal(high) or (low, high) == table[-1][:2]:
            slope = Decimal(most - least) / (Decimal(high) - Decimal(low))
            exact = slope * (concentration - Decimal(low)) + least
            return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))
    raise AssertionError


PM2_5 = [
    ("0.0", "9.0", 0, 50),
    ("9.1", "35.4", 51, 100),
    ("35.5", "55.4", 101, 150),
    ("55.5", "125.4", 151, 200),
    ("125.5", "225.4", 201, 300),
    ("225.5", "325.4", 301, 500),
]
PM10 = [
    ("0", "54", 0, 50),
    ("55", "154", 51, 100),
    ("155", "254", 101, 150),
    ("255", "354", 151, 200),
    ("355", "424", 201, 300),
    ("425", "604", 301, 500),
]


def test_every_tenth_of_pm2_5_has_the_index_of_equation_1():
    for tenths in range(0, 6000):
        expected = index_by_the_letter(Decimal(tenths) / 10, PM2_5)
        assert guidance_nowcast.index(tenths, guidance_nowcast.PM2_5) == expected, tenths


def test_every_microgram_of_pm10_has_the_index_of_equation_1_and_the_category_of_the_index():
    steps = [50, 100, 150, 200, 300]
    for value in range(0, 900):
        index = guidance_nowcast.index(value * 10, guidance_nowcast.PM10)
        assert index == index_by_the_letter(Decimal(value), PM10), value
        assert guidance_nowcast.category(value * 10, guidance_nowcast.PM10) == sum(index > step for step in steps)


half_hours = st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 30), st.integers(1, 4)), min_size=1, max_size=160)


def hour_by_the_letter(cells: dict[int, tuple[int, int]], first: int) -> int | None:
    """Mean of one hour, weighted by what was measured, when three quarters of it were."""
    parts = [cells.get(first, (0, 0)), cells.get(first + 1, (0, 0))]
    sixtieths = [filled * 60 // 30 for _, filled in parts]
    if sum(sixtieths) < 90:
        return None
    return sum(value * share for (value, _), share in zip(parts, sixtieths, strict=True)) // sum(sixtieths)


@given(half_hours, st.integers(0, 47))
def test_averages_are_those_of_a_table_of_everything(steps, offset):
    """A ring of fifty half hours and closed days gives what a table of all half hours gives."""
    averages = Averages()
    cells: dict[int, tuple[int, int]] = {}
    cell = START + offset
    for value, filled, gap in steps:
        cell += gap
        averages.fold(cell, value if filled else None, filled, 30)
        cells[cell] = (value, filled)

    for window, length, need in ((HOUR_1, 1, 1), (HOURS_8, 8, 6), (HOURS_24, 24, 18)):
        known = [
            hour
            for i in range(length)
            if (hour := hour_by_the_letter(cells, cell + 1 - 2 * length + 2 * i)) is not None
        ]
        average = averages.average(window)
        assert average.have_h == len(known)
        assert average.value == (sum(known) // len(known) if len(known) >= need else None)

    clock = [hour_by_the_letter(cells, (cell + 1) // 2 * 2 - 2 * i) for i in range(1, 13)]
    assert averages.average(NOWCAST).value == nowcast_by_the_letter(clock, 1)
    days = range(START // 48, cell // 48 + 1)
    whole = [
        hour for day in days for i in range(24) if (hour := hour_by_the_letter(cells, day * 48 + 2 * i)) is not None
    ]
    assert averages.average(ANNUAL).have_h == len(whole)


def test_an_annual_mean_is_that_of_all_hours_of_the_year_to_a_tenth():
    averages = Averages()
    values = []
    for number in range(365 * 48):
        value = 40 + number * 7 % 83 + (200 if number % 97 == 0 else 0)
        averages.fold(START + number, value, 30, 30)
        values.append(value)
    exact = sum((values[i] + values[i + 1]) // 2 for i in range(0, len(values), 2)) / (365 * 24)
    assert abs(averages.average(ANNUAL).value - exact) <= 1


def test_rounding_of_days_does_not_pull_an_annual_mean_down():
    averages = Averages()
    for day in range(365):
        for hour in range(24):
            odd = 0 if hour else (1 if day % 2 == 0 else -1)  # days of 41.04 and 40.96 by turns
            averages.fold(START + day * 48 + 2 * hour, 41 + odd, 30, 30)
            averages.fold(START + day * 48 + 2 * hour + 1, 41 + odd, 30, 30)
    assert averages.average(ANNUAL).value == 41


@settings(max_examples=25)
@given(st.integers(0, 30000), st.sampled_from(["kitchen", "bedroom"]), st.sampled_from(["en", "de"]))
def test_every_guidance_document_is_valid_json_of_its_schema(value, room, lang):
    for quantity in (quantities.PM2_5, quantities.PM10, quantities.CO2):
        guidance = Guidance(quantity, SCHEMES, room, 429)
        err_of = partial(sensor_error.at, quantity, ((quantities.FIELDS[quantity], 10, 10),))
        for count in (0, 2, 6, 48):
            for i in range(count):
                guidance.fold(START + 100 * count + i, value, 30, 30)
            body = {
                "schema": "inferred/1",
                "kind": "guidance",
                "id": "e0979216393e9d4e",
                "sid": "s1",
                "room": room,
                "quantity": quantities.FIELDS[quantity],
                "u": quantities.UNITS[quantity],
                "regime": "r1",
                "t": "2026-02-24T18:30:00Z",
                "valid_until": "2026-02-24T19:05:00Z",
                "stage": None,
                "passed": guidance.passed(err_of),
                "levels": json.loads(jsontext.text(guidance.levels(err_of, lang))),
                "text": guidance.text(err_of, lang),
                "supersedes": None,
                "withdrawn": None,
                "not_medical": True,
            }
            documents.validate(body)
            passed = [entry["id"] for entry in body["levels"] if entry["id"] in body["passed"]]
            assert passed == body["passed"]


def test_a_known_outcome_is_the_documented_example_of_the_contract():
    """18.3 ug/m3 by the NowCast is index 68, moderate (contract section 5)."""
    assert guidance_nowcast.index(183, guidance_nowcast.PM2_5) == 68
    assert guidance_nowcast.CATEGORIES[guidance_nowcast.category(183, guidance_nowcast.PM2_5)] == "moderate"
