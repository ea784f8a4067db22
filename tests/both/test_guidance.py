"""Guidance for everybody: averages, levels and their words, on every runtime."""

from aqsense import guidance_levels, guidance_nowcast, quantities
from aqsense.guidance import Guidance
from aqsense.guidance_average import ANNUAL, HOUR_1, HOURS_8, HOURS_24, NOWCAST, Average, Averages
from aqsense.guidance_evaluation import Evaluation

START = 984420 // 48 * 48  # midnight UTC
HOUR = 2
DAY = 48


def no_error(value):
    return 0


def pms5003_error(value):
    return max(100, value // 10)


def fill(target, value, cells, start=START, filled=30, expected=30):
    cell = start
    while cell < start + cells:
        target.fold(cell, value, filled, expected)
        cell += 1
    return cell


def by_id(guidance, err_of=no_error, lang="en"):
    return {entry["id"]: entry for entry in guidance.levels(err_of, lang)}


def level(ident):
    return next(one for one in guidance_levels.levels() if one.id == ident)


def raises(kind, call, *arguments):
    try:
        call(*arguments)
    except kind as error:
        return str(error)
    raise AssertionError("nothing was raised")


def test_a_24_hour_guideline_cannot_meet_a_number_nor_another_window():
    averages = Averages()
    fill(averages, 100, 2)
    guideline = level("who-2021-pm25-24h")
    assert "Average" in raises(TypeError, Evaluation, guideline, 100, None, 0)
    message = raises(ValueError, Evaluation, guideline, averages.average(HOUR_1), None, 0)
    assert "24 h mean" in message and "1 h mean" in message
    assert "Averages" in raises(TypeError, Average, None, HOURS_24)
    assert Average(averages, HOURS_24).value is None  # one hour was folded: its number cannot be had under another name


def test_a_24_hour_mean_speaks_from_eighteen_hours_on():
    guidance = Guidance(quantities.PM2_5, ("who-2021",), "kitchen", 429)
    end = fill(guidance, 116, 17 * HOUR)
    entry = by_id(guidance)["who-2021-pm25-24h"]
    assert (entry["state"], entry["have_h"], entry["need_h"], entry["value"]) == ("incomplete", 17, 18, None)
    assert entry["text"] == "A 24-hour mean needs 18 hours; there are 17."
    fill(guidance, 116, HOUR, end)
    entry = by_id(guidance)["who-2021-pm25-24h"]
    assert (entry["state"], entry["have_h"], entry["value"].text()) == ("below", 18, "11.6")


def test_an_hour_counts_when_three_quarters_of_it_were_measured():
    averages = Averages()
    averages.fold(START, 100, 30, 30)
    averages.fold(START + 1, 500, 15, 30)
    assert averages.average(HOUR_1).value == (100 * 60 + 500 * 30) // 90
    averages.fold(START + 2, 100, 30, 30)
    averages.fold(START + 3, 500, 14, 30)
    assert averages.average(HOUR_1).value is None
    averages.fold(START + 4, None, 0, 30)
    assert averages.average(HOUR_1).value is None and averages.average(HOUR_1).have_h == 0


def test_old_half_hours_leave_the_window_and_gaps_stay_empty():
    averages = Averages()
    end = fill(averages, 1000, DAY)
    end = fill(averages, 100, DAY, end)
    assert averages.average(HOURS_24).value == 100
    averages.fold(end + 12, 100, 30, 30)  # six hours and a half hour later: 17 whole hours and two half ones remain
    average = averages.average(HOURS_24)
    assert (average.have_h, average.value) == (17, None)
    averages.fold(end + 1000, 300, 30, 30)
    averages.fold(end + 1001, 300, 30, 30)
    assert averages.average(HOURS_24).have_h == 1 and averages.average(HOUR_1).value == 300


def test_a_half_hour_that_is_not_after_the_last_changes_nothing():
    averages = Averages()
    end = fill(averages, 100, 4)
    before = averages.snapshot()
    assert not averages.fold(end - 1, 900, 30, 30) and not averages.fold(end - 3, 900, 30, 30)
    assert averages.snapshot() == before


def test_eight_hours_need_six():
    averages = Averages(1, False)
    end = fill(averages, 4000, 5 * HOUR)
    assert averages.average(HOURS_8).value is None
    fill(averages, 6000, HOUR, end)
    assert averages.average(HOURS_8).value == (5 * 4000 + 6000) // 6


def test_an_annual_mean_speaks_from_274_days_on_and_forgets_after_a_year():
    guidance = Guidance(quantities.PM2_5, ("who-2021",), "kitchen", 429)
    end = fill(guidance, 40, 126 * DAY)
    entry = by_id(guidance)["who-2021-pm25-annual"]
    assert (entry["state"], entry["have_h"], entry["need_h"]) == ("incomplete", 3024, 6570)
    assert entry["text"] == "An annual mean needs 274 days; there are 126."
    end = fill(guidance, 40, 147 * DAY + 18 * HOUR - 2, end)
    assert by_id(guidance)["who-2021-pm25-annual"]["value"] is None  # 6569 hours
    end = fill(guidance, 40, 2, end)
    assert by_id(guidance)["who-2021-pm25-annual"]["value"].text() == "4.0"
    end = fill(guidance, 80, 365 * DAY, end + 12)
    assert by_id(guidance)["who-2021-pm25-annual"]["value"].text() == "8.0"
    assert by_id(guidance)["who-2021-pm25-annual"]["have_h"] == 8760


def test_a_long_absence_empties_the_year():
    averages = Averages()
    end = fill(averages, 40, 300 * DAY)
    averages.fold(end + 100 * DAY, 40, 30, 30)
    assert averages.average(ANNUAL).have_h == 264 * 24
    averages.fold(end + 5000 * DAY, 40, 30, 30)
    assert averages.average(ANNUAL).have_h == 0


def test_the_nowcast_of_steady_air_is_its_mean_and_of_a_jump_is_mostly_the_last_hours():
    assert guidance_nowcast.nowcast([183] * 12, 1) == 183
    # w = 1/2: sum(c_i / 2**i) / sum(1 / 2**i) = (1000 + (1 - 1/2**11) * 10 ... ) by hand: newest 100.0, before 1.0
    assert guidance_nowcast.nowcast([1000] + [10] * 11, 1) == (1000 * 2048 + 10 * 2047) // 4095
    assert guidance_nowcast.nowcast([0] * 12, 1) == 0


def test_the_nowcast_needs_two_of_the_last_three_hours():
    assert guidance_nowcast.nowcast([None, None] + [100] * 10, 1) is None
    assert guidance_nowcast.nowcast([None, 100, 100] + [None] * 9, 1) == 100
    guidance = Guidance(quantities.PM2_5, ("us-aqi-2024",), "kitchen", 429)
    end = fill(guidance, 183, HOUR)
    entry = by_id(guidance)["us-aqi-2024-nowcast"]
    assert entry["state"] == "incomplete" and entry["index"] is None and entry["category"] is None
    assert entry["text"] == "The NowCast needs 2 of the last 3 hours; there is 1."
    fill(guidance, 183, HOUR, end)
    assert by_id(guidance)["us-aqi-2024-nowcast"]["index"] == 68


def test_the_nowcast_waits_for_the_whole_clock_hour():
    averages = Averages()
    end = fill(averages, 100, 4)
    averages.fold(end, 900, 30, 30)
    assert averages.average(NOWCAST).value == 100
    averages.fold(end + 1, 900, 30, 30)
    assert averages.average(NOWCAST).value > 400


def test_every_breakpoint_has_the_index_of_its_table_and_the_next_step_the_next_category():
    table = guidance_nowcast.PM2_5
    i = 0
    while i < 6:
        assert guidance_nowcast.index(table[i][0], table) == guidance_nowcast.INDEX[i][0]
        assert guidance_nowcast.index(table[i][1], table) == guidance_nowcast.INDEX[i][1]
        if i:
            assert table[i][0] == table[i - 1][1] + 1  # tenths: no concentration lies between two categories
            assert guidance_nowcast.PM10[i][0] == guidance_nowcast.PM10[i - 1][1] + 10
        i += 1
    assert guidance_nowcast.index(4000, table) == 649  # 301 + 199 / 99.9 * 174.5, beyond the table


def test_the_error_of_the_sensor_decides_between_below_near_and_above():
    for mean, err, state, likely in (
        (140, 10, "below", False),
        (141, 10, "near", False),
        (150, 1, "near", False),
        (151, 1, "near", True),
        (160, 10, "near", True),
        (161, 10, "above", False),
    ):
        averages = Averages()
        fill(averages, mean, DAY)
        one = Evaluation(level("who-2021-pm25-24h"), averages.average(HOURS_24), err, 0)
        assert (one.state, one.likely_above, one.passed) == (state, likely, likely or state == "above"), mean


def test_an_unknown_error_is_said_by_silence_and_decides_nothing():
    guidance = Guidance(quantities.PM2_5, ("who-2021",), "kitchen", 429)
    fill(guidance, 151, DAY)
    entry = by_id(guidance, lambda value: -1)["who-2021-pm25-24h"]
    assert entry["err"] is None and entry["state"] == "above"
    assert entry["text"] == "24-hour mean 15.1 µg/m³, above the guideline of 15."


def test_the_entries_have_the_fields_of_the_contract_in_its_order_complete_levels_first():
    guidance = Guidance(quantities.PM2_5, guidance_levels.DEFAULT_SCHEMES, "kitchen", 429)
    fill(guidance, 116, DAY)
    entries = guidance.levels(pms5003_error)
    assert [entry["id"] for entry in entries] == ["who-2021-pm25-24h", "us-aqi-2024-nowcast", "who-2021-pm25-annual"]
    head = ["id", "limit", "averaging", "have_h", "need_h", "value", "err"]
    tail = ["state", "scope", "personal", "source", "text"]
    assert list(entries[0]) == head + tail
    assert list(entries[1]) == head + ["index", "category"] + tail
    assert entries[0]["text"] == "24-hour mean 11.6 ± 10.0 µg/m³, near the guideline of 15."
    assert entries[1]["text"] == "US AQI 56 (likely moderate), NowCast 11.6 ± 10.0 µg/m³."
    assert guidance.passed(pms5003_error) == ["us-aqi-2024-nowcast"]
    assert guidance.text(pms5003_error) == "Likely above: US AQI moderate. Near: WHO 24-hour guideline."


def test_what_is_likely_above_is_said_so_in_both_languages():
    guidance = Guidance(quantities.PM2_5, ("who-2021",), "kitchen", 429)
    fill(guidance, 187, DAY)
    assert by_id(guidance, pms5003_error)["who-2021-pm25-24h"]["text"] == (
        "24-hour mean 18.7 ± 10.0 µg/m³, likely above the guideline of 15."
    )
    assert by_id(guidance, pms5003_error, "de")["who-2021-pm25-24h"]["text"] == (
        "24-Stunden-Mittel 18,7 ± 10,0 µg/m³, wahrscheinlich über dem Richtwert von 15."
    )


def test_a_category_that_the_error_could_change_is_called_likely():
    for mean, err, words in ((183, 50, "(moderate)"), (91, 0, "(moderate)"), (91, 1, "(likely moderate)")):
        guidance = Guidance(quantities.PM2_5, ("us-aqi-2024",), "kitchen", 429)
        fill(guidance, mean, 12 * HOUR)
        assert words in by_id(guidance, lambda value: err)["us-aqi-2024-nowcast"]["text"], mean  # noqa: B023  used at once
    guidance = Guidance(quantities.CO2, ("uba-co2", "en-16798-1"), "office", 429)
    fill(guidance, 1200, HOUR)
    entries = by_id(guidance, lambda value: 50)
    assert entries["uba-co2-1000"]["text"].endswith("above the guide value of 1000 (conspicuous).")
    assert entries["en-16798-1-co2"]["text"].endswith("of category II of 1229 (likely category II).")
    german = by_id(guidance, lambda value: 50, "de")["en-16798-1-co2"]["text"]
    assert german.endswith("nahe dem Auslegungswert der Kategorie II von 1229 (wahrscheinlich Kategorie II).")


def test_each_level_says_for_which_air_it_holds():
    scopes = {}
    for one in guidance_levels.levels():
        scopes.setdefault(one.scheme, set()).add(one.scope)
    assert scopes == {
        "who-2021": {"indoor and ambient"},  # "both outdoor and indoor environments": WHO, 22 September 2021
        "us-aqi-2024": {"ambient"},
        "eu-2024-2881": {"ambient"},
        "uba-co2": {"indoor"},
        "en-16798-1": {"indoor"},
        "oel-co2": {"occupational"},
    }


def test_the_design_values_are_what_a_person_breathes_out_into_so_much_air():
    # EN 16798-1: 20 L/h of CO2 awake, 13.6 asleep, into 10, 7 and 4 L/s; the standard rounds to 10 or 50 ppm
    for bands, breath in ((guidance_levels.EN_BANDS, 20), (guidance_levels.EN_BEDROOM_BANDS, 13.6)):
        for i, air in enumerate((10, 7, 4)):
            assert abs(bands[i][0] - breath / (air * 3600) * 1e6) < 40, (breath, air)


def test_every_level_has_a_sentence_in_both_languages_complete_or_not():
    for quantity in (quantities.PM2_5, quantities.PM10, quantities.CO2):
        for room in ("bedroom", "office"):
            guidance = Guidance(quantity, guidance_levels.SCHEMES, room, 429)
            assert guidance.has_levels
            assert guidance.text(no_error) and guidance.text(no_error, "de")
            end = START
            for mean in (None, 30, 700, 1500, 6000):
                end = end if mean is None else fill(guidance, mean, DAY, end)
                for lang in ("en", "de"):
                    assert len([one for one in guidance.levels(no_error, lang) if one["text"].endswith(".")]) >= 3
                    assert guidance.text(no_error, lang).endswith(".")


def test_co2_is_judged_by_the_hour_against_the_guide_values():
    guidance = Guidance(quantities.CO2, ("uba-co2",), "living", 429)
    guidance.fold(START, 1240, 30, 30)
    assert by_id(guidance)["uba-co2-1000"]["text"] == "A 1-hour mean needs 1 hour; there are 0."
    guidance.fold(START + 1, 1240, 30, 30)
    entries = by_id(guidance, lambda value: 50 + value // 20)
    assert (entries["uba-co2-1000"]["state"], entries["uba-co2-2000"]["state"]) == ("above", "below")
    assert entries["uba-co2-1000"]["category"] == "conspicuous" and entries["uba-co2-1000"]["limit"].text() == "1000"
    assert "index" not in entries["uba-co2-1000"]


def test_the_declared_room_picks_the_design_values_and_nothing_else():
    for room, ident, limit, category in (
        ("bedroom", "en-16798-1-co2-bedroom", 979, "II"),
        ("living", "en-16798-1-co2", 1229, "I"),
    ):
        guidance = Guidance(quantities.CO2, guidance_levels.SCHEMES, room, 429)
        fill(guidance, 950, 2)
        entries = by_id(guidance)
        assert entries[ident]["limit"].value == limit and entries[ident]["category"] == category
        assert entries["uba-co2-1000"]["limit"].value == 1000
        assert len([one for one in entries if one.startswith("en-")]) == 1


def test_quantities_without_levels_have_none_and_unknown_schemes_are_refused():
    assert not Guidance(quantities.PM1, guidance_levels.SCHEMES, "kitchen", 429).has_levels
    assert not Guidance(quantities.PM2_5, ("uba-co2",), "kitchen", 429).has_levels
    assert "who-2021" in raises(ValueError, Guidance, quantities.PM2_5, ("who-2005",), "kitchen", 429)


def test_a_snapshot_continues_exactly_and_foreign_bytes_are_refused():
    one = Guidance(quantities.PM10, guidance_levels.SCHEMES, "kitchen", 429)
    end = fill(one, 377, 300 * DAY + 7)
    other = Guidance(quantities.PM10, guidance_levels.SCHEMES, "kitchen", 429)
    other.restore(one.snapshot())
    assert len(one.snapshot()) == 1351
    fill(one, 400, 9, end)
    fill(other, 400, 9, end)
    assert one.snapshot() == other.snapshot()
    assert one.passed(no_error) == other.passed(no_error)
    raises(ValueError, other.restore, one.snapshot()[:-1])
    raises(ValueError, Guidance(quantities.CO2, ("uba-co2",), "office", 429).restore, one.snapshot())


def test_forgetting_equals_never_having_been_told():
    told = Averages()
    untold = Averages()
    cell = START
    while cell < START + 100 * DAY + 20:
        value = 100 + cell % 97
        told.fold(cell, value, 30, 30)
        hidden = START + 100 * DAY - 20 <= cell <= START + 100 * DAY + 3
        untold.fold(cell, None if hidden else value, 0 if hidden else 30, 30)
        cell += 1
    told.forget(START + 100 * DAY - 20, START + 100 * DAY + 3)
    for window in (HOUR_1, HOURS_8, HOURS_24, NOWCAST):
        assert told.average(window).value == untold.average(window).value
        assert told.average(window).have_h == untold.average(window).have_h
    # the day before lies partly outside the memory of half hours: it is dropped whole
    assert untold.average(ANNUAL).have_h - told.average(ANNUAL).have_h == 14
    told.forget(0, START + 200 * DAY)
    assert told.average(ANNUAL).have_h == 0 and told.average(HOURS_24).have_h == 0


def test_forgetting_a_part_of_yesterday_keeps_its_other_hours_while_they_are_held():
    averages = Averages()
    fill(averages, 100, 3 * DAY + 1)
    averages.forget(START + 2 * DAY + 10, START + 2 * DAY + 13)
    assert averages.average(ANNUAL).have_h == 70
