"""How Home Assistant finds the sensors: MQTT discovery, as one message a device or one a component.

Keys that a release older than the owner's oldest would refuse are left out. Everything is retained, so that nothing
depends on who starts first.
"""

from collections import OrderedDict

from aqsense import codes, messages, quantities
from aqsense.document import Document
from aqsense.fields import Fields
from aqsense.inferred import VALID_S

DEVICE = "device"
COMPONENTS = "components"
_DEVICE_FORM_SINCE = (2024, 11)
_PM4_SINCE = (2025, 10)
_LEAST_EXPIRY_S = 60

_CLASSES = (
    "pm1",
    "pm25",
    "pm4",
    "pm10",
    "carbon_dioxide",
    "temperature",
    "humidity",
    "atmospheric_pressure",
    None,
    None,
    None,
)
_NAMES = {
    "en": ("%s unusual", "%s verdict", "%s guidance", "%s learning progress", "Sensor problem"),
    "de": ("%s ungewöhnlich", "%s Urteil", "%s Richtwerte", "%s Lernfortschritt", "Sensorfehler"),
}


def release(text: str) -> tuple:
    """(year, month) of a release such as `2025.4`; ValueError when it is not one."""
    year, dot, month = text.partition(".")
    if not (dot and year.isdigit() and month.split(".")[0].isdigit()):
        raise ValueError("'%s' is no Home Assistant release: write one such as 2025.4" % text)
    return int(year), int(month.split(".")[0])


def documents(settings, models: dict, prefix: str = "homeassistant", oldest: str = "2025.4", form: str = DEVICE):
    """Discovery of every configured sensor. `models`: registry descriptions by sid.

    `form`: `device` (one message each, since 2024.11), `components`, or `off` (nothing).
    """
    if form == "off":
        return []
    since = release(oldest)
    if since < _DEVICE_FORM_SINCE:
        form = COMPONENTS
    found: list = []
    for sensor in settings.sensors:
        model = models.get(sensor.sid)
        if model is not None:
            parts = _components(settings, sensor, model, since)
            found.extend(_as_device(settings, sensor, model, parts, prefix, form))
    return found


def withdrawn(published: list) -> list:
    """Empty messages that make Home Assistant forget what was published at these topics."""
    found = []
    for topic in published:
        document = Document("discovery", None, -1, None)
        document.address = topic
        found.append(document)
    return found


def _as_device(settings, sensor, model, parts: OrderedDict, prefix: str, form: str) -> list:
    ident = "aqsense_%s_%s" % (settings.home, sensor.sid)
    common: OrderedDict = OrderedDict()
    common["device"] = _device(settings, sensor, model, ident)
    common["origin"] = _origin(settings)
    common["availability"] = _availability(settings, sensor)
    common["availability_mode"] = "all"
    if form == DEVICE:
        common["components"] = parts
        return [_document(sensor, "%s/device/%s/config" % (prefix, ident), common)]
    found = []
    for key in parts:
        body: OrderedDict = OrderedDict()
        for name in parts[key]:
            if name != "platform":
                body[name] = parts[key][name]
        for name in common:
            if name not in body:
                body[name] = common[name]
        found.append(_document(sensor, "%s/%s/%s/%s/config" % (prefix, parts[key]["platform"], ident, key), body))
    return found


def _document(sensor, topic: str, body: OrderedDict) -> Document:
    document = Document("discovery", sensor.sid, -1, body)
    document.address = topic
    return document


def _device(settings, sensor, model, ident: str) -> OrderedDict:
    device: OrderedDict = OrderedDict()
    device["identifiers"] = [ident]
    device["name"] = "%s %s" % (sensor.room, model.id)
    device["manufacturer"] = model.maker
    device["model"] = model.id
    if sensor.serial:
        device["serial_number"] = sensor.serial
    device["sw_version"] = settings.version
    device["suggested_area"] = sensor.room
    return device


def _origin(settings) -> OrderedDict:
    origin: OrderedDict = OrderedDict()
    origin["name"] = "aqsense"
    origin["sw_version"] = settings.version
    return origin


def _availability(settings, sensor) -> list:
    home: OrderedDict = OrderedDict()
    home["topic"] = messages.base(settings.home) + "/status"
    home["value_template"] = "{{ value_json.state }}"
    own: OrderedDict = OrderedDict()
    own["topic"] = messages.sensor_topic(settings.home, sensor.sid, "status")
    own["value_template"] = "{{ 'offline' if value_json.state == 'offline' else 'online' }}"
    return [home, own]


