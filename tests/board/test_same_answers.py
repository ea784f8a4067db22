"""A board answers a request as the daemon does: the same past, the same question, the same reply at the same place."""

import json
import time

import pytest

from firmware_bridge import report
from tests.board.asking import BASE, Pair

pytestmark = pytest.mark.xdist_group("same_answers")  # one home of each, for all tests here

NOBODY = "0" * 16


@pytest.fixture(scope="module")
def pair(broker, firmware, tmp_path_factory):
    """A daemon and a board that have lived the same 130 days, with a claim open."""
    made = Pair(tmp_path_factory.mktemp("pair"))
    yield made
    made.close()


def request(ident: object, args: object = None, **envelope: object) -> bytes:
    body = {"schema": "request/1", "id": ident, "from": "hub", "args": {} if args is None else args, **envelope}
    return json.dumps(body).encode()


def alike(pair: Pair, verb: str, payload: bytes) -> tuple[str, dict]:
    """(topic, body) of the answer that both give."""
    (topic, said), (there, told) = pair.both(verb, payload)
    assert {**told, "t": None} == {**said, "t": None}
    assert there == topic and list(told) == list(said)
    return topic, told


def instant(seconds_ago: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - seconds_ago))


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"{nonsense",
        b"\xff\xfe",
        b'{"id":"\xff","from":"hub"}',
        b"[" * 1900,
        b"[1,2]",
        b'{"from":"hub"}',
        b'{"id":"x"}',
        b'{"id":5,"from":"hub"}',
        request(""),
        request("x" * 65),
        request("\ud800"),
        b'{"id":"x","from":"","args":{}}',
        b'{"id":"x","from":"hub","args":[]}',
        b'{"id":"x","from":"hub","args":null}',
    ],
)
def test_what_is_no_request_is_said_to_everybody(pair, payload):
    (topic, said), (there, told) = pair.both("status", payload)
    assert topic == there == f"{BASE}/event/reply"
    assert told["event_type"] == "error" and told["id"] == "-"
    assert {**told, "t": None} == {**said, "t": None}


def test_a_request_that_is_too_long_is_told_how_long_one_may_be(pair):
    (_, said), (_, told) = pair.both("status", request("x", {"note": 17000 * "n"}))
    assert said["text"].replace("16384", "2048") == told["text"]


@pytest.mark.parametrize(
    ("verb", "args", "code"),
    [
        ("confirm", {"id": NOBODY}, "unknown_id"),
        ("confirm", {}, "unknown_id"),
        ("confirm", {"id": "i" * 501}, "bad_request"),
        ("dispute", {"id": NOBODY, "note": "n" * 501}, "bad_request"),
        ("retract", {"id": "nothing"}, "unknown_id"),
        ("retract", {}, "unknown_id"),
        ("pause", {"sid": "s9"}, "unknown_id"),
        ("pause", {"sid": ["s1"]}, "unknown_id"),
        ("relearn", {"quantity": "colour"}, "bad_request"),
        ("level", {"level": "loud"}, "bad_request"),
        ("level", {}, "bad_request"),
        ("declare", {"sid": "s9", "what": "people"}, "unknown_id"),
        ("declare", {"sid": "s1", "what": "magic"}, "bad_request"),
        ("declare", {"sid": "s1", "what": "people", "since": "yesterday"}, "bad_request"),
        ("declare", {"sid": "s1", "what": "people", "since": "2999-01-01"}, "bad_request"),
        ("declare", {"sid": "s1", "what": "people", "since": "2999-01-01T00:00:00Z"}, "bad_request"),
        ("forget", {}, "bad_request"),
        ("forget", {"sid": "s9"}, "unknown_id"),
        ("forget", {"from": "2026-01-02T00:00:00Z", "to": "2026-01-01T00:00:00Z"}, "bad_request"),
        ("forget", {"token": "guess"}, "not_permitted"),
    ],
)
@pytest.mark.parametrize("lang", ["en", "de"])
def test_what_cannot_be_done_is_refused_in_the_same_words(pair, verb, args, code, lang):
    ident = f"no-{lang}-{len(str(args))}"
    topic, told = alike(pair, verb, request(ident, args, lang=lang))
    assert topic == f"{BASE}/reply/hub/{ident}"
    assert told["error"]["code"] == code and not told["error"]["retryable"] and told["data"] is None
    assert told["status"] == ("denied" if code == "not_permitted" else "error")


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("de", "Keine Meldung"),
        ("de-AT", "Keine"),
        ("DE", "Keine"),
        ("fr", "No claim"),
        ("", "No"),
        (5, "No"),
        (None, "No"),
    ],
)
def test_a_reply_is_in_the_language_that_was_asked_for_or_else_in_the_homes(pair, lang, words):
    _, told = alike(pair, "confirm", request(f"lang-{lang}", {"id": NOBODY}, lang=lang))
    assert told["error"]["text"].startswith(words)


