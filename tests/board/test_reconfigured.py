"""A board whose configuration changed while its power was off: what its log says stays with the sensor that said it."""

import copy
import json
from itertools import islice

import pytest

from tests.board import home
from tests.board.lockstep import Board, TimeServer, Wire

STEPS = 27  # four whole half hours, and one that is open
B = "aqsense/v1/maple/inferred"


@pytest.fixture(scope="module")
def lived(broker, library, tmp_path_factory):
    """A board that has logged four half hours of two sensors and lost its power, and `start(config) -> messages`."""
    clock = TimeServer()
    wires = [Wire(), Wire()]
    heard = home.Heard(broker)
    config = home.config(broker, clock.port)
    board = Board(tmp_path_factory.mktemp("lived"), config, wires, clock, library, heap="600k", ledger=False)
    board.start(home.FIRST_MS)
    board.until(home.FIRST_MS)
    now_ms = home.FIRST_MS
    for now_ms, pms, mhz in islice(home.frames(3, 1), STEPS):
        board.wires[0].write(pms)
        board.until(now_ms + 200)
        if board.wires[1].read(0.02):
            board.wires[1].write(mhz)
        board.wires[0].read()
        board.until(now_ms + 300)

    def start(changed: dict) -> dict[str, dict]:
        board.kill()
        board.config = changed
        seen = len(heard.settled())
        board.start(now_ms + 1000)
        for later in (2, 3, 4):
            board.until(now_ms + later * 1000)
        return {topic[len(B) + 1 :]: json.loads(text) for topic, text, _ in heard.settled()[seen:] if B in topic}

    yield config, start
    board.kill()
    heard.close()
    for wire in wires:
        wire.close()
    clock.close()


def test_sensors_in_another_order_keep_what_each_has_learned(lived):
    config, start = lived
    before = start(config)
    turned = copy.deepcopy(config)
    turned["sensor"].reverse()
    after = start(turned)
    assert before["s1/pm25/elevation"]["value"]["v"] is not None
    for name in ("s1/pm25/elevation", "s2/co2/elevation"):
        assert after[name]["value"] == before[name]["value"]
    assert after.keys() == before.keys()  # no memory of CO2 for s1


def test_half_hours_of_before_another_correction_are_not_learned_with_it(lived):
    config, start = lived
    before = start(config)
    changed = copy.deepcopy(config)
    changed["sensor"][0]["correction"] = "pms5003-batch:20231218"
    after = start(changed)
    assert "s1/pm25/elevation" not in after  # nothing is known of it yet
    assert after["s2/co2/elevation"]["value"] == before["s2/co2/elevation"]["value"]
