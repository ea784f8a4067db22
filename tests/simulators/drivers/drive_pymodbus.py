"""pymodbus, reading an S8 by its own address."""

import json
import sys

from pymodbus.client import ModbusSerialClient

client = ModbusSerialClient(sys.argv[1], baudrate=9600, timeout=1, retries=0)
client.connect()
values = client.read_input_registers(0, count=4, device_id=0x68).registers
coils = client.read_coils(0, count=1, device_id=0x68)
print(json.dumps({"co2": values[3], "status": values[0], "coils": coils.exception_code}))
client.close()
