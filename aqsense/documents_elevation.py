"""The verdict on the last half hour: a claim, a quiet entry, "typical", or why nothing is said (contract section 5)."""

from collections import OrderedDict

from aqsense import codes, inferred, messages, timetext
from aqsense.document import Document
from aqsense.documents_range import RANGE_LEVEL, range_in_words, reading, whole
from aqsense.ranks import DAYS_FOR_CLAIM

CELL_S = timetext.CELL_S


def elevation(subject, ended=None) -> Document:
    """The verdict on the last closed half hour of a series, with its evidence.

    An episode keeps the id of its onset, up to the document that closes it (`ended`: that episode); every other verdict
    has the id of the half hour.
    """
    verdict = subject.verdict() if ended is None else codes.ELEVATED
    episode = subject.episode() if ended is None else ended
    score = codes.SCORES[episode.kind] if episode else "none"
    onset = episode.onset if episode else subject.cell
    body = inferred.head(subject, "elevation", score, onset, subject.series.stage, inferred.VALID_S)
    body["verdict"] = codes.VERDICTS[verdict]
    body["elevated"] = subject.elevated()
    body["claim"] = claim(episode) if episode else None
    text = _text(subject, verdict, episode)
    if episode:
        body["text"] = text
    body["value"] = _value(subject)
    body["typical"] = _typical(subject)
    body["withheld"] = _withheld(subject) if verdict == codes.WITHHELD else None
    if not episode:
        body["text"] = text
    body["evidence"] = _evidence(subject, episode)
    body["guidance"] = _guidance(subject)
    body["model"] = inferred.model(subject.settings)
    inferred.tail(body)
    return inferred.document(subject, "elevation", body, inferred.VALID_S)


def claim(episode) -> OrderedDict:
    """Kind, rank and promise of an episode, and when it began and ended."""
    promise: OrderedDict = OrderedDict()
    promise["k"] = episode.k
    promise["of"] = episode.of
    promise["unit"] = episode.unit
    fields: OrderedDict = OrderedDict()
    fields["score"] = codes.SCORES[episode.kind]
    fields["rank"] = episode.rank
    fields["promise"] = promise
    fields["onset"] = timetext.instant(episode.onset)
    fields["ended"] = None if episode.ended is None else timetext.instant(episode.ended + 1)
    return fields


def _value(subject) -> OrderedDict | None:
    value = subject.value()
    if value is None:
        return None
    fields: OrderedDict = OrderedDict()
    fields["v"] = inferred.amount(subject.quantity, value)
    fields["window_s"] = CELL_S
    fields["n"] = subject.series.filled
    fields["err"] = inferred.amount(subject.quantity, subject.error(value))
    return fields


def _typical(subject) -> OrderedDict | None:
    series = subject.standing()
    if not series.band():
        return None
    fields: OrderedDict = OrderedDict()
    fields["lo"] = inferred.amount(subject.quantity, series.lo)
    fields["mid"] = inferred.amount(subject.quantity, series.mid)
    fields["hi"] = inferred.amount(subject.quantity, series.hi)
    fields["level"] = RANGE_LEVEL
    return fields


def _withheld(subject) -> OrderedDict:
    series = subject.standing()
    fields: OrderedDict = OrderedDict()
    fields["code"] = codes.CODES[subject.code()]
    fields["also"] = [codes.CODES[code] for code in series.also if code != subject.code()]
    fields["have"] = series.coverage.n
    fields["need"] = DAYS_FOR_CLAIM
    fields["progress"] = inferred.share(series.coverage.n, DAYS_FOR_CLAIM)
    fields["earliest"] = inferred.day_or_none(series.earliest)
    return fields


def _evidence(subject, episode) -> OrderedDict:
    series = subject.standing()
    fields: OrderedDict = OrderedDict()
    fields["n"] = series.coverage.n
    fields["n_effective"] = series.coverage.n_effective
    fields["from"] = inferred.day_or_none(series.coverage.evidence_from)
    fields["to"] = inferred.day_or_none(series.coverage.evidence_to)
    fields["excluded"] = OrderedDict()
    if series.coverage.excluded:
        fields["excluded"]["confirmed"] = series.coverage.excluded
    fields["disputes"] = sum(series.account.disputed)
    if episode:
        fields["score"] = inferred.hundredths(episode.score)
        fields["threshold"] = inferred.hundredths(episode.threshold)
        fields["margin"] = inferred.hundredths(episode.margin)
        fields["excess"] = _excess(subject, episode)
    fields["nearest"] = [_nearest(day, score) for day, score in episode.nearest] if episode else []
    if episode:
        fields["input"] = subject.source()
        fields["unknown"] = ["occupancy", "open windows"] + inferred.unseen_seasons(series)
    return fields


def _excess(subject, episode) -> OrderedDict:
    fields: OrderedDict = OrderedDict()
    fields["v"] = inferred.amount(subject.quantity, episode.excess)
    fields["least"] = inferred.amount(subject.quantity, episode.least)
    return fields


def _nearest(day: int, score: int) -> OrderedDict:
    fields: OrderedDict = OrderedDict()
    fields["day"] = timetext.day_text(day)
    fields["score"] = inferred.hundredths(score)
    return fields


def _guidance(subject) -> OrderedDict:
    fields: OrderedDict = OrderedDict()
    fields["passed"] = subject.passed()
    fields["topic"] = messages.inferred_topic(subject.settings.home, subject.sensor.sid, subject.quantity, "guidance")
    return fields


# words ------------------------------------------------------------------------------------------------------------


def _text(subject, verdict: int, episode) -> str:
    if verdict == codes.WITHHELD:
        return withheld_text(subject)
    if episode:
        return claim_text(subject, episode, timetext.clock_text(episode.onset_slot))
    value = subject.value()
    if verdict == codes.UNKNOWN or value is None:
        return subject.words.no_valid_half_hour(subject.sensor.room)
    now = reading(subject, value, subject.error(value))
    return subject.words.now_usual(now, range_in_words(subject), subject.guidance_text() if subject.passed() else None)


def withheld_text(subject) -> str:
    """Why nothing personal is said, and when it could be at the earliest."""
    series = subject.standing()
    words = subject.words
    code = subject.code()
    earliest = None if series.earliest < 0 else inferred.day_in_words(words, series.earliest)
    room = subject.sensor.room
    if series.stage == codes.PROVISIONAL and code >= codes.COVERAGE_DAYS:
        return words.not_yet_told(room, series.coverage.n, DAYS_FOR_CLAIM, earliest)
    if code == codes.COVERAGE_DAYS:
        return words.still_learning(room, series.coverage.n, DAYS_FOR_CLAIM, earliest)
    return words.withheld(room, codes.CODES[code], earliest if code >= codes.COVERAGE_DAYS else None)


def claim_text(subject, episode, around: str | None) -> str:
    """The rank in words; `around` is a time of day, or None where the sentence stands beside one."""
    words = subject.words
    name = words.NAMES[subject.quantity]
    room = subject.sensor.room
    n = episode.of - 1
    if episode.kind == codes.PEAK:
        return words.peak(name, room, around, episode.rank, n)
    if episode.kind == codes.SUSTAINED:
        return words.sustained(name, room, around, episode.rank, n)
    if episode.kind == codes.DAYPART:
        return words.daypart(name, room, around, episode.rank, n, whole(subject, episode.excess))
    return words.notable(name, room, around, episode.rank, n)
