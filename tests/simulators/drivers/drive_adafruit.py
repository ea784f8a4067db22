"""Adafruit's CircuitPython PM2.5 driver with a pyserial port, as its Raspberry Pi example opens it."""

import json
import sys
import time
from unittest import mock

sys.modules["digitalio"] = mock.MagicMock()
sys.modules["busio"] = mock.MagicMock()

import serial  # noqa: E402  after its stand-ins
from adafruit_pm25.uart import PM25_UART  # noqa: E402  after its stand-ins

sensor = PM25_UART(serial.Serial(sys.argv[1], baudrate=9600, timeout=0.25), None)
end = time.monotonic() + 8
while True:
    try:
        data = sensor.read()
        break
    except RuntimeError:
        assert time.monotonic() < end
print(json.dumps({"pm1": data["pm10 env"], "pm25": data["pm25 env"], "pm10": data["pm100 env"]}))
