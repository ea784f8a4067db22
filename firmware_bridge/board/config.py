"""The configuration of a board: `aqsense.json`, the tables of the daemon's TOML where a board has the same thing."""

import hashlib
import json

from firmware_bridge.board.localtime import BadRule, Zone

LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789-"
ROOMS = ("kitchen", "bedroom", "living", "office", "other")
TABLES = (  # (key, type, default); None as the default means that it must be there
    ("mode", str, "full"),
    ("link", str, "mqtt"),
    ("node", str, "node"),
    ("home", str, None),
    ("tz", str, "UTC0"),
    ("lang", str, "en"),
    ("ntp", str, "pool.ntp.org"),
    ("state_dir", str, "/aqsense-state"),
)
SECTIONS = (
    ("wifi", (("ssid", str, None), ("password", str, ""))),
    (
        "mqtt",
        (
            ("url", str, None),
            ("username", str, ""),
            ("password", str, ""),
            ("ca_file", str, ""),
            ("allow_plain", bool, False),
            ("keepalive_s", int, 30),
        ),
    ),
    ("homeassistant", (("discovery", str, "device"), ("prefix", str, "homeassistant"), ("oldest", str, "2025.4"))),
    ("publish", (("every_s", int, 10),)),
    ("claims", (("enabled", bool, True), ("level", str, "normal"))),
    (
        "guidance",
        (
            ("schemes", list, ["who-2021", "us-aqi-2024", "uba-co2"]),
            ("altitude_m", int, 0),
            ("outdoor_co2_ppm", int, 429),
        ),
    ),
)
SENSOR = (
    ("id", str, None),
    ("model", str, None),
    ("uart", int, None),
    ("tx", int, -1),
    ("rx", int, -1),
    ("room", str, None),
    ("room_kind", str, "other"),
    ("correction", str, "none"),
    ("duty", str, "continuous"),
    ("abc", str, "leave"),
    ("poll_s", int, 0),
    ("altitude_m", int, -1),
)
THIN_SENSOR = (
    ("uart", int, None),
    ("tx", int, -1),
    ("rx", int, -1),
    ("baud", int, 9600),
    ("parity", str, "N"),
    ("stop", int, 1),
)


class Table:
    """Checked values by name, as attributes."""


class BadConfig(ValueError):
    """`problems`: one line each, with the place and what to write instead."""

    def __init__(self, problems: list) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def load(path: str) -> Table:
    """The configuration in a file; BadConfig lists everything that is wrong with it at once."""
    try:
        with open(path) as file:
            data = json.load(file)
    except OSError:
        raise BadConfig([path + ": no such file; copy aqsense.example.json there and edit it"]) from None
    except ValueError:
        raise BadConfig([path + ": not JSON; look for a missing comma or quote"]) from None
    return check(data)


def check(data: object) -> Table:
    """The configuration in a parsed JSON object."""
    problems: list = []
    if not isinstance(data, dict):
        raise BadConfig(["the file: write an object, { ... }"])
    if data.get("link") == "usb":  # a thin node on a cable needs no network
        data = dict(data)
        data["wifi"] = {"ssid": "none"}
        data["mqtt"] = {"url": "mqtts://none"}
    config = Table()
    known = [name for name, _, _ in TABLES] + [name for name, _ in SECTIONS] + ["sensor"]
    _unknown(data, known, "", problems)
    _fill(config, data, TABLES, "", problems)
    for name, rows in SECTIONS:
        table = Table()
        inner = data.get(name, {})
        if not isinstance(inner, dict):
            problems.append(name + ": write an object, { ... }")
            inner = {}
        _unknown(inner, [row[0] for row in rows], name + ".", problems)
        _fill(table, inner, rows, name + ".", problems)
        setattr(config, name, table)
    config.sensors = _sensors(data.get("sensor"), THIN_SENSOR if config.mode == "thin" else SENSOR, problems)
    _meanings(config, problems)
    if not problems and [sensor for sensor in config.sensors if getattr(sensor, "correction", "none") != "none"]:
        _check_humidity(config.sensors, problems)
    if problems:
        raise BadConfig(problems)
    config.hash = _hash(config)
    return config


