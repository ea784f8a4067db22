"""English sentences of guidance."""

from aqsense import guidance_levels as levels
from aqsense import quantities
from aqsense.guidance_average import ANNUAL, HOUR_1, HOURS_8, HOURS_24, NOWCAST
from aqsense.jsontext import Fixed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_MEANS = {HOUR_1: "1-hour mean", HOURS_8: "8-hour mean", HOURS_24: "24-hour mean", ANNUAL: "annual mean"}
_NOUNS = {
    levels.WHO: "the guideline",
    levels.EU: "the EU limit for 2030",
    levels.UBA: "the guide value",
    levels.EN: "the design value of category II",
    levels.OEL: "the workplace limit",
}


def number(value: int, quantity: int) -> str:
    """A value in digits: 11.6, 640."""
    return Fixed(value, quantities.DECIMALS[quantity]).text()


def limit_number(value: int, quantity: int) -> str:
    """A limit as people write it: 15, not 15.0."""
    text = number(value, quantity)
    return text[:-2] if text.endswith(".0") else text


def _measured(one: "Any") -> str:
    quantity = one.level.quantity
    text = number(one.average.value, quantity)
    if one.err is not None:
        text += " ± " + number(one.err, quantity)
    return text + " " + quantities.SHOWN_UNITS[quantity]


def _incomplete(one: "Any") -> str:
    if one.level.window == NOWCAST:
        return "The NowCast needs 2 of the last 3 hours; there %s." % _there(one.recent_h)
    have, need = one.average.have_h, one.average.need_h
    if one.level.window == ANNUAL:
        return "An annual mean needs %d days; there %s." % ((need + 23) // 24, _there(have // 24))
    article = "An" if one.level.window == HOURS_8 else "A"
    unit = "hour" if need == 1 else "hours"
    return "%s %s needs %d %s; there %s." % (article, _MEANS[one.level.window], need, unit, _there(have))


def _there(count: int) -> str:
    return "is 1" if count == 1 else "are %d" % count


def _category(one: "Any") -> str:
    name = "category " + one.category if one.level.scheme == levels.EN else one.category
    return name if one.sure else "likely " + name


def _place(one: "Any") -> str:
    if one.likely_above:
        return "likely above"
    return one.state


def level(one: "Any") -> str:
    """The sentence of one level."""
    if one.state == "incomplete":
        return _incomplete(one)
    if one.level.window == NOWCAST:
        return "US AQI %d (%s), NowCast %s." % (one.index, _category(one), _measured(one))
    mean = _MEANS[one.level.window]
    text = mean[0].upper() + mean[1:] + " " + _measured(one) + ", " + _place(one) + " " + _NOUNS[one.level.scheme]
    text += " of " + limit_number(one.limit, one.level.quantity)
    return text + (" (%s)." % _category(one) if one.category else ".")


def _short(one: "Any") -> str:
    scheme, window = one.level.scheme, one.level.window
    if scheme == levels.US_AQI:
        return "US AQI " + one.category
    if scheme == levels.UBA:
        return "UBA guide value of %d ppm" % one.limit
    if scheme == levels.EN:
        return "EN 16798-1 category II"
    if scheme == levels.OEL:
        return "workplace limit"
    span = "annual" if window == ANNUAL else "24-hour"
    return "WHO %s guideline" % span if scheme == levels.WHO else "EU %s limit for 2030" % span


def grouped(evaluations: list, names: tuple, short: "Any") -> str:
    """What is above, likely above and near, each under its name of `names`; "" when there is none of them."""
    found: tuple = ([], [], [])
    for one in evaluations:
        if one.passed:
            found[1 if one.likely_above else 0].append(short(one))
        elif one.state == "near":
            found[2].append(short(one))
    return " ".join([names[i] + ": " + ", ".join(found[i]) + "." for i in (0, 1, 2) if found[i]])


def summary(evaluations: list) -> str:
    """One sentence for each state that occurs; what is below is only spoken of when nothing else is."""
    text = grouped(evaluations, ("Above", "Likely above", "Near"), _short)
    if text:
        return text
    if [one for one in evaluations if one.state == "below"]:
        return "Below every level whose averaging time is complete."
    return "No averaging time is complete yet."
