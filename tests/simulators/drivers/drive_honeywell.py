"""honeywell-hpma115s0, which starts the measurement and the auto-send and then reads frames."""

import json
import sys

from honeywell_hpma115s0 import Honeywell

reading = Honeywell(port=sys.argv[1], read_timeout=4).read()
print(json.dumps({"pm25": reading.pm25, "pm10": reading.pm10}))
