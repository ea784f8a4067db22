"""A series through its life: what a valid day is, when it may first speak, what it withholds and until when."""

import pytest

from aqsense import codes, logcode, quantities, timetext
from aqsense.memory import VALID
from aqsense.series import CELL, DAY, IGNORED, OPENED, STAGE, Series
from aqsense.standing import Standing
from tests.core.days import BERLIN, JANUARY, fold, folded, half_hours

PM = quantities.PM2_5
CO2 = quantities.CO2


def whole_days(quantity=PM, days=70, **options):
    return half_hours(quantity, days, seed=3, **options)


def without(cells, *indices):
    gone = set(indices)
    return [(c, o, None, (None,) * 3) if i in gone else (c, o, k, t) for i, (c, o, k, t) in enumerate(cells)]


def is_valid(series, day):
    return bool(series.memory.state[series.memory.record_of(day)] & VALID)


def day_is_valid(cells, day):
    series, _ = folded(PM, cells)
    return is_valid(series, JANUARY // 48 + day)


# days ---------------------------------------------------------------------------------------------------------------


def test_a_day_is_valid_with_36_of_48_half_hours():
    cells = whole_days(days=3)
    twelve = [48 + 4 * i for i in range(12)]
    assert day_is_valid(without(cells, *twelve), 1)
    assert not day_is_valid(without(cells, *twelve, 48 + 1), 1)


def test_a_day_with_a_gap_above_six_hours_is_not_valid():
    cells = whole_days(days=3)
    assert day_is_valid(without(cells, *range(60, 72)), 1)
    assert not day_is_valid(without(cells, *range(60, 73)), 1)


def test_on_a_long_day_a_gap_above_six_hours_counts_although_37_half_hours_are_left():
    changed = timetext.days_from_civil(2026, 10, 25)
    cells = half_hours(PM, 3, zone=BERLIN, start=(changed - 1) * 48)
    of_day = [i for i, (c, o, _, _) in enumerate(cells) if (c * 30 + o) // 1440 == changed]
    assert is_valid(folded(PM, without(cells, *of_day[20:32]))[0], changed)
    assert not is_valid(folded(PM, without(cells, *of_day[20:33]))[0], changed)


def test_a_gap_over_midnight_is_judged_day_by_day():
    cells = without(whole_days(days=3), *range(48 - 10, 48 + 10))
    assert day_is_valid(cells, 0) and day_is_valid(cells, 1)


@pytest.mark.parametrize(("month", "date", "cells_a_day", "need"), [(3, 29, 46, 34), (10, 25, 50, 37)])
def test_days_on_which_the_clock_changes_need_34_and_37(month, date, cells_a_day, need):
    changed = timetext.days_from_civil(2026, month, date)
    cells = half_hours(PM, 3, zone=BERLIN, start=(changed - 1) * 48)
    of_day = [i for i, (c, o, _, _) in enumerate(cells) if (c * 30 + o) // 1440 == changed]
    assert len(of_day) == cells_a_day
    spare = cells_a_day - need
    spread = [of_day[2 * i] for i in range(spare)]
    series, _ = folded(PM, without(cells, *spread))
    assert is_valid(series, changed)
    series, _ = folded(PM, without(cells, *spread, of_day[2 * spare]))
    assert not is_valid(series, changed)


def test_the_repeated_hour_is_averaged_in_the_memory():
    changed = timetext.days_from_civil(2026, 10, 25)
    series = Series("s1/pm25/r1", PM)
    first = changed * 48 - 4  # local midnight at +120
    for i in range(50):
        series.fold(first + i, 120 if i < 6 else 60, 1000 + i)
    assert series.memory.get(changed, 4) == (1004 + 1006) // 2
    assert series.memory.get(changed, 5) == (1005 + 1007) // 2
    assert series.today == changed + 1 and series.valid_days == 1


def test_a_clock_that_goes_back_over_midnight_closes_the_day_once():
    lines = []
    series = Series("s1/pm25/r1", PM, ledger=lines.append)
    first = JANUARY
    for i in range(48):
        series.fold(first + i, 0, 1000)
    for i in range(48, 100):
        series.fold(first + i, -60, 1100)  # 23:00 comes twice
    assert len([line for line in lines if line.startswith("D")]) == 2
    assert series.memory.get(first // 48, 46) == (1000 + 1100) // 2


def test_a_day_closes_with_its_last_half_hour():
    series = Series("s1/pm25/r1", PM)
    bits = fold(series, whole_days(days=1))
    assert [b & DAY for b in bits] == [0] * 47 + [DAY]
    assert series.today == JANUARY // 48 + 1 and series.day == JANUARY // 48


# first words --------------------------------------------------------------------------------------------------------


def first_days(quantity, days=80):
    """(first valid-day count with notable permitted, with a claim permitted), counted in valid days so far."""
    series = Series("s1/x/r1", quantity)
    notable = claim = None
    for cell, offset, code, (a, b, c) in half_hours(quantity, days, seed=5):
        before = series.valid_days
        series.fold(cell, offset, code, 30, codes.NO_CODE, a or code, b or code, c or code)
        if series.slot == 0:
            notable = before + 1 if notable is None and series.permitted_notable else notable
            claim = before + 1 if claim is None and series.permitted_elevated else claim
    return notable, claim, series


@pytest.mark.parametrize("quantity", [PM, CO2])
def test_nothing_is_logged_before_valid_day_37_or_spoken_before_valid_day_67(quantity):
    notable, claim, series = first_days(quantity)
    assert (notable, claim) == (37, 67)
    assert series.stage == codes.ESTABLISHED
    assert series.account.withheld_days[codes.COVERAGE_DAYS] == 66


def test_a_range_only_quantity_gets_a_range_and_never_a_claim():
    series, _ = folded(quantities.PM10, half_hours(quantities.PM10, 80))
    assert series.band() and Standing(series).lo <= Standing(series).mid <= Standing(series).hi
    assert series.coverage.n == 73 and not series.permitted_elevated and not series.permitted_notable
    assert series.verdict == codes.WITHHELD


def test_a_range_is_shown_from_valid_day_14_with_what_it_achieved():
    series = Series("s1/pm25/r1", PM)
    cells = whole_days(days=60)
    fold(series, cells[: 13 * 48])
    assert series.valid_days == 13 and not series.band() and Standing(series).realised()[0] is None
    fold(series, cells[13 * 48 : 14 * 48 + 1])
    assert series.band() and series.stage != codes.ESTABLISHED
    fold(series, cells[14 * 48 + 1 :])
    assert Standing(series).realised()[1:] == (28 * 48, 28)
    assert 75 <= Standing(series).realised()[0] <= 85


def test_a_strong_dinner_is_one_claim_with_its_evidence():
    cells = half_hours(PM, 70, seed=5)
    at = 69 * 48 + 37
    for i, code in ((at, 3000), (at + 1, 3100)):
        cells[i] = (cells[i][0], 0, code, (code, code, code))
    series = Series("s1/pm25/r1", PM)
    bits = fold(series, cells[: at + 2])
    opened = [i for i, b in enumerate(bits) if b & OPENED]
    assert len(opened) == 1 and opened[0] in (at, at + 1)
    claim = series.claim
    assert (claim.kind, claim.rank, claim.k, claim.of, claim.unit) == (codes.PEAK, 1, 1, 63, "day")
    assert claim.score > claim.threshold > claim.nearest[0][1]
    assert claim.excess >= claim.least == 100
    assert claim.onset == cells[opened[0]][0] and claim.ended is None
    assert [score for _, score in claim.nearest] == sorted([score for _, score in claim.nearest], reverse=True)
    assert series.verdict == codes.ELEVATED and series.code == codes.NO_CODE
    fold(series, cells[at + 2 :])
    assert series.claim is None and series.account.claim_days == 1


def test_verdicts_follow_stage_and_episodes():
    cells = half_hours(PM, 70, seed=5)
    series = Series("s1/pm25/r1", PM)
    fold(series, cells[: 30 * 48])
    assert series.verdict == codes.WITHHELD
    fold(series, cells[30 * 48 : 67 * 48 + 20])
    assert series.verdict in (codes.TYPICAL, codes.NOTABLE)
    cell = series.cell
    series.fold(cell + 1, 0, logcode.MISSING, 0, codes.VALUE_MISSING)
    assert series.verdict == codes.UNKNOWN and series.value is None
    for i in range(2, 6):
        series.fold(cell + i, 0, logcode.MISSING, 0, codes.VALUE_MISSING)
    assert (series.verdict, series.stage, series.code) == (codes.WITHHELD, codes.SUSPENDED, codes.VALUE_MISSING)


# dates --------------------------------------------------------------------------------------------------------------


def test_the_earliest_date_is_that_of_the_contract_example():
    """11 of 59 comparable days on 23 January: 12 March at the earliest; 11 of 29: 10 February, 18 days left."""
    series = Series("s1/pm25/r1", PM)
    fold(series, whole_days(days=18))  # 5 to 22 January
    assert (series.coverage.n, series.valid_days) == (11, 18)
    assert timetext.day_text(Standing(series).earliest) == "2026-03-12"
    assert timetext.day_text(Standing(series).earliest_next) == "2026-02-10"
    assert Standing(series).days_left == 18
    have = {name: (have, need, met) for name, have, need, met in Standing(series).conditions()}
    assert have["scored_days"] == (11, 29, False)
    assert have["hour_support"] == (18, 14, True)
    assert have["weekend_days"] == (4, 6, False)
    assert have["weeks"] == (3, 4, False)
    assert timetext.day_text(series.first_day) == "2026-01-05"
    assert timetext.day_text(series.coverage.evidence_from) == "2026-01-12"
    assert timetext.day_text(series.coverage.evidence_to) == "2026-01-22"
    assert Standing(series).season_seen() == ["winter"]
    assert series.code == codes.COVERAGE_DAYS
    assert Standing(series).also[:2] == [codes.COVERAGE_WEEKEND, codes.COVERAGE_WEEKS]


def test_a_first_evening_is_not_counted_on_as_a_day():
    """Begun at 19:30 on 5 January: 7 days before scoring and 59 scored ones from the 6th on, a claim on 13 March."""
    series = Series("s1/pm25/r1", PM)
    series.fold(JANUARY + 39, 0, 1500)
    assert timetext.day_text(Standing(series).earliest) == "2026-03-13"
    fold(series, half_hours(PM, 1, start=JANUARY)[40:])
    assert timetext.day_text(Standing(series).earliest) == "2026-03-13"


@pytest.mark.parametrize("missing", [0.0, 0.2, 0.26])
def test_the_earliest_date_only_moves_later_and_is_never_after_the_fact(missing):
    series = Series("s1/pm25/r1", PM)
    last = 0
    for cell, offset, code, _ in half_hours(PM, 110, seed=8, missing=missing, start=JANUARY + 20):
        reason = codes.VALUE_MISSING if code is None else codes.NO_CODE
        series.fold(cell, offset, logcode.MISSING if code is None else code, 30, reason)
        if series.stage == codes.ESTABLISHED:
            assert last <= series.today
            break
        if series.coverage.n_effective >= 12 or series.coverage.n < 59:
            assert Standing(series).earliest >= last, series.today
            last = Standing(series).earliest
    assert last > 0


# trouble ------------------------------------------------------------------------------------------------------------


def test_time_that_goes_back_or_repeats_is_ignored_and_harms_nothing():
    cells = whole_days(days=20)
    clean, lines = folded(PM, cells)
    again = []
    series = Series("s1/x/r1", PM, ledger=again.append)
    for i, (cell, offset, code, (a, b, c)) in enumerate(cells):
        parts = [logcode.MISSING if t is None else t for t in (a, b, c)]
        assert series.fold(cell, offset, code, 30, codes.NO_CODE, *parts) & CELL
        if i % 7 == 0:
            for earlier in (0, 1, 300):
                assert series.fold(cell - earlier, offset, 4000) == IGNORED
    assert again == lines
    series.ignored = clean.ignored
    assert series.snapshot() == clean.snapshot()


def test_half_hours_left_out_are_the_same_as_half_hours_missing():
    cells = whole_days(days=40, missing=0.3)
    given, lines = folded(PM, cells)
    told = Series("s1/x/r1", PM, ledger=(again := []).append)
    fold(told, [cell for cell in cells if cell[2] is not None])
    cut = 0
    while cells[-1 - cut][2] is None:
        cut += 1
    if cut == 0:
        assert told.snapshot() == given.snapshot()
    assert again == lines[: len(again)]


@pytest.mark.parametrize("days", [3, 16, 60, 200, 399, 500, 4000])
def test_a_gap_of_any_length_is_days_without_a_value(days):
    cells = whole_days(days=70)
    quick = Series("s1/x/r1", PM)
    fold(quick, cells)
    slow = Series("s1/x/r1", PM)
    fold(slow, cells)
    end = cells[-1][0] + days * 48 + 17
    quick.fold(end, 0, 1500)
    if days <= 200:
        for cell in range(cells[-1][0] + 1, end):
            slow.fold(cell, 0, logcode.MISSING, 0, codes.VALUE_MISSING)
        slow.fold(end, 0, 1500)
        assert quick.snapshot() == slow.snapshot()
    assert not quick.permitted_elevated or days < 9
    if days > 14:
        assert (quick.stage, quick.code) == (codes.STALE, codes.GAP_RECENT)
    if days > 119:
        assert quick.coverage.n == 0 and not quick.band()


@pytest.mark.parametrize("quantity", [PM, quantities.CO2])
def test_an_emptied_series_is_a_new_one(quantity):
    series, _ = folded(quantity, half_hours(quantity, 20))
    series.reset()
    assert series.snapshot() == Series("s1/x/r1", quantity).snapshot()
    heir = Series("s1/x/r2", quantity, memory=folded(quantity, half_hours(quantity, 20))[0].memory)
    assert heir.snapshot() == series.snapshot()


def test_after_a_gap_of_two_weeks_the_series_is_stale_and_recovers_with_20_days_of_28():
    series = Series("s1/pm25/r1", PM)
    cells = half_hours(PM, 130, seed=5, holes=((70 * 48, 86 * 48),))
    stages = []
    for cell in cells:
        fold(series, [cell])
        if series.slot == 47:
            stages.append(series.stage)
    assert stages[69] == codes.ESTABLISHED
    assert stages[84] == codes.SUSPENDED  # no value at all
    assert stages[86] == codes.STALE
    assert stages[100] == codes.STALE
    assert stages[106] == codes.ESTABLISHED
    assert Standing(series).former is False


def test_a_year_of_zeros_says_that_days_that_never_differ_prove_nothing():
    series = Series("s1/pm25/r1", PM)
    zero = logcode.encode(PM, 0)
    for i in range(365 * 48):
        series.fold(JANUARY + i, 0, zero)
    assert series.coverage.n == 119 and series.account.claim_days == series.account.notable_days == 0
    assert (series.code, series.stage) == (codes.COVERAGE_INDEPENDENCE, codes.LEARNING)


def test_one_half_hour_a_day_never_becomes_a_day():
    series = Series("s1/pm25/r1", PM)
    for day in range(200):
        series.fold(JANUARY + day * 48 + 20, 0, 1500)
    assert series.valid_days == series.coverage.n == 0
    assert series.stage in (codes.STALE, codes.SUSPENDED) and not series.permitted_notable
    assert codes.GAP_RECENT in (series.code, *Standing(series).also)


def test_codes_that_no_sensor_says_are_missing_values():
    series = Series("s1/pm25/r1", PM)
    for i, code in enumerate((-1, 4353, 32767, -32768, 10**9)):
        series.fold(JANUARY + i, 0, code)
        assert series.value is None
    assert series.verdict == codes.WITHHELD


def test_a_restart_in_warm_up_is_told_and_over_with_the_next_half_hour():
    series = Series("s1/pm25/r1", PM)
    fold(series, whole_days(days=68))
    cell = series.cell
    assert series.fold(cell + 1, 0, logcode.MISSING, 3, codes.SENSOR_WARMING) & STAGE
    assert (series.stage, series.code) == (codes.WARMUP, codes.SENSOR_WARMING)
    series.fold(cell + 2, 0, 1500)
    assert series.stage == codes.ESTABLISHED


def test_a_broken_promise_is_told_and_costs_the_voice_for_sixty_days():
    series = Series("s1/pm25/r1", PM)
    fold(series, whole_days(days=70))
    today = series.today
    for d in range(today - 182, today):
        series.account.days[d % 192] = 1 | (2 if d % 3 == 0 else 0)
    fold(series, half_hours(PM, 1, start=today * 48))
    assert (series.stage, series.code) == (codes.PROVISIONAL, codes.PROMISE_BROKEN)
    assert Standing(series).earliest == today + 61 and series.tightened
    series.account.days[:] = bytes(192)
    fold(series, half_hours(PM, 60, seed=1, start=(today + 1) * 48))
    assert series.stage == codes.ESTABLISHED and not series.tightened


def test_the_level_takes_effect_from_the_next_local_day():
    margins = {}
    for level in ("few", "normal", "many"):
        series = Series("s1/pm25/r1", PM)
        fold(series, whole_days(days=70))
        fold(series, half_hours(PM, 1, start=series.today * 48)[:10])
        before = series.judge.peak.threshold
        series.set_level(level)
        fold(series, half_hours(PM, 1, start=series.today * 48)[10:20])
        assert series.judge.peak.threshold == before
        fold(series, half_hours(PM, 1, start=series.today * 48)[20:])
        margins[level] = series.judge.peak.margin
    assert margins["few"] > margins["normal"] > margins["many"] > 0
