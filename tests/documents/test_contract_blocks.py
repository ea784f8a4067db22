"""The JSON blocks of the contract, field for field and key for key, from the numbers that they show."""

import json
from collections import OrderedDict
from types import SimpleNamespace

import pytest

from aqsense import (
    codes,
    documents_account,
    documents_device,
    documents_drift,
    documents_elevation,
    documents_events,
    documents_general,
    documents_range,
    jsontext,
    messages,
    quantities,
    timetext,
)
from aqsense.document import Document
from aqsense.guidance import Guidance
from aqsense.jsontext import Fixed
from aqsense.settings import SensorSettings, Settings
from aqsense.subject import Subject
from aqsense.trust import Trust
from aqsense.wire import registry
from tests.schemas import contract
from tests.schemas import documents as schemas


def example(schema, kind=None, **fields):
    for found in contract.examples():
        wanted = {"schema": schema, "kind": kind, **fields}
        if all(found.get(key) == value for key, value in wanted.items()):
            return found
    raise AssertionError("the contract has no such block")


def keys(value):
    """Names of all keys in their order, at every depth."""
    if isinstance(value, dict):
        return [(key, keys(inner)) for key, inner in value.items()]
    return [keys(inner) for inner in value] if isinstance(value, list) else None


def assert_is(document, block):
    body = json.loads(messages.text(document))
    for both in (body, block):
        both.get("model", {}).pop("params", None)  # a digest of this version's parameters
    assert body == block
    assert keys(body) == keys(block)


def day(text):
    return timetext.day_of_text(text)


def cell(text):
    return timetext.of_instant(text)[0]


def q8(score):
    return round(score * 256)


def home():
    settings = Settings("maple", [], boot="k3m9q2")
    sensors = [SensorSettings("s1", "pms5003", "kitchen", "kitchen"), SensorSettings("s2", "mhz19b", "bedroom")]
    settings.sensors.extend(sensors)
    return settings


class Kitchen(Subject):
    """A subject whose guidance found what the example says."""

    levels: tuple = ()

    def passed(self):
        return list(self.levels)

    def standing(self):
        return self.series


COUNTS = ("n", "n_effective", "evidence_from", "evidence_to")


def subject(last_cell, levels=(), **series):
    settings = home()
    made = Kitchen(settings, settings.sensors[0], quantities.PM2_5, None, 1, registry.info("pms5003"))
    made.levels = levels
    made.cell = last_cell
    defaults = {
        "claim": None,
        "notable": None,
        "also": [],
        "permitted_elevated": False,
        "former": False,
        "account": SimpleNamespace(disputed=[0, 0, 0, 0]),
        "filled": 30,
        "band": lambda: False,
        "last_year": None,
    }
    counts = {"excluded": 0, **{name: series.pop(name) for name in COUNTS if name in series}}
    made.series = SimpleNamespace(**{**defaults, **series}, coverage=SimpleNamespace(**counts))
    return made


def established(**more):
    return subject(
        cell("2026-02-24T18:00:00Z"),
        ("us-aqi-2024-nowcast",),
        stage=codes.ESTABLISHED,
        code=codes.NO_CODE,
        n=119,
        n_effective=94,
        evidence_from=day("2025-10-28"),
        evidence_to=day("2026-02-23"),
        season_seen=lambda: ["winter", "autumn"],
        band=lambda: True,
        lo=31,
        mid=60,
        hi=124,
        slot=38,
        **more,
    )


def test_elevation_withheld():
    made = subject(
        cell("2026-01-23T18:00:00Z"),
        stage=codes.LEARNING,
        verdict=codes.WITHHELD,
        code=codes.COVERAGE_DAYS,
        also=[codes.COVERAGE_WEEKEND, codes.COVERAGE_WEEKS],
        n=11,
        n_effective=9,
        earliest=day("2026-03-12"),
        evidence_from=day("2026-01-12"),
        evidence_to=day("2026-01-22"),
        value=381,
    )
    assert_is(documents_elevation.elevation(made), example("inferred/1", "elevation", verdict="withheld"))


def claim():
    return SimpleNamespace(
        kind=codes.PEAK,
        rank=1,
        k=2,
        of=120,
        unit="day",
        onset=984420,
        onset_slot=38,
        ended=None,
        score=q8(9.31),
        threshold=q8(8.02),
        margin=q8(0.31),
        excess=1340,
        least=100,
        nearest=[(day("2026-02-07"), q8(8.02)), (day("2026-01-31"), q8(7.71)), (day("2025-12-25"), q8(7.66))],
    )


