"""The way to the broker in orders of events that a real broker rarely gives."""

import itertools
import json
import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from aqsense import documents_events
from aqsense.settings import Settings
from firmware_bridge import broker as link
from firmware_bridge.broker import Connected
from firmware_bridge.config import Mqtt
from firmware_bridge.outbox import MESSAGE, SAMPLE, Outbox
from firmware_bridge.problems import Problems
from firmware_bridge.retained import Retained
from firmware_bridge.sender import Sender
from firmware_bridge.store import Store


class Broker(link.Broker):
    """Takes everything, and like paho numbers it from 1 on each connection."""

    def __init__(self) -> None:
        super().__init__(Mqtt(), "aqsense-test", lambda: None)
        self.published: list[tuple[Any, ...]] = []
        self.connect()

    def connect(self) -> Any:
        """A new connection."""
        client: Any = self._new_client()
        numbers = itertools.count(1)
        client.publish = lambda *_: SimpleNamespace(mid=next(numbers), rc=0)
        self._client = client
        return client

    def publish(self, *args: Any) -> int:
        self.published.append(args)
        return super().publish(*args)


class Bench:
    """A sender with a broker that is not one."""

    def __init__(self, directory: Path) -> None:
        self.store = Store(directory)
        self.outbox = Outbox(self.store, 1 << 20)
        self.broker = Broker()
        self.sender = Sender(Settings("maple", []), self.outbox, Retained(self.store), self.broker, Problems())
        self.sender.on_connected(Connected(5, 0, ""))

    def sample(self, seq: int) -> None:
        """Publish one."""
        row = self.outbox.add(SAMPLE, "s1", "abc123", seq, None, 0, "topic", "{}")
        assert self.sender._publish_rows([row], "topic", "{}")


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path)
    yield made
    made.store.close()


def test_a_sample_on_a_new_connection_does_not_hide_one_that_the_former_owes(bench: Bench) -> None:
    bench.sample(1)
    bench.broker.connect()  # and the loop has not heard of it
    bench.sample(2)
    bench.sender.on_disconnected("gone")
    bench.sender.on_connected(Connected(5, 0, ""))
    assert [row.seq for row in bench.outbox.take(10)] == [1, 2]


def test_a_late_acknowledgement_of_the_former_connection_is_none_of_the_new_ones(bench: Bench) -> None:
    former: Any = bench.broker._client
    bench.sample(1)
    bench.broker.connect()
    bench.sample(2)
    former.on_publish(former, former.user_data_get(), 1, None, None)
    acknowledged = bench.broker.events.get_nowait()
    assert isinstance(acknowledged, link.Acknowledged)
    bench.sender.on_acknowledged(acknowledged)
    bench.sender.on_disconnected("gone")
    assert [row.seq for row in bench.outbox.take(10)] == [2]


def test_a_hub_that_is_born_again_and_again_is_told_when_it_was_first_due(bench: Bench) -> None:
    bench.sender.born()
    due = bench.sender._again_at
    bench.sender.born()
    assert bench.sender._again_at == due > 0


@pytest.mark.parametrize("kind", [MESSAGE, SAMPLE])
def test_what_is_too_large_for_the_broker_leaves_and_what_follows_flows(bench: Bench, kind: int) -> None:
    bench.sender.on_connected(Connected(5, 1000, ""))
    for seq, words in enumerate(["many" * 300, "few", "few"]):
        body = json.dumps({"seq": seq, "t": words, "values": {}, "qc": {}})
        bench.outbox.add(kind, "s1", "abc123", seq, 1000 * seq, 0, "topic", body)
    for _ in range(9):
        bench.sender._next_batch = 0.0
        bench.sender.pump(3_600_000)
        for mid in list(bench.sender._under_way):
            bench.sender.on_acknowledged(link.Acknowledged(mid, ""))
    assert len(bench.outbox) == 0
    assert (bench.outbox.dropped, bench.sender.too_large) == (1, 1)
    assert [few for args in bench.broker.published for few in re.findall("few", args[1])] == ["few", "few"]


def test_an_event_that_is_too_large_for_the_broker_is_kept_only_until_that_is_known(bench: Bench) -> None:
    settings = bench.sender._settings
    large, small = (documents_events.forgot(settings, 0, 0, False, text) for text in ("many" * 300, "few"))
    bench.sender.on_disconnected("gone")
    bench.sender.send([large], 0)
    assert len(bench.outbox) == 1
    bench.sender.on_connected(Connected(5, 1000, ""))
    bench.sender.send([small, large], 0)
    assert (len(bench.outbox), bench.outbox.dropped, bench.sender.too_large) == (2, 1, 1)
    assert [row.id for row in bench.outbox.take(9)] == [1]


def test_a_message_is_marked_with_its_own_schema(bench: Bench) -> None:
    bench.sender.reply("aqsense/v1/maple/event/reply", '{"schema":"event/1"}', 300, b"")
    bench.sender.reply("aqsense/v1/maple/reply/hub/a", '{"schema":"reply/1"}', 300, b"")
    assert [args[5] for args in bench.broker.published] == ["event/1", "reply/1"]
