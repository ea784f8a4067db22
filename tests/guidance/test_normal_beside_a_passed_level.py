"""Whatever is usual in a home: beside a level of guidance that is passed, it is never said without saying that too."""

import json
import random
from functools import cache

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from aqsense import guidance_levels, logcode, messages, quantities
from aqsense.monitor import Monitor
from aqsense.settings import SensorSettings, Settings
from tests.schemas import documents as schemas

START = 984420 // 48 * 48
LEARNED = START + 80 * 48
HOMES = {
    "pm25": (quantities.PM2_5, "pms5003", (60, 300)),  # 6 to 30 ug/m3: a smoker's room, where WHO's 15 is passed daily
    "co2": (quantities.CO2, "mhz19b", (600, 2400)),
}


def monitor_of(name, lang):
    quantity, model, _ = HOMES[name]
    made = Settings("maple", [SensorSettings("s1", model, "kitchen", "kitchen")], boot="k3m9q2")
    made.lang = lang
    made.schemes = list(guidance_levels.SCHEMES)
    monitor = Monitor(made)
    monitor.clock("ntp", 1, True)
    monitor.quiet = True
    return monitor, quantity


@cache
def learned(name, lang):
    """The memory of eighty days of such a home."""
    monitor, quantity = monitor_of(name, lang)
    chance = random.Random(1)
    for cell in range(START, LEARNED):
        value = chance.randint(*HOMES[name][2])
        monitor.fold_cell("s1", quantity, cell, 60, logcode.encode(quantity, value), 30, mean=value)
    return monitor.snapshot()


def bodies(name, lang, values):
    """(elevation, guidance) after so many half hours more."""
    monitor, quantity = monitor_of(name, lang)
    monitor = Monitor(monitor.settings, learned(name, lang))
    monitor.clock("ntp", 1, True)
    monitor.quiet = True
    for i, value in enumerate(values):
        monitor.fold_cell("s1", quantity, LEARNED + i, 60, logcode.encode(quantity, value), 30, mean=value)
    found = {d.kind: json.loads(messages.text(d)) for d in monitor.current() if d.quantity == quantity}
    schemas.validate(found["elevation"])
    return found["elevation"], found["guidance"]


@pytest.mark.parametrize("lang", ["en", "de"])
@pytest.mark.parametrize(("name", "highest"), [("pm25", 400), ("co2", 4000)])
def test_what_is_usual_here_never_hides_a_passed_level(name, lang, highest):
    seen = set()

    @settings(max_examples=12)
    @given(st.lists(st.integers(0, highest), min_size=1, max_size=50))
    @example([200 if name == "pm25" else 1500] * 50)
    @example([70 if name == "pm25" else 650] * 50)
    def check(values):
        elevation, guidance = bodies(name, lang, values)
        passed = elevation["guidance"]["passed"]
        assert passed == guidance["passed"]
        beyond = [one for one in guidance["levels"] if one["value"] is not None and one["value"] > one["limit"]]
        assert passed == [one["id"] for one in beyond]
        if elevation["verdict"] == "typical":
            seen.add(bool(passed))
            assert elevation["text"].endswith(". " + guidance["text"]) == bool(passed)

    check()
    assert seen == {True, False}
