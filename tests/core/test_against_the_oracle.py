"""Every score of every day equals that of the slow second implementation, over gaps, holes and both clock changes."""

import pytest

from aqsense import quantities, timetext
from tests.core.days import BERLIN, folded, half_hours
from tests.core.oracle import History

CASES = {
    "whole": {},
    "thirds unknown": {"thirds": False},
    "every tenth half hour missing": {"missing": 0.1},
    "spring forward": {"zone": BERLIN, "start": timetext.days_from_civil(2026, 3, 1) * 48},
    "fall back": {"zone": BERLIN, "start": timetext.days_from_civil(2026, 10, 1) * 48, "missing": 0.03},
    "holes of hours and of days": {"holes": ((500, 513), (700, 712), (900, 1500))},
    "a quarter missing": {"missing": 0.25},
}


def printed(series_name, day):
    """A day's line up to its stage, as the contract prints it."""
    number, valid, *scores = day
    date = timetext.day_text(number).replace("-", "")
    return f"D {series_name} {date} {int(valid)} " + " ".join("-" if s is None else str(s) for s in scores)


@pytest.mark.parametrize("quantity", [quantities.PM2_5, quantities.CO2, quantities.PM10])
@pytest.mark.parametrize("name", CASES)
def test_days_and_their_worst_scores_are_those_of_the_definitions(name, quantity):
    cells = half_hours(quantity, 75, seed=len(name), **CASES[name])
    series, lines = folded(quantity, cells)
    days = [line.rsplit(" ", 1)[0] for line in lines if line.startswith("D ")]
    history = History(quantity, cells)
    assert days == [printed("s1/x/r1", day) for day in history.lines_of_days() if day[0] < series.today]
    assert series.coverage.n == len(history.comparable(series.today))
    assert series.valid_days == sum(day < series.today for day in history.valid)
    assert len(history.record) >= 25, "the case shows nothing"
