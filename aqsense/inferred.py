"""What every inferred document has around its own fields (contract section 5, "the fields that all share")."""

from collections import OrderedDict

from aqsense import calendar, codes, ids, quantities, rounding, timetext
from aqsense.daypart import MARGINS as DAYPART_MARGINS
from aqsense.document import Document
from aqsense.jsontext import Fixed, fixed_or_none
from aqsense.questions import LEVELS, PEAK_MARGINS, SUSTAINED_MARGINS

VALID_S = 2100  # one half hour, and five minutes for the next document to arrive
MODEL = "dayrank"
MODEL_VERSION = 1


def head(subject, kind: str, score: str, cell: int, stage: int | None, valid_s: int = 0) -> OrderedDict:
    """The first fields, up to `stage`. `cell` enters the id: the onset of a claim, else the last closed half hour."""
    settings = subject.settings
    sensor = subject.sensor
    field = quantities.FIELDS[subject.quantity]
    body: OrderedDict = OrderedDict()
    body["schema"] = "inferred/1"
    body["kind"] = kind
    body["id"] = ids.document_id(settings.home, sensor.sid, field, subject.regime, kind, score, cell)
    body["sid"] = sensor.sid
    body["room"] = sensor.room
    body["quantity"] = field
    body["u"] = quantities.UNITS[subject.quantity]
    body["regime"] = subject.regime
    body["t"] = timetext.instant(subject.cell + 1) if subject.dated else None
    body["valid_until"] = timetext.instant(subject.cell + 1, valid_s) if valid_s and subject.dated else None
    body["stage"] = None if stage is None else codes.STAGES[stage]
    return body


def tail(body: OrderedDict) -> None:
    """The last fields."""
    body["supersedes"] = None
    body["withdrawn"] = None
    body["not_medical"] = True


def model(settings) -> OrderedDict:
    """Name and version of the statistics, and a digest of the owner's level and its margins."""
    facts: OrderedDict = OrderedDict()
    facts["name"] = MODEL
    facts["version"] = MODEL_VERSION
    at = LEVELS.index(settings.level)
    params = (PEAK_MARGINS[at], SUSTAINED_MARGINS[at], DAYPART_MARGINS[at])
    facts["params"] = ids.hex_digest("%s/%d %s %d %d %d" % ((MODEL, MODEL_VERSION, settings.level) + params), 8)
    return facts


def document(subject, kind: str, body: OrderedDict, valid_s: int = 0) -> Document:
    """A finished document of a series."""
    made = Document(kind, subject.sensor.sid, subject.quantity, body, valid_s)
    made.t_cell = subject.cell + 1 if subject.dated else None
    return made


def day_or_none(day: int | None) -> str | None:
    """Text of a day; null for None and for a day before 1970."""
    return timetext.day_text(day) if day is not None and day >= 0 else None


def hundredths(q8: int) -> Fixed:
    """A score in 1/256 octave, shown in hundredths of an octave."""
    return Fixed(rounding.rounded(q8 * 100, 256), 2)


def share(part: int, whole: int) -> Fixed:
    """A share in hundredths, rounded down, at most 1."""
    return Fixed(100 if whole <= 0 else min(100, part * 100 // whole), 2)


def amount(quantity: int, value: int | None) -> Fixed | None:
    """A scaled value of a quantity, or null."""
    return fixed_or_none(value, quantities.DECIMALS[quantity])


def unseen_seasons(series) -> list:
    """Seasons that this series has not been through, winter first."""
    seen = series.season_seen()
    return [name for name in calendar.SEASONS if name not in seen]


def whole_range(quantity: int, low: int, high: int) -> tuple:
    """Both ends of a range as people write them: whole numbers, unless those would be the same."""
    scale = quantities.SCALES[quantity]
    a = rounding.rounded(low, scale)
    b = rounding.rounded(high, scale)
    if a != b or scale == 1:
        return str(a), str(b)
    return Fixed(low, quantities.DECIMALS[quantity]).text(), Fixed(high, quantities.DECIMALS[quantity]).text()


def day_in_words(words, day: int) -> str:
    """`12 March 2026` of a day number."""
    year, month, of_month = timetext.civil(day)
    return words.date(year, month, of_month)


def day_in_short(words, day: int) -> str:
    """`12 March` of a day number."""
    _, month, of_month = timetext.civil(day)
    return words.day_month(month, of_month)
