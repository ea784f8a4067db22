"""Asking a running daemon: one answer each, harmless when wrong, the same when repeated."""

import json
import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from firmware_bridge import replay
from firmware_bridge.commands import demo_past
from tests.bridge.bench_parts import AQSENSE, Bench, Listener, clear_of_the_half_hour, wait_for
from tests.schemas import documents

BASE = "aqsense/v1/maple"
TZ = "UTC"
PATIENCE_S = 60.0  # what is folded gives way to everything else that runs

pytestmark = pytest.mark.xdist_group("requests")  # one home, one process


class Asker:
    """A daemon with a past of 130 days and an open claim, and a client that asks it."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        clear_of_the_half_hour(75)
        now_s = int(time.time())
        home, past = demo_past.lived(now_s, TZ)
        demo_past.remember(home, past, TZ, bench.directory / "state")
        broker = bench.mosquitto()
        self.port = broker.port
        self.listener: Listener = bench.listener(broker.port)
        sensors = [
            {"id": "s1", "model": "pms5003", "port": bench.link("pms"), "room": "kitchen", "room_kind": "kitchen"},
            {"id": "s2", "model": "mhz19b", "port": bench.link("mhz"), "room": "bedroom", "room_kind": "bedroom"},
        ]
        self.config: Path = bench.config(broker.port, sensors, top={"tz": TZ})
        self.daemon = bench.daemon(self.config)
        self.client = paho.Client(CallbackAPIVersion.VERSION2, protocol=paho.MQTTv5)
        self.client.connect("127.0.0.1", broker.port)
        self.client.loop_start()
        self.claim = self.listener.wait("s1/pm25/elevation", lambda b: b["verdict"] == "elevated", 20)
        self.number = 0

    def raw(self, verb: str, payload: bytes | str, **how: Any) -> None:
        """Publish something on a request topic."""
        self.client.publish(f"{BASE}/request/{verb}", payload, 1, **how).wait_for_publish(5)

    def ask(self, verb: str, args: dict[str, Any], identifier: str | None = None, **envelope: Any) -> Any:
        """Ask, and wait for the final answer, which must be valid."""
        self.number += 1
        identifier = identifier or f"q{self.number}"
        body = {"schema": "request/1", "id": identifier, "from": "hub", "reply_to": None, "args": args, **envelope}
        documents.validate(body)
        before = len(self.listener.of(f"/reply/hub/{identifier}"))
        self.raw(verb, json.dumps(body))
        self.listener.wait(f"/reply/hub/{identifier}", lambda _: True, PATIENCE_S)
        found = self.listener.of(f"/reply/hub/{identifier}")
        deadline = time.monotonic() + PATIENCE_S
        while (len(found) == before or not found[-1]["final"]) and time.monotonic() < deadline:
            time.sleep(0.02)
            found = self.listener.of(f"/reply/hub/{identifier}")
        assert found[-1]["id"] == identifier
        assert found[-1]["verb"] == verb
        return found[-1]

    def command(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run a command of aqsense against this home."""
        command = [*AQSENSE, arguments[0], "--config", str(self.config), *arguments[1:]]
        return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asker]:
    """One home for all tests here; those that change what it remembers come last."""
    bench = Bench(tmp_path_factory.mktemp("home"))
    made = Asker(bench)
    yield made
    made.client.disconnect()
    made.client.loop_stop()
    bench.close()


@pytest.fixture
def asker(home: Asker) -> Iterator[Asker]:
    """The home, which no test may end and whose documents are all valid."""
    yield home
    assert home.daemon.child.poll() is None, home.daemon.said()
    assert not home.listener.invalid, home.listener.invalid[0]


def test_read_verbs_answer_with_what_is_known(asker: Asker) -> None:
    status = asker.ask("status", {})
    assert status["data"]["state"] == "online"
    assert {series["verdict"] for series in status["data"]["series"]} >= {"elevated"}
    assert status["data"]["health"]["schema"] == "health/1"
    verbs = {verb["verb"] for verb in asker.ask("describe", {})["data"]["verbs"]}
    assert verbs == set(asker.listener.last("maple/info")["verbs"])


