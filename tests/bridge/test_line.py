"""A line whose model was found by itself: what the configuration asks and the model cannot do is said."""

import os

from firmware_bridge.config import Sensor
from firmware_bridge.line import Line
from firmware_bridge.nodes import Nodes
from firmware_bridge.problems import Problems


def test_a_correction_that_does_not_fit_the_model_that_was_found_is_said() -> None:
    near, far = os.openpty()
    problems = Problems()
    sensor = Sensor("s1", "pms5003", os.ttyname(far), "kitchen", correction="co2-pressure:900")
    line = Line(sensor, Nodes(lambda *_: None, problems, lambda *_: None), problems, lambda: 0)
    assert line.try_open(set())
    (said,) = problems.texts()
    assert said.startswith("s1: ")
    assert "co2_ppm" in said
    assert said.endswith("until another correction is chosen")
    line.lose(lambda *_: None, "")
    os.close(near)
    os.close(far)
