"""What may be asked of a board over MQTT, against a real broker: each request gets one final answer.

That the answers are those of the daemon, see `test_same_answers`.
"""

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
    board = Board(folder, home.config(broker, clock.port, lang="de"), wires, clock, ledger=False)
    home.live(board, DAYS, 1)
    now = [home.FIRST_MS + DAYS * 86_400_000]

    def send(verb: str, payload: str | bytes, retain: bool = False) -> None:
        heard.client.publish(f"{B}/request/{verb}", payload, 1, retain).wait_for_publish(5)

    def answers(seen: int) -> list[dict]:
        heard.settled()
        for _ in range(3):
            now[0] += 1000
            board.until(now[0])
        messages = heard.settled()[seen:]
        return [json.loads(text) for topic, text, _ in messages if "/reply/" in topic or topic == f"{B}/event/reply"]

    def ask(verb: str, ident: str, args: object = None, payload: str | None = None, **envelope: object) -> dict:
        request = {"schema": "request/1", "id": ident, "from": "t", "args": args or {}, **envelope}
        seen = len(heard.messages)
        send(verb, json.dumps(request) if payload is None else payload)
        (reply,) = answers(seen)
        documents.validate(reply)
        return reply

    ask.board, ask.heard, ask.now, ask.send, ask.answers = board, heard, now, send, answers
    yield ask
    board.kill()
    heard.close()
    for wire in wires:
        wire.close()
    clock.close()


def restart(asked) -> None:
    asked.board.kill()
    asked.board.start(asked.now[0])


def turns(asked, count: int = 3) -> None:
    for _ in range(count):
        asked.now[0] += 1000
        asked.board.until(asked.now[0])


def test_status_says_what_runs(asked):
    reply = asked("status", "a1")
    assert reply["status"] == "ok" and reply["verb"] == "status" and reply["id"] == "a1"
    assert [entry["stage"] for entry in reply["data"]["series"]] == ["learning", "learning"]
    assert [sensor["state"] for sensor in reply["data"]["sensors"]] == ["online", "online"]
    assert reply["data"]["since"] == json.loads(standing(asked, "status"))["since"]


def standing(asked, leaf: str) -> str:
    return [text for topic, text, _ in asked.heard.settled() if topic == f"{B}/{leaf}"][-1]


def test_a_home_that_speaks_german_answers_in_german_unless_it_is_asked_for_english(asked):
    nobody = {"id": "0" * 16}
    assert asked("confirm", "l1", nobody)["error"]["text"].startswith("Keine Meldung")
    assert asked("confirm", "l2", nobody, lang="fr")["error"]["text"].startswith("Keine Meldung")
    assert asked("confirm", "l3", nobody, lang="en-GB")["error"]["text"].startswith("No claim")
    assert asked("status", "l4", payload="{nonsense")["text"].startswith("Das ist kein JSON")


def test_what_everybody_reads_stays_in_the_language_of_the_home(asked):
    reply = asked("declare", "l5", {"sid": "s2", "what": "season"}, lang="en")
    assert reply["data"] == {"id": "l5", "text": "Noted: what was learned stays."}
    assert json.loads(standing(asked, "event/feedback"))["text"] == "Vermerkt: Das Gelernte bleibt."


def test_a_retained_request_is_refused_at_the_start(asked):
    asked.board.kill()
    asked.send("status", json.dumps({"id": "r1", "from": "t"}), True)
    seen = len(asked.heard.settled())
    asked.board.start(asked.now[0])
    turns(asked)
    (told,) = asked.answers(seen)
    assert told["event_type"] == "error" and "retain" in told["text"]
    asked.send("status", "", True)
    assert len(asked.answers(len(asked.heard.settled()))) == 1


def test_of_too_many_requests_at_once_one_is_told_so_and_the_first_are_done(asked):
    seen = len(asked.heard.settled())
    for i in range(9):
        asked.send("status", json.dumps({"id": f"m{i}", "from": "t"}))
    found = asked.answers(seen)
    assert [reply["id"] for reply in found] == ["m0", "m1", "m2", "m3", "-"]
    assert "Anfragen in dieser Sekunde" in found[-1]["text"]
    assert asked("status", "m9")["status"] == "ok"


@pytest.mark.parametrize("ident", ["a\nb", "a\ufffeb", "\u0085"])
def test_a_name_that_ends_a_connection_is_put_into_no_topic(asked, ident):
    seen = len(asked.heard.settled())
    assert asked("status", ident)["id"] == ident
    assert [m for m in asked.heard.settled()[seen:] if m[0] == f"{B}/status"] == []  # it never was away


def test_an_answer_goes_to_a_topic_of_the_most_letters_that_there_may_be(asked):
    seen = len(asked.heard.settled())
    to = "\U0001f600" * 256
    asked.send("status", json.dumps({"id": "wide", "from": "t", "reply_to": to}, ensure_ascii=False))
    asked.answers(seen)
    assert [json.loads(text)["id"] for topic, text, _ in asked.heard.settled()[seen:] if topic == to] == ["wide"]


def test_a_request_of_many_small_parts_takes_nobody_elses_room(asked):
    values = ("[" * 900 + "]" * 900, f"[{499 * '[],'}[]]", "[%s]" % ",".join(f'"{i}"' for i in range(256)))
    seen = len(asked.heard.settled())
    for value in values:
        asked.send("pause", '{"id":"d","from":"t","args":{"sid":%s}}' % value)
    asked.send("status", '{"id":"d","from":"t","deadline_s":1,"t":%s}' % ("[" * 400 + "]" * 400))
    for told in asked.answers(seen):
        assert told["event_type"] == "error" and told["text"].startswith("Das ist kein JSON")
    assert len(asked.answers(seen)) == 4


