"""A document as an MQTT message: topic, QoS, retain, expiry and text (contract section 4)."""

from aqsense import jsontext, quantities

HEALTH_S = 300
REPLY_S = 300

_HOME = ("status", "info", "health")
_INFERRED = ("elevation", "typical", "coverage", "guidance", "drift", "corrected")
_QOS_0 = ("health", "measured", "corrected")
_RETAINED = (
    "status",
    "info",
    "sensor-meta",
    "sensor-status",
    "elevation",
    "typical",
    "coverage",
    "guidance",
    "drift",
    "account",
    "discovery",
)


def base(home: str) -> str:
    """The root of a home's topics, without a slash at its end."""
    return "aqsense/v1/" + home


def measured_topic(home: str, sid: str, quantity: int) -> str:
    """Topic of one measured quantity; -1 is the whole sample."""
    return "%s/measured/%s/%s" % (base(home), sid, "all" if quantity < 0 else quantities.SHORT_IDS[quantity])


def inferred_topic(home: str, sid: str, quantity: int, kind: str) -> str:
    """Topic of one inferred document of a series."""
    return "%s/inferred/%s/%s/%s" % (base(home), sid, quantities.SHORT_IDS[quantity], kind)


def sensor_topic(home: str, sid: str, leaf: str) -> str:
    """Topic of a sensor's `meta` or `status`."""
    return "%s/sensor/%s/%s" % (base(home), sid, leaf)


def topic(document, home: str) -> str:
    """Where a document goes; a kind that the contract does not know is a ValueError."""
    kind = document.kind
    if document.address is not None:
        return document.address
    if kind in ("measured", "measured-all"):
        return measured_topic(home, document.sid, document.quantity)
    if kind in _INFERRED:
        return inferred_topic(home, document.sid, document.quantity, kind)
    if kind in _HOME:
        return base(home) + "/" + kind
    if kind in ("sensor-meta", "sensor-status"):
        return sensor_topic(home, document.sid, kind[7:])
    if kind == "account":
        return base(home) + "/inferred/account"
    if kind == "history":
        return base(home) + "/history/" + document.sid
    if kind == "event":
        return base(home) + "/event/" + document.body["kind"]
    raise ValueError("a document of kind %s has no topic; give it an address" % kind)


def delivery(document, settings) -> tuple:
    """(QoS, retain, expiry in seconds or 0) of a document.

    The expiry counts from the document's own instant: whoever sends it late subtracts its age.
    """
    kind = document.kind
    if kind == "health":
        return 0, False, HEALTH_S
    if kind == "reply":
        return 1, False, REPLY_S
    expiry = document.valid_s
    if kind in ("measured", "measured-all", "corrected") and expiry == 0:
        expiry = max(3 * settings.publish_s, 3)
    return (0 if kind in _QOS_0 else 1), kind in _RETAINED, expiry


def text(document) -> str:
    """JSON text of the body, keys in their order; empty for a body of None, which makes a broker forget."""
    return "" if document.body is None else jsontext.text(document.body)


def write(document, put) -> None:
    """Give the same text to `put` piece by piece, for a board that has no room for it beside the message."""
    if document.body is not None:
        jsontext.write(document.body, put)


def schema(document) -> str | None:
    """Schema name for the MQTT 5 user property; None for foreign formats (Home Assistant)."""
    return document.body.get("schema") if document.kind != "discovery" else None