def test_questions_that_are_worked_out_at_once_do_not_disturb_each_other(asker: Asker) -> None:
    args = {
        "sid": "s1",
        "quantity": "pm2_5_ugm3",
        "t": time.strftime("%Y-%m-%dT06:00:00Z", time.gmtime(time.time() - 2e6)),
    }
    alone = asker.ask("explain", args)["data"]
    for i in range(4):
        body = {"schema": "request/1", "id": f"at-once-{i}", "from": "hub", "reply_to": None, "args": args}
        asker.raw("explain", json.dumps(body))
    wait_for(lambda: len(asker.listener.of("/reply/hub/at-once-")) == 4, 20, "four answers")
    found = asker.listener.of("/reply/hub/at-once-")
    assert [reply["data"] for reply in found if reply["status"] == "ok"] == [alone, alone]
    assert [reply["error"]["code"] for reply in found if reply["status"] == "error"] == ["busy", "busy"]
    assert asker.ask("status", {})["data"]["health"]["inference"]["errors"] == 0


def test_a_claim_is_explained_as_it_was_published(asker: Asker) -> None:
    brief = asker.ask("explain", {"id": asker.claim["id"]})
    assert brief["data"]["id"] == asker.claim["id"]
    assert 0 < brief["data"]["would_be_typical_below"] < asker.claim["value"]["v"]
    assert brief["data"]["u"] == "ug/m3"
    below = f"Below {brief['data']['would_be_typical_below']:.1f} µg/m³ it would have been typical."
    assert brief["data"]["text"] == f"{asker.claim['text']} {below}"
    full = asker.ask("explain", {"id": asker.claim["id"], "depth": "full"})
    assert full["data"]["document"]["evidence"]["nearest"] == asker.claim["evidence"]["nearest"]


def test_any_half_hour_can_be_asked_about(asker: Asker) -> None:
    t = asker.claim["evidence"]["from"] + "T03:30:00Z"
    found = asker.ask("explain", {"sid": "s1", "quantity": "pm2_5_ugm3", "t": t, "depth": "full"})
    document = found["data"]["document"]
    assert document["t"] == t
    assert document["verdict"] == "withheld"
    assert document["withheld"]["have"] < 59
    assert (
        asker.ask("explain", {"sid": "s1", "quantity": "pm2_5_ugm3", "t": "1999-01-01T00:00:00Z"})["error"]["code"]
        == "unknown_id"
    )


def test_the_same_id_is_carried_out_once(asker: Asker) -> None:
    first = asker.ask(
        "annotate", {"from": "2026-01-01T00:00:00Z", "to": "2026-01-01T01:00:00Z", "label": "cooking"}, "once"
    )
    again = asker.ask(
        "annotate", {"from": "2026-01-01T00:00:00Z", "to": "2026-01-01T01:00:00Z", "label": "cooking"}, "once"
    )
    assert first["status"] == "ok"
    assert again == first
    assert len([b for b in asker.listener.of("event/feedback") if b["event_type"] == "annotated"]) == 1


def test_a_confirmation_counts_and_can_be_taken_back(asker: Asker) -> None:
    done = asker.ask("confirm", {"id": asker.claim["id"]}, "yes")
    assert done["status"] == "ok", done
    account = asker.listener.wait("inferred/account", lambda b: b["confirmed"] == 1)
    assert account["disputed"] == 0
    assert asker.ask("retract", {"id": "yes"})["status"] == "ok"
    asker.listener.wait("inferred/account", lambda b: b["confirmed"] == 0 and b["id"] == account["id"])
    assert asker.ask("retract", {"id": "nothing"})["error"]["code"] == "unknown_id"


