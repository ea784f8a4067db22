"""minimalmodbus, reading an S8 or an SCD30."""

import json
import struct
import sys
import time

import minimalmodbus

port, model = sys.argv[1:]
if model == "s8":
    sensor = minimalmodbus.Instrument(port, 0xFE)
    sensor.serial.baudrate, sensor.serial.timeout = 9600, 1
    try:
        refused = sensor.read_register(4, functioncode=4)
    except minimalmodbus.IllegalRequestError:
        refused = "illegal"
    answer = {
        "co2": sensor.read_register(3, functioncode=4, signed=True),
        "abc_h": sensor.read_register(31),
        "refused": refused,
    }
else:
    sensor = minimalmodbus.Instrument(port, 0x61)
    sensor.serial.baudrate, sensor.serial.timeout = 19200, 1
    sensor.write_register(0x36, 0, functioncode=6)
    end = time.monotonic() + 10
    for _ in range(4):  # the first values after a start are unsettled
        while not sensor.read_register(0x27):
            assert time.monotonic() < end
            time.sleep(0.02)
        words = sensor.read_registers(0x28, 6)
    raw = b"".join(word.to_bytes(2, "big") for word in words)
    answer = dict(zip(("co2", "temp", "rh"), struct.unpack(">3f", raw), strict=True))
print(json.dumps(answer))
