"""Sensirion's own driver of the SPS30."""

import json
import sys
import time

from sensirion_driver_adapters.shdlc_adapter.shdlc_channel import ShdlcChannel
from sensirion_shdlc_driver import ShdlcSerialPort
from sensirion_uart_sps30.commands import OutputFormat
from sensirion_uart_sps30.device import Sps30Device

with ShdlcSerialPort(port=sys.argv[1], baudrate=115200) as port:
    sensor = Sps30Device(ShdlcChannel(port, shdlc_address=0))
    serial, product, version = sensor.read_serial_number(), sensor.read_product_type(), sensor.read_version()
    sensor.start_measurement(OutputFormat.OUTPUT_FORMAT_FLOAT)
    readings = []
    for _ in range(int(sys.argv[2])):
        time.sleep(float(sys.argv[3]))
        readings.append(list(sensor.read_measurement_values_float()))
    sensor.stop_measurement()
    if len(sys.argv) > 4:
        sensor.sleep()
        sensor.wake_up_communication()
        sensor.wake_up()
        serial = sensor.read_serial_number()
print(json.dumps({"serial": serial, "product": product, "firmware": version[:2], "readings": readings}))
