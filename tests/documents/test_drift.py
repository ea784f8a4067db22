"""A lasting change becomes a question with explanations, and never an alarm."""

import json

import pytest

from aqsense import messages
from tests.documents.kitchen import kitchen, live
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
