"""Sentences in English. Every function has its twin of the same name in the other languages."""

MONTHS = "January February March April May June July August September October November December"
NAMES = ("PM1", "PM2.5", "PM4", "PM10", "CO2", "temperature", "humidity", "pressure", "formaldehyde", "VOC", "NOx")
SEASONS = {"winter": "winter", "spring": "spring", "summer": "summer", "autumn": "autumn"}
REASONS = {
    "clock_untrusted": "the clock is not set, so nothing can be dated",
    "sensor_fault": "the sensor reports a fault",
    "sensor_stuck": "the sensor repeats one and the same frame",
    "sensor_warming": "the sensor is warming up",
    "value_missing": "too few readings in the last half hour",
    "line_noisy": "too many readings arrive damaged; check the cable",
    "gap_recent": "too many days are missing",
    "user_paused": "paused by the owner",
    "sensor_changed": "another sensor stands here now",
    "sensor_moved": "the sensor stands somewhere else now",
    "correction_changed": "the readings are corrected in another way now",
    "calibration_recent": "the sensor was calibrated",
    "drift_suspected": "something changed lately",
    "promise_broken": "there were more claims than promised",
    "disputed": "statements of this kind were disputed more often than confirmed",
    "coverage_days": "too few comparable days",
    "coverage_hours": "some hours of the day are hardly known",
    "coverage_weekend": "too few weekend days",
    "coverage_weeks": "too few calendar weeks",
    "coverage_independence": "the days resemble each other too much to count in full",
}


def date(year: int, month: int, day: int) -> str:
    """`12 March 2026`."""
    return "%d %s %d" % (day, MONTHS.split()[month - 1], year)


def day_month(month: int, day: int) -> str:
    """`12 March`."""
    return "%d %s" % (day, MONTHS.split()[month - 1])


