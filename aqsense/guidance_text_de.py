"""German sentences of guidance."""

from aqsense import guidance_levels as levels
from aqsense import guidance_text_en, quantities
from aqsense.guidance_average import ANNUAL, HOUR_1, HOURS_8, HOURS_24, NOWCAST

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_MEANS = {
    HOUR_1: "1-Stunden-Mittel",
    HOURS_8: "8-Stunden-Mittel",
    HOURS_24: "24-Stunden-Mittel",
    ANNUAL: "Jahresmittel",
}
_NOUNS = {
    levels.WHO: "Richtwert",
    levels.EU: "EU-Grenzwert ab 2030",
    levels.UBA: "Leitwert",
    levels.EN: "Auslegungswert der Kategorie II",
    levels.OEL: "Arbeitsplatzgrenzwert",
}
_CATEGORIES = {
    "good": "gut",
    "moderate": "mäßig",
    "unhealthy for sensitive groups": "ungesund für empfindliche Gruppen",
    "unhealthy": "ungesund",
    "very unhealthy": "sehr ungesund",
    "hazardous": "gefährlich",
    "harmless": "unbedenklich",
    "conspicuous": "auffällig",
    "unacceptable": "inakzeptabel",
}
_PLACES = {"below": "unter dem %s", "near": "nahe dem %s", "above": "über dem %s"}


def _measured(one: "Any") -> str:
    quantity = one.level.quantity
    text = guidance_text_en.number(one.average.value, quantity)
    if one.err is not None:
        text += " ± " + guidance_text_en.number(one.err, quantity)
    return text.replace(".", ",") + " " + quantities.SHOWN_UNITS[quantity]


def _incomplete(one: "Any") -> str:
    have, need = one.average.have_h, one.average.need_h
    if one.level.window == NOWCAST:
        return "Der NowCast braucht 2 der letzten 3 Stunden; vorhanden: %d." % one.recent_h
    if one.level.window == ANNUAL:
        return "Ein Jahresmittel braucht %d Tage; vorhanden: %d." % ((need + 23) // 24, have // 24)
    unit = "Stunde" if need == 1 else "Stunden"
    return "Ein %s braucht %d %s; vorhanden: %d." % (_MEANS[one.level.window], need, unit, have)


def _category(one: "Any") -> str:
    name = "Kategorie " + one.category if one.level.scheme == levels.EN else _CATEGORIES[one.category]
    return name if one.sure else "wahrscheinlich " + name


def level(one: "Any") -> str:
    """Der Satz zu einem Wert."""
    if one.state == "incomplete":
        return _incomplete(one)
    if one.level.window == NOWCAST:
        return "US AQI %d (%s), NowCast %s." % (one.index, _category(one), _measured(one))
    place = "wahrscheinlich über dem %s" if one.likely_above else _PLACES[one.state]
    text = _MEANS[one.level.window] + " " + _measured(one) + ", " + place % _NOUNS[one.level.scheme]
    text += " von " + guidance_text_en.limit_number(one.limit, one.level.quantity).replace(".", ",")
    return text + (" (%s)." % _category(one) if one.category else ".")


def _short(one: "Any") -> str:
    scheme, window = one.level.scheme, one.level.window
    if scheme == levels.US_AQI:
        return "US AQI (%s)" % _CATEGORIES[one.category]
    if scheme == levels.UBA:
        return "UBA-Leitwert von %d ppm" % one.limit
    if scheme == levels.EN:
        return "EN 16798-1 Kategorie II"
    if scheme == levels.OEL:
        return "Arbeitsplatzgrenzwert"
    if scheme == levels.WHO:
        return "WHO-Jahresrichtwert" if window == ANNUAL else "WHO-24-Stunden-Richtwert"
    return "EU-Jahresgrenzwert ab 2030" if window == ANNUAL else "EU-Tagesgrenzwert ab 2030"


def summary(evaluations: list) -> str:
    """Ein Satz je Zustand, der vorkommt; von dem, was darunter liegt, nur, wenn es sonst nichts gibt."""
    text = guidance_text_en.grouped(
        evaluations, ("Überschritten", "Wahrscheinlich überschritten", "Nahe daran"), _short
    )
    if text:
        return text
    if [one for one in evaluations if one.state == "below"]:
        return "Unter allen Werten, deren Mittelungszeit erreicht ist."
    return "Noch ist keine Mittelungszeit erreicht."