def test_an_unknown_verb_is_answered_with_those_that_there_are(pair):
    verb = "levitate-higher-than-the-chimney-of-the-house"
    (_, said), (_, told) = pair.both(verb, request("u1", lang="de"))
    assert told["error"]["text"].startswith("Es gibt keine Anfrage 'levitate-higher")
    assert told["error"]["text"].partition(";")[0] == said["error"]["text"].partition(";")[0]
    assert told["verb"] == said["verb"] and len(told["verb"]) == 32


@pytest.mark.parametrize(
    ("to", "topic"),
    [
        ("elsewhere/answer", "elsewhere/answer"),
        (f"{BASE}/reply/me/1", f"{BASE}/reply/me/1"),
        ("", f"{BASE}/reply/hub/to"),
        (None, f"{BASE}/reply/hub/to"),
        (f"{BASE}/status", f"{BASE}/event/reply"),
        (f"{BASE}/measured/s1/all", f"{BASE}/event/reply"),
        ("a/+/b", f"{BASE}/event/reply"),
        ("a/#", f"{BASE}/event/reply"),
        ("$SYS/x", f"{BASE}/event/reply"),
        ("t" * 257, f"{BASE}/event/reply"),
        ("a\nb", f"{BASE}/event/reply"),
        ("a\ud800b", f"{BASE}/event/reply"),
        (5, f"{BASE}/event/reply"),
    ],
)
def test_an_answer_goes_where_it_does_no_harm(pair, to, topic):
    payload = request("to", {"id": NOBODY}, reply_to=to)
    if to == "a\ud800b":  # the daemon reads no such text at all
        assert pair.both("confirm", payload)[1][0] == topic
        return
    assert alike(pair, "confirm", payload)[0] == topic


@pytest.mark.parametrize("ident", ["a/b", "a+b", "a#b", "a\nb", "a\u0085b", "a\ufffeb", "\x00"])
def test_an_id_that_no_topic_can_hold_is_answered_to_everybody(pair, ident):
    topic, told = alike(pair, "confirm", request(ident, {"id": NOBODY}))
    assert topic == f"{BASE}/event/reply"
    assert told["id"] == ident and told["kind"] == "reply"


@pytest.mark.parametrize(
    ("envelope", "late"),
    [
        ({"t": 60, "deadline_s": 10}, True),
        ({"t": 5, "deadline_s": 60}, False),
        ({"t": 60, "deadline_s": -1}, False),
        ({"t": 60, "deadline_s": True}, False),
        ({"t": 60, "deadline_s": "10"}, False),
        ({"t": -86400, "deadline_s": 10}, False),
        ({"deadline_s": 10}, False),
    ],
)
def test_a_request_that_comes_too_late_is_not_carried_out_and_may_be_sent_again(pair, envelope, late):
    if "t" in envelope:
        envelope = {**envelope, "t": instant(envelope["t"])}
    _, told = alike(pair, "confirm", request(f"late-{len(str(envelope))}", {"id": NOBODY}, **envelope))
    assert told["error"]["code"] == ("too_late" if late else "unknown_id")
    assert told["error"]["retryable"] is late


@pytest.mark.parametrize("lang", ["en", "de"])
def test_what_the_owner_answers_is_done_and_said_in_the_same_words(pair, lang):
    for verb, args in (
        ("pause", {"sid": "s2"}),
        ("resume", {"sid": "s2", "quantity": None}),
        ("declare", {"sid": "s2", "what": "season", "since": "nonsense"}),
        ("level", {"level": "few"}),
        ("level", {"level": "normal"}),
    ):
        ident = f"{verb}-{lang}-{len(str(args))}"
        _, told = alike(pair, verb, request(ident, args, lang=lang))
        assert told["status"] == "ok" and told["error"] is None
        assert list(told["data"]) == ["id", "text"] and told["data"]["id"] == ident


def test_an_answer_is_taken_back_by_its_own_id(pair):
    for verb, ident in (("confirm", "yes"), ("dispute", "no")):
        args = {"id": pair.claim, "reason": "cooking", "note": "n" * 500}
        assert alike(pair, verb, request(ident, args))[1]["status"] == "ok"
        assert counted(pair) == ((1, 0) if verb == "confirm" else (0, 1))
        _, told = alike(pair, "retract", request(f"not-{ident}", {"id": ident}, lang="de"))
        assert told["data"] == {"id": f"not-{ident}", "text": "Die Antwort ist zurückgenommen."}
        assert counted(pair) == (0, 0)
    _, told = alike(pair, "retract", request("not-a-claim", {"id": "level-en-18"}))
    assert told["error"]["code"] == "unknown_id"


