"""Measured windows: no sample is lost, and what is published lies within what was read."""

import json
import statistics

from hypothesis import given, settings
from hypothesis import strategies as st

from aqsense import flags, messages
from aqsense.monitor import Monitor
from aqsense.settings import SensorSettings, Settings
from tests.documents.rows import Rows

CELL = 984421  # 2026-02-24T18:30Z


def home(publish_s=10, trusted=True):
    chosen = Settings("maple", [SensorSettings("s1", None, "kitchen")], boot="k3m9q2")
    chosen.publish_s = publish_s
    monitor = Monitor(chosen)
    if trusted:
        monitor.clock("ntp", 1, True)
    return monitor


def pm_rows():
    return Rows(("pm2_5_ugm3", "pm10_ugm3"), (1, 1))


def bodies(documents, kind):
    return [json.loads(messages.text(d)) for d in documents if d.kind == kind]


def test_a_window_is_the_one_of_the_contract():
    """7 and 8 ug/m3, six and four times: mean 7.4, deviation sqrt(2.4/9) = 0.516."""
    monitor, rows, documents = home(), pm_rows(), []
    for s in range(10):
        documents += monitor.step("s1", rows.set(7 + (s >= 6), 9), CELL, s, 60, up_ms=40738012 + 1000 * s)
    documents += monitor.tick(CELL, 10, 60)
    body = bodies(documents, "measured")[0]
    assert body == {
        "schema": "measured/1",
        "sid": "s1",
        "quantity": "pm2_5_ugm3",
        "v": 7.4,
        "u": "ug/m3",
        "t": "2026-02-24T18:30:10.000Z",
        "t_src": "ntp",
        "t_err_s": 0.1,
        "up_ms": 40747012,
        "seq": 1,
        "boot": "k3m9q2",
        "agg": {"fn": "mean", "window_s": 10, "n": 10, "sd": 0.5, "min": 7.0, "max": 8.0},
        "qc": 1,
        "flags": [],
        "raw": {"pm2_5_ugm3": 8},
        "cal": "c0",
    }
    whole = bodies(documents, "measured-all")[0]
    assert whole["values"] == {"pm2_5_ugm3": 7.4, "pm10_ugm3": 9.0}
    assert (whole["n"], whole["window_s"], whole["seq"]) == (10, 10, 1)


def test_a_port_that_is_lost_leaves_its_window_to_end_in_its_own_time():
    monitor, rows = home(), pm_rows()
    monitor.step("s1", rows.set(7, 9), CELL, 1, 60)
    assert bodies(monitor.port("s1", False, "value_missing", CELL, 3), "measured-all") == []
    monitor.step("s1", rows.set(9, 9), CELL, 6, 60)
    [whole] = bodies(monitor.tick(CELL, 10, 60), "measured-all")
    assert (whole["t"], whole["n"], whole["window_s"]) == ("2026-02-24T18:30:10.000Z", 2, 10)


def test_a_stop_publishes_the_open_window_up_to_the_second_of_the_stop():
    monitor, rows = home(publish_s=60), pm_rows()
    for s in range(60, 73):
        monitor.step("s1", rows.set(7, 9), CELL, s, 60)
    documents = monitor.stop(CELL, 72)
    [whole] = bodies(documents, "measured-all")
    assert (whole["t"], whole["n"], whole["window_s"]) == ("2026-02-24T18:31:13.000Z", 13, 13)
    assert bodies(documents, "measured")[0]["agg"]["window_s"] == 13
    assert monitor.stop(CELL, 73) == []


def test_a_single_frame_has_no_spread():
    monitor, rows = home(publish_s=0), pm_rows()
    body = bodies(monitor.step("s1", rows.set(7, 9), CELL, 3, 60), "measured")[0]
    assert body["agg"] is None
    assert body["t"] == "2026-02-24T18:30:03.000Z"


def test_without_a_clock_the_instant_is_null():
    monitor, rows = home(publish_s=0, trusted=False), pm_rows()
    body = bodies(monitor.step("s1", rows.set(7, 9), 12, 3, 0, up_ms=5000), "measured")[0]
    assert (body["t"], body["t_src"], body["t_err_s"], body["up_ms"]) == (None, "none", None, 5000)


def test_a_value_that_is_not_usable_is_null_and_never_zero():
    monitor, rows = home(publish_s=0), pm_rows()
    body = bodies(monitor.step("s1", rows.set(7, 9, flags=flags.FAN), CELL, 3, 60), "measured")[0]
    assert (body["v"], body["qc"], body["flags"], body["raw"]) == (None, 4, ["fan"], {"pm2_5_ugm3": 7})


def test_a_window_of_mixed_samples_uses_those_that_passed():
    monitor, rows, documents = home(), pm_rows(), []
    for s in range(10):
        documents += monitor.step("s1", rows.set(7, 9, flags=flags.FAN if s < 4 else 0), CELL, s, 60)
    documents += monitor.tick(CELL, 10, 60)
    body = bodies(documents, "measured")[0]
    assert (body["agg"]["n"], body["qc"], body["flags"]) == (6, 1, ["fan"])
    assert bodies(documents, "measured-all")[0]["n"] == 10


samples = st.lists(
    st.tuples(st.integers(1, 900), st.integers(0, 5000), st.booleans()), min_size=1, max_size=60
)  # seconds since the sample before, value, usable


@settings(max_examples=60, deadline=None)
@given(samples, st.sampled_from([0, 1, 10, 60, 300, 1800]))
def test_every_sample_is_in_exactly_one_window_and_means_lie_within_what_was_read(steps, publish_s):
    monitor, rows, documents, at = home(publish_s), pm_rows(), [], 0
    for step, value, good in steps:
        at += step
        rows.set(value, value, flags=0 if good else flags.LASER)
        documents += monitor.step("s1", rows, CELL + at // 1800, at % 1800, 60)
    documents += monitor.tick(CELL + at // 1800 + 1, 0, 60)
    whole = bodies(documents, "measured-all")
    assert sum(w["n"] for w in whole) == len(steps)
    assert [w["seq"] for w in whole] == list(range(1, len(whole) + 1))
    assert sorted({w["t"] for w in whole}) == [w["t"] for w in whole]
    used = 0
    for body in bodies(documents, "measured"):
        if body["quantity"] != "pm2_5_ugm3":
            continue
        agg = body["agg"]
        used += agg["n"] if agg else body["v"] is not None
        assert (body["v"] is None) == (body["qc"] == 4)
        if agg:
            assert agg["min"] <= body["v"] <= agg["max"]
    assert used == sum(good for _, _, good in steps)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(0, 3000), min_size=2, max_size=10))
def test_mean_and_deviation_are_those_of_the_statistics_module(values):
    monitor, rows, documents = home(), pm_rows(), []
    for s, value in enumerate(values):
        documents += monitor.step("s1", rows.set(value, value), CELL, s, 60)
    documents += monitor.tick(CELL, 10, 60)
    body = bodies(documents, "measured")[0]
    assert abs(body["v"] - statistics.fmean(values)) <= 0.0501
    assert abs(body["agg"]["sd"] - statistics.stdev(values)) <= 0.0501
