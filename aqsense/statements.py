"""Which documents a half hour of one subject calls for: loaded when it closes, so that a board may let go of it."""

from aqsense import documents_events, timetext
from aqsense.document import Document
from aqsense.inferred import VALID_S
from aqsense.series import DAY, DRIFT, OPENED, STAGE


def _later(subject, kind: str, valid_s: int = 0) -> Document:
    """A document of a kind whose body is made when it is read."""
    made = Document(kind, subject.sensor.sid, subject.quantity, None, valid_s, lambda: _made(subject, kind).body)
    made.t_cell = subject.cell + 1 if subject.dated else None
    return made


def _made(subject, kind: str) -> Document:
    """A document of a kind; the module that makes it is loaded for it, so that a board holds one at a time."""
    if kind == "elevation":
        from aqsense import documents_elevation

        return documents_elevation.elevation(subject)
    if kind == "guidance":
        from aqsense import documents_general

        return documents_general.guidance(subject)
    if kind == "drift":
        from aqsense import documents_drift

        return documents_drift.drift(subject)
    from aqsense import documents_range

    return documents_range.typical(subject) if kind == "typical" else documents_range.coverage(subject)


def after_half_hour(subject) -> list:
    """Documents of what the half hour that just closed changed, and of what stands."""
    found: list = []
    if subject.series is not None:
        if subject.has_claims():
            _add_changes(subject, found)
            _add_elevation(subject, found)
        found.append(_later(subject, "typical"))
    if subject.guidance.has_levels:
        found.append(_later(subject, "guidance", VALID_S))
    return found


def current(subject) -> list:
    """The present state, as retained documents."""
    found: list = []
    if subject.series is not None:
        if subject.has_claims():
            found.append(_later(subject, "elevation", VALID_S))
            found.append(_later(subject, "coverage"))
            found.append(_later(subject, "drift"))
        found.append(_later(subject, "typical"))
    if subject.guidance.has_levels:
        found.append(_later(subject, "guidance", VALID_S))
    return found


def _add_changes(subject, found: list) -> None:
    series = subject.series
    risen = series.stage != subject.stage_said
    if risen:
        found.append(documents_events.stage(subject, subject.stage_said, series.stage, series.code))
    if risen or subject.bits & (DAY | STAGE) or series.code != subject.code_said:
        found.append(_later(subject, "coverage"))
    if subject.bits & (DAY | DRIFT):
        found.append(_later(subject, "drift"))


def _add_elevation(subject, found: list) -> None:
    ended = subject.ended
    if ended is not None and subject.settings.claims_enabled:
        from aqsense import documents_elevation

        found.append(documents_elevation.elevation(subject, ended))
        found.append(documents_events.anomaly(subject, "ended", subject.claim_id(ended), _ended_text(subject)))
        if subject.series.permitted_elevated and subject.series.claim is None:
            return
    found.append(_later(subject, "elevation", VALID_S))
    if subject.bits & OPENED and subject.elevated() == "ON":
        from aqsense import documents_elevation

        episode = subject.series.claim
        text = documents_elevation.claim_text(subject, episode, None)
        found.append(documents_events.anomaly(subject, "started", subject.claim_id(episode), text))


def _ended_text(subject) -> str:
    words = subject.words
    at = timetext.clock_text((subject.series.slot + 1) % 48)
    return words.ended(words.NAMES[subject.quantity], subject.sensor.room, at)


def account(home) -> Document:
    """The home's account of claims, made when it is read."""
    made = Document("account", None, -1, None, 0, lambda: _account(home).body)
    made.t_cell = home.cell + 1
    return made


def _account(home) -> Document:
    from aqsense import documents_account

    return documents_account.account(home, [s for s in home.subjects() if s.has_claims() and s.series])
