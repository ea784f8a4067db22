"""Documents about the home and its sensors: status, info, sensor meta and status, health, history."""

from collections import OrderedDict

from aqsense import jsontext, quantities, sensor_error, timetext
from aqsense.document import Document
from aqsense.fields import Fields
from aqsense.jsontext import Fixed
from aqsense.regimes import corrected_quantity
from aqsense.trust import SOURCES

HISTORY_BYTES = 64000  # of 65536: room for the topic and MQTT 5 properties


def status(settings, state: str, cell: int, s: int) -> Document:
    """`online` or `offline` since an instant; a negative `cell` is a clock that knows no time (null)."""
    body: OrderedDict = OrderedDict()
    body["schema"] = "status/1"
    body["state"] = state
    body["since"] = _instant(cell, s)
    body["boot"] = settings.boot
    return Document("status", None, -1, body)


def _instant(cell: int, s: int) -> str | None:
    return timetext.instant(cell, s) if cell >= 0 else None


def clock_facts(clock) -> OrderedDict:
    """State, source and error of the clock."""
    facts: OrderedDict = OrderedDict()
    facts["state"] = "trusted" if clock.may_date() else "untrusted"
    facts["source"] = SOURCES[clock.source]
    facts["err_s"] = Fixed(clock.error_ds, 1) if clock.error_ds >= 0 else None
    return facts


def info(settings, clock, verbs: list) -> Document:
    """What this home runs and may be asked; no secret is in it."""
    body: OrderedDict = OrderedDict()
    body["schema"] = "info/1"
    body["home"] = settings.home
    body["version"] = settings.version
    body["boot"] = settings.boot
    body["runtime"] = settings.runtime
    body["profile"] = settings.profile
    body["clock"] = clock_facts(clock)
    body["tz"] = settings.tz
    body["lang"] = settings.lang
    body["config_hash"] = settings.config_hash
    body["schemas"] = "aqsense/schemas"
    body["sensors"] = [sensor.sid for sensor in settings.sensors]
    body["verbs"] = list(verbs)
    return Document("info", None, -1, body)


def sensor_meta(settings, sensor, model, regime: str, calibrations: list) -> Document:
    """What a sensor is and stands for. `model`: the registry's description, None for the rows of a CSV.

    `calibrations`: bodies of earlier calibrations, oldest first.
    """
    body: OrderedDict = OrderedDict()
    body["schema"] = "sensor-meta/1"
    body["sid"] = sensor.sid
    body["model"] = sensor.model
    body["maker"] = model.maker if model else None
    body["serial"] = sensor.serial
    body["firmware"] = sensor.firmware
    body["port"] = sensor.port
    body["room"] = sensor.room
    body["room_kind"] = sensor.room_kind
    body["regime"] = regime
    body["interval_s"] = sensor.interval_s
    body["publish_s"] = settings.publish_s
    body["warm_up_s"] = model.warm_up_s if model else 0
    body["quantities"] = _measured_by(sensor, model) if model else []
    body["abc"] = _self_calibration(sensor, model)
    body["calibrations"] = calibrations
    return Document("sensor-meta", sensor.sid, -1, body)


def _measured_by(sensor, model) -> list:
    found = []
    fields = Fields(model.fields, model.scales)
    k = 0
    while k < fields.count:
        q = fields.quantity[k]
        entry: OrderedDict = OrderedDict()
        entry["quantity"] = quantities.FIELDS[q]
        entry["id"] = quantities.SHORT_IDS[q]
        entry["unit"] = quantities.SHOWN_UNITS[q]
        entry["u"] = quantities.UNITS[q]
        entry["headline"] = _headline(model, quantities.FIELDS[q])
        entry["err"] = _stated(model.err, q)
        entry["correction"] = sensor.correction if q == corrected_quantity(sensor) else None
        found.append(entry)
        k += 1
    return found


def _headline(model, field: str) -> str:
    for quantity, raw in model.headline:
        if quantity == field:
            return raw
    return field


