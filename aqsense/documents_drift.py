"""What changed, perhaps: a question with ranked explanations and their facts, never an alarm (contract section 5)."""

from collections import OrderedDict

from aqsense import codes, inferred
from aqsense.document import Document
from aqsense.drift import ANSWERS
from aqsense.drift_causes import FACTORS, explanations
from aqsense.jsontext import Fixed
from aqsense.quantities import CO2
from aqsense.rounding import rounded


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
    return codes.DRIFT_SUSPECTED in series.gate.withheld()


def _ranked(subject) -> list:
    found: list = []
    same_sensor, same_room = _peers(subject)
    for cause, facts in explanations(subject.series, same_sensor, same_room):
        entry: OrderedDict = OrderedDict()
        entry["rank"] = len(found) + 1
        entry["cause"] = cause
        entry["facts"] = [subject.words.fact(key, _number(key, number)) for key, number in facts]
        found.append(entry)
    return found


def _peers(subject) -> tuple:
    """(other particle sizes of the sensor, the same quantity by other sensors of the room), as series."""
    same_sensor: list = []
    same_room: list = []
    is_co2 = subject.quantity == CO2
    for other in subject.siblings():
        if other is subject or other.series is None:
            continue
        if other.sensor is subject.sensor and (other.quantity == CO2) == is_co2:
            same_sensor.append(other.series)
        elif other.is_beside(subject):
            same_room.append(other.series)
    return same_sensor, same_room


def _number(key: str, number: int) -> str:
    if key == "apart":  # a pair tells a tenth
        return Fixed(number, 2).text()
    return Fixed(rounded(number, 10), 1).text() if key in FACTORS else str(number)
