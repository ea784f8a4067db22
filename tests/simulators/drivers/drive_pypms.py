"""PyPMS with one of its many sensors; its minutes of pre-heating are cut short."""

import json
import sys

from pms.core import SensorReader

port, model, pre_heat = sys.argv[1:]
reader = SensorReader(model, port, interval=1, samples=2, timeout=3)
reader.pre_heat = int(pre_heat)
with reader:
    readings = [{k: v for k, v in vars(reading).items() if k != "time"} for reading in reader()]
print(json.dumps(readings[-1]))