def test_a_dispute_is_counted_and_survives_a_restart(asker: Asker) -> None:
    assert asker.ask("dispute", {"id": asker.claim["id"], "reason": "cooking"})["status"] == "ok"
    asker.listener.wait("inferred/account", lambda b: b["disputed"] == 1)
    asker.daemon.stop()
    before = len(asker.listener.of("inferred/account"))
    asker.daemon = asker.bench.daemon(asker.config)
    wait_for(lambda: len(asker.listener.of("inferred/account")) > before, what="the account, after the restart")
    assert asker.listener.last("inferred/account")["disputed"] == 1


def test_an_unknown_claim_cannot_be_confirmed(asker: Asker) -> None:
    assert asker.ask("confirm", {"id": "0" * 16})["error"]["code"] == "unknown_id"


def test_a_note_is_short_and_its_time_runs_forward(asker: Asker) -> None:
    times = {"from": "2026-02-24T18:00:00Z", "to": "2026-02-24T19:00:00Z"}
    backwards = {"from": times["to"], "to": times["from"], "label": "candles"}
    assert asker.ask("annotate", backwards)["error"]["code"] == "bad_request"
    assert asker.ask("annotate", {**times, "label": "c" * 65})["error"]["text"] == "label is at most 64 characters."
    assert asker.ask("annotate", {**times, "label": "c", "note": "n" * 501})["error"]["code"] == "bad_request"
    assert asker.ask("annotate", {**times, "label": "candles", "more": "x" * 9000})["status"] == "ok"
    kept = asker.command("export", "--what", "answers").stdout.splitlines()
    assert [json.loads(line)["args"] for line in kept if "candles" in line] == [{**times, "label": "candles"}]


def test_an_unknown_request_is_answered_where_its_sender_listens(asker: Asker) -> None:
    refused = asker.ask("levitate", {})
    assert (refused["error"]["code"], refused["id"]) == ("unknown_verb", f"q{asker.number}")


def test_pause_silences_and_resume_gives_the_voice_back(asker: Asker) -> None:
    assert asker.ask("pause", {"sid": "s1", "quantity": None})["status"] == "ok"
    asker.listener.wait("s1/pm25/elevation", lambda b: (b["withheld"] or {}).get("code") == "user_paused")
    assert asker.ask("resume", {"sid": "s1", "quantity": None})["status"] == "ok"


@pytest.mark.parametrize(
    ("verb", "payload", "code"),
    [
        ("status", b"", "bad_request"),
        ("status", b"\xff\xfe", "bad_request"),
        ("status", b"[1,2]", "bad_request"),
        ("status", b"[" * 50_000, "too_large"),
        ("status", b"[" * 5_000, "bad_request"),
        ("status", b'{"id":"a"}', "bad_request"),
        ("status", b'{"id":"a","from":"b","args":[]}', "bad_request"),
        ("levitate", b'{"id":"a","from":"b","args":{}}', "unknown_verb"),
        ("level", b'{"id":"a","from":"b","args":{"level":"loud"}}', "bad_request"),
        ("explain", b'{"id":"a","from":"b","args":{"t":NaN}}', "bad_request"),
        ("forget", b'{"id":"a","from":"b","args":{}}', "bad_request"),
        ("forget", b'{"id":"guess","from":"b","args":{"token":"guess"}}', "not_permitted"),
    ],
)
def test_nonsense_is_refused_with_its_code_and_harms_nothing(
    asker: Asker, verb: str, payload: bytes, code: str
) -> None:
    properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
    properties.ResponseTopic = "elsewhere/answer"
    properties.CorrelationData = b"\x01\x02"
    listener = asker.bench.listener(asker.port, "elsewhere/#")
    time.sleep(0.3)
    asker.raw(verb, payload, properties=properties)
    found = listener.wait("elsewhere/answer")
    assert found["status"] in ("error", "denied")
    assert found["error"]["code"] == code
    assert found["error"]["text"]


