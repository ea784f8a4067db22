"""The monitor around the readings: clock, line, sensor states, corrections, and inference that breaks."""

import json

import pytest

from aqsense import checkpoint, flags, messages, quantities
from aqsense.monitor import Monitor
from aqsense.settings import SensorSettings, Settings
from aqsense.wire import events, registry
from tests.documents.rows import Rows
from tests.schemas import documents as schemas

CELL = 984421  # 2026-02-24T18:30Z
PM = ("pm2_5_ugm3",)


def home(*sensors, publish_s=60):
    settings = Settings("maple", list(sensors) or [SensorSettings("s1", None, "kitchen", "kitchen")], boot="k3m9q2")
    settings.publish_s = publish_s
    return Monitor(settings)


def trusted(*sensors, **more):
    monitor = home(*sensors, **more)
    monitor.clock("ntp", 1, True)
    return monitor


def feed(monitor, rows, cells, value=7, start=CELL, up_s=0, every_s=60, sid="s1", more=()):
    """Documents of so many half hours of one value, a sample every so many seconds."""
    found = []
    for i in range(cells * 1800 // every_s):
        at = i * every_s
        up_ms = (up_s + at) * 1000 if up_s else 0
        found += monitor.step(sid, rows.set(value, *more), start + at // 1800, at % 1800, 60, up_ms)
    return found


def bodies(documents, kind):
    found = [json.loads(messages.text(d)) for d in documents if d.kind == kind]
    for body in found:
        schemas.validate(body)
    return found


def test_every_half_hour_is_kept_with_its_code_and_thirds():
    monitor = trusted()
    feed(monitor, Rows(PM, (1,)), 3)
    cells = monitor.take_cells()
    assert [(c[0], c[1], c[2], c[3], c[4], c[6], c[7]) for c in cells] == [
        ("s1", quantities.PM2_5, 1, CELL, 60, 30, -1),
        ("s1", quantities.PM2_5, 1, CELL + 1, 60, 30, -1),
    ]
    code = 256 * 6 + 83  # 256 log2(70 + 10) = 1618.5, from the definition: tenths plus ten
    assert all(abs(c[5] - code) <= 1 and c[5] == c[8] == c[9] == c[10] for c in cells)
    assert monitor.take_cells() == []


@pytest.mark.parametrize("every_s", [10, 60, 300])
def test_a_half_hour_folded_later_leaves_the_same_memory_as_its_samples(every_s):
    live, stored = (trusted(SensorSettings("s1", None, "kitchen", "kitchen", every_s)) for _ in range(2))
    feed(live, Rows(PM, (1,)), 5, every_s=every_s)
    for sid, quantity, _, *rest in live.take_cells():
        stored.fold_cell(sid, quantity, *rest)
    assert live.snapshot() == stored.snapshot()


def test_without_a_trusted_clock_readings_go_on_and_nothing_is_learned():
    monitor = home()
    monitor.clock("rtc", None, False)
    documents = feed(monitor, Rows(PM, (1,)), 3, start=12)
    assert len(bodies(documents, "measured")) == 89
    assert monitor.take_cells() == []
    said = bodies(documents, "elevation")
    assert [(b["verdict"], b["withheld"]["code"]) for b in said] == [("withheld", "clock_untrusted")]
    assert len(bodies(documents, "guidance")) == 2  # what holds for everybody needs no date


def test_without_any_time_an_inferred_document_has_none():
    body = bodies(feed(home(), Rows(PM, (1,)), 2, start=12), "guidance")[0]
    assert (body["t"], body["valid_until"]) == (None, None)


def test_a_clock_that_is_lost_withdraws_what_was_said():
    monitor = trusted()
    rows = Rows(PM, (1,))
    feed(monitor, rows, 2)
    monitor.clock("rtc", None, False)
    said = bodies(feed(monitor, rows, 2, start=CELL + 2), "elevation")
    assert [b["withheld"]["code"] for b in said] == ["clock_untrusted"]
    assert said[0]["stage"] == "stale"
    monitor.clock("ntp", 1, True)
    said = bodies(feed(monitor, rows, 2, start=CELL + 4), "elevation")
    assert said[-1]["withheld"]["code"] == "coverage_days"


def test_samples_that_waited_for_a_clock_are_remembered_under_their_own_time():
    late, early = home(), trusted()
    rows = Rows(PM, (1,))
    feed(late, rows, 2, start=12, up_s=600, every_s=30)
    late.clock("ntp", 1, True)
    feed(late, rows, 2, start=CELL + 2, up_s=600 + 3600, every_s=30)
    feed(early, rows, 4, up_s=600, every_s=30)
    a = [c[3:6] for c in early.take_cells()]
    assert [c[0] for c in a] == [CELL, CELL + 1, CELL + 2]
    series = late.series("s1", quantities.PM2_5)
    assert [c[3:6] for c in late.take_cells()][-1:] == a[-1:]
    assert (series.first_day, series.cell) == (early.series("s1", quantities.PM2_5).first_day, CELL + 2)
    assert series.day_valid == early.series("s1", quantities.PM2_5).day_valid == 3


def test_a_clock_that_jumps_spoils_its_half_hour_only():
    monitor = trusted()
    rows = Rows(PM, (1,))
    feed(monitor, rows, 2, up_s=600)
    feed(monitor, rows, 3, start=CELL + 50, up_s=600 + 3600)
    kept = [c[3] for c in monitor.take_cells()]
    assert kept == [CELL, CELL + 50, CELL + 51]  # not CELL + 1, which the jump ended


def test_a_clock_from_nowhere_does_not_begin_the_memory():
    monitor = home()
    rows = Rows(PM, (1,))
    feed(monitor, rows, 1, start=12, up_s=600)
    monitor.clock("ntp", 1, True)
    feed(monitor, rows, 3, start=CELL, up_s=600 + 1800)
    series = monitor.series("s1", quantities.PM2_5)
    assert series.first_day == (CELL * 30 + 60) // 1440


def test_a_noisy_line_is_said_and_not_learned():
    monitor = trusted()
    rows = Rows(PM, (1,))
    for i in range(120):
        rows.rejected += 1
        monitor.step("s1", rows.set(7), CELL + i // 30, i % 30 * 60, 60)
    documents = monitor.tick(CELL + 4, 0, 60)
    assert [c[7] for c in monitor.take_cells()] == [5, 5, 5, 5]  # line_noisy
    assert monitor.noisy("s1")
    whole = bodies(documents, "measured-all")[-1]
    assert whole["flags"] == ["line_noisy"]
    assert whole["qc"] == {"pm2_5_ugm3": 3}
    assert monitor.series("s1", quantities.PM2_5).value is None


def test_a_sensor_that_falls_silent_is_offline_and_then_missing():
    monitor = trusted()
    rows = Rows(PM, (1,))
    first = feed(monitor, rows, 1)
    assert [b["state"] for b in bodies(first, "sensor-status")] == ["online"]
    lost = monitor.port("s1", False, "value_missing", CELL + 1, 5)
    assert [b["state"] for b in bodies(lost, "sensor-status")] == ["offline"]
    assert [b["event_type"] for b in bodies(lost, "event")] == ["lost"]
    for i in range(1, 5):
        monitor.tick(CELL + i, 0, 60)
    assert [c[7] for c in monitor.take_cells()] == [-1, 4, 4, 4]  # value_missing
    back = feed(monitor, rows, 1, start=CELL + 5)
    assert "appeared" in [b["event_type"] for b in bodies(back, "event")]


def test_a_fault_is_a_state_with_a_reason_and_its_end_is_told():
    monitor = trusted(publish_s=0)
    rows = Rows(PM, (1,))
    monitor.step("s1", rows.set(7), CELL, 0, 60)
    broken = monitor.step("s1", rows.set(7, flags=flags.LASER), CELL, 1, 60)
    assert [(b["state"], b["reason"]) for b in bodies(broken, "sensor-status")] == [("fault", "sensor_fault")]
    again = monitor.step("s1", rows.set(7), CELL, 2, 60)
    assert [b["event_type"] for b in bodies(again, "event")] == ["recovered"]


def test_when_inference_breaks_the_readings_go_on_and_it_is_reported():
    monitor = trusted()
    rows = Rows((*PM, "co2_ppm"), (1, 1))
    feed(monitor, rows, 2, more=(800,))
    monitor.series("s1", quantities.PM2_5).memory.ring = None  # as a bug would
    documents = feed(monitor, rows, 3, start=CELL + 2, more=(800,))
    assert len(bodies(documents, "measured-all")) == 90
    assert monitor.inference()[:2] == ("failed", 1)
    said = bodies(documents, "elevation")
    assert {b["quantity"] for b in said[1:]} == {"co2_ppm"}


def test_a_correction_is_published_beside_the_reading_and_learned_instead_of_it():
    sensor = SensorSettings("s1", "pms5003t", "kitchen")
    sensor.correction = "epa-us-2021"
    monitor = trusted(sensor)
    decoder = registry.open("pms5003t")
    rows = Rows(decoder.FIELDS, decoder.SCALES)
    rows.evidence = 2
    values = [None] * len(decoder.FIELDS)
    for field, value in (("pm2_5_cf1_ugm3", 8), ("pm2_5_ugm3", 8), ("pm10_ugm3", 8), ("rh_pct", 410), ("temp_c", 210)):
        values[decoder.FIELDS.index(field)] = value
    documents = []
    for i in range(31):
        documents += monitor.step("s1", rows.set(*values), CELL + i // 30, i % 30 * 60, 60)
    body = bodies(documents, "corrected")[-1]
    expected = 0.524 * 8 - 0.0862 * 41 + 5.75  # Barkjohn et al. 2021, AMT 14:4617
    assert abs(body["v"] - expected) <= 0.1
    assert body["from"] == {"pm2_5_cf1_ugm3": 8.0, "rh_pct": 41.0}
    learned = monitor.series("s1", quantities.PM2_5).value
    assert abs(learned - 10 * expected) <= 1


def test_a_corrected_value_tells_what_it_was_made_from_though_the_humidity_went_away():
    sensor = SensorSettings("s1", "pms5003t", "kitchen")
    sensor.correction = "epa-us-2021"
    monitor = trusted(sensor)
    decoder = registry.open("pms5003t")
    rows = Rows(decoder.FIELDS, decoder.SCALES)
    rows.evidence = 2
    values = [None] * len(decoder.FIELDS)
    documents = []
    for s, humidity in ((1, 410), (2, None), (120, None)):
        for field, value in (("pm2_5_cf1_ugm3", 8), ("pm2_5_ugm3", 8), ("pm10_ugm3", 8), ("rh_pct", humidity)):
            values[decoder.FIELDS.index(field)] = value
        documents += monitor.step("s1", rows.set(*values), CELL, s, 0)
    (body,) = bodies(documents, "corrected")
    assert body["from"] == {"pm2_5_cf1_ugm3": 8.0, "rh_pct": 41.0}


@pytest.mark.parametrize("restarts", [0, 1, 2])
def test_another_serial_number_starts_the_next_regime(restarts):
    monitor = trusted(SensorSettings("s1", "pms5003", "kitchen"))
    decoder = registry.open("pms5003")
    rows = Rows(decoder.FIELDS, decoder.SCALES)
    rows.evidence = 2

    def told(serial):
        rows.event = events.REPLY
        rows.fields = lambda: [("serial", serial)]
        found = monitor.step("s1", rows, CELL + 2, 5, 60)
        rows.event = events.SAMPLE
        return found

    feed(monitor, rows, 2, more=[7] * (len(decoder.FIELDS) - 1))
    assert [b["serial"] for b in bodies(told("a160"), "sensor-meta")] == ["a160"]
    assert monitor.meta("s1").body["regime"] == "r1"
    for _ in range(restarts):  # after which the sensor has not told its number yet
        state = monitor.snapshot()
        monitor = trusted(SensorSettings("s1", "pms5003", "kitchen"))
        monitor.restore_parts(checkpoint.split(state))
    again = told("b200")
    assert [b["event_type"] for b in bodies(again, "event")] == ["replaced"]
    assert bodies(again, "sensor-meta")[0]["regime"] == "r2"
    after = feed(monitor, rows, 2, start=CELL + 3, more=[7] * (len(decoder.FIELDS) - 1))
    body = bodies(after, "elevation")[-1]
    assert (body["regime"], body["withheld"]["code"], body["stage"]) == ("r2", "sensor_changed", "relearning")


def test_the_owner_may_turn_claims_off():
    monitor = trusted()
    monitor.settings.claims_enabled = False
    body = bodies(feed(monitor, Rows(PM, (1,)), 2), "elevation")[-1]
    assert (body["verdict"], body["withheld"]["code"]) == ("withheld", "user_paused")


def test_current_says_again_what_was_said_last():
    monitor = trusted()
    documents = feed(monitor, Rows((*PM, "co2_ppm"), (1, 1)), 3, more=(800,))
    last = {
        messages.topic(d, "maple"): messages.text(d) for d in documents if messages.delivery(d, monitor.settings)[1]
    }
    now = {messages.topic(d, "maple"): messages.text(d) for d in monitor.current()}
    for topic in ("inferred/s1/pm25/elevation", "inferred/s1/pm25/typical", "inferred/s1/co2/guidance"):
        told, said = json.loads(now["aqsense/v1/maple/" + topic]), json.loads(last["aqsense/v1/maple/" + topic])
        assert told == said


def test_a_new_home_says_at_once_what_is_missing_and_is_not_changed_by_it():
    monitor = trusted(SensorSettings("s1", "pms5003", "kitchen"), SensorSettings("s2", "mhz19b", "bedroom"))
    before = monitor.snapshot()
    documents = list(monitor.current(CELL, 60))
    said = bodies(documents, "elevation")
    assert [(b["sid"], b["quantity"]) for b in said] == [("s1", "pm2_5_ugm3"), ("s2", "co2_ppm")]
    for body in said:
        assert (body["withheld"]["have"], body["withheld"]["need"], body["value"]) == (0, 59, None)
        assert body["withheld"]["earliest"] == "2026-05-01"  # 66 valid days, were 24 February one of them
        assert body["t"] == "2026-02-24T18:30:00Z"
    assert len(bodies(documents, "coverage")) == len(said)
    assert {b["lo"] for b in bodies(documents, "typical")} == {None}
    assert all(level["state"] == "incomplete" for b in bodies(documents, "guidance") for level in b["levels"])
    assert monitor.snapshot() == before
    assert list(monitor.current()) == []


@pytest.mark.parametrize("lang", ["en", "de"])
def test_both_languages_have_every_sentence(lang):
    from aqsense import texts_de, texts_en

    public = {name for name in dir(texts_en) if not name.startswith("_")}
    assert public <= {name for name in dir(texts_de)}
    for name in ("REASONS", "SENSOR_EVENTS", "MISSING", "SEASONS"):
        assert set(getattr(texts_en, name)) == set(getattr(texts_de, name))
    monitor = trusted()
    monitor.settings.lang = lang
    assert bodies(feed(monitor, Rows(PM, (1,)), 2), "elevation")[0]["text"]