@pytest.mark.parametrize("letters", [250, 2200, 2290, 2310, 5000])
def test_a_topic_that_is_longer_than_what_is_read_does_not_stop_the_board(asked, letters):
    seen = len(asked.heard.settled())
    asked.send("v" * letters, json.dumps({"id": "long", "from": "t"}))
    asked.answers(seen)
    turns(asked, 8)
    assert asked("status", f"after-{letters}")["status"] == "ok"


def test_before_the_clock_is_set_an_answer_may_be_tried_again(asked, monkeypatch):
    monkeypatch.setattr(asked.board.clock, "_answer", lambda: b"")
    asked.board.kill()
    asked.board.start(0)
    first = asked.now[0]
    asked.now[0] = 0
    turns(asked)
    reply = asked("pause", "c1", {"sid": "s1"})
    assert reply["error"]["code"] == "busy" and reply["error"]["retryable"]
    assert reply["error"]["text"].startswith("Die Uhr ist noch nicht gestellt")
    monkeypatch.undo()
    asked.now[0] = first
    restart(asked)
    turns(asked)
    assert asked("pause", "c1", {"sid": "s1"})["status"] == "ok"
    assert asked("resume", "c2", {"sid": "s1"})["status"] == "ok"


def test_pausing_outlives_a_power_cut(asked):
    assert asked("pause", "p1", {"sid": "s1"})["status"] == "ok"
    restart(asked)
    turns(asked)
    assert json.loads(standing(asked, "inferred/s1/pm25/elevation"))["withheld"]["code"] == "user_paused"
    assert asked("resume", "p2", {"sid": "s1"})["status"] == "ok"


def test_an_answer_is_found_by_its_id_after_a_power_cut(asked):
    assert asked("pause", "found", {"sid": "s1"})["status"] == "ok"
    restart(asked)
    turns(asked)
    known = asked("retract", "p4", {"id": "found"}, lang="en")["error"]
    assert (known["code"], known["text"]) == ("unknown_id", "No claim of the last weeks has this id.")
    unknown = asked("retract", "p5", {"id": "never"}, lang="en")["error"]
    assert (unknown["code"], unknown["text"]) == ("unknown_id", "There is no answer of that id.")
    assert asked("resume", "p6", {"sid": "s1"})["status"] == "ok"


def test_an_id_that_was_used_before_names_no_other_request(asked):
    seen = len(asked.heard.settled())
    for verb, args in (("level", {"level": "few"}), ("level", {}), ("declare", {"what": "season"}), ("declare", {})):
        asked.send(verb, json.dumps({"id": "used", "from": "t", "args": args}))
    replies = asked.answers(seen)
    assert [(reply["status"], (reply["error"] or {}).get("code")) for reply in replies] == 2 * [
        ("ok", None),
        ("error", "bad_request"),
    ]


def test_forgetting_takes_two_steps_and_leaves_nothing_on_the_flash(asked):
    first = asked("forget", "f1", {"sid": "s1"})
    assert first["status"] == "accepted" and first["data"]["half_hours"] > 100
    state = asked.board.folder / "state"
    files = {path for path in state.rglob("*") if path.is_file()}
    assert len(files) > 3
    second = asked("forget", "f2", {"token": first["data"]["token"]})
    assert second["status"] == "ok" and second["data"]["half_hours"] == first["data"]["half_hours"]
    assert len([path for path in state.rglob("*") if path.is_file()]) == 1  # one slot, no log
    told = json.loads(standing(asked, "event/forgot"))
    assert told["event_type"] == "done" and told["text"] == second["data"]["text"]
    assert asked("forget", "f3", {"token": first["data"]["token"]})["error"]["code"] == "not_permitted"
    restart(asked)
    turns(asked)
    assert json.loads(standing(asked, "inferred/s1/pm25/coverage"))["valid_days"] == 0
    # of the other sensor nothing went
    assert json.loads(standing(asked, "inferred/s2/co2/coverage"))["valid_days"] == 3


def test_a_second_plan_under_one_id_is_carried_out_as_it_was_told(asked):
    asked("forget", "plan", {"sid": "s1", "from": "2020-01-01T00:00:00Z", "to": "2020-01-02T00:00:00Z"})
    second = asked("forget", "plan", {"from": "2026-01-01T06:00:00Z", "to": "2026-01-01T07:00:00Z"})["data"]
    reply = asked("forget", "deed", {"token": second["token"]})
    assert reply["error"] is None, asked("status", "why")["data"]["health"]["problems"]
    assert reply["data"]["half_hours"] == second["half_hours"] > 0


def test_of_what_is_forgotten_nothing_stands_at_the_broker(asked):
    token = asked("forget", "f4", {"all": True})["data"]["token"]
    assert asked("forget", "f5", {"token": token})["status"] == "ok"
    left = {topic: text for topic, text, _ in asked.heard.settled() if topic.startswith(f"{B}/inferred/")}
    assert left.pop(f"{B}/inferred/account") == ""
    for topic, text in left.items():
        body = json.loads(text)
        assert not body.get("valid_days") and not body.get("days") and not body.get("value"), topic


def test_a_token_is_spent_after_a_week_too(asked):
    token = asked("forget", "old", {"sid": "s1"})["data"]["token"]
    for _ in range(7):
        asked.now[0] += 86_400_000
        asked.board.until(asked.now[0])
    assert asked("forget", "late", {"token": token})["status"] == "denied"


def test_every_document_of_the_board_is_valid(asked):
    count = 0
    for topic, text, _ in asked.heard.settled():
        if topic.startswith(B) and "/request/" not in topic and text:
            documents.validate(json.loads(text))
            count += 1
    assert count > 500
