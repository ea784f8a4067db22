"""py-sds011: query, sleep, wake, query."""

import json
import sys

from sds011 import SDS011

sensor = SDS011(sys.argv[1], use_query_mode=True)
first = sensor.query()
sensor.sleep()
asleep = sensor.query()
sensor.sleep(sleep=False)
print(json.dumps({"first": first, "asleep": asleep, "woken": sensor.query()}))
