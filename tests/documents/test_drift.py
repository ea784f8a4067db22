"""A lasting change becomes a question with explanations, and never an alarm."""

import json

import pytest

from aqsense import codes, logcode, messages
from aqsense.monitor import Monitor
from aqsense.settings import SensorSettings, Settings
from tests.documents.kitchen import OFFSET, PM, START, kitchen, live, value
from tests.schemas import contract
from tests.schemas import documents as schemas

BLOCK = next(found for found in contract.examples() if found.get("kind") == "drift")


def bodies(documents):
    found = [json.loads(messages.text(d)) for d in documents if d.kind == "drift"]
    for body in found:
        schemas.validate(body)
    return found


def lived(lang="en"):
    """A kitchen that was lived in for 69 days."""
    monitor = kitchen(lang)
    monitor.quiet = True
    live(monitor, 0, 69 * 48)
    monitor.quiet = False
    return monitor


@pytest.mark.parametrize("lang", ["en", "de"])
def test_a_kitchen_that_trebles_is_asked_about_with_ranked_explanations(lang):
    monitor = lived(lang)
    assert {b["state"] for b in bodies(live(monitor, 69 * 48, 70 * 48))} == {"none"}
    documents = live(monitor, 70 * 48, 100 * 48, times=3)
    suspected = [b for b in bodies(documents) if b["state"] == "suspected"]
    assert suspected
    body = suspected[0]
    assert list(body) == list(BLOCK)
    assert body["answers"] == BLOCK["answers"]
    assert body["since"] is not None and body["question"]
    assert [one["rank"] for one in body["explanations"]] == list(range(1, len(body["explanations"]) + 1))
    assert all(one["facts"] for one in body["explanations"])
    assert "%" not in messages.text(documents[-1])
    assert monitor.errors == 0


def test_no_change_asks_nothing():
    body = bodies(live(kitchen(), 0, 48))[-1]
    assert (body["state"], body["since"], body["question"], body["answers"]) == ("none", None, None, [])
    assert body["explanations"] == []


def test_an_answer_that_nothing_changed_closes_the_question_and_keeps_what_was_learned():
    monitor = lived()
    last = 69 * 48
    while not monitor.series("s1", PM).drift.suspected:
        live(monitor, last, last + 48, times=3)
        last += 48
    known = monitor.series("s1", PM).valid_days
    record = {"id": "a1", "t": "2026-02-24T18:31:00Z", "verb": "declare", "args": {"sid": "s1", "what": "nothing"}}
    error, _, documents = monitor.answer(record)
    assert (error, bodies(documents)[0]["state"]) == ("", "none")
    assert monitor.series("s1", PM).valid_days == known


def two_sensors(profile):
    """(monitor, drift documents by sid): in one kitchen, from day 75 on one sensor reads 0.85 times as much."""
    settings = Settings("maple", [SensorSettings(sid, None, "kitchen", "kitchen", 60) for sid in ("a", "b")])
    settings.profile = profile
    monitor = Monitor(settings)
    monitor.clock("ntp", 1, True)
    monitor.quiet = True
    said = {"a": [], "b": []}
    for i in range(88 * 48):
        monitor.quiet = i < 75 * 48
        air = (value(i) + 120) * (60 + (i // 48) ** 3 % 89) // 100  # the weather of each day is another
        for sid, percent in (("a", 100), ("b", 85 if i >= 75 * 48 else 105)):
            code = logcode.encode(PM, air * percent // 100)
            made = monitor.fold_cell(sid, PM, START + i, OFFSET, code, 30, codes.NO_CODE, code, code, code)
            said[sid] += [d for d in made if d.kind == "drift"]
    return monitor, said


def test_of_two_sensors_in_a_room_the_one_that_left_the_other_is_asked_about_within_ten_days():
    monitor, said = two_sensors("pi")
    assert {body["state"] for body in bodies(said["a"])} == {"none"}
    asked = [body for body in bodies(said["b"]) if body["state"] == "suspected"]
    assert asked and asked[0]["stage"] == "relearning" and "wait" in asked[0]["text"]
    first = asked[0]["explanations"][0]
    assert first["cause"].startswith("sensor_")
    facts = " ".join(first["facts"])
    assert "0.85 times what the room's other sensor shows" in facts  # of x + 5 ug/m3; 0.81 of x
    assert monitor.series("b", PM).code == codes.DRIFT_SUSPECTED and monitor.series("b", PM).coverage.n > 59
    assert monitor.series("a", PM).permitted_elevated
    again = Monitor(monitor.settings, monitor.snapshot())
    assert again.snapshot() == monitor.snapshot()


def test_a_board_does_not_hold_its_sensors_against_each_other():
    _, said = two_sensors("board")
    assert {body["state"] for body in bodies(said["b"])} == {"none"}
