"""What the owner says: answers to claims, changes declared, pauses (contract section 5, "request and reply").

An answer is (error code of the contract or "", one sentence, documents of what it changed).
"""

from aqsense import feedback, quantities, timetext
from aqsense.codes import DRIFT_SUSPECTED, SENSOR_CHANGED, SENSOR_MOVED, USER_PAUSED
from aqsense.drift import ANSWERS
from aqsense.questions import LEVELS

CLAIM_VERBS = ("confirm", "dispute", "retract")
RELEARNS = {
    "sensor_moved": SENSOR_MOVED,
    "sensor_replaced": SENSOR_CHANGED,
    "people": DRIFT_SUSPECTED,
    "stove_or_purifier": DRIFT_SUSPECTED,
}


class _Refused(Exception):
    """Carries the error code and the sentence."""


def words_of(lang: str):
    """The module of answers in a language; English for one that nobody has written yet."""
    if lang == "de":
        from aqsense import owner_de

        return owner_de
    from aqsense import owner_en

    return owner_en


def answer(home, record: dict) -> tuple:
    """Take one record {"id", "t", "verb", "args"}; nothing is changed when the error code is not empty.

    A record may hold "lang": the sentence is in that language then, the documents stay in the home's.
    """
    verb = record.get("verb", "")
    args = record.get("args") or {}
    words = words_of(record.get("lang") or home.settings.lang)
    try:
        if verb in CLAIM_VERBS:
            documents = _about_claim(home, words, verb, args)
        elif verb == "annotate":
            documents = _annotate(home, words, record)
        elif verb == "declare":
            documents = _declare(home, words, args)
        elif verb in ("relearn", "pause", "resume"):
            documents = _steer(home, words, verb, args)
        elif verb == "level":
            documents = _level(home, words, args)
        else:
            raise _Refused("unknown_verb", words.unknown_verb(verb))
    except _Refused as refused:
        return refused.args[0], refused.args[1], []
    return "", said(words, verb, args), documents


def said(words, verb: str, args: dict) -> str:
    """The sentence about something that was done."""
    if verb in CLAIM_VERBS:
        return words.claim_answered(verb)
    if verb == "annotate":
        return words.annotated(args["label"])
    if verb == "declare":
        return words.declared(args["what"] in RELEARNS)
    return words.level(args["level"]) if verb == "level" else words.steered(verb)


def find_claim(home, ident: str):
    """(subject, score kind, onset cell) of a claim that is still known, or None."""
    for subject in home.subjects():
        if subject.has_claims() and subject.series is not None:
            for kind, onset, _, _ in subject.series.answers.known():
                if subject.ident(kind, onset) == ident:
                    return subject, kind, onset
    return None


def _about_claim(home, words, verb: str, args: dict) -> list:
    found = find_claim(home, str(args.get("id", "")))
    if found is None:
        raise _Refused("unknown_id", words.unknown_claim())
    subject, kind, onset = found
    error = feedback.answer(subject.series, verb, kind, onset)
    if error == feedback.CAP_REACHED:
        raise _Refused(error, _cap_text(words, subject))
    if error:
        raise _Refused(
            error, words.too_late(feedback.ANSWER_DAYS) if error == feedback.TOO_LATE else words.unknown_claim()
        )
    happened = {"confirm": "confirmed", "dispute": "disputed", "retract": "retracted"}[verb]
    return _changed(home, [subject], happened, subject.ident(kind, onset), _at_home(home, verb, args))


def _at_home(home, verb: str, args: dict) -> str:
    return said(words_of(home.settings.lang), verb, args)


def _cap_text(words, subject) -> str:
    from aqsense import inferred, texts

    series = subject.series
    again = inferred.day_in_short(texts.of(words.LANG), feedback.again_from(series))
    used = feedback.confirmed_days(series)
    return words.cap_reached(used, feedback.most_confirmed(series.coverage.n), again)


def _annotate(home, words, record: dict) -> list:
    args = record.get("args") or {}
    label = args.get("label")
    start = timetext.of_instant(str(args.get("from", "")))
    end = timetext.of_instant(str(args.get("to", "")))
    if start is None or end is None:
        raise _Refused("bad_request", words.bad_instant("from" if start is None else "to"))
    if end <= start:
        raise _Refused("bad_request", words.backwards())
    if not isinstance(label, str) or not label:
        raise _Refused("bad_request", words.missing("label"))
    text = _at_home(home, "annotate", args)
    return [] if home.quiet else [_event(home, "annotated", str(record.get("id")), None, text)]


def _declare(home, words, args: dict) -> list:
    what = args.get("what")
    if what not in ANSWERS:
        raise _Refused("bad_request", words.one_of("what", ANSWERS))
    subjects = _subjects(home, words, args)
    if what in RELEARNS:
        subjects = [home.next_regime(subject, RELEARNS[what]) for subject in subjects]
        for subject in subjects:
            subject.cell = home.cell
    else:
        for subject in subjects:
            if subject.series is not None:
                subject.series.drift.answer()
    return _changed(home, subjects, "declared", "", _at_home(home, "declare", args))


def _steer(home, words, verb: str, args: dict) -> list:
    subjects = _subjects(home, words, args)
    if verb == "relearn":
        subjects = [home.next_regime(subject, DRIFT_SUSPECTED) for subject in subjects]
        for subject in subjects:
            subject.cell = home.cell
    else:
        for subject in subjects:
            if subject.series is not None:
                subject.series.hold(USER_PAUSED, verb == "pause")
    return _changed(home, subjects, "", "", "")


def _level(home, words, args: dict) -> list:
    level = args.get("level")
    if level not in LEVELS:
        raise _Refused("bad_request", words.one_of("level", LEVELS))
    home.set_level(level)
    return [] if home.quiet else [home.account()]


def _subjects(home, words, args: dict) -> list:
    sid = args.get("sid")
    field = args.get("quantity")
    if sid is not None and not home.knows(sid):
        raise _Refused("bad_request", words.one_of("sid", [sensor.sid for sensor in home.settings.sensors]))
    if field is not None and quantities.index(field) < 0:
        raise _Refused("bad_request", words.one_of("quantity", quantities.FIELDS))
    found = []
    for subject in home.subjects():
        if sid in (None, subject.sensor.sid) and field in (None, quantities.FIELDS[subject.quantity]):
            found.append(subject)
    if not found:
        raise _Refused("bad_request", words.nothing_learned())
    return found


def _changed(home, subjects: list, happened: str, ident: str, text: str) -> list:
    """What the answer changed: the event, and the present state of the series it is about."""
    documents: list = []
    if home.quiet:
        for subject in subjects:
            subject.settle()
        return documents
    if happened:
        documents.append(_event(home, happened, ident, subjects[0], text))
    for subject in subjects:
        documents.extend(subject.current())
        subject.settle()
    documents.append(home.account())
    return home.made(documents)


def _event(home, happened: str, ident: str, subject, text: str):
    from aqsense import documents_events

    return documents_events.answered(home, happened, ident, subject, text)