def _hash(config: Table) -> str:
    # Of everything but the secrets: it is published.
    said = []
    for name, _, _ in TABLES:
        said.append("%s=%r" % (name, getattr(config, name)))
    for name, rows in SECTIONS:
        for key, _, _ in rows:
            if key != "password":
                said.append("%s.%s=%r" % (name, key, getattr(getattr(config, name), key)))
    for sensor in config.sensors:
        for key, _, _ in THIN_SENSOR if config.mode == "thin" else SENSOR:
            said.append("%s=%r" % (key, getattr(sensor, key)))
    return "".join(["%02x" % b for b in hashlib.sha256("\n".join(said).encode()).digest()[:8]])


def _sensors(found: object, rows: tuple, problems: list) -> list:
    if not isinstance(found, list) or not found:
        problems.append('sensor: write a list with one object a sensor, [{"uart": 0, ...}]')
        return []
    sensors = []
    for i in range(len(found)):
        place = "sensor.%d." % i
        sensor = Table()
        if not isinstance(found[i], dict):
            problems.append(place[:-1] + ": write an object, { ... }")
            continue
        _unknown(found[i], [row[0] for row in rows], place, problems)
        _fill(sensor, found[i], rows, place, problems)
        if rows is SENSOR:
            _check_sensor(sensor, place, problems)
        elif sensor.parity not in ("N", "E", "O"):
            problems.append(place + "parity: write N, E or O")
        for other in sensors:
            if rows is SENSOR and other.id == sensor.id:
                problems.append("%sid: %r is there twice" % (place, sensor.id))
            if other.uart == sensor.uart:
                problems.append("%suart: %r is used twice" % (place, sensor.uart))
        sensors.append(sensor)
    return sensors


def _check_sensor(sensor: Table, place: str, problems: list) -> None:
    from aqsense.wire import registry

    _name(sensor.id, place + "id", problems)
    model = registry.resolve(sensor.model)
    if model is None:
        near = registry.suggest(sensor.model)
        advice = "did you mean %s?" % near if near else "see the list of sensors in the README"
        problems.append("%smodel: unknown model %r; %s" % (place, sensor.model, advice))
    else:
        sensor.model = model
        _check_model(sensor, place, problems)
    if not sensor.room:
        problems.append(place + 'room: write its name, for instance "kitchen"')
    if not 0 <= sensor.poll_s <= 3600:
        problems.append(place + "poll_s: write 1 to 3600, or leave it out")
    if sensor.room_kind not in ROOMS:
        problems.append("%sroom_kind: write one of %s" % (place, " ".join(ROOMS)))


def _check_humidity(sensors: list, problems: list) -> None:
    from aqsense import corrections
    from aqsense.wire import registry

    for i in range(len(sensors)):
        sensor = sensors[i]
        formula = corrections.describe(sensor.correction)
        rooms = [other.room for other in sensors if corrections.RH in registry.info(other.model).fields]
        if formula is not None and corrections.RH in formula.needs and sensor.room not in rooms:
            text = "sensor.%d.correction: %s needs humidity, which no sensor in %r reports; leave it out"
            problems.append(text % (i, sensor.correction, sensor.room))


