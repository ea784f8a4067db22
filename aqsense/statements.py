"""Which documents a half hour of one subject calls for: loaded when it closes, so that a board may let go of it."""

from aqsense import documents_elevation, documents_events, documents_general, documents_range, timetext
from aqsense.series import DAY, OPENED, STAGE


def after_half_hour(subject) -> list:
    """Documents of what the half hour that just closed changed, and of what stands."""
    found: list = []
    if subject.series is not None:
        if subject.has_claims():
            _add_changes(subject, found)
            _add_elevation(subject, found)
        found.append(documents_range.typical(subject))
    if subject.guidance.has_levels:
        found.append(documents_general.guidance(subject))
    return found


def current(subject) -> list:
    """The present state, as retained documents."""
    found: list = []
    if subject.series is not None:
        if subject.has_claims():
            found.append(documents_elevation.elevation(subject))
            found.append(documents_range.coverage(subject))
        found.append(documents_range.typical(subject))
    if subject.guidance.has_levels:
        found.append(documents_general.guidance(subject))
    return found


def _add_changes(subject, found: list) -> None:
    series = subject.series
    risen = series.stage != subject.stage_said
    if risen:
        found.append(documents_events.stage(subject, subject.stage_said, series.stage, series.code))
    if risen or subject.bits & (DAY | STAGE) or series.code != subject.code_said:
        found.append(documents_range.coverage(subject))


def _add_elevation(subject, found: list) -> None:
    ended = subject.ended
    if ended is not None and subject.settings.claims_enabled:
        found.append(documents_elevation.elevation(subject, ended))
        found.append(documents_events.anomaly(subject, "ended", subject.claim_id(ended), _ended_text(subject)))
        if subject.series.permitted_elevated and subject.series.claim is None:
            return
    found.append(documents_elevation.elevation(subject))
    if subject.bits & OPENED and subject.elevated() == "ON":
        episode = subject.series.claim
        text = documents_elevation.claim_text(subject, episode, None)
        found.append(documents_events.anomaly(subject, "started", subject.claim_id(episode), text))


def _ended_text(subject) -> str:
    words = subject.words
    at = timetext.clock_text((subject.series.slot + 1) % 48)
    return words.ended(words.NAMES[subject.quantity], subject.sensor.room, at)