def test_a_retained_request_is_refused(asker: Asker) -> None:
    asker.daemon.stop()
    body = {"schema": "request/1", "id": "old", "from": "hub", "args": {"level": "many"}}
    asker.raw("level", json.dumps(body), retain=True)
    asker.daemon = asker.bench.daemon(asker.config)
    refused = asker.listener.wait("event/reply", timeout_s=15)
    assert refused["event_type"] == "error"
    assert "retain" in refused["text"]
    assert asker.ask("status", {})["data"]["state"] == "online"


def test_an_answer_is_never_sent_where_it_could_do_harm(asker: Asker) -> None:
    before = len(asker.listener.of("event/reply"))
    for topic in ("aqsense/v1/maple/status", "a/+/b", "$SYS/x", "aqsense/v1/maple/measured/s1/all"):
        body = {"schema": "request/1", "id": "bad" + str(len(topic)), "from": "hub", "reply_to": topic, "args": {}}
        asker.raw("status", json.dumps(body))
    time.sleep(1)
    assert all(body["schema"] != "reply/1" for body in asker.listener.of("maple/status"))
    assert len(asker.listener.of("event/reply")) == before + 4


def test_a_reply_is_in_the_language_that_was_asked_for(asker: Asker) -> None:
    assert asker.ask("confirm", {"id": "0" * 16}, lang="de-AT")["error"]["text"].startswith("Keine Meldung")
    assert asker.ask("confirm", {"id": "0" * 16}, lang="fr")["error"]["text"].startswith("No claim")
    assert asker.ask("levitate", {}, lang="de")["error"]["text"].startswith("Es gibt keine Anfrage 'levitate'")
    explained = asker.ask("explain", {"id": asker.claim["id"]}, lang="de")["data"]
    assert explained["id"] == asker.claim["id"]
    assert "119" in explained["text"]
    assert explained["text"] != asker.claim["text"]
    noted = {"from": "2026-01-02T00:00:00Z", "to": "2026-01-02T01:00:00Z", "label": "Kuchen"}
    assert asker.ask("annotate", noted, lang="de")["data"]["text"].startswith("Vermerkt: Kuchen.")
    event = asker.listener.wait("event/feedback", lambda b: "Kuchen" in b["text"])
    assert event["text"].startswith("Noted: Kuchen.")  # what everybody reads stays in the home's language


def test_a_request_that_comes_after_its_deadline_is_not_carried_out(asker: Asker) -> None:
    def ago(seconds: float) -> str:
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - seconds))

    noted = {"from": "2026-01-03T00:00:00Z", "to": "2026-01-03T01:00:00Z", "label": "too late"}
    late = asker.ask("annotate", noted, t=ago(60), deadline_s=10)
    assert late["error"]["code"] == "too_late"
    assert late["error"]["retryable"] is True
    assert asker.ask("annotate", {**noted, "label": "in time"}, t=ago(5), deadline_s=60)["status"] == "ok"
    assert asker.ask("status", {}, deadline_s=10)["status"] == "ok"  # counted from its arrival
    said = [body["text"] for body in asker.listener.of("event/feedback")]
    assert [text for text in said if "too late" in text] == []
    assert [text for text in said if "in time" in text]


def test_a_change_is_learned_from_since_the_day_it_happened(asker: Asker) -> None:
    day = time.strftime("%Y-%m-%d", time.gmtime(time.time() - 30 * 86400))
    assert asker.command("declare", "s2", "people", "--since", "2999-01-01").stderr.startswith(
        "aqsense: since is a day"
    )
    done = asker.command("declare", "s2", "people", "--since", day)
    assert done.returncode == 0, done.stderr
    assert "half hours since then" in done.stdout
    coverage = asker.listener.wait("s2/co2/coverage", lambda b: b["regime"] == "r2")
    assert coverage["since"] == day
    assert 28 <= coverage["valid_days"] <= 30
    told = asker.listener.wait("event/feedback", lambda b: b["event_type"] == "declared")
    assert told["sid"] == "s2"
    assert asker.listener.last("s1/pm25/elevation")["id"] == asker.claim["id"]
    asker.daemon.stop()
    before = len(asker.listener.of("s2/co2/coverage"))
    asker.daemon = asker.bench.daemon(asker.config)
    wait_for(lambda: len(asker.listener.of("s2/co2/coverage")) > before, what="what stands, after the restart")
    again = asker.listener.last("s2/co2/coverage")
    assert (again["regime"], again["valid_days"]) == ("r2", coverage["valid_days"])