def listed(words: list, last: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    if len(words) < 2:
        return "".join(words)
    return ", ".join(words[:-1]) + " " + last + " " + words[-1]


def in_room(room: str) -> str:
    """`in the kitchen`; a name that begins with a capital stands as it is."""
    return "in the " + room if room[:1].islower() else "in " + room


def count(n: int, one: str, many: str) -> str:
    """`1 day`, `2 days`."""
    return "%d %s" % (n, one if n == 1 else many)


def capital(text: str) -> str:
    """The text with its first letter in upper case."""
    return text[:1].upper() + text[1:]


def reading(value: str, error: str | None, unit: str) -> str:
    """`41.2 ± 10.0 µg/m³`."""
    shown = value if error is None else value + " ± " + error
    return shown + " " + unit if unit else shown


def usual(low: str, high: str, unit: str) -> str:
    """A range at this time of day."""
    return "usually %s to %s%s at this time of day" % (low, high, " " + unit if unit else "")


def typical(low: str, high: str, unit: str, settled: bool, former: str | None, missing: list) -> str:
    """The typical range; `former`: the day it dates from when it is one of the past; `missing` seasons."""
    if former is not None:
        return "Until %s it was %s." % (former, usual(low, high, unit))
    text = capital(usual(low, high, unit)) + "."
    if not settled:
        text += " Still settling."
    if missing:
        text += " No %s seen yet." % listed([SEASONS[s] for s in missing], "or")
    return text


def last_year(low: str, high: str, unit: str, confirmed: bool) -> str:
    """The same week a year ago, as a sentence to add; `confirmed`: it counts for the range again."""
    text = " This week last year: %s to %s%s" % (low, high, " " + unit if unit else "")
    return text + (", and this year's days agree with it." if confirmed else ".")


def typical_pending(have: int, need: int) -> str:
    """No range yet."""
    return "The usual range is shown from %d valid days on; there %s." % (
        need,
        "is 1" if have == 1 else "are %d" % have,
    )


def now_usual(now: str, range_text: str | None, passed: str | None) -> str:
    """A claim was allowed and none was due; `passed`: what guidance says of levels that are passed."""
    text = now + (", " + range_text if range_text else ", nothing unusual") + "."
    if passed:
        text += " Usual here, but not by the guidance for everybody. %s" % passed
    return text


def no_valid_half_hour(room: str) -> str:
    """Nothing to judge."""
    return "No valid half hour %s to judge." % in_room(room)


def still_learning(room: str, have: int, need: int, earliest: str | None) -> str:
    """Too few comparable days."""
    text = "Still learning what is usual %s: %d of %d comparable days." % (in_room(room), have, need)
    return text + (" Earliest on %s, if no day is lost." % earliest if earliest else "")


def withheld(room: str, code: str, earliest: str | None) -> str:
    """A personal statement is held back for another reason."""
    text = "No personal statement %s: %s." % (in_room(room), REASONS[code])
    return text + (" Earliest on %s, if no day is lost." % earliest if earliest else "")


def not_yet_told(room: str, have: int, need: int, earliest: str | None) -> str:
    """Provisional: unusual days are logged, and nobody is told."""
    text = "Unusual days %s are logged, nobody is told yet: %d of %d comparable days." % (in_room(room), have, need)
    return text + (" Earliest on %s, if no day is lost." % earliest if earliest else "")


def coverage(have: int, need: int, missing: list) -> str:
    """Progress towards the next stage; `missing`: pairs of a condition and how many are short."""
    text = "%d of %d comparable days." % (have, need)
    words = [MISSING[name](short) for name, short in missing]
    return text + (" Also missing: %s." % ", ".join(words) if words else "")


MISSING = {
    "scored_days": lambda n: count(n, "comparable day", "comparable days"),
    "hour_support": lambda n: count(n, "more day with every hour", "more days with every hour"),
    "weekend_days": lambda n: count(n, "weekend day", "weekend days"),
    "weeks": lambda n: count(n, "more calendar week", "more calendar weeks"),
    "n_effective": lambda n: count(n, "more independent day", "more independent days"),
}


def coverage_full(have: int) -> str:
    """Every condition is met."""
    return "%d comparable days; nothing is missing." % have


def coverage_held(have: int, code: str) -> str:
    """The days are there; something else holds statements back."""
    return "%d comparable days. Personal statements wait: %s." % (have, REASONS[code])


def promoted(stage: str, n: int, back: bool) -> str:
    """A stage was reached; `back`: one that was only interrupted."""
    if back:
        return "Readings are back; what was learned is kept: %s." % count(n, "comparable day", "comparable days")
    if stage == "provisional":
        return "%d comparable days: unusual days are logged from now on, nobody is told yet." % n
    if stage == "established":
        return "%d comparable days: from now on a clearly unusual one is said." % n
    return "The sensor is ready: learning what is usual."


def demoted(stage: str, code: str | None) -> str:
    """A stage was lost."""
    why = REASONS[code] if code else "some of what was learned is too old"
    if stage in ("learning", "relearning"):
        return "Learning anew: %s." % why
    if stage == "provisional":
        return "Unusual days are only logged for now: %s." % why
    return "Personal statements wait: %s." % why


def _but(rank: int) -> str:
    return "any" if rank <= 1 else "all but %s" % ("one" if rank == 2 else str(rank - 1))


def _than(rank: int, of: int, spans: bool = False) -> str:
    if spans:
        return "in %s of the last %d three-day spans" % (_but(rank), of)
    return "on %s of the last %d comparable days" % (_but(rank), of)


def peak(name: str, room: str, around: str | None, rank: int, n: int) -> str:
    """A short peak of particles; the short form where it stands beside an instant."""
    than = _than(rank, n)
    if around is None:
        return "The short %s peak %s is stronger than %s." % (name, in_room(room), than)
    return "The short %s peak %s around %s is stronger than %s, and clearly so." % (name, in_room(room), around, than)


def sustained(name: str, room: str, around: str | None, rank: int, spans: int) -> str:
    """Particles high for hours."""
    since = " since " + around if around else ""
    text = "%s %s has been high for 4 hours%s: higher than %s."
    return text % (name, in_room(room), since, _than(rank, spans, True))


def daypart(name: str, room: str, around: str | None, rank: int, spans: int, above: str) -> str:
    """CO2 beyond what this part of the day usually has."""
    at = " at " + around if around else ""
    text = "%s %s%s is further above what is usual at this time than %s: about %s above."
    return text % (name, in_room(room), at, _than(rank, spans, True), above)


def notable(name: str, room: str, around: str | None, rank: int, n: int) -> str:
    """A quiet entry: unusual at one day in thirty."""
    at = " around " + around if around else ""
    return "%s %s%s is more unusual for this time of day than %s. Logged, nobody is told." % (
        name,
        in_room(room),
        at,
        _than(rank, n),
    )


def ended(name: str, room: str, at: str) -> str:
    """An episode is over."""
    return "What was unusual about %s %s ended at %s." % (name, in_room(room), at)


def account(claims: int, since: str, reference: str) -> str:
    """Claims made, beside what simulated homes show in which nothing is wrong."""
    return "%s since %s; about %s is usual in a home where nothing is wrong." % (
        count(claims, "claim", "claims"),
        since,
        reference,
    )


def account_empty() -> str:
    """No day began with a claim permitted."""
    return "No claim was possible yet."


def drift_question(day: str) -> str:
    """What the owner is asked."""
    return "What changed about %s?" % day


def drift(day: str, waits: bool) -> str:
    """A change is suspected; `waits`: statements are held back for it."""
    text = "Something changed about %s." % day
    return text + " Personal statements wait until it is learned again." if waits else text


FACTS = {
    "factor": "daily highest %s times what it was",
    "floor_factor": "floor %s times what it was",
    "one_factor": "floor and highest moved by one factor",
    "shape_changed": "hour-of-day shape changed",
    "shape_kept": "hour-of-day shape kept",
    "slow": "crept in over %s days",
    "quick": "noticed after %s days",
    "floor_ppm": "lowest CO2 %s ppm, which is below outdoor air",
    "ratio_kept": "ratio to the sensor's other sizes kept",
    "ratio_changed": "ratio to the sensor's other sizes changed",
    "other_moved": "another sensor of the room moved too",
    "other_stayed": "another sensor of the room stayed",
    "apart": "%s times what the room's other sensor shows, compared with before",
    "still": "readings of a half hour differ %s times as much as they did",
    "noise": "readings of a half hour differ %s times as much as they did",
}


def fact(key: str, number: str) -> str:
    """A fact that speaks for an explanation."""
    return FACTS[key] % number if "%" in FACTS[key] else FACTS[key]


def drift_none() -> str:
    """No change is seen."""
    return "No lasting change seen."


SENSOR_EVENTS = {
    "appeared": "The sensor %s answers.",
    "lost": "The sensor %s no longer answers; check its cable and its power.",
    "replaced": "Another sensor answers as %s; what is usual is learned anew.",
    "stuck": "The sensor %s repeats one and the same frame.",
    "noisy": "Too many readings of %s arrive damaged; check its cable and its supply.",
    "recovered": "The sensor %s works again.",
}


def sensor_event(kind: str, sid: str) -> str:
    """What happened to a sensor."""
    return SENSOR_EVENTS[kind] % sid
