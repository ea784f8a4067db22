"""simple-sds011 in the passive mode that its author advises."""

import json
import sys

from simple_sds011 import MODE_PASSIVE, SDS011

sensor = SDS011(sys.argv[1])
sensor.mode = MODE_PASSIVE
sensor.set_up()
sample = sensor.query()
print(json.dumps({**sample["value"], "firmware": sensor.firmware["value"], "checksum": sample["checksum"]}))
