"""A sensor that tells how it is in place of a measurement."""

import json

from aqsense import messages
from aqsense.monitor import Monitor
from aqsense.settings import SensorSettings, Settings
from aqsense.wire import registry
from simulators import sensors

CELL = 984420
NOT_READY = bytes.fromhex("81160465")
BROKEN_LASER = bytes.fromhex("811680e9")


def said(monitor, decoder, frame, s):
    decoder.receive_data(frame, len(frame))
    found = []
    while decoder.next_event():
        found += monitor.step("s1", decoder, CELL, s, 60, 600_000 + 1000 * s)
    bodies = [json.loads(messages.text(document)) for document in found]
    return [(body["state"], body["reason"]) for body in bodies if body["schema"] == "sensor-status/1"]


def nextpm():
    monitor = Monitor(Settings("maple", [SensorSettings("s1", "nextpm", "kitchen", "kitchen", 10)]))
    monitor.clock("ntp", 1, True)
    return monitor, registry.open("nextpm")


def test_a_sensor_that_says_it_is_not_ready_is_warming_until_it_measures():
    monitor, decoder = nextpm()
    measured = sensors.encode("nextpm", {"pm1_ugm3": 4, "pm2_5_ugm3": 7, "pm10_ugm3": 9, "n1_per_L": 900})
    assert said(monitor, decoder, NOT_READY, 0) == [("warming", "sensor_warming")]
    assert said(monitor, decoder, NOT_READY, 10) == []
    assert said(monitor, decoder, measured, 40) == [("online", None)]
    assert said(monitor, decoder, NOT_READY, 50) == [("warming", "sensor_warming")]  # after a brown-out


def test_a_sensor_that_says_only_that_its_laser_is_broken_has_a_fault():
    monitor, decoder = nextpm()
    assert said(monitor, decoder, BROKEN_LASER, 0) == [("fault", "sensor_fault")]
