"""What changed, perhaps: a question with ranked explanations and their facts, never an alarm (contract section 5)."""

from collections import OrderedDict

from aqsense import codes, inferred, logcode, quantities
from aqsense.document import Document
from aqsense.jsontext import Fixed

ANSWERS = ("sensor_moved", "people", "stove_or_purifier", "season", "sensor_replaced", "nothing", "unknown")
_ONE_FACTOR = 64  # a quarter of an octave: floor and height moved together
_LOG2_10 = logcode.log2_q8(10)


def drift(subject) -> Document:
    """Whether a lasting change is suspected, since when, and what may explain it."""
    series = subject.series
    found = series.drift
    words = subject.words
    suspected = found.suspected
    body = inferred.head(subject, "drift", "none", subject.cell, series.stage)
    body["state"] = "suspected" if suspected else "none"
    body["since"] = inferred.day_or_none(found.since) if suspected else None
    when = inferred.day_in_short(words, found.since) if suspected else None
    body["question"] = words.drift_question(when) if suspected else None
    body["answers"] = list(ANSWERS) if suspected else []
    body["explanations"] = _ranked(subject) if suspected else []
    body["text"] = words.drift(when, _waits(series)) if suspected else words.drift_none()
    inferred.tail(body)
    return inferred.document(subject, "drift", body)


def _waits(series) -> bool:
    return series.code == codes.DRIFT_SUSPECTED or codes.DRIFT_SUSPECTED in series.also


def _ranked(subject) -> list:
    found = []
    for cause, facts in _causes(subject.quantity, subject.series.drift, subject.words):
        entry = OrderedDict()
        entry["rank"] = len(found) + 1
        entry["cause"] = cause
        entry["facts"] = facts
        found.append(entry)
    return found


def _causes(quantity: int, drift, words) -> list:
    """(cause, facts), the likeliest first: which features moved, and whether by one factor, tells them apart."""
    floor = words.moved("floor", _times(drift.moved_low))
    height = words.moved("height", _times(drift.moved_high))
    if quantity == quantities.CO2:
        return [("people", [height]), ("sensor_moved", [floor, height]), ("season", [floor])]
    if abs(drift.moved_low - drift.moved_high) <= _ONE_FACTOR:
        one = words.one_factor()
        return [("sensor_moved", [floor, height]), ("sensor_gain", [one]), ("season", [floor])]
    if abs(drift.moved_high) > abs(drift.moved_low):
        return [("stove_or_purifier", [height]), ("sensor_moved", [floor, height]), ("season", [floor])]
    return [("season", [floor]), ("sensor_moved", [floor, height]), ("stove_or_purifier", [height])]


def _times(moved: int) -> str:
    return Fixed(logcode.exp2_q8(max(moved + _LOG2_10, 0)), 1).text()
