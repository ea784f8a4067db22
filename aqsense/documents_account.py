"""The home's account: claims made beside those that chance would make (contract section 5, "account")."""

from collections import OrderedDict

from aqsense import codes, ids, inferred, quantities, rounding, texts, timetext
from aqsense.document import Document
from aqsense.jsontext import Fixed

REFERENCE_DAYS = 60  # one claim day in so many active days: what simulated homes with nothing wrong show


def account(home, subjects: list) -> Document:
    """The account over all series. `home`: see `Home`; `subjects`: the series that may speak."""
    settings = home.settings
    words = texts.of(settings.lang)
    claim_days = sum([subject.series.account.claim_days for subject in subjects])
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
    body["promised_claim_days"] = _promised(sum([subject.series.account.promised_q16 for subject in subjects]))
    body["notable_days"] = sum([subject.series.account.notable_days for subject in subjects])
    confirmed, disputed, unanswered = _answers(subjects)
    body["confirmed"] = confirmed
    body["disputed"] = disputed
    body["unanswered"] = unanswered
    body["by_series"] = [_one(subject) for subject in subjects]
    body["outcomes"] = _outcomes(subjects)
    if home.first_active_day < 0:
        body["text"] = words.account_empty()
    else:
        since = inferred.day_in_short(words, home.first_active_day)
        body["text"] = words.account(claim_days, since, _plain(reference))
    inferred.tail(body)
    made = Document("account", None, -1, body)
    made.t_cell = home.cell + 1
    return made


def _promised(q16: int) -> Fixed:
    return Fixed(rounding.rounded(q16 * 10, 65536), 1)


def _plain(number: Fixed) -> str:
    text = number.text()
    return text[:-2] if text.endswith(".0") else text


def _one(subject) -> OrderedDict:
    kept = subject.series.account
    fields: OrderedDict = OrderedDict()
    fields["sid"] = subject.sensor.sid
    fields["quantity"] = quantities.FIELDS[subject.quantity]
    fields["active_days"] = kept.active_days
    fields["claim_days"] = kept.claim_days
    fields["promised_claim_days"] = _promised(kept.promised_q16)
    return fields


def _answers(subjects: list) -> tuple:
    claims = sum([sum(subject.series.account.claims) for subject in subjects])
    confirmed = sum([sum(subject.series.account.confirmed) for subject in subjects])
    disputed = sum([sum(subject.series.account.disputed) for subject in subjects])
    return confirmed, disputed, max(0, claims - confirmed - disputed)


def _outcomes(subjects: list) -> list:
    found = []
    for kind in (codes.PEAK, codes.SUSTAINED, codes.DAYPART):
        spoke = [subject.series for subject in subjects if subject.series.account.claims[kind]]
        if spoke:
            found.append(_outcome(kind, spoke))
    return found


def _outcome(kind: int, spoke: list) -> OrderedDict:
    fields: OrderedDict = OrderedDict()
    fields["score"] = codes.SCORES[kind]
    fields["claims"] = sum([series.account.claims[kind] for series in spoke])
    fields["confirmed"] = sum([series.account.confirmed[kind] for series in spoke])
    fields["disputed"] = sum([series.account.disputed[kind] for series in spoke])
    fields["recovery_min"] = _recovery(spoke, kind)
    fields["recovery_min_unclaimed"] = _recovery(spoke, codes.CONTEXT)
    fields["silent"] = any([bool(series.gate.silent >> kind & 1) for series in spoke])
    return fields


def _recovery(spoke: list, kind: int) -> int | None:
    """Mean minutes until the air was usual again, over all series; None when there is no such stretch yet."""
    stretches = sum([series.outcomes.stretches[kind] for series in spoke])
    return sum([series.outcomes.minutes[kind] for series in spoke]) // stretches if stretches else None
