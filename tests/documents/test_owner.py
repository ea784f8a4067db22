"""What the owner says changes what the contract says it changes, and nothing else."""

import json

import pytest

from aqsense import codes, logcode, messages
from tests.documents.kitchen import OFFSET, PM, START, kitchen, live, value
from tests.schemas import documents as schemas


@pytest.fixture(scope="module")
def claimed():
    """(snapshot, claim id) half an hour after a claim on day 90."""
    monitor = kitchen()
    monitor.quiet = True
    live(monitor, 0, 90 * 48)
    monitor.quiet = False
    documents = live(monitor, 90 * 48, 90 * 48 + 26, burst=90 * 48 + 24)
    started = [d.body for d in documents if d.kind == "event" and d.body["event_type"] == "started"]
    assert len(started) == 1
    return monitor.snapshot(), started[0]["id"]


def again(claimed, lang="en"):
    monitor = kitchen(lang)
    monitor.restore_parts(__import__("aqsense.checkpoint", fromlist=["split"]).split(claimed[0]))
    return monitor


def said(documents):
    found = {}
    for document in documents:
        body = json.loads(messages.text(document))
        schemas.validate(body)
        found[body.get("kind"), body.get("event_type")] = body
    return found


def answer(monitor, verb, **args):
    return monitor.answer({"id": "a1", "t": "2026-02-24T18:31:00Z", "verb": verb, "args": args})


def test_a_confirmed_claim_leaves_the_comparison_and_is_counted(claimed):
    monitor = again(claimed)
    error, text, documents = answer(monitor, "confirm", id=claimed[1])
    assert (error, text) == ("", "Confirmed: this day leaves the comparison.")
    found = said(documents)
    assert found["feedback", "confirmed"]["id"] == claimed[1]
    assert (found["account", None]["confirmed"], found["account", None]["unanswered"]) == (1, 0)
    live(monitor, 90 * 48 + 26, 92 * 48)
    assert monitor.series("s1", PM).coverage.excluded == 1
    assert answer(monitor, "confirm", id=claimed[1])[0] == ""
    assert monitor.home.account().body["confirmed"] == 1


def test_a_claim_that_ends_while_its_sensor_warms_up_leaves_its_state_unknown(claimed):
    monitor = again(claimed)
    documents = []
    for i in range(90 * 48 + 26, 90 * 48 + 30):
        documents += monitor.fold_cell("s1", PM, START + i, OFFSET, logcode.MISSING, 0, codes.SENSOR_WARMING)
    bodies = [json.loads(messages.text(document)) for document in documents]
    for body in bodies:
        schemas.validate(body)
    closing = [body for body in bodies if body.get("kind") == "elevation" and (body["claim"] or {}).get("ended")]
    assert [(body["id"], body["verdict"], body["elevated"]) for body in closing] == [(claimed[1], "elevated", None)]


def test_the_account_says_how_fast_the_air_recovered(claimed):
    monitor = again(claimed)
    live(monitor, 90 * 48 + 26, 93 * 48)
    live(monitor, 93 * 48, 95 * 48, burst=94 * 48)  # the next notable stretch: the one before cannot resume
    outcome = monitor.home.account().body["outcomes"][0]
    assert outcome["score"] == "peak"
    assert 60 <= outcome["recovery_min"] <= 240  # two half hours were strong; then it swings as it usually does


def test_a_disputed_claim_stays_in_the_comparison(claimed):
    monitor = again(claimed)
    assert answer(monitor, "dispute", id=claimed[1], reason="cooking")[0] == ""
    live(monitor, 90 * 48 + 26, 92 * 48)
    assert monitor.series("s1", PM).coverage.excluded == 0
    assert monitor.home.account().body["disputed"] == 1


def test_a_retracted_answer_is_as_if_it_had_not_been_given(claimed):
    monitor, other = again(claimed), again(claimed)
    answer(monitor, "confirm", id=claimed[1])
    assert answer(monitor, "retract", id=claimed[1], of="confirm")[0] == ""
    for one in (monitor, other):
        live(one, 90 * 48 + 26, 92 * 48)
    assert monitor.snapshot() == other.snapshot()


@pytest.mark.parametrize(
    ("verb", "args", "code"),
    [
        ("confirm", {"id": "0123456789abcdef"}, "unknown_id"),
        ("confirm", {}, "unknown_id"),
        ("annotate", {"from": "yesterday", "to": "today", "label": "x"}, "bad_request"),
        ("annotate", {"from": "2026-02-24T18:00:00Z", "to": "2026-02-24T19:00:00Z"}, "bad_request"),
        ("declare", {"sid": "s1", "what": "ghosts"}, "bad_request"),
        ("pause", {"sid": "s9"}, "bad_request"),
        ("pause", {"quantity": "pm3_ugm3"}, "bad_request"),
        ("level", {"level": "loud"}, "bad_request"),
        ("dance", {}, "unknown_verb"),
    ],
)
def test_what_cannot_be_done_is_refused_with_a_sentence_and_changes_nothing(claimed, verb, args, code):
    monitor = again(claimed)
    before = monitor.snapshot()
    error, text, documents = answer(monitor, verb, **args)
    assert (error, documents) == (code, [])
    assert text.endswith(".")
    assert monitor.snapshot() == before


def test_a_claim_is_too_old_to_confirm_after_a_fortnight(claimed):
    monitor = again(claimed)
    monitor.quiet = True
    live(monitor, 90 * 48 + 26, 106 * 48)
    monitor.quiet = False
    assert answer(monitor, "confirm", id=claimed[1])[0] == "too_late"


