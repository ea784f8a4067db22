"""Another correction is another instrument: what was learned of the old numbers does not judge the new ones."""

import json

from aqsense import logcode, messages, quantities
from aqsense.monitor import Monitor
from aqsense.settings import SensorSettings, Settings
from tests.documents.rows import Rows

START = 984420 // 48 * 48
DAYS = 40


def home(correction, restore=None):
    sensor = SensorSettings("s1", None, "kitchen", "kitchen")
    sensor.correction = correction
    monitor = Monitor(Settings("maple", [sensor], boot="k3m9q2"), restore)
    monitor.clock("ntp", 1, True)
    return monitor


def learned():
    """The memory of forty days of the uncorrected sensor."""
    monitor = home("none")
    monitor.quiet = True
    for i in range(DAYS * 48):
        value = 60 + 7 * i % 41
        monitor.fold_cell(
            "s1", quantities.PM2_5, START + i, 60, logcode.encode(quantities.PM2_5, value), 30, mean=value
        )
    return monitor.snapshot()


def after(correction, restore):
    """(coverage, elevation) of the first half hour of a sensor so corrected."""
    monitor = home(correction, restore)
    rows = Rows(("pm2_5_ugm3", "rh_pct"), (10, 10))
    for i in range(31):
        monitor.step("s1", rows.set(80, 600), START + DAYS * 48 + i // 30, i % 30 * 60, 60)
    found = {document.kind: json.loads(messages.text(document)) for document in monitor.current()}
    return found["coverage"], found["elevation"]


def test_another_correction_starts_the_next_regime_and_says_why_nothing_is_said():
    before = learned()
    same, _ = after("none", before)
    assert (same["regime"], same["valid_days"]) == ("r1", DAYS)
    for correction in ("kappa:0.35", "kappa:0.4"):
        coverage, elevation = after(correction, before)
        assert (coverage["regime"], coverage["stage"], coverage["valid_days"]) == ("r2", "relearning", 0)
        assert elevation["withheld"]["code"] == "correction_changed"