def counted(pair: Pair) -> tuple[int, int]:
    """(confirmed, disputed) of the account that both have published."""
    time.sleep(0.3)
    pair.on_board.turn()
    one, other = (client.standing[f"{BASE}/inferred/account"] for client in (pair.on_daemon, pair.on_board))
    assert (one["confirmed"], one["disputed"]) == (other["confirmed"], other["disputed"])
    return one["confirmed"], one["disputed"]


def test_status_tells_how_the_home_stands(pair):
    """In the daemon's form, and what the board's own retained documents say: a half hour may end between the two."""
    (_, said), (_, told) = pair.both("status", request("s1"))
    one, other = said["data"], told["data"]
    assert list(other) == list(one)
    for part in ("sensors", "series"):
        assert [list(entry) for entry in other[part]] == [list(entry) for entry in one[part]]
    assert list(other["health"]) == list(one["health"]) and other["clock"]["state"] == "trusted"
    stands = report.of_documents(pair.on_board.standing, "maple")
    for name in ("home", "state", "since", "version", "sensors", "series", "account"):
        assert other[name] == stands[name], name


def test_forgetting_takes_two_steps_and_is_done_once(pair):
    span = {"from": instant(5 * 86400)[:11] + "00:00:00Z", "to": instant(4 * 86400)[:11] + "12:00:00Z", "sid": "s2"}
    plans = [pair.both("forget", request("plan", span, lang="de")) for _ in range(2)]
    tokens = [[body["data"].pop("token") for _, body in plan] for plan in plans]
    assert tokens[0] == tokens[1] and len({*tokens[0]}) == 2
    said, told = plans[0][0][1], plans[0][1][1]
    assert told["data"].pop("days_not_recomputed") == 72
    assert " 72 ältere Tage gehen mit" in told["data"]["text"]
    told["data"]["text"] = told["data"]["text"].partition(". ")[0] + "."
    assert told["status"] == "accepted" and told["data"] == said["data"] and list(told["data"]) == list(said["data"])
    assert told["data"]["half_hours"] == 72 and told["data"]["days"] == 2
    for _ in range(2):
        said = pair.on_daemon.ask("forget", request("deed", {"token": tokens[0][0]}))[1]
        told = pair.on_board.ask("forget", request("deed", {"token": tokens[0][1]}))[1]
        assert told["status"] == "ok", pair.on_board.ask("status", request("why"))
        assert told["data"].pop("days_not_recomputed") == 72
        assert told["data"]["text"].startswith(said["data"]["text"] + " 72 older days")
        assert {**told["data"], "text": ""} == {**said["data"], "text": ""}
        assert said["data"]["text"].startswith("Forgotten: 72 half hours of 2 days")
    one, other = (client.standing[f"{BASE}/event/forgot"] for client in (pair.on_daemon, pair.on_board))
    assert list(one) == list(other) and other["text"] == told["data"]["text"]
    assert alike(pair, "forget", request("spent", {"token": tokens[0][0]}))[1]["status"] == "denied"


def test_a_second_plan_takes_the_place_of_the_first(pair):
    first, second = (pair.on_board.ask("forget", request(ident, {"sid": "s2"}))[1]["data"]["token"] for ident in "ab")
    assert pair.on_board.ask("forget", request("c", {"token": first}))[1]["status"] == "denied"
    assert pair.on_board.ask("forget", request("d", {"token": second}))[1]["status"] == "denied"


def test_describe_tells_what_may_be_asked(pair):
    (_, said), (_, told) = pair.both("describe", request("d1"))
    here = {verb["verb"]: verb for verb in said["data"]["verbs"]}
    assert [here[verb["verb"]] for verb in told["data"]["verbs"]] == told["data"]["verbs"]
    assert {verb["verb"] for verb in told["data"]["verbs"]} == {*pair.on_board.standing[f"{BASE}/info"]["verbs"]}
    assert told["data"]["schemas"] == said["data"]["schemas"]


def test_a_repeated_request_is_answered_again_and_carried_out_once(pair):
    for verb, args in (("relearn", {"sid": "s2"}), ("declare", {"sid": "s2", "what": "sensor_moved"})):
        before = regime(pair)
        for _ in range(3):
            _, told = alike(pair, verb, request(f"again-{verb}", args, lang="de"))
            assert told["data"]["text"] == "Ab heute wird neu gelernt."
        assert regime(pair) == before + 1


def regime(pair: Pair) -> int:
    time.sleep(0.3)
    pair.on_board.turn()
    found = {
        client.standing[f"{BASE}/inferred/s2/co2/coverage"]["regime"] for client in (pair.on_daemon, pair.on_board)
    }
    (name,) = found
    return int(name[1:])
