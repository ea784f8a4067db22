"""Sentences that answer requests, in English; those about what was learned are the core's."""


def too_many() -> str:
    """More requests than one second takes."""
    return "Too many requests in this second; ask again."


def retained() -> str:
    """A retained request would be carried out at every start."""
    return "A retained request is not carried out: publish it without retain."


def too_large(most: int) -> str:
    """A request has more bytes than are read."""
    return f"A request is at most {most} bytes."


def no_json() -> str:
    """The payload cannot be read."""
    return "This is no JSON; send a request/1 document."


def no_object() -> str:
    """The payload is JSON, but no object."""
    return "A request is a JSON object; send a request/1 document."


def no_envelope() -> str:
    """The request lacks what tells it apart."""
    return "A request has id and from (1 to 64 characters) and args (an object)."


def unknown_verb(verb: str, known) -> str:
    """No such request."""
    return f"There is no request '{verb}'; known are {', '.join(known)}."


def expired() -> str:
    """The deadline passed before anything was done."""
    return "This request came too late for its own deadline and was not carried out; send it again."


def failed() -> str:
    """An error of ours."""
    return "That failed here; the log says why."


def clock_unset() -> str:
    """Nothing can be dated yet."""
    return "The clock is not set yet; ask again when it is."


def failed_on_board() -> str:
    """An error of ours, where there is no log."""
    return "That failed here; health says why, among its problems."


def busy() -> str:
    """As many questions as may be worked out at once are being worked out."""
    return "Several questions are being worked out; ask again in a moment."


def nothing_inferred() -> str:
    """Inference is off, as in safe mode."""
    return "Nothing is inferred until aqsense is started again; ask after that."


def refolding() -> str:
    """The memory is being folded again."""
    return "The memory is being folded again; ask again in a moment."


def one_of(name: str, known) -> str:
    """An argument has a value that is none."""
    return f"{name} is one of {', '.join(known)}."


def half_hour_wanted() -> str:
    """A question names no half hour."""
    return "Give id, or sid, quantity (such as pm2_5_ugm3) and t (such as 2026-02-24T18:30:00Z)."


def unknown_sensor(sid: str, known) -> str:
    """No such sensor."""
    return f"There is no sensor '{sid}'; known are {', '.join(known)}."


def not_personal() -> str:
    """A quantity without personal statements."""
    return "Personal statements exist for pm2_5_ugm3 and co2_ppm."


def too_long(name: str, most: int) -> str:
    """An argument is too long."""
    return f"{name} is at most {most} characters."


def unknown_answer() -> str:
    """An id that no answer has."""
    return "There is no answer of that id."


def unknown_token() -> str:
    """A token that is not valid."""
    return "That token is unknown or older than 60 s: ask without a token first."


def bad_instant(name: str) -> str:
    """An argument is no instant."""
    return f"{name} is an instant such as 2026-02-24T18:30:00Z."


def bad_since() -> str:
    """A change cannot be dated like that."""
    return "since is a day such as 2026-02-19, or an instant such as 2026-02-19T18:00:00Z, and not in the future."


def span_wanted() -> str:
    """A request for forgetting names nothing."""
    return "Give from and to as instants, or sid, or all as true."


def samples_wanted() -> str:
    """A request for history names nothing."""
    return "Give sid, and boot with from_seq and to_seq, or from and to as instants."


def samples_follow(samples: int, half_hours: int, sid: str, more: bool) -> str:
    """What comes on `history/`."""
    if not samples and not half_hours:
        return "None of these samples is kept any more."
    parts = [_count(samples, "sample")] if samples else []
    parts += [_count(half_hours, "half hour")] if half_hours else []
    follow = "follows" if samples + half_hours == 1 else "follow"
    rest = " There are more: ask again from where these end." if more else ""
    return f"{' and '.join(parts)} {follow} on history/{sid}.{rest}"


def announced(count: int, taken_back: bool) -> str:
    """The hub was told of the sensors, or that they are gone."""
    return f"{_count(count, 'announcement')} {'taken back' if taken_back else 'repeated'}."


def to_forget(half_hours: int, days: int, answers: int, done: bool) -> str:
    """How much goes, or went."""
    listed = f"{_count(half_hours, 'half hour')} of {_count(days, 'day')}, and {_count(answers, 'answer')}"
    return f"Forgotten: {listed}." if done else f"To be forgotten: {listed}."


def not_recomputed(days: int, done: bool) -> str:
    """Scores that go too, or went, because nothing is left to compute them from."""
    goes = ("went" if done else "goes") if days == 1 else ("went" if done else "go")
    return f"{_count(days, 'older day')} {goes} too: the half hours behind have left the memory."


def not_in_memory() -> str:
    """A half hour that nobody remembers."""
    return "That half hour is not in the memory."


def nothing_said() -> str:
    """A half hour about which nothing was said."""
    return "Nothing was said about that half hour."


def unknown_document() -> str:
    """An id that no remembered half hour gives."""
    return "There is no document of that id, or its half hour has left the memory."


def typical_below(value: str, unit: str) -> str:
    """What would have been typical."""
    return f"Below {value} {unit} it would have been typical."


def declared_since(day: int, half_hours: int) -> str:
    """A change was dated back to a local day."""
    from aqsense import inferred, texts_en

    since = inferred.day_in_words(texts_en, day)
    count = _count(half_hours, "half hour")
    return f"Learned anew from {since} on, with {count} since then; what was before no longer counts."


def _count(n: int, one: str) -> str:
    return f"{n} {one}" if n == 1 else f"{n} {one}s"
