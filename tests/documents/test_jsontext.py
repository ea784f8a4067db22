"""JSON text and instants against the standard library, whatever the values."""

import datetime
import json
from collections import OrderedDict
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from aqsense import jsontext, timetext
from aqsense.jsontext import Fixed

fixed = st.builds(Fixed, st.integers(-(10**9), 10**9), st.integers(0, 3))
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | fixed,
    lambda inner: st.lists(inner) | st.lists(st.tuples(st.text(), inner)).map(OrderedDict),
    max_leaves=20,
)


def plain(value):
    """The same with decimals as the numbers that they show."""
    if isinstance(value, Fixed):
        shown = Decimal(value.value).scaleb(-value.decimals)
        return int(shown) if value.decimals == 0 else shown
    if isinstance(value, OrderedDict):
        return {key: plain(inner) for key, inner in value.items()}
    return [plain(inner) for inner in value] if isinstance(value, list) else value


@given(values)
def test_any_reader_of_json_reads_back_what_was_written(value):
    text = jsontext.text(value)
    assert json.loads(text, parse_float=Decimal) == plain(value)
    text.encode("utf-8", "surrogatepass")


@given(values)
def test_what_was_written_can_be_read_and_written_again_unchanged(value):
    text = jsontext.text(value)
    again = json.loads(text, object_pairs_hook=OrderedDict, parse_float=jsontext.fixed_of)
    assert jsontext.text(again) == text


@given(st.integers(0, 2_000_000), st.integers(0, 1799), st.integers(0, 999))
def test_instants_are_those_of_the_standard_library_and_read_back(cell, s, ms):
    moment = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC) + datetime.timedelta(seconds=cell * 1800 + s)
    assert timetext.instant(cell, s) == moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert timetext.instant_ms(cell, s, ms) == f"{moment:%Y-%m-%dT%H:%M:%S}.{ms:03d}Z"
    assert timetext.of_instant(timetext.instant_ms(cell, s, ms)) == (cell, s)


@given(st.dates())
def test_days_are_those_of_the_standard_library(date):
    number = (date - datetime.date(1970, 1, 1)).days
    assert timetext.days_from_civil(date.year, date.month, date.day) == number
    assert timetext.civil(number) == (date.year, date.month, date.day)
    assert timetext.day_of_text(timetext.day_text(number)) == number


@given(st.text(max_size=30))
def test_any_text_is_an_instant_or_none(text):
    found = timetext.of_instant(text)
    assert found is None or timetext.instant(*found)