def evidence():
    facts = OrderedDict()
    facts["topic"] = "aqsense/v1/maple/measured/s1/all"
    facts["boot"] = "k3m9q2"
    facts["from_seq"] = 3891
    facts["to_seq"] = 4070
    facts["n"] = 180
    facts["excluded"] = OrderedDict()
    return facts


def test_elevation_claim():
    made = established(verdict=codes.ELEVATED, claim=claim(), permitted_elevated=True, value=1412)
    made._source = evidence()
    block = example("inferred/1", "elevation", verdict="elevated")
    assert_is(documents_elevation.elevation(made), block)


def test_typical():
    made = established(
        realised=lambda: (79, 1287, 28),
        pattern="none",
        valid_days=126,
        first_day=day("2025-10-21"),
        last_valid=day("2026-02-23"),
    )
    assert_is(documents_range.typical(made), example("inferred/1", "typical"))


def test_last_year_is_context_beside_the_range():
    made = established(
        realised=lambda: (79, 1287, 28),
        pattern="none",
        valid_days=420,
        first_day=day("2025-01-01"),
        last_valid=day("2026-02-23"),
        season=SimpleNamespace(is_confirmed=lambda: False),
    )
    made.series.last_year = (40, 70, 151)
    document = documents_range.typical(made)
    assert json.loads(messages.text(document))["last_year"] == {"lo": 4.0, "mid": 7.0, "hi": 15.1, "confirmed": False}
    assert document.body["text"].endswith("This week last year: 4 to 15 µg/m³.")
    made.series.season.is_confirmed = lambda: True
    body = json.loads(messages.text(documents_range.typical(made)))
    schemas.validate(body)
    assert body["last_year"]["confirmed"] is True
    assert body["text"].endswith("This week last year: 4 to 15 µg/m³, and this year's days agree with it.")


def test_coverage():
    conditions = [
        ("scored_days", 11, 29, False),
        ("hour_support", 18, 14, True),
        ("weekend_days", 4, 6, False),
        ("weeks", 3, 4, False),
        ("n_effective", 9, 8, True),
    ]
    made = subject(
        cell("2026-01-22T22:30:00Z"),
        stage=codes.LEARNING,
        code=codes.COVERAGE_DAYS,
        n=11,
        need_next=29,
        earliest_next=day("2026-02-10"),
        days_left=18,
        valid_days=18,
        n_effective=9,
        first_day=day("2026-01-05"),
        conditions=lambda: conditions,
        season_seen=lambda: ["winter"],
        week_count=3,
        longest_gap_cells=1,
    )
    assert_is(documents_range.coverage(made), example("inferred/1", "coverage"))


def test_no_suspicion_asks_nothing():
    found = SimpleNamespace(suspected=False, since=-1, moved_low=0, moved_high=0)
    made = subject(cell("2026-02-23T22:30:00Z"), stage=codes.ESTABLISHED, code=codes.NO_CODE, drift=found)
    body = json.loads(messages.text(documents_drift.drift(made)))
    assert (body["state"], body["since"], body["question"], body["answers"]) == ("none", None, None, [])
    assert body["explanations"] == []


def test_account():
    def one(sid, quantity, claims, promised):
        kept = SimpleNamespace(
            active_days=60,
            claim_days=claims,
            promised_q16=round(promised * 65536),
            notable_days=3 * claims,
            claims=[0, claims, 0, 0],
            confirmed=[0] * 4,
            disputed=[0] * 4,
            stretches=[0] * 4,
            minutes=[0] * 4,
        )
        series = SimpleNamespace(gate=SimpleNamespace(silent=0))
        return SimpleNamespace(sensor=SimpleNamespace(sid=sid), quantity=quantity, series=series, claimed=lambda: kept)

    whole = SimpleNamespace(
        settings=home(),
        cell=cell("2026-02-24T18:00:00Z"),
        active_days=60,
        first_active_day=day("2025-12-26"),
        last_active_day=day("2026-02-24"),
    )
    subjects = [one("s1", quantities.PM2_5, 1, 2.9), one("s2", quantities.CO2, 0, 1.0)]
    assert_is(documents_account.account(whole, subjects), example("inferred/1", "account"))


def test_corrected():
    made = established()
    made.regime = "r2"
    sample = Document("measured-all", "s1", -1, None)
    sample.seq = 4071
    sample.boot = "k3m9q2"
    sample.t_cell, sample.t_s = timetext.of_instant("2026-02-24T18:30:10Z")
    formula = SimpleNamespace(name="epa-us-2021", version=1)
    inputs = [("pm2_5_cf1_ugm3", 8, 0), ("rh_pct", 410, 1)]
    assert_is(documents_general.corrected(made, formula, 61, inputs, sample), example("inferred/1", "corrected"))