def test_an_export_replays_to_the_same_claim(asker: Asker) -> None:
    exported = asker.command("export")
    assert exported.returncode == 0, exported.stderr
    answers = asker.bench.directory / "answers.jsonl"
    assert asker.command("export", str(answers), "--what", "answers").returncode == 0
    command = [*AQSENSE, "replay", "-", "--feedback", str(answers)]
    replayed = subprocess.run(command, input=exported.stdout, capture_output=True, text=True, check=False)
    summaries = re.findall(r"(\w+), ([\w.]+): [\d-]+ to [\d-]+\n  (\d+) valid days", replayed.stdout)
    days = {(room, what): int(valid) for room, what, valid in summaries}
    coverage = asker.listener.last("s2/co2/coverage")
    assert days == {("kitchen", "PM2.5"): days["kitchen", "PM2.5"], ("bedroom", "CO2"): coverage["valid_days"]}
    assert days["kitchen", "PM2.5"] >= 128
    path = asker.bench.directory / "export.csv"
    path.write_text(exported.stdout)
    ids: list[str] = []
    again = replay.Replay("UTC", "pi", False, lambda found: ids.extend(_events(found)), whole=False)
    assert list(replay.feed_export(again, [path]))
    assert asker.claim["id"] in ids


def _events(found: list[Any]) -> list[str]:
    return [document.body["id"] for document in found if document.kind == "event"]


def test_half_hours_of_long_ago_come_on_history(asker: Asker) -> None:
    midnight = int(time.time()) // 86400 * 86400 - 40 * 86400
    span = {"from": _instant(midnight), "to": _instant(midnight + 86400)}
    asked = asker.ask("history", {"sid": "s1", **span})["data"]
    assert (asked["samples"], asked["half_hours"]) == (0, 49)
    late = asker.listener.wait("history/s1", lambda b: b["rows"][0][1].startswith(span["from"][:16]))
    assert late["reason"] == "request"
    assert late["cols"] == ["seq", "t", "pm1_ugm3", "pm2_5_ugm3", "pm10_ugm3", "qc"]
    assert all(row[3] is not None for row in late["rows"])
    year = asker.ask("history", {"sid": "s1", "from": _instant(midnight - 86400 * 60), "to": _instant(midnight)})
    assert year["data"]["half_hours"] == 48 * 14  # as much as one answer holds
    assert "ask again" in year["data"]["text"]


def _instant(epoch_s: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(epoch_s))


def test_missed_samples_can_be_asked_for_again(asker: Asker) -> None:
    asker.bench.sensor("pms5003", link="pms")
    sample = asker.listener.wait("measured/s1/all")
    args = {"sid": "s1", "boot": sample["boot"], "from_seq": sample["seq"], "to_seq": sample["seq"]}
    assert asker.ask("history", args)["data"]["samples"] == 1
    late = asker.listener.wait("history/s1", lambda b: b["rows"][0][0] == sample["seq"])
    assert late["reason"] == "request"


def test_the_commands_say_the_same_in_words(asker: Asker) -> None:
    explained = asker.command("explain", asker.claim["id"])
    assert explained.returncode == 0, explained.stderr
    assert asker.claim["text"] in explained.stdout
    wrong = asker.command("confirm", "0" * 16)
    assert wrong.returncode == 1
    assert wrong.stderr.count("\n") == 1
    as_json = asker.command("level", "few", "--json")
    assert json.loads(as_json.stdout)["status"] == "ok"


