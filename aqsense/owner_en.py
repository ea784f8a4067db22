"""Sentences that answer the owner, in English."""

LANG = "en"


def unknown_verb(verb: str) -> str:
    """No such request."""
    return "There is no request '%s'." % verb


def unknown_claim() -> str:
    """The id names no claim that is still known."""
    return "No claim of the last weeks has this id."


def too_late(days: int) -> str:
    """The claim is too old to confirm."""
    return "A claim can be confirmed for %d days; this one is older." % days


def cap_reached(used: int, most: int, again: str) -> str:
    """No further day can be set aside."""
    return "%d of %d confirmed days in this window are used; confirming again is possible from %s." % (
        used,
        most,
        again,
    )


def claim_answered(verb: str) -> str:
    """A claim was answered."""
    if verb == "confirm":
        return "Confirmed: this day leaves the comparison."
    if verb == "dispute":
        return "Disputed: counted. The day stays in the comparison."
    return "The answer is taken back."


def annotated(label: str) -> str:
    """A note was taken."""
    return "Noted: %s. Nothing is excluded by it." % label


def declared(relearns: bool) -> str:
    """A change was declared."""
    return "Learning anew from today." if relearns else "Noted: what was learned stays."


def steered(verb: str) -> str:
    """Learning or speaking was steered."""
    if verb == "relearn":
        return "Learning anew from today."
    return "Personal statements are paused." if verb == "pause" else "Personal statements go on."


def level(name: str) -> str:
    """The owner chose how much is said."""
    return "From tomorrow on the level is '%s'." % name


def one_of(key: str, known) -> str:
    """An argument has a value that is none."""
    return "%s is one of: %s." % (key, ", ".join(known))


def bad_instant(key: str) -> str:
    """An argument is no instant."""
    return "%s is an instant in UTC, such as 2026-02-24T18:30:00Z." % key


def backwards() -> str:
    """A time ends before it begins."""
    return "to must be later than from."


def missing(key: str) -> str:
    """An argument is not there."""
    return "%s is missing." % key


def nothing_learned() -> str:
    """There is no series to speak of."""
    return "Nothing was learned there yet."