def test_guidance_has_the_keys_of_the_contract():
    made = established()
    made.guidance = Guidance(quantities.PM2_5, ("who-2021", "us-aqi-2024"), "kitchen", 429)
    for i in range(48):
        made.guidance.fold(made.cell - 47 + i, 116, 30, 30)
    body = json.loads(messages.text(documents_general.guidance(made)))
    block = example("inferred/1", "guidance")
    assert [key for key, _ in keys(body)] == [key for key, _ in keys(block)]
    shown = {level["id"]: list(level) for level in block["levels"]}
    for level in body["levels"]:
        assert list(level) == shown.get(level["id"], list(level))
    assert (body["id"], body["t"], body["valid_until"]) == (block["id"], block["t"], block["valid_until"])


def test_event_of_a_claim():
    made = established(claim=claim())
    text = documents_elevation.claim_text(made, claim(), None)
    document = documents_events.anomaly(made, "started", made.claim_id(claim()), text)
    assert_is(document, example("event/1", "anomaly"))
    assert messages.topic(document, "maple") == "aqsense/v1/maple/event/anomaly"


def test_event_of_a_stage():
    made = subject(cell("2026-02-09T22:30:00Z"), n=29)
    document = documents_events.stage(made, codes.LEARNING, codes.PROVISIONAL, codes.COVERAGE_DAYS)
    assert_is(document, example("event/1", "stage"))


def test_status_and_sensor_status():
    settings = home()
    assert_is(
        documents_device.status(settings, "online", *timetext.of_instant("2026-02-24T07:11:02Z")), example("status/1")
    )
    since = timetext.of_instant("2026-02-24T07:11:33Z")
    assert_is(documents_device.sensor_status("s1", "online", None, *since), example("sensor-status/1"))


def ntp():
    clock = Trust()
    clock.tell("ntp", 1, True)
    return clock


def test_info():
    settings = home()
    settings.tz = "Europe/Berlin"
    settings.config_hash = "9f2c41d07ab3e655"
    assert_is(documents_device.info(settings, ntp(), ["status", "describe"]), example("info/1"))


def test_sensor_meta():
    settings = home()
    sensor = settings.sensors[0]
    sensor.firmware = "0x97"
    sensor.port = "usb-1a86_USB_Serial-if00-port0"
    body = json.loads(messages.text(documents_device.sensor_meta(settings, sensor, registry.info("pms5003"), "r1", [])))
    block = example("sensor-meta/1")
    body["quantities"] = [entry for entry in body["quantities"] if entry["id"] == "pm25"]
    assert body == block
    assert keys(body) == keys(block)


def test_health():
    block = example("health/1")
    exact = json.loads(json.dumps(block), object_pairs_hook=OrderedDict, parse_float=jsontext.fixed_of)
    facts = [(key, exact[key]) for key in exact if key not in ("schema", "t", "boot", "state", "problems", "clock")]
    at = timetext.of_instant(block["t"])
    assert_is(documents_device.health(home(), *at, "ok", [], facts, ntp()), block)


def sample(seq, t, pm25, pm10, qc):
    body = OrderedDict()
    body["seq"] = seq
    body["t"] = t
    body["values"] = OrderedDict((("pm2_5_ugm3", pm25), ("pm10_ugm3", pm10)))
    body["qc"] = OrderedDict((("pm2_5_ugm3", qc), ("pm10_ugm3", 1)))
    return body


def test_history():
    samples = [
        sample(4071, "2026-02-24T18:30:10.000Z", Fixed(74, 1), Fixed(80, 1), 1),
        sample(4072, "2026-02-24T18:30:20.000Z", Fixed(76, 1), Fixed(82, 1), 1),
        sample(4073, "2026-02-24T18:30:30.000Z", None, None, 4),
    ]
    parts = documents_device.history("s1", "k3m9q2", samples, "broker_down", 64)
    assert len(parts) == 1
    assert_is(parts[0], example("history/1"))


@pytest.mark.parametrize("count", [1, 900, 5000])
def test_history_is_cut_into_parts_of_at_most_64_kib(count):
    samples = [sample(i, "2026-02-24T18:30:10.000Z", Fixed(74, 1), Fixed(80, 1), 1) for i in range(count)]
    parts = documents_device.history("s1", "k3m9q2", samples, "broker_down", 64)
    texts = [messages.text(part) for part in parts]
    assert all(len(text.encode()) <= 65536 for text in texts)
    bodies = [json.loads(text) for text in texts]
    assert [row[0] for body in bodies for row in body["rows"]] == list(range(count))
    assert [body["part"] for body in bodies] == [{"i": i + 1, "n": len(bodies)} for i in range(len(bodies))]
    assert [body["from_seq"] for body in bodies[1:]] == [body["to_seq"] + 1 for body in bodies[:-1]]