def _check_model(sensor: Table, place: str, problems: list) -> None:
    from aqsense.wire import dialogue, registry

    try:
        if sensor.abc != "leave":
            from aqsense.wire import self_calibration

            self_calibration.hours(sensor.abc, registry.info(sensor.model))
        dialogue.open(sensor.model, 1000 * max(sensor.poll_s, 0), {"abc": sensor.abc, "duty": sensor.duty})
    except ValueError as error:
        problems.append("%s: %s" % (place[:-1], error))
    if not -1 <= sensor.altitude_m <= 8850:
        problems.append(place + "altitude_m: write 0 to 8850, or leave it out")
    elif sensor.altitude_m >= 0 and sensor.correction.startswith("co2-pressure"):
        text = "%saltitude_m: would correct a second time what %s corrects; keep one of the two"
        problems.append(text % (place, sensor.correction))
    elif sensor.altitude_m >= 0 and not registry.info(sensor.model).altitude:
        advice = 'leave it out; for CO2 see correction = "co2-pressure:..."'
        problems.append("%saltitude_m: the %s cannot be told; %s" % (place, sensor.model, advice))
    if sensor.correction == "none":
        return
    from aqsense import corrections

    try:
        model = registry.info(sensor.model)
        corrections.open(sensor.correction, model.fields, model.scales)
    except ValueError as error:
        problems.append("%scorrection: %s" % (place, error))


def _one_of(value: object, allowed: tuple, place: str, problems: list) -> None:
    if value not in allowed:
        problems.append("%s: %r; write one of %s" % (place, value, " ".join([str(one) for one in allowed])))


def _meanings(config: Table, problems: list) -> None:
    _name(config.home, "home", problems)
    _name(config.node, "node", problems)
    if config.mode not in ("full", "thin"):
        problems.append("mode: write full or thin")
    if config.link not in ("mqtt", "usb") or (config.link == "usb" and config.mode != "thin"):
        problems.append("link: write mqtt, or usb for a thin node")
    try:
        Zone(config.tz)
    except BadRule as error:
        problems.append(str(error))
    _one_of(config.lang, ("en", "de"), "lang", problems)
    _one_of(config.homeassistant.discovery, ("device", "components", "off"), "homeassistant.discovery", problems)
    every_s = config.publish.every_s
    if every_s and (every_s < 0 or 1800 % every_s):
        problems.append("publish.every_s: %r; write 0, or whole parts of a half hour such as 10 or 60" % every_s)
    _one_of(config.claims.level, ("few", "normal", "many"), "claims.level", problems)
    if config.mode == "full":  # a thin node has no room for what it never says
        from aqsense.guidance_levels import SCHEMES

        for scheme in config.guidance.schemes:
            _one_of(scheme, SCHEMES, "guidance.schemes", problems)
    mqtt = config.mqtt
    scheme, _, rest = mqtt.url.partition("://")
    host, _, port = rest.partition(":")
    if scheme not in ("mqtt", "mqtts") or not host or (port and not port.isdigit()):
        problems.append("mqtt.url: write mqtts://host or mqtts://host:port")
        return
    mqtt.host = host
    mqtt.port = int(port) if port else 8883 if scheme == "mqtts" else 1883
    mqtt.tls = scheme == "mqtts"
    if not mqtt.tls and not mqtt.allow_plain:
        problems.append(
            "mqtt.url: passwords and readings would cross the air unencrypted; use mqtts:// or set allow_plain"
        )


def _name(value: str, place: str, problems: list) -> None:
    if not 1 <= len(value) <= 32 or [c for c in value if c not in LETTERS]:
        problems.append("%s: %r; write 1 to 32 of a-z, 0-9 and -" % (place, value))


def _unknown(data: dict, known: list, place: str, problems: list) -> None:
    for key in data:
        if key not in known:
            problems.append("%s%s: unknown key; known are %s" % (place, key, " ".join(known)))


def _fill(table: Table, data: dict, rows: tuple, place: str, problems: list) -> None:
    for name, kind, default in rows:
        value = data.get(name)
        if value is None:
            if default is None:
                problems.append("%s%s: missing" % (place, name))
            value = kind() if default is None else default
        elif not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            names = {str: "a text", int: "a whole number", bool: "true or false", list: "a list"}
            problems.append("%s%s: write %s" % (place, name, names[kind]))
            value = kind() if default is None else default
        setattr(table, name, value)
