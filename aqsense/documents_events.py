"""Things that happened, said once (contract section 5, "event")."""

from collections import OrderedDict

from aqsense import codes, ids, messages, quantities, timetext
from aqsense.document import Document

_RISING = (  # stages from the least to the most that may be said
    codes.SUSPENDED,
    codes.STALE,
    codes.RELEARNING,
    codes.WARMUP,
    codes.LEARNING,
    codes.PROVISIONAL,
    codes.ESTABLISHED,
)


def _event(
    kind: str,
    event_type: str,
    ident: str,
    sid: str | None,
    quantity: int,
    t: str | None,
    text: str,
    ref: str | None,
    between: tuple = (),
) -> Document:
    body: OrderedDict = OrderedDict()
    body["schema"] = "event/1"
    body["event_type"] = event_type
    body["kind"] = kind
    body["id"] = ident
    body["sid"] = sid
    body["quantity"] = quantities.FIELDS[quantity] if quantity >= 0 else None
    body["t"] = t
    for key, value in between:
        body[key] = value
    body["text"] = text
    body["ref"] = ref
    return Document("event", sid, quantity, body)


def anomaly(subject, event_type: str, ident: str, text: str) -> Document:
    """A claim `started`, `ended` or was `withdrawn`; it carries the claim's own id."""
    sid = subject.sensor.sid
    ref = messages.inferred_topic(subject.settings.home, sid, subject.quantity, "elevation")
    t = timetext.instant(subject.cell + 1)
    return _event("anomaly", event_type, ident, sid, subject.quantity, t, text, ref)


def stage(subject, before: int, after: int, code: int) -> Document:
    """A series rose to a stage, or fell to one for a reason."""
    promoted = _RISING.index(after) > _RISING.index(before)
    sid = subject.sensor.sid
    home = subject.settings.home
    why = None if promoted or code == codes.NO_CODE else codes.CODES[code]
    words = subject.words
    name = codes.STAGES[after]
    n = subject.series.coverage.n
    back = n > 0 and before in (codes.WARMUP, codes.SUSPENDED, codes.STALE)
    text = words.promoted(name, n, back) if promoted else words.demoted(name, why)
    ident = ids.document_id(
        home, sid, quantities.FIELDS[subject.quantity], subject.regime, "stage", "none", subject.cell
    )
    ref = messages.inferred_topic(home, sid, subject.quantity, "coverage")
    between = (("from", codes.STAGES[before]), ("to", name), ("code", why))
    t = timetext.instant(subject.cell + 1)
    return _event("stage", "promoted" if promoted else "demoted", ident, sid, subject.quantity, t, text, ref, between)


def sensor(settings, words, sid: str, event_type: str, dated: bool, cell: int, s: int) -> Document:
    """A sensor `appeared`, was `lost`, `replaced`, is `stuck` or `noisy`, or `recovered`."""
    ident = ids.document_id(settings.home, sid, "-", "-", "sensor", "none", cell)
    t = timetext.instant(cell, s) if dated else None
    ref = messages.sensor_topic(settings.home, sid, "status")
    return _event("sensor", event_type, ident, sid, -1, t, words.sensor_event(event_type, sid), ref)


def answered(home, happened: str, ident: str, subject, text: str) -> Document:
    """The owner `confirmed`, `disputed`, `annotated`, `retracted` or `declared`; `ident` of what it is about, or ""."""
    settings = home.settings
    t = timetext.instant(home.cell + 1) if home.cell >= 0 else None
    if subject is None:
        return _event("feedback", happened, ident, None, -1, t, text, None)
    field = quantities.FIELDS[subject.quantity]
    if not ident:
        ident = ids.document_id(settings.home, subject.sensor.sid, field, subject.regime, "feedback", "none", home.cell)
    ref = messages.inferred_topic(settings.home, subject.sensor.sid, subject.quantity, "elevation")
    return _event("feedback", happened, ident, subject.sensor.sid, subject.quantity, t, text, ref)


def forgot(settings, cell: int, s: int, dated: bool, text: str) -> Document:
    """Half hours were forgotten at the owner's wish; of whom or when is not said, for that is forgotten too."""
    ident = ids.document_id(settings.home, "-", "-", "-", "forgot", "none", cell)
    return _event("forgot", "done", ident, None, -1, timetext.instant(cell, s) if dated else None, text, None)
