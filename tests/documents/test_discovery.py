"""Discovery as the real Home Assistant takes it: keys it knows, units it accepts, nothing that rejects a device.

Source: Home Assistant 2025.4.4 and 2026.11.0 run against mosquitto; developer documentation of MQTT discovery.
"""

import json

import pytest

from aqsense import discovery, messages
from aqsense.settings import SensorSettings, Settings
from aqsense.wire import registry

ROOT_KEYS = {"device", "origin", "components", "availability", "availability_mode", "state_topic", "command_topic"}
DEVICE_KEYS = {
    "identifiers", "connections", "name", "manufacturer", "model", "model_id", "sw_version", "hw_version",
    "serial_number", "suggested_area", "via_device", "configuration_url",
}  # fmt: skip
UNITS = {
    "pm1": "µg/m³",
    "pm25": "µg/m³",
    "pm4": "µg/m³",
    "pm10": "µg/m³",
    "carbon_dioxide": "ppm",
    "temperature": "°C",
    "humidity": "%",
    "atmospheric_pressure": "hPa",
}


def found(form="device", oldest="2025.4", model="pms5003", lang="en", publish_s=10):
    sensor = SensorSettings("s1", model, "kitchen", "kitchen")
    settings = Settings("maple", [sensor])
    settings.lang = lang
    settings.publish_s = publish_s
    documents = discovery.documents(settings, {"s1": registry.info(model)}, "homeassistant", oldest, form)
    return {messages.topic(d, "maple"): json.loads(messages.text(d)) for d in documents}


@pytest.mark.parametrize("model", ["pms5003", "mhz19b", "pms5003t"])
def test_one_message_announces_a_device_with_nothing_that_rejects_it(model):
    bodies = found(model=model)
    assert list(bodies) == ["homeassistant/device/aqsense_maple_s1/config"]
    body = bodies["homeassistant/device/aqsense_maple_s1/config"]
    assert set(body) <= ROOT_KEYS
    assert set(body["device"]) <= DEVICE_KEYS
    assert body["device"]["identifiers"]
    assert body["origin"]["name"] == "aqsense"
    assert body["availability_mode"] == "all"
    for key, part in body["components"].items():
        assert part["platform"] in ("sensor", "binary_sensor"), key
        assert part["unique_id"].startswith("aqsense_maple_s1_")
        assert part["state_topic"].startswith("aqsense/v1/maple/")
        assert part.get("entity_category") in (None, "diagnostic")
        assert isinstance(part.get("expire_after", 60), int)
        assert "name" in part or "device_class" in part
        assert part.get("name") != body["device"]["name"]
        if part.get("device_class") in UNITS:
            assert part["unit_of_measurement"] == UNITS[part["device_class"]]
        if "options" in part:
            assert part["device_class"] == "enum"
            assert "state_class" not in part and "unit_of_measurement" not in part
    idents = [part["unique_id"] for part in body["components"].values()]
    assert len(set(idents)) == len(idents)


def test_the_micro_sign_is_the_one_that_every_release_takes():
    part = found()["homeassistant/device/aqsense_maple_s1/config"]["components"]["pm25"]
    assert [hex(ord(c)) for c in part["unit_of_measurement"] if ord(c) > 127] == ["0xb5", "0xb3"]


def test_a_reading_expires_after_three_publications_and_never_before_a_minute():
    for publish_s, wanted in ((10, 60), (60, 180), (0, 60)):
        body = found(publish_s=publish_s)["homeassistant/device/aqsense_maple_s1/config"]
        assert body["components"]["pm25"]["expire_after"] == wanted


def test_unusual_is_unknown_while_nothing_may_be_said():
    """`elevated` is null then, and a null is shown as unknown, not as off."""
    part = found()["homeassistant/device/aqsense_maple_s1/config"]["components"]["pm25_unusual"]
    assert (part["platform"], part["value_template"]) == ("binary_sensor", "{{ value_json.elevated }}")
    assert part["state_topic"] == "aqsense/v1/maple/inferred/s1/pm25/elevation"


@pytest.mark.parametrize("form", ["device", "components"])
def test_a_sensor_that_is_gone_is_a_problem_and_not_an_unknown_one(form):
    """A component's own availability replaces that of its device."""
    bodies = found(form=form)
    one = bodies.get("homeassistant/binary_sensor/aqsense_maple_s1/problem/config")
    part = one or bodies["homeassistant/device/aqsense_maple_s1/config"]["components"]["problem"]
    assert [place["topic"] for place in part["availability"]] == ["aqsense/v1/maple/status"]
    assert "'offline'" in part["value_template"] and "'fault'" in part["value_template"]


def test_components_form_carries_the_device_in_every_message():
    bodies = found(form="components")
    whole = found()["homeassistant/device/aqsense_maple_s1/config"]["components"]
    assert set(bodies) == {
        f"homeassistant/{part['platform']}/aqsense_maple_s1/{key}/config" for key, part in whole.items()
    }
    for body in bodies.values():
        assert body["device"]["identifiers"] == ["aqsense_maple_s1"]
        assert "platform" not in body and body["availability"]


def test_a_release_before_the_device_form_gets_components():
    assert all("/device/" not in topic for topic in found(oldest="2024.10"))


def test_off_says_nothing_and_a_release_that_is_none_is_refused():
    assert found(form="off") == {}
    with pytest.raises(ValueError, match=r"such as 2025\.4"):
        found(oldest="latest")


def test_names_speak_the_language_of_the_owner():
    parts = found(lang="de")["homeassistant/device/aqsense_maple_s1/config"]["components"]
    assert parts["pm25_unusual"]["name"] == "PM2,5 ungewöhnlich"


def test_a_device_is_withdrawn_by_an_empty_message():
    document = discovery.withdrawn(["homeassistant/device/aqsense_maple_s1/config"])[0]
    assert messages.text(document) == ""
    assert messages.delivery(document, None)[:2] == (1, True)