def _stated(err: tuple, q: int) -> OrderedDict | None:
    for field, absolute, percent in err:
        if field == quantities.FIELDS[q]:
            entry: OrderedDict = OrderedDict()
            entry["abs"] = Fixed(sensor_error.scaled(q, absolute), quantities.DECIMALS[q])
            whole = int(percent * 10 + 0.5)
            entry["pct"] = whole // 10 if whole % 10 == 0 else Fixed(whole, 1)
            return entry
    return None


def _self_calibration(sensor, model) -> OrderedDict | None:
    if model is None or not model.abc:
        return None
    abc: OrderedDict = OrderedDict()
    told = sensor.abc_told
    abc["on"] = told[0] if told else sensor.abc != "off"
    abc["period_h"] = told[1] if told else _asked_h(sensor, model)
    abc["known"] = "read" if told else "assumed" if sensor.abc in (None, "leave") else "set"
    return abc


def _asked_h(sensor, model) -> int | None:
    if sensor.abc in (None, "leave", "on", "off"):
        return None
    from aqsense.wire import self_calibration

    return self_calibration.hours(sensor.abc, model)


def sensor_status(sid: str, state: str, reason: str | None, cell: int, s: int) -> Document:
    """State of a sensor since an instant; `reason` is None or a withholding code."""
    body: OrderedDict = OrderedDict()
    body["schema"] = "sensor-status/1"
    body["sid"] = sid
    body["state"] = state
    body["reason"] = reason
    body["since"] = _instant(cell, s)
    return Document("sensor-status", sid, -1, body)


def health(settings, cell: int, s: int, state: str, problems: list, facts: list, clock) -> Document:
    """How the daemon fares. `facts`: (key, value) pairs of what the runtime measured, in the order of the contract.

    They are `uptime_s`, `rss_kib`, `cpu_pct`, then `inference`, `broker`, `outbox`, `store`, `ports`; the clock is
    put between.
    """
    body: OrderedDict = OrderedDict()
    body["schema"] = "health/1"
    body["t"] = _instant(cell, s)
    body["boot"] = settings.boot
    body["state"] = state
    body["problems"] = problems
    for key, value in facts:
        if key == "inference":
            body["clock"] = clock_facts(clock)
            body["clock"]["steps"] = clock.steps
        body[key] = value
    return Document("health", None, -1, body)


def history(sid: str, boot: str, samples: list, reason: str, late_s: int) -> list:
    """Late samples as documents of at most 64 KiB each, oldest first. `samples`: bodies of `measured-all`, in order."""
    cols = _columns(samples)
    parts: list = [[]]
    size = 0
    for sample in samples:
        row = _row(sample, cols)
        length = len(jsontext.text(row)) + 1
        if parts[-1] and size + length > HISTORY_BYTES:
            parts.append([])
            size = 0
        parts[-1].append(row)
        size += length
    documents: list = []
    for rows in parts:
        documents.append(_part(sid, boot, cols, rows, reason, late_s, len(documents) + 1, len(parts)))
    return documents


def _columns(samples: list) -> list:
    fields = [f for f in quantities.FIELDS if any([f in sample["values"] for sample in samples])]
    return ["seq", "t"] + fields + ["qc"]


def _row(sample: OrderedDict, cols: list) -> list:
    row = [sample["seq"], sample["t"]]
    for field in cols[2:-1]:
        row.append(sample["values"].get(field))
    worst = 1
    for field in sample["qc"]:
        worst = max(worst, sample["qc"][field])
    row.append(worst)
    return row


def _part(sid: str, boot: str, cols: list, rows: list, reason: str, late_s: int, i: int, n: int) -> Document:
    body: OrderedDict = OrderedDict()
    body["schema"] = "history/1"
    body["sid"] = sid
    body["boot"] = boot
    body["from_seq"] = rows[0][0]
    body["to_seq"] = rows[-1][0]
    body["reason"] = reason
    body["late_s"] = late_s
    part: OrderedDict = OrderedDict()
    part["i"] = i
    part["n"] = n
    body["part"] = part
    body["cols"] = cols
    body["rows"] = rows
    document = Document("history", sid, -1, body)
    document.boot = boot
    return document
