"""A sensor that never comes to measure is at fault, whatever it calls that."""

import pytest

from aqsense import flags
from aqsense.wire import registry
from aqsense.wire.events import NEED_DATA
from tests.documents.rows import Rows
from tests.documents.test_monitor import CELL, PM, SensorSettings, bodies, trusted

NO_CO2_YET = "61030c0000000041b400004248000056c1"  # SCD30: 0 ppm, 22.5 degC, 50 %
NO_CO2 = "ff8600004100000039"  # MH-Z19B: 0 ppm
NOT_READY = "81160465"  # NextPM
MUTE = [("scd30", NO_CO2_YET, 60), ("mhz19b", NO_CO2, 180), ("nextpm", NOT_READY, 15)]


def said(monitor, decoder, frame, at_s):
    """(state, reason) of each status that one frame brings about."""
    decoder.receive_data(frame, len(frame))
    found = []
    while decoder.next_event() != NEED_DATA:
        found += monitor.step("s1", decoder, CELL + at_s // 1800, at_s % 1800, 60, (at_s + 1) * 1000)
    return [(b["state"], b["reason"]) for b in bodies(found, "sensor-status")]


@pytest.mark.parametrize(("model", "frame", "warm_up_s"), MUTE)
def test_a_sensor_that_never_measures_is_at_fault_twenty_minutes_after_its_warm_up(model, frame, warm_up_s):
    assert registry.info(model).warm_up_s == warm_up_s
    monitor, decoder = trusted(SensorSettings("s1", model, "kitchen", "kitchen", 5)), registry.open(model)
    last_s = (warm_up_s + 1200 - 5) // 5 * 5
    early = [state for at_s in range(0, last_s + 5, 5) for state in said(monitor, decoder, bytes.fromhex(frame), at_s)]
    assert early and "fault" not in {state for state, _ in early}
    late = said(monitor, decoder, bytes.fromhex(frame), last_s + 5)
    assert late == [("fault", "sensor_fault")]


def test_a_half_hour_of_such_a_sensor_says_that_it_is_at_fault():
    monitor, rows = trusted(), Rows(PM, (1,))
    for at_s in range(0, 5400, 10):
        monitor.step("s1", rows.set(7, flags=flags.WARMING), CELL + at_s // 1800, at_s % 1800, 60)
    documents = monitor.tick(CELL + 3, 0, 60)
    assert [b["withheld"]["code"] for b in bodies(documents, "elevation")] == ["sensor_fault"]


@pytest.mark.parametrize("between", ["a value", "silence", "power"])
def test_it_begins_anew_after(between):
    monitor, rows = trusted(), Rows(PM, (1,))
    monitor.step("s1", rows.set(7), CELL, 0, 60)
    found = []
    for at_s in range(10, 3600, 10):
        if at_s == 1200 and between == "a value":
            found += monitor.step("s1", rows.set(7), CELL, at_s, 60)
        elif at_s == 1200 and between == "power":
            monitor.port("s1", True, appeared=True)
        elif at_s < 1200 or at_s > 1800 or between != "silence":
            found += monitor.step("s1", rows.set(7, flags=flags.WARMING), CELL + at_s // 1800, at_s % 1800, 60)
        if at_s == 2390:
            assert "fault" not in [b["state"] for b in bodies(found, "sensor-status")]
    assert [b["state"] for b in bodies(found, "sensor-status")][-1] == "fault"
