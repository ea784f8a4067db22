"""What is learned from a part whose protocol has no checksum."""

from aqsense import quantities
from aqsense.intake import Intake
from aqsense.settings import SensorSettings, Settings
from aqsense.trust import Trust
from aqsense.wire import registry
from simulators import sensors


def learned(model, readings, field="co2_ppm"):
    """Code of a half hour of these readings, one a minute, of a sensor that is warm."""
    clock = Trust()
    clock.tell("ntp", 1, True)
    intake = Intake(Settings("home", []), SensorSettings("s1", model, "room"), clock, registry.info(model))
    decoder = intake.decoder = registry.open(model)
    decoder.stand(sensors.poll(model))
    intake.begin_cell(984420)
    for s in range(-1200, 0, 60):
        _take(intake, decoder, model, {field: 700 + s // 60 % 3}, s + 1800, 984419)
    intake.close_cell()
    for i, value in enumerate(readings):
        _take(intake, decoder, model, {field: value}, 60 * i, 984420)
    intake.close_cell()
    return next(half.mean for half in intake.halves if half.quantity == quantities.CO2)


def _take(intake, decoder, model, values, s, cell):
    frame = sensors.encode(model, values)
    decoder.receive_data(frame, len(frame))
    assert decoder.next_event()
    intake.sample(decoder, cell, s, 0)


def test_a_damaged_reading_among_good_ones_does_not_move_the_half_hour():
    readings = [700 + i % 3 for i in range(30)]
    damaged = [*readings[:12], 1852, *readings[13:20], 444, *readings[21:]]
    assert abs(learned("t6613", damaged) - 701) <= 1
    assert learned("mhz19b", damaged) > 720  # a checksum held, so it is taken at its word
