"""The demo as a person starts it: readings and an explained claim at once, and nothing left behind."""

import json
import os
import signal
import time
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.bridge.bench_parts import AQSENSE, Bench, Process, clear_of_the_half_hour, wait_for
from tests.schemas import documents

WORKERS_A_CORE = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")) / (os.cpu_count() or 1)
LONGEST_S = 20 * max(1.0, WORKERS_A_CORE)  # twenty on a machine of its own


def _lines(process: Process) -> list[Any]:
    text = process.said()
    return [json.loads(line) for line in text[: text.rfind("\n") + 1].splitlines() if line.startswith("{")]


def _payloads(process: Process, kind: str) -> list[Any]:
    found = [line["payload"] for line in _lines(process) if line["event"] == "document"]
    return [body for body in found if body.get("kind") == kind or body.get("schema") == kind]


def _children(process: Process) -> list[psutil.Process]:
    return psutil.Process(process.child.pid).children(recursive=True)


@pytest.mark.parametrize("broker", ["amqtt", "mosquitto"])
def test_within_twenty_seconds_there_are_live_readings_and_an_open_explained_claim(bench: Bench, broker: str) -> None:
    clear_of_the_half_hour(25)
    demo = bench.run("demo", [*AQSENSE, "demo", "--json", "--broker", broker])
    claim = wait_for(
        lambda: [b for b in _payloads(demo, "elevation") if b["verdict"] == "elevated"], LONGEST_S, "a claim"
    )[0]
    wait_for(lambda: {b["sid"] for b in _payloads(demo, "measured/1") if b["v"] is not None} == {"s1", "s2"}, LONGEST_S)
    assert time.monotonic() - demo.started < LONGEST_S
    ready = _lines(demo)[0]
    assert ready["event"] == "ready"
    assert ready["claim_expected"] is True
    assert claim["claim"]["ended"] is None
    assert claim["evidence"]["n"] >= 59
    assert len(claim["evidence"]["nearest"]) == 3
    assert _payloads(demo, "status/1")[0]["state"] == "online"
    for line in _lines(demo):
        documents.validate(line)
        if line["event"] == "document" and "schema" in line["payload"]:
            documents.validate(line["payload"])
    listener = bench.listener(int(ready["broker"].rsplit(":", 1)[1])) if broker == "mosquitto" else None
    if listener is not None:
        listener.wait("measured/s1/all")
    children = _children(demo)
    assert len(children) >= 4
    demo.stop(signal.SIGINT, 15)
    assert not [child for child in children if child.is_running() and child.status() != psutil.STATUS_ZOMBIE]
    assert _lines(demo)[-1]["event"] == "summary"
    assert _lines(demo)[-1]["claims"] == [claim["id"]]


def test_a_fresh_demo_is_honest_about_what_it_does_not_know_yet(bench: Bench) -> None:
    demo = bench.run("demo", [*AQSENSE, "demo", "--json", "--fresh"])
    both = {"pm2_5_ugm3", "co2_ppm"}
    wait_for(
        lambda: {body["quantity"] for body in _payloads(demo, "elevation")} == both, LONGEST_S, "both are withheld"
    )
    withheld = _payloads(demo, "elevation")
    assert {body["verdict"] for body in withheld} == {"withheld"}
    assert all(body["withheld"]["code"] == "coverage_days" and body["withheld"]["have"] == 0 for body in withheld)
    assert _lines(demo)[0]["claim_expected"] is False
    demo.stop(signal.SIGINT, 15)


def test_in_words_it_shows_the_address_the_claim_and_why(bench: Bench) -> None:
    clear_of_the_half_hour(25)
    demo = bench.run("demo", [*AQSENSE, "demo", "--for", "9"])
    assert demo.child.wait(40) == 0
    text = demo.said()
    for expected in (
        "mqtt://127.0.0.1:",
        "MEASURED",
        "USUAL HERE",
        "elevated",
        "By chance alone at most",
        "nearest days",
    ):
        assert expected in text
    assert "Traceback" not in text
    first = text.split("aqsense demo   mqtt")[1]
    assert (
        "kitchen, PM1: Usually" in first and "bedroom, CO2: Usually" in first and "ACCOUNT" in first
    )  # not cut off where the documents were just then


def test_a_killed_demo_takes_its_processes_with_it(bench: Bench) -> None:
    demo = bench.run("demo", [*AQSENSE, "demo", "--json", "--fresh"])
    wait_for(lambda: _payloads(demo, "measured/1"), 20, "a reading")
    children = _children(demo)
    demo.stop(signal.SIGKILL)
    wait_for(lambda: not [c for c in children if c.is_running() and c.status() != psutil.STATUS_ZOMBIE], 10, "the end")


def test_nothing_of_it_stays_on_disk(bench: Bench) -> None:
    demo = bench.run("demo", [*AQSENSE, "demo", "--fresh", "--for", "3"], TMPDIR=str(bench.directory))
    assert demo.child.wait(30) == 0
    assert not list(Path(bench.directory).glob("aqsense-demo-*"))
