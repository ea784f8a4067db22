"""JSON text, ids, instants and topics: the same on CPython and MicroPython."""

from collections import OrderedDict

from aqsense import ids, jsontext, messages, quantities, timetext
from aqsense.document import Document
from aqsense.jsontext import Fixed


def test_a_document_id_is_that_of_the_contract():
    assert ids.document_id("maple", "s1", "pm2_5_ugm3", "r1", "elevation", "peak", 984420) == "8c7834e1e21cceb8"


def test_other_ids_of_the_contract_follow_the_same_rule():
    cell = timetext.of_instant("2026-02-24T18:00:00Z")[0]
    assert cell == 984420
    assert ids.document_id("maple", "s1", "pm2_5_ugm3", "r1", "typical", "none", cell) == "cd22497b732d8194"
    assert ids.document_id("maple", "-", "-", "-", "account", "none", cell) == "66324ecf4952e73b"
    stage = timetext.of_instant("2026-02-09T22:30:00Z")[0]
    assert ids.document_id("maple", "s1", "pm2_5_ugm3", "r1", "stage", "none", stage) == "8465fc99954bf033"


def test_decimals_are_written_from_integers():
    assert Fixed(74, 1).text() == "7.4"
    assert Fixed(0, 1).text() == "0.0"
    assert Fixed(-5, 1).text() == "-0.5"
    assert Fixed(-5, 2).text() == "-0.05"
    assert Fixed(931, 2).text() == "9.31"
    assert Fixed(410, 0).text() == "410"


def test_json_text_keeps_the_order_of_keys_and_utf8():
    body = OrderedDict()
    body["z"] = Fixed(70, 1)
    body["a"] = [1, None, True, False, "µg/m³", (), OrderedDict()]
    body['Küche "x" \\ \n'] = -3
    expected = '{"z":7.0,"a":[1,null,true,false,"µg/m³",[],{}],"Küche \\"x\\" \\\\ \\n":-3}'
    assert jsontext.text(body) == expected


def test_a_float_is_refused():
    for value in (0.5, float("nan"), {"a": 1}):
        try:
            jsontext.text([value])
        except TypeError:
            continue
        raise AssertionError("written without complaint")


def test_instants_are_written_without_epoch_seconds():
    assert timetext.instant(984420, 0) == "2026-02-24T18:00:00Z"
    assert timetext.instant_ms(984421, 10, 0) == "2026-02-24T18:30:10.000Z"
    assert timetext.instant(984420, 1800) == "2026-02-24T18:30:00Z"
    assert timetext.instant(0, 0) == "1970-01-01T00:00:00Z"
    assert timetext.day_text(timetext.days_from_civil(2024, 2, 29)) == "2024-02-29"


def test_instants_are_read_back():
    assert timetext.of_instant("2026-02-24T18:30:10.500Z") == (984421, 10)
    assert timetext.of_instant("2026-02-24T18:30:10+00:00") == (984421, 10)
    for text in ("2026-02-24", "2026-02-30T00:00:00Z", "2026-02-24T24:00:00Z", "2026-02-24T18:30:10+01:00", "x" * 20):
        assert timetext.of_instant(text) is None


def test_digits_that_python_cannot_read_are_no_instant():
    for text in ("202\u00b2-02-24T18:30:10Z", "2026-02-24T18:30:1\u00b2Z", "2026-02-24T18:30:10.\u00b2Z"):
        assert timetext.of_instant(text) is None
    assert timetext.day_of_text("2026-02-2\u00b2") is None


def test_local_days_and_slots_follow_the_offset():
    assert timetext.local_slot(984420, 60) == 38
    assert timetext.clock_text(38) == "19:00"
    assert timetext.day_text(timetext.local_day(984420 + 10, 60)) == "2026-02-25"


def test_topics_are_those_of_the_contract():
    event = OrderedDict()
    event["kind"] = "anomaly"
    expected = (
        (Document("status", None, -1, None), "aqsense/v1/maple/status"),
        (Document("sensor-meta", "s1", -1, None), "aqsense/v1/maple/sensor/s1/meta"),
        (Document("measured", "s1", quantities.PM2_5, None), "aqsense/v1/maple/measured/s1/pm25"),
        (Document("measured-all", "s1", -1, None), "aqsense/v1/maple/measured/s1/all"),
        (Document("history", "s1", -1, None), "aqsense/v1/maple/history/s1"),
        (Document("elevation", "s1", quantities.CO2, None), "aqsense/v1/maple/inferred/s1/co2/elevation"),
        (Document("account", None, -1, None), "aqsense/v1/maple/inferred/account"),
        (Document("event", "s1", -1, event), "aqsense/v1/maple/event/anomaly"),
    )
    for document, topic in expected:
        assert messages.topic(document, "maple") == topic


def test_delivery_is_that_of_the_contract():
    class Ten:
        publish_s = 10

    expected = (
        ("status", (1, True, 0)),
        ("health", (0, False, 300)),
        ("measured", (0, False, 30)),
        ("measured-all", (1, False, 30)),
        ("history", (1, False, 0)),
        ("typical", (1, True, 0)),
        ("corrected", (0, False, 30)),
        ("event", (1, False, 0)),
        ("reply", (1, False, 300)),
    )
    for kind, wanted in expected:
        assert messages.delivery(Document(kind, "s1", 1, None), Ten) == wanted, kind
    assert messages.delivery(Document("elevation", "s1", 1, None, valid_s=2100), Ten) == (1, True, 2100)
