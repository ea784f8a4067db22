"""What lasts and what decays: the window behind `sustained` and `daypart`, on values that can be worked out by hand."""

import pytest

from aqsense import daypart, quantities, questions
from aqsense.memory import MISSING, Memory


def sustained_after(values):
    memory = Memory(quantities.PM2_5)
    window = questions.SustainedQuestion(memory).window
    for value in values:
        window.push(value)
    return window.score


def daypart_after(values):
    window = daypart.DaypartQuestion(Memory(quantities.CO2)).window
    for value in values:
        window.push(value)
    return window.score


def test_four_hours_of_the_same_height_score_that_height():
    assert sustained_after([0] * 8 + [500] * 8) == 500
    assert sustained_after([0] * 9 + [500] * 7) == 0


def test_what_decays_loses_twice_what_it_has_fallen_in_eight_hours():
    assert sustained_after([900] * 8 + [500] * 8) == 500 - 2 * 400
    assert sustained_after([900] + [0] * 8 + [500] * 8) == 500  # the ninth hour back is forgotten


def test_co2_may_have_one_low_half_hour_of_eight_hours_and_loses_half_of_its_fall():
    assert daypart_after([2000, *[2600] * 15]) == 2600
    assert daypart_after([2000, 2000, *[2600] * 14]) == 2000
    assert daypart_after([*[2600] * 15, 2401]) == 2600 - 99  # half of 199, rounded down


@pytest.mark.parametrize("after", [sustained_after, daypart_after])
def test_twelve_of_the_last_sixteen_half_hours_must_be_known_and_the_last_one(after):
    assert after([MISSING] * 4 + [300] * 12) == 300
    assert after([MISSING] * 5 + [300] * 11) == MISSING
    assert after([300] * 15 + [MISSING]) == MISSING


def test_a_part_of_the_day_is_kept_within_a_byte_however_far_it_has_fallen():
    assert daypart.part_code(daypart.LOWEST - 900) == 0
    assert daypart.part_code(daypart.LOWEST) == 0
    assert daypart.part_code(daypart.height(4000)) == 254
