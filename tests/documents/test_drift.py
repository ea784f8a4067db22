"""A lasting change becomes a question with explanations, and never an alarm."""

import json

import pytest

from aqsense import messages
from tests.documents.kitchen import PM, kitchen, live
from tests.schemas import contract
from tests.schemas import documents as schemas

BLOCK = next(found for found in contract.examples() if found.get("kind") == "drift")


def bodies(documents):
    found = [json.loads(messages.text(d)) for d in documents if d.kind == "drift"]
    for body in found:
        schemas.validate(body)
    return found


@pytest.mark.parametrize("lang", ["en", "de"])
def test_a_kitchen_that_trebles_is_asked_about_with_ranked_explanations(lang):
    monitor = kitchen(lang)
    assert {b["state"] for b in bodies(live(monitor, 0, 70 * 48))} == {"none"}
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
    monitor = kitchen()
    live(monitor, 0, 70 * 48)
    last = 70 * 48
    while not monitor.series("s1", PM).drift.suspected:
        live(monitor, last, last + 48, times=3)
        last += 48
    known = monitor.series("s1", PM).valid_days
    record = {"id": "a1", "t": "2026-02-24T18:31:00Z", "verb": "declare", "args": {"sid": "s1", "what": "nothing"}}
    error, _, documents = monitor.answer(record)
    assert (error, bodies(documents)[0]["state"]) == ("", "none")
    assert monitor.series("s1", PM).valid_days == known
