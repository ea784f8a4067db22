"""mh-z19 of UedaTakeyuki with its model question answered: it asks /proc which Raspberry Pi this is."""

import json
import sys
from unittest import mock

sys.modules["getrpimodel"] = mock.MagicMock()
sys.modules["mh_z19.pwm"] = mock.MagicMock()

import mh_z19  # noqa: E402  after its stand-ins

mh_z19.set_serialdevice(sys.argv[1])
first = mh_z19.read_all(True)
mh_z19.abc_off(True)
print(json.dumps({**first, "after_abc_off": mh_z19.read(True)["co2"]}))
