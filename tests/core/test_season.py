"""Last year's weeks are context, and count only once this year's days agree with them."""

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aqsense import calendar, logcode, quantities, season
from aqsense.batch.fold import BatchSeries, HalfHours
from aqsense.season import Season
from aqsense.series import Series
from aqsense.standing import Standing
from tests.core.days import JANUARY

PM = quantities.PM2_5


@given(st.integers(800, 4850))
def test_a_week_is_kept_within_a_thirty_second_of_an_octave(code):
    assert abs(season.to_code(season.to_byte(code)) - code) <= 8


def lived(days, level=lambda day: 1500, missing=(), seed=4):
    """A series whose half hours spread by 60 codes about a level that may depend on the day."""
    draw = random.Random(seed)
    series = Series("s1/pm25/r1", PM)
    for i in range(days * 48):
        if i // 48 not in missing:
            series.fold(JANUARY + i, 0, level(i // 48) + int(draw.gauss(0, 60)))
    return series


@pytest.fixture(scope="module")
def year():
    return lived(371)


def test_in_the_first_year_there_is_no_last_year():
    series = lived(200)
    assert Standing(series).last_year is None and not series.season.is_confirmed()


def test_after_a_year_the_same_week_of_last_year_is_known(year):
    """Days of level 1500 and spread 60: 10 and 90 % points 1.28 spreads from the median, within a byte's step."""
    low, middle, high = (logcode.encode(PM, value) for value in Standing(year).last_year)
    assert abs(middle - 1500) <= 25
    assert abs(low - (1500 - 77)) <= 30 and abs(high - (1500 + 77)) <= 30


def test_one_week_is_not_enough_to_rely_on_last_year(year):
    assert not year.season.is_confirmed()


@pytest.fixture(scope="module")
def again():
    """A second year that lies 80 codes, less than half an octave, above the first."""
    return lived(420, level=lambda day: 1500 if day < 364 else 1580)


def test_weeks_that_agree_confirm_last_year_and_weeks_that_do_not_take_it_back(again):
    assert again.season.is_confirmed()
    colder = lived(420, level=lambda day: 1500 if day < 385 else 1800)
    assert Standing(colder).last_year is not None and not colder.season.is_confirmed()


def test_confirmed_weeks_move_the_level_of_the_range_by_four_parts_in_eighteen(again):
    """This year 1580, last year 1500 within a byte: -80 * 4 / 18."""
    assert abs(again.typical.shift + 80 * 4 / 18) <= 4
    hour = 12
    middle = again.typical.hour_median(hour) + again.typical.level
    assert again.typical.low(hour) - again.typical.shift < middle < again.typical.high(hour) - again.typical.shift
    width = again.typical.high(hour) - again.typical.low(hour)
    again.typical.shift, moved = 0, again.typical.shift
    assert again.typical.high(hour) - again.typical.low(hour) == width
    again.typical.shift = moved


def test_weeks_that_are_not_confirmed_move_nothing(year):
    assert Standing(year).last_year is not None and year.typical.shift == 0
    assert Season(year.memory).shift(year.today, 1580) == 0


def test_last_year_is_no_evidence_for_ranks(again):
    """The same last 130 days without a year before them: the same day scores, and the same comparable days."""
    short = Series("s1/pm25/r1", PM)
    draw = random.Random(4)
    for i in range(420 * 48):
        code = (1500 if i // 48 < 364 else 1580) + int(draw.gauss(0, 60))
        if i >= 230 * 48:
            short.fold(JANUARY + i, 0, code)
    day = again.today - 1
    assert short.season.is_confirmed() is False
    assert [short.memory.context[d % 128] for d in range(day - 60, day)] == [
        again.memory.context[d % 128] for d in range(day - 60, day)
    ]


def test_a_second_year_by_array_is_the_same_in_every_byte(again):
    draw = random.Random(4)
    cell = np.arange(JANUARY, JANUARY + 420 * 48)
    code = np.array([(1500 if i < 364 * 48 else 1580) + int(draw.gauss(0, 60)) for i in range(420 * 48)])
    nothing = np.zeros(len(cell), dtype=np.int64)
    missing = nothing + logcode.MISSING
    batch = BatchSeries("s1/pm25/r1", PM)
    batch.fold_all(HalfHours(cell, nothing, code, nothing + 30, nothing - 1, missing, missing, missing))
    assert batch.typical.shift == again.typical.shift != 0
    assert batch.snapshot() == again.snapshot()


def test_weeks_that_last_year_did_not_know_confirm_nothing():
    series = lived(400, missing=range(20, 60))
    assert Standing(series).last_year is None
    assert not series.season.is_confirmed()


def test_a_week_of_few_days_is_not_written():
    series = lived(28, missing=(8, 9, 10, 11))
    weeks = [calendar.iso_week(JANUARY // 48 + day)[1] for day in (0, 7, 14)]
    assert [series.season.middles[week - 1] != season.NONE for week in weeks] == [True, False, True]


def test_a_season_survives_a_restart(year):
    again = Series("s1/pm25/r1", PM)
    again.restore(year.snapshot())
    assert Standing(again).last_year == Standing(year).last_year
    assert len(year.snapshot()) <= 8704
