"""The typical range and the progress of a series as documents (contract section 5, "typical", "coverage")."""

from collections import OrderedDict

from aqsense import codes, inferred, quantities, rounding, timetext
from aqsense.document import Document
from aqsense.jsontext import Fixed

FIRST_RANGE_DAYS = 14
RANGE_LEVEL = Fixed(8, 1)  # four half hours in five lie inside


def typical(subject) -> Document:
    """What is usual at this time of day; nulls before valid day 14."""
    series = subject.standing()
    q = subject.quantity
    there = series.band()
    body = inferred.head(subject, "typical", "none", subject.cell, series.stage)
    body["settled"] = series.stage == codes.ESTABLISHED
    body["former"] = series.former
    body["lo"] = inferred.amount(q, series.lo) if there else None
    body["mid"] = inferred.amount(q, series.mid) if there else None
    body["hi"] = inferred.amount(q, series.hi) if there else None
    body["level"] = RANGE_LEVEL
    body["slot_local"] = timetext.clock_text(series.slot)
    body["realised"] = _realised(series) if there else None
    body["pattern"] = series.pattern
    last_year = _last_year(subject)
    if last_year is not None:
        body["last_year"] = last_year
    body["days"] = series.valid_days
    body["n_effective"] = series.coverage.n_effective
    body["from"] = inferred.day_or_none(series.first_day)
    body["to"] = inferred.day_or_none(series.last_valid)
    body["text"] = _typical_text(subject)
    body["unknown"] = inferred.unseen_seasons(series)
    body["model"] = inferred.model(subject.settings)
    inferred.tail(body)
    return inferred.document(subject, "typical", body)


def _last_year(subject) -> OrderedDict | None:
    """The same week a year ago, as context; `confirmed` once this year's days agree with it."""
    series = subject.standing()
    known = series.last_year
    if known is None:
        return None
    fields: OrderedDict = OrderedDict()
    fields["lo"], fields["mid"], fields["hi"] = [inferred.amount(subject.quantity, value) for value in known]
    fields["confirmed"] = series.season.is_confirmed()
    return fields


def _realised(series) -> OrderedDict | None:
    share, seen, days = series.realised()
    if share is None:
        return None
    realised: OrderedDict = OrderedDict()
    realised["share"] = Fixed(share, 2)
    realised["n"] = seen
    realised["days"] = days
    return realised


def _typical_text(subject) -> str:
    series = subject.standing()
    words = subject.words
    if not series.band():
        return words.typical_pending(series.valid_days, FIRST_RANGE_DAYS)
    low, high = inferred.whole_range(subject.quantity, series.lo, series.hi)
    former = inferred.day_in_words(words, series.last_valid) if series.former else None
    unit = quantities.SHOWN_UNITS[subject.quantity]
    text = words.typical(low, high, unit, (series.stage == codes.ESTABLISHED), former, inferred.unseen_seasons(series))
    if series.last_year is not None:
        low, high = inferred.whole_range(subject.quantity, series.last_year[0], series.last_year[2])
        text += words.last_year(low, high, unit, series.season.is_confirmed())
    return text


def range_in_words(subject) -> str | None:
    """`usually 3 to 12 µg/m³ at this time of day`; None while there is no range."""
    series = subject.standing()
    if not series.band():
        return None
    low, high = inferred.whole_range(subject.quantity, series.lo, series.hi)
    return subject.words.usual(low, high, "")


def coverage(subject) -> Document:
    """How far a series is on its way to the next stage, and what is missing."""
    series = subject.standing()
    body = inferred.head(subject, "coverage", "none", subject.cell, series.stage)
    body["code"] = None if series.code == codes.NO_CODE else codes.CODES[series.code]
    body["progress"] = inferred.share(series.coverage.n, series.need_next)
    body["earliest"] = inferred.day_or_none(series.earliest_next)
    body["days_left"] = series.days_left if series.days_left >= 0 else None
    body["valid_days"] = series.valid_days
    body["scored_days"] = series.coverage.n
    body["excluded_days"] = series.coverage.excluded
    body["n_effective"] = series.coverage.n_effective
    body["since"] = inferred.day_or_none(series.first_day)
    body["conditions"] = [_condition(one) for one in series.conditions()]
    season: OrderedDict = OrderedDict()
    season["seen"] = series.season_seen()
    season["weeks"] = series.week_count
    season["missing"] = inferred.unseen_seasons(series)
    body["season"] = season
    body["longest_gap_h"] = Fixed(series.longest_gap_cells * 5, 1)
    body["text"] = _coverage_text(subject)
    inferred.tail(body)
    return inferred.document(subject, "coverage", body)


def _condition(one: tuple) -> OrderedDict:
    condition: OrderedDict = OrderedDict()
    condition["name"], condition["have"], condition["need"], condition["met"] = one
    return condition


def _coverage_text(subject) -> str:
    series = subject.standing()
    words = subject.words
    short = []
    complete = True
    for name, have, need, met in series.conditions():
        if not met:
            complete = False
            if name != "scored_days":
                short.append((name, need - have))
    if not complete:
        return words.coverage(series.coverage.n, series.need_next, short)
    if series.code == codes.NO_CODE:
        return words.coverage_full(series.coverage.n)
    return words.coverage_held(series.coverage.n, codes.CODES[series.code])


def reading(subject, value: int, error: int | None) -> str:
    """`41.2 ± 10.0 µg/m³` in the owner's language."""
    q = subject.quantity
    shown = None if error is None else Fixed(error, quantities.DECIMALS[q]).text()
    return subject.words.reading(Fixed(value, quantities.DECIMALS[q]).text(), shown, quantities.SHOWN_UNITS[q])


def whole(subject, value: int) -> str:
    """`640 ppm`: a rounded amount with its unit."""
    q = subject.quantity
    return "%d %s" % (rounding.rounded(value, quantities.SCALES[q]), quantities.SHOWN_UNITS[q])
