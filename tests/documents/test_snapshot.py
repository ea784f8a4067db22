"""What was learned survives a restart, and only what still applies."""

import json

import pytest

from aqsense import messages, quantities
from tests.documents import gym

ROWS = 30 * 1440


@pytest.fixture(scope="module")
def learned():
    monitor = gym.monitor()
    gym.feed(monitor, 0, ROWS)
    return monitor


def texts(documents):
    return [messages.text(d) for d in documents]


def test_a_restored_home_says_the_same_as_one_that_never_stopped(learned):
    restored = gym.monitor(learned.snapshot())
    assert texts(restored.current()) == texts(learned.current())
    fold = (985000, gym.OFFSET_MIN, 900, 30)
    assert texts(restored.fold_cell("gym", quantities.PM2_5, *fold)) == texts(
        gym.monitor(learned.snapshot()).fold_cell("gym", quantities.PM2_5, *fold)
    )


def test_pieces_restore_as_the_whole_does_and_none_is_larger_than_a_series(learned):
    pieces = list(learned.snapshot_parts())
    assert max(len(p) for p in pieces) <= 8704
    other = gym.monitor()
    other.restore_parts(pieces)
    assert texts(other.current()) == texts(learned.current())


def test_a_damaged_snapshot_is_refused_with_what_to_do(learned):
    data = bytearray(learned.snapshot())
    for at in (0, 5, 20, len(data) // 2, len(data) - 1):
        broken = bytearray(data)
        broken[at] ^= 1
        with pytest.raises(ValueError, match="replay the half hours"):
            gym.monitor(bytes(broken))
    with pytest.raises(ValueError, match="replay the half hours"):
        gym.monitor(bytes(data[: len(data) - 100]))


def test_another_room_starts_the_next_regime_and_says_why(learned):
    moved = gym.monitor(learned.snapshot(), room="attic")
    series = moved.series("gym", quantities.PM2_5)
    assert (series.coverage.n, series.valid_days) == (0, 0)
    documents = gym.feed(moved, ROWS, ROWS + 90)
    body = next(json.loads(messages.text(d)) for d in documents if d.kind == "elevation")
    assert (body["regime"], body["stage"], body["verdict"]) == ("r2", "relearning", "withheld")
    assert body["withheld"]["code"] == "sensor_moved"


def test_a_sensor_that_is_not_configured_for_a_while_keeps_what_was_learned(learned):
    from aqsense.monitor import Monitor
    from aqsense.settings import SensorSettings, Settings

    without = Monitor(Settings("replay", [SensorSettings("other", None, "attic")]), learned.snapshot())
    assert without.series("gym", quantities.PM2_5) is None
    back = gym.monitor(without.snapshot())
    assert back.series("gym", quantities.PM2_5).coverage.n == learned.series("gym", quantities.PM2_5).coverage.n > 0


def test_a_calibration_holds_statements_for_a_fortnight_and_keeps_what_was_learned(learned):
    from aqsense.monitor import Monitor
    from aqsense.settings import SensorSettings, Settings

    sensor = SensorSettings("gym", None, "gym", "other", 60)
    sensor.calibration = "c1"
    monitor = Monitor(Settings("replay", [sensor]), learned.snapshot())
    monitor.measured = False
    monitor.clock("node", None, True)
    documents = gym.feed(monitor, ROWS, ROWS + 90)
    said = {d.quantity: json.loads(messages.text(d)) for d in documents if d.kind == "elevation"}
    body = said[quantities.CO2]
    assert (body["regime"], body["stage"], body["withheld"]["code"]) == ("r1", "relearning", "calibration_recent")
    assert said[quantities.PM2_5]["withheld"]["code"] != "calibration_recent"
    assert monitor.series("gym", quantities.CO2).valid_days == learned.series("gym", quantities.CO2).valid_days
