"""Sentences: the p-value in words, and the reasons for silence."""

import pytest

from aqsense import codes, texts_de, texts_en

LANGUAGES = (texts_en, texts_de)


@pytest.mark.parametrize(
    ("rank", "words"),
    [
        (1, "stronger than on any of the last 119 comparable days"),
        (2, "stronger than on all but one of the last 119 comparable days"),
        (4, "stronger than on all but 3 of the last 119 comparable days"),
    ],
)
def test_a_rank_is_said_as_how_many_days_were_greater(rank, words):
    assert words in texts_en.peak("PM2.5", "kitchen", "18:30", rank, 119)


def test_spans_of_three_days_are_called_so():
    assert texts_en.sustained("PM2.5", "kitchen", "09:00", 4, 39) == (
        "PM2.5 in the kitchen has been high for 4 hours since 09:00: "
        "higher than in all but 3 of the last 39 three-day spans."
    )
    assert texts_en.daypart("CO2", "bedroom", "03:00", 2, 39, "640 ppm") == (
        "CO2 in the bedroom at 03:00 is further above what is usual at this time "
        "than in all but one of the last 39 three-day spans: about 640 ppm above."
    )


def test_a_usual_half_hour_above_guidance_says_both_in_one_breath():
    text = texts_en.now_usual("41.2 ± 10.0 µg/m³", "usually 3 to 12 at this time of day", "Above: US AQI moderate.")
    assert text.startswith("41.2 ± 10.0 µg/m³, usually 3 to 12 at this time of day.")
    assert text.endswith("Above: US AQI moderate.")


@pytest.mark.parametrize("words", LANGUAGES)
@pytest.mark.parametrize("code", codes.CODES)
def test_every_withholding_code_has_a_sentence(words, code):
    text = words.withheld("kitchen", code, None)
    assert text.endswith(".") and "%" not in text


@pytest.mark.parametrize("words", LANGUAGES)
def test_every_sentence_of_the_typical_range_is_whole(words):
    for settled in (True, False):
        for former in (None, "12 March 2026"):
            for missing in ([], ["winter"], ["spring", "summer", "autumn"]):
                text = words.typical("3", "12", "µg/m³", settled, former, missing)
                assert text[0].isupper() and text.endswith(".")
    assert words.typical_pending(1, 14) != words.typical_pending(2, 14)


@pytest.mark.parametrize("words", LANGUAGES)
def test_stages_rise_and_fall_in_words(words):
    for stage in ("learning", "provisional", "established"):
        assert words.promoted(stage, 59, False)
        assert words.promoted(stage, 59, True) != words.promoted(stage, 59, False)
    for stage in codes.STAGES:
        assert words.demoted(stage, "value_missing") and words.demoted(stage, None)


def test_rooms_with_names_of_their_own_stand_without_an_article():
    assert texts_en.in_room("kitchen") == "in the kitchen"
    assert texts_en.in_room("Anna's room") == "in Anna's room"


def test_a_short_gap_is_an_interruption_and_not_a_new_promise():
    """A stage that returns after missing readings says that they are back; no stage's name is shown to a person."""
    back = texts_en.promoted("established", 117, True)
    assert back == "Readings are back; what was learned is kept: 117 comparable days."
    for words in LANGUAGES:
        for stage in codes.STAGES:
            text = words.demoted(stage, "value_missing")
            assert text.endswith(words.REASONS["value_missing"] + ".")
            assert not [name for name in codes.STAGES if name in text]


@pytest.mark.parametrize(
    ("rank", "said"),
    [
        (1, "an jedem der letzten 119"),
        (2, "an allen bis auf einen der letzten 119"),
        (4, "an allen bis auf 3 der letzten 119"),
    ],
)
def test_german_says_a_rank_as_people_say_it(rank, said):
    text = texts_de.peak("PM2,5", "Küche", "19:00", rank, 119)
    assert (
        text
        == f"Die kurze PM2,5-Spitze im Raum Küche gegen 19:00 Uhr ist deutlich stärker als {said} vergleichbaren Tage."
    )


def test_german_says_since_when_and_for_how_long_apart():
    text = texts_de.sustained("PM2,5", "Küche", "09:00", 2, 39)
    assert text == (
        "PM2,5 ist im Raum Küche seit 4 Stunden hoch (seit 09:00 Uhr): "
        "höher als in allen bis auf einen der letzten 39 Zeiträume von drei Tagen."
    )
