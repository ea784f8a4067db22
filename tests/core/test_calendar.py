"""The local calendar agrees with the zone database and with ISO 8601."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aqsense import calendar
from tests.core.days import offset_of

days = st.integers(0, 47000)
EPOCH = date(1970, 1, 1)


@given(days)
def test_weekdays_and_iso_weeks_are_those_of_the_standard_library(day):
    there = EPOCH + timedelta(day)
    assert calendar.weekday(day) == there.weekday()
    assert calendar.is_weekend(day) == (there.weekday() >= 5)
    assert calendar.iso_week(day) == tuple(there.isocalendar())[:2]
    assert calendar.day_of_year(day) == there.timetuple().tm_yday
    assert (calendar.week(day) == calendar.week(day + 1)) == (there.weekday() != 6)


@given(
    st.integers(0, 2_300_000), st.sampled_from(["Europe/Berlin", "Asia/Kathmandu", "America/St_Johns", "Asia/Tokyo"])
)
def test_a_half_hour_falls_into_the_local_day_and_slot_that_its_start_has_there(cell, name):
    zone = ZoneInfo(name)
    local = datetime.fromtimestamp(cell * 1800, UTC).astimezone(zone)
    index = calendar.local_index(cell, offset_of(cell, zone))
    assert index // 48 == (local.date() - EPOCH).days
    assert index % 48 == local.hour * 2 + local.minute // 30


@pytest.mark.parametrize(("before", "after", "slots", "need"), [(60, 60, 48, 36), (60, 120, 46, 34), (120, 60, 50, 37)])
def test_days_of_23_and_25_hours_need_34_and_37_half_hours(before, after, slots, need):
    assert calendar.slots_of_day(before, after) == slots
    assert calendar.least_valid(slots) == need


def test_a_day_cut_short_by_a_journey_is_never_valid():
    assert calendar.least_valid(calendar.slots_of_day(0, 9 * 60)) > 48 - 18


@pytest.mark.parametrize(("month", "north", "south"), [(1, 0, 2), (3, 1, 3), (7, 2, 0), (10, 3, 1), (12, 0, 2)])
def test_seasons_are_meteorological_on_both_hemispheres(month, north, south):
    day = (date(2026, month, 15) - EPOCH).days
    assert calendar.season(day) == north
    assert calendar.season(day, southern=True) == south


def test_what_no_calendar_knows_is_refused():
    assert calendar.plausible(984420, 60)
    for cell, offset in ((-1, 0), (10**9, 0), (984420, 6000), (984420, -6000)):
        assert not calendar.plausible(cell, offset)