def test_forgetting_takes_two_steps_and_leaves_no_trace(asker: Asker) -> None:
    day = asker.claim["evidence"]["nearest"][0]["day"]
    args = {"from": f"{day}T00:00:00Z", "to": f"{day}T12:00:00Z"}
    planned = asker.ask("forget", args)
    assert planned["status"] == "accepted"
    assert planned["data"]["half_hours"] == 24  # of three series
    body = {"schema": "request/1", "id": "deed", "from": "hub", "args": {"token": planned["data"]["token"]}}
    asker.raw("forget", json.dumps(body))
    assert asker.ask("status", {})["status"] == "ok"  # while the memory is folded again
    assert asker.listener.of("/reply/hub/deed") == []
    assert asker.listener.wait("/reply/hub/deed", timeout_s=PATIENCE_S)["status"] == "ok"
    assert asker.ask("forget", {"token": planned["data"]["token"]})["error"]["code"] == "not_permitted"
    assert (
        asker.ask("explain", {"sid": "s1", "quantity": "pm2_5_ugm3", "t": f"{day}T06:00:00Z"})["error"]["code"]
        == "unknown_id"
    )
    exported = asker.command("export")
    assert exported.returncode == 0
    import datetime

    first = int(datetime.datetime.fromisoformat(f"{day}T00:00:00+00:00").timestamp())
    times = [int(line.split(",")[0]) for line in exported.stdout.splitlines()[1:]]
    assert times
    assert not [t for t in times if first <= t < first + 43200]


def test_a_refusal_that_may_be_tried_again_is_not_remembered(asker: Asker) -> None:
    noted = {"from": "2026-01-04T00:00:00Z", "to": "2026-01-04T01:00:00Z", "label": "second try"}
    sent = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 60))
    assert asker.ask("annotate", noted, "try", t=sent, deadline_s=10)["error"]["code"] == "too_late"
    assert asker.ask("annotate", noted, "try")["status"] == "ok"


@pytest.mark.parametrize("name", ["a\nb", "a\ufffeb", "\u0085"])
def test_a_name_that_ends_a_connection_is_put_into_no_topic(asker: Asker, name: str) -> None:
    before = len(asker.listener.of("maple/status"))
    for body in ({"id": name, "from": "hub"}, {"id": "x", "from": name}, {"id": "y", "from": "hub", "reply_to": name}):
        asker.raw("confirm", json.dumps({**body, "args": {"id": "0" * 16}}))
        asker.listener.wait("event/reply", lambda found, body=body: found["id"] == body["id"])
    time.sleep(0.5)
    assert len(asker.listener.of("maple/status")) == before  # it never was away


def test_half_a_character_is_no_text_and_harms_nothing(asker: Asker) -> None:
    before = len(asker.listener.of("event/reply"))
    noted = {"from": "2026-01-04T00:00:00Z", "to": "2026-01-04T01:00:00Z", "label": "\ud800"}
    asker.raw("annotate", json.dumps({"id": "half", "from": "hub", "args": noted}))
    asker.raw("confirm", json.dumps({"id": "\ud800", "from": "hub", "args": {}}))
    wait_for(lambda: len(asker.listener.of("event/reply")) == before + 2, what="two refusals")
    assert asker.ask("status", {})["status"] == "ok"


def test_when_everything_is_forgotten_no_account_of_it_stands(asker: Asker) -> None:
    planned = asker.ask("forget", {"all": True})
    assert asker.ask("forget", {"token": planned["data"]["token"]})["status"] == "ok"
    asker.listener.of("")
    accounts = [body for _, topic, body, _ in asker.listener.messages if topic.endswith("inferred/account")]
    assert accounts[-1] is None
