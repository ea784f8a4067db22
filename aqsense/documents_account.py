"""The home's account: claims made beside those that chance would make (contract section 5, "account").

It speaks of all regimes since the first active day: what was learned anew does not unsay what was claimed before.
"""

from collections import OrderedDict

from aqsense import codes, ids, inferred, quantities, rounding, texts, timetext
from aqsense.document import Document
from aqsense.jsontext import Fixed

REFERENCE_DAYS = 60  # one claim day in so many active days: what simulated homes with nothing wrong show


def account(home, subjects: list) -> Document:
    """The account over all series. `home`: see `Home`; `subjects`: the series that may speak."""
    settings = home.settings
    words = texts.of(settings.lang)
    made = [subject.claimed() for subject in subjects]
    claim_days = sum([tally.claim_days for tally in made])
    reference = Fixed(rounding.rounded(home.active_days * 10, REFERENCE_DAYS), 1)
    body: OrderedDict = OrderedDict()
    body["schema"] = "inferred/1"
    body["kind"] = "account"
    body["id"] = ids.document_id(settings.home, "-", "-", "-", "account", "none", home.cell)
    body["t"] = timetext.instant(home.cell + 1)
    body["valid_until"] = None
    body["from"] = inferred.day_or_none(home.first_active_day)
    body["to"] = inferred.day_or_none(home.last_active_day)
    body["level"] = settings.level
    body["series"] = len(subjects)
    body["active_days"] = home.active_days
    body["claim_days"] = claim_days
    body["reference_claim_days"] = reference
    body["reference"] = "simulated homes"
    body["promised_claim_days"] = _promised(sum([tally.promised_q16 for tally in made]))
    body["notable_days"] = sum([tally.notable_days for tally in made])
    confirmed, disputed, unanswered = _answers(made)
    body["confirmed"] = confirmed
    body["disputed"] = disputed
    body["unanswered"] = unanswered
    body["by_series"] = [_one(subject, made[i]) for i, subject in enumerate(subjects)]
    body["outcomes"] = _outcomes(subjects, made)
    if home.first_active_day < 0:
        body["text"] = words.account_empty()
    else:
        since = inferred.day_in_short(words, home.first_active_day)
        body["text"] = words.account(claim_days, since, _plain(reference))
    inferred.tail(body)
    document = Document("account", None, -1, body)
    document.t_cell = home.cell + 1
    return document


def _promised(q16: int) -> Fixed:
    return Fixed(rounding.rounded(q16 * 10, 65536), 1)


def _plain(number: Fixed) -> str:
    text = number.text()
    return text[:-2] if text.endswith(".0") else text


def _one(subject, tally) -> OrderedDict:
    fields: OrderedDict = OrderedDict()
    fields["sid"] = subject.sensor.sid
    fields["quantity"] = quantities.FIELDS[subject.quantity]
    fields["active_days"] = tally.active_days
    fields["claim_days"] = tally.claim_days
    fields["promised_claim_days"] = _promised(tally.promised_q16)
    return fields


def _answers(made: list) -> tuple:
    claims = sum([sum(tally.claims) for tally in made])
    confirmed = sum([sum(tally.confirmed) for tally in made])
    disputed = sum([sum(tally.disputed) for tally in made])
    return confirmed, disputed, max(0, claims - confirmed - disputed)


def _outcomes(subjects: list, made: list) -> list:
    found = []
    for kind in (codes.PEAK, codes.SUSTAINED, codes.DAYPART):
        spoke = [tally for tally in made if tally.claims[kind]]
        if spoke:
            silent = [bool(subject.series.gate.silent >> kind & 1) for subject in subjects]
            found.append(_outcome(kind, spoke, any(silent)))
    return found


def _outcome(kind: int, spoke: list, silent: bool) -> OrderedDict:
    fields: OrderedDict = OrderedDict()
    fields["score"] = codes.SCORES[kind]
    fields["claims"] = sum([tally.claims[kind] for tally in spoke])
    fields["confirmed"] = sum([tally.confirmed[kind] for tally in spoke])
    fields["disputed"] = sum([tally.disputed[kind] for tally in spoke])
    fields["recovery_min"] = _recovery(spoke, kind)
    fields["recovery_min_unclaimed"] = _recovery(spoke, codes.CONTEXT)
    fields["silent"] = silent
    return fields


def _recovery(spoke: list, kind: int) -> int | None:
    """Mean minutes until the air was usual again, over all series; None when there is no such stretch yet."""
    stretches = sum([tally.stretches[kind] for tally in spoke])
    return sum([tally.minutes[kind] for tally in spoke]) // stretches if stretches else None
