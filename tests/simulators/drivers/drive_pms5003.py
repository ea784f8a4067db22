"""Pimoroni's pms5003, its GPIO lines replaced: they need a Raspberry Pi."""

import json
import sys
from unittest import mock

for name in ("gpiod", "gpiod.line", "gpiodevice"):
    sys.modules[name] = mock.MagicMock()
sys.modules["gpiodevice"].get_pin.return_value = (mock.MagicMock(), 0)

import pms5003  # noqa: E402  after its stand-ins

data = pms5003.PMS5003(device=sys.argv[1]).read()
print(json.dumps({"pm1": data.data[3], "pm25": data.pm_ug_per_m3(2.5, True), "pm10": data.pm_ug_per_m3(None, True)}))