def _components(settings, sensor, model, since: tuple) -> OrderedDict:
    parts: OrderedDict = OrderedDict()
    fields = Fields(model.fields, model.scales)
    for quantity in fields.quantity:
        parts[quantities.SHORT_IDS[quantity]] = _measured(settings, sensor, quantity, since)
    for quantity in fields.quantity:
        if quantity in quantities.PERSONAL:
            _add_inferred(parts, settings, sensor, quantity)
    parts["problem"] = _problem(settings, sensor)
    return parts


def _component(settings, sensor, platform: str, key: str, name: str | None, topic: str, template: str) -> OrderedDict:
    part: OrderedDict = OrderedDict()
    part["platform"] = platform
    part["unique_id"] = "aqsense_%s_%s_%s" % (settings.home, sensor.sid, key)
    if name is not None:
        part["name"] = name
    part["state_topic"] = topic
    part["value_template"] = template
    return part


def _measured(settings, sensor, quantity: int, since: tuple) -> OrderedDict:
    device_class = _CLASSES[quantity]
    if quantity == quantities.PM4 and since < _PM4_SINCE:
        device_class = None
    name = None if device_class else _name_of(settings, quantity)
    topic = messages.measured_topic(settings.home, sensor.sid, quantity)
    key = quantities.SHORT_IDS[quantity]
    part = _component(settings, sensor, "sensor", key, name, topic, "{{ value_json.v }}")
    if device_class:
        part["device_class"] = device_class
    if quantities.SHOWN_UNITS[quantity]:
        part["unit_of_measurement"] = quantities.SHOWN_UNITS[quantity]
    part["state_class"] = "measurement"
    part["suggested_display_precision"] = quantities.DECIMALS[quantity]
    part["expire_after"] = max(_LEAST_EXPIRY_S, 3 * max(settings.publish_s, sensor.interval_s))
    return part


def _name_of(settings, quantity: int) -> str:
    from aqsense import texts

    name = texts.of(settings.lang).NAMES[quantity]
    return name[:1].upper() + name[1:]


def _add_inferred(parts: OrderedDict, settings, sensor, quantity: int) -> None:
    names = [name % _name_of(settings, quantity) for name in _names(settings)[:4]]
    key = quantities.SHORT_IDS[quantity]

    def inferred(platform: str, leaf: str, kind: str, name: str, template: str) -> OrderedDict:
        topic = messages.inferred_topic(settings.home, sensor.sid, quantity, kind)
        part = _component(settings, sensor, platform, key + "_" + leaf, name, topic, template)
        parts[key + "_" + leaf] = part
        return part

    part = inferred("binary_sensor", "unusual", "elevation", names[0], "{{ value_json.elevated }}")
    part["expire_after"] = VALID_S
    part = inferred("sensor", "verdict", "elevation", names[1], "{{ value_json.verdict }}")
    part["device_class"] = "enum"
    part["options"] = list(codes.VERDICTS)
    part["expire_after"] = VALID_S
    part["json_attributes_topic"] = part["state_topic"]
    part["json_attributes_template"] = "{{ {'text': value_json.text, 'id': value_json.id} | tojson }}"
    part = inferred("sensor", "guidance", "guidance", names[2], "{{ value_json.text[:255] }}")
    part["expire_after"] = VALID_S
    part = inferred("sensor", "progress", "coverage", names[3], "{{ (value_json.progress * 100) | round(0) | int }}")
    part["unit_of_measurement"] = "%"
    part["state_class"] = "measurement"
    part["entity_category"] = "diagnostic"


def _problem(settings, sensor) -> OrderedDict:
    topic = messages.sensor_topic(settings.home, sensor.sid, "status")
    template = "{{ 'ON' if value_json.state in ('fault', 'offline') else 'OFF' }}"
    part = _component(settings, sensor, "binary_sensor", "problem", _names(settings)[4], topic, template)
    part["device_class"] = "problem"
    part["availability"] = _availability(settings, sensor)[:1]  # an absent sensor is a problem, not an unknown one
    part["entity_category"] = "diagnostic"
    return part


def _names(settings) -> tuple:
    return _NAMES.get(settings.lang, _NAMES["en"])
