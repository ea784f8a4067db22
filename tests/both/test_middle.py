"""The middle one of three readings, on every runtime."""

from aqsense.middle import NONE, MiddleOfThree


def taken(values, step_s=5):
    middle = MiddleOfThree(120)
    return [middle.take(value, i * step_s) for i, value in enumerate(values)]


def test_nothing_is_known_before_the_third_reading():
    assert taken([500, 501]) == [NONE, NONE]


def test_one_damaged_reading_is_never_learned():
    assert taken([500, 502, 4597, 503, 501, 2, 500]) == [NONE, NONE, 502, 503, 503, 501, 500]


def test_a_rise_is_followed_one_reading_later():
    assert taken([400, 400, 400, 900, 900, 900]) == [NONE, NONE, 400, 400, 900, 900]


def test_after_a_long_silence_it_begins_anew():
    middle = MiddleOfThree(120)
    assert [middle.take(500, s) for s in (0, 5, 10, 131, 136, 141)] == [NONE, NONE, 500, NONE, NONE, 500]
    assert middle.take(500, 0) == NONE  # a clock that steps back