def test_a_note_changes_nothing(claimed):
    monitor = again(claimed)
    before = monitor.snapshot()
    times = {"from": "2026-02-24T18:00:00Z", "to": "2026-02-24T19:00:00Z"}
    _, _, documents = answer(monitor, "annotate", label="pancakes", **times)
    assert said(documents)["feedback", "annotated"]["text"] == "Noted: pancakes. Nothing is excluded by it."
    assert monitor.snapshot() == before


@pytest.mark.parametrize(
    ("what", "code"),
    [("sensor_moved", "sensor_moved"), ("sensor_replaced", "sensor_changed"), ("people", "drift_suspected")],
)
def test_a_declared_change_starts_the_next_regime_at_once(claimed, what, code):
    monitor = again(claimed)
    error, _, documents = answer(monitor, "declare", sid="s1", what=what, since="2026-02-20")
    found = said(documents)
    assert error == ""
    assert found["feedback", "declared"]["sid"] == "s1"
    assert (found["elevation", None]["regime"], found["elevation", None]["stage"]) == ("r2", "relearning")
    assert found["elevation", None]["withheld"]["code"] == code


@pytest.mark.parametrize("what", ["season", "nothing", "unknown"])
def test_other_answers_about_a_change_keep_what_was_learned(claimed, what):
    monitor = again(claimed)
    answer(monitor, "declare", sid="s1", what=what)
    assert monitor.series("s1", PM).coverage.n > 59


def test_a_pause_is_kept_until_it_ends(claimed):
    monitor = again(claimed)
    found = said(answer(monitor, "pause", sid="s1", quantity="pm2_5_ugm3")[2])
    assert (found["elevation", None]["verdict"], found["elevation", None]["withheld"]["code"]) == (
        "withheld",
        "user_paused",
    )
    kept = kitchen()
    kept.restore_parts(monitor.snapshot_parts())
    live(kept, 90 * 48 + 26, 92 * 48)
    assert kept.series("s1", PM).code == codes.USER_PAUSED
    found = said(answer(kept, "resume", sid="s1", quantity=None)[2])
    assert found["elevation", None]["withheld"] is None


def test_the_level_holds_from_the_next_day_and_over_a_restart(claimed):
    monitor = again(claimed)
    error, _, documents = answer(monitor, "level", level="few")
    assert (error, said(documents)["account", None]["level"]) == ("", "few")
    kept = kitchen()
    kept.restore_parts(monitor.snapshot_parts())
    assert kept.settings.level == "few"
    live(kept, 90 * 48 + 26, 92 * 48)
    assert kept.series("s1", PM).margin_level == 0


def test_forgetting_all_and_folding_the_rest_is_never_having_known():
    whole, part = kitchen(), kitchen()
    for monitor in (whole, part):
        monitor.quiet = True
    live(whole, 0, 40 * 48)
    whole.forget()
    for monitor in (whole, part):
        live(monitor, 0, 10 * 48)
        live(monitor, 12 * 48, 40 * 48)
    assert whole.snapshot() == part.snapshot()


def test_a_stored_regime_starts_when_its_half_hours_come():
    monitor = kitchen()
    code = logcode.encode(PM, value(0))
    for i, regime in ((0, 1), (1, 1), (2, 2), (3, 1), (4, 2)):
        monitor.fold_cell("s1", PM, START + i, OFFSET, code, 30, codes.NO_CODE, code, code, code, 50, regime)
    series = monitor.series("s1", PM)
    assert (series.name, series.cell, series.day_valid) == ("s1/pm25/r2", START + 4, 2)


@pytest.mark.parametrize("name", ["owner"])
def test_both_languages_answer_with_every_sentence(claimed, name):
    from aqsense import owner_de, owner_en

    public = {one for one in dir(owner_en) if not one.startswith("_")}
    assert public == {one for one in dir(owner_de) if not one.startswith("_")}
    assert (
        answer(again(claimed, "de"), "confirm", id=claimed[1])[1]
        == "Bestätigt: Dieser Tag zählt beim Vergleich nicht mehr mit."
    )


@pytest.mark.parametrize(
    ("verb", "args"), [("declare", {"what": "people"}), ("declare", {"what": "sensor_moved"}), ("relearn", {})]
)
def test_what_was_claimed_stays_in_the_account_when_it_is_learned_anew(claimed, verb, args):
    monitor = again(claimed)
    answer(monitor, "confirm", id=claimed[1])
    before = monitor.home.account().body
    assert (before["claim_days"], before["confirmed"]) == (1, 1) and before["active_days"] > 0
    error, _, documents = answer(monitor, verb, sid="s1", **args)
    assert error == ""
    after = said(documents)["account", None]
    for name in ("claim_days", "active_days", "promised_claim_days", "notable_days", "confirmed", "unanswered", "text"):
        assert after[name] == json.loads(messages.text(monitor.home.account()))[name] == told(before)[name]
    assert told(before)["by_series"] == after["by_series"] and told(before)["outcomes"] == after["outcomes"]
    restored = kitchen()
    restored.restore_parts(list(monitor.snapshot_parts()))
    assert messages.text(restored.home.account()) == messages.text(monitor.home.account())


def told(body):
    return json.loads(json.dumps(body, default=lambda fixed: float(fixed.text())))


def test_what_was_claimed_stays_in_the_account_when_another_sensor_is_configured(claimed):
    monitor = kitchen()
    monitor.settings.sensors[0].room = "bedroom"
    monitor.restore_parts(__import__("aqsense.checkpoint", fromlist=["split"]).split(claimed[0]))
    assert monitor.series("s1", PM).name == "s1/pm25/r2"
    assert monitor.home.account().body["claim_days"] == 1
