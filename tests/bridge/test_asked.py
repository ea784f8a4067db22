"""When a request is too late for its own deadline."""

import time
from typing import Any

import pytest

from firmware_bridge.asked import Asked
from firmware_bridge.broker import Received


def asked(arrived_ago_s: float, **body: Any) -> Asked:
    """A request that has waited for its turn since it arrived."""
    event = Received("aqsense/v1/maple/request/status", b"", False, "", b"", time.monotonic() - arrived_ago_s)
    return Asked("status", {"id": "a", "from": "hub", **body}, event, "", "en")


def at(seconds_ago: float) -> str:
    """An instant by this machine's clock."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - seconds_ago))


@pytest.mark.parametrize(
    ("arrived_ago_s", "body", "late"),  # a `t` that is callable is the instant so long before the test runs
    [
        (100.0, {}, False),  # no deadline, no hurry
        (9.0, {"deadline_s": 10}, False),
        (11.0, {"deadline_s": 10}, True),
        (0.0, {"deadline_s": 10, "t": lambda: at(60)}, True),
        (0.0, {"deadline_s": 90, "t": lambda: at(60)}, False),
        (0.0, {"deadline_s": 10, "t": lambda: at(-86400)}, False),  # a clock of tomorrow tells nothing
        (11.0, {"deadline_s": 10, "t": lambda: at(-86400)}, True),
        (0.0, {"deadline_s": -1}, False),
        (0.0, {"deadline_s": "soon"}, False),
        (0.0, {"deadline_s": True, "t": lambda: at(60)}, False),
        (0.0, {"deadline_s": 10, "t": 17}, False),
        (0.0, {"deadline_s": 10**400}, False),  # more than any float
        (0.0, {"deadline_s": 10, "t": "\u00b2026-02-24T18:30:10Z"}, False),  # isdigit, and int() refuses it
    ],
)
def test_a_deadline_counts_from_when_it_was_asked(arrived_ago_s: float, body: dict[str, Any], late: bool) -> None:
    body = {key: value() if callable(value) else value for key, value in body.items()}
    assert asked(arrived_ago_s, **body).is_late is late
