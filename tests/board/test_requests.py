"""What may be asked of a board over MQTT, against a real broker: each request gets one final answer."""

import json

import pytest

from tests.board import home
from tests.board.lockstep import Board
from tests.schemas import documents

DAYS = 3
B = "aqsense/v1/maple"


@pytest.fixture(scope="module")
def asked(broker, firmware, tmp_path_factory):
    """A board that has seen three days, and `ask(verb, id, args) -> reply` on it."""
    from tests.board.lockstep import TimeServer, Wire

    clock = TimeServer()
    wires = [Wire(), Wire()]
    heard = home.Heard(broker)
    folder = tmp_path_factory.mktemp("asked")
    board = Board(folder, home.config(broker, clock.port), wires, clock, ledger=False)
    home.live(board, DAYS, 1)
    now = [home.FIRST_MS + DAYS * 86_400_000]

    def ask(verb: str, ident: str, args: object = None, payload: str | None = None) -> dict:
        request = {"schema": "request/1", "id": ident, "from": "t", "args": args or {}}
        text = json.dumps(request) if payload is None else payload
        seen = len(heard.messages)
        heard.client.publish(f"{B}/request/{verb}", text, 1).wait_for_publish(5)
        heard.settled()
        for _ in range(3):
            now[0] += 1000
            board.until(now[0])
        replies = [json.loads(m[1]) for m in heard.settled()[seen:] if "/reply/" in m[0]]
        assert len(replies) == 1, replies
        documents.validate(replies[0])
        return replies[0]

    ask.board, ask.heard, ask.now = board, heard, now
    yield ask
    board.kill()
    heard.close()
    for wire in wires:
        wire.close()
    clock.close()


def test_status_says_what_runs(asked):
    reply = asked("status", "a1")
    assert reply["status"] == "ok" and reply["verb"] == "status" and reply["id"] == "a1"
    assert [entry["stage"] for entry in reply["data"]["series"]] == ["learning", "learning"]


@pytest.mark.parametrize(
    ("verb", "payload", "code"),
    [
        ("dance", None, "unknown_verb"),
        ("status", "{", "bad_request"),
        ("status", "[]", "bad_request"),
        ("status", '{"id":5}', "bad_request"),
        ("status", '{"id":"x","args":[]}', "bad_request"),
        ("status", '{"id":"x","args":{"note":"' + 3000 * "n" + '"}}', "too_large"),
        ("confirm", '{"id":"x","from":"t","args":{"id":"0123456789abcdef"}}', "unknown_id"),
        ("forget", '{"id":"x","args":{}}', "bad_request"),
        ("forget", '{"id":"x","args":{"sid":"s9"}}', "bad_request"),
        ("forget", '{"id":"x","args":{"token":"guess"}}', "not_permitted"),
        ("pause", '{"id":"x","t":"2026-01-03T23:59:00Z","deadline_s":10,"args":{}}', "too_late"),
    ],
)
def test_what_cannot_be_done_is_answered_with_its_code(asked, verb, payload, code):
    reply = asked(verb, "x", payload=payload)
    assert reply["status"] == "error" and reply["error"]["code"] == code
    assert reply["error"]["text"]


def turns(asked, count: int = 3) -> None:
    for _ in range(count):
        asked.now[0] += 1000
        asked.board.until(asked.now[0])


def test_a_retained_request_is_refused_at_the_start(asked):
    asked.board.kill()
    publish = asked.heard.client.publish
    publish(f"{B}/request/status", json.dumps({"id": "r1", "from": "t"}), 1, True).wait_for_publish(5)
    asked.board.start(asked.now[0])
    turns(asked)
    asked.heard.settled()
    turns(asked)
    (reply,) = [json.loads(text) for topic, text, _ in asked.heard.settled() if topic == f"{B}/reply/t/r1"]
    assert reply["error"]["code"] == "retained"
    publish(f"{B}/request/status", "", 1, True).wait_for_publish(5)
    turns(asked)


def test_pausing_outlives_a_power_cut(asked):
    assert asked("pause", "p1", {"sid": "s1"})["status"] == "ok"
    asked.board.kill()
    asked.board.start(asked.now[0])
    turns(asked)
    elevation = json.loads([m for m in asked.heard.settled() if m[0] == f"{B}/inferred/s1/pm25/elevation"][-1][1])
    assert elevation["withheld"]["code"] == "user_paused"
    assert asked("resume", "p2", {"sid": "s1"})["status"] == "ok"


def test_forgetting_takes_two_steps_and_leaves_nothing_on_the_flash(asked):
    first = asked("forget", "f1", {"sid": "s1"})
    assert first["status"] == "accepted" and first["data"]["half_hours"] > 100
    state = asked.board.folder / "state"
    files = {path for path in state.rglob("*") if path.is_file()}
    assert len(files) > 3
    second = asked("forget", "f2", {"token": first["data"]["token"]})
    assert second["status"] == "ok" and second["data"]["half_hours"] == first["data"]["half_hours"]
    assert len([path for path in state.rglob("*") if path.is_file()]) == 1  # one slot, no log
    assert asked("forget", "f3", {"token": first["data"]["token"]})["error"]["code"] == "not_permitted"
    asked.board.kill()
    asked.board.start(asked.now[0])
    turns(asked)
    coverage = [m for m in asked.heard.settled() if m[0] == f"{B}/inferred/s1/pm25/coverage"][-1]
    assert json.loads(coverage[1])["valid_days"] == 0
    other = [m for m in asked.heard.settled() if m[0] == f"{B}/inferred/s2/co2/coverage"][-1]
    assert json.loads(other[1])["valid_days"] == 3  # of the other sensor nothing went


def test_every_document_of_the_board_is_valid(asked):
    count = 0
    for topic, text, _ in asked.heard.settled():
        if topic.startswith(B) and "/request/" not in topic and text:
            documents.validate(json.loads(text))
            count += 1
    assert count > 500
