"""A core that measures and infers nothing: in safe mode, and while what was learned is folded elsewhere."""

from typing import Any

from aqsense.monitor import Monitor
from aqsense.silent_home import SilentHome
from firmware_bridge import regime_keys
from firmware_bridge.store import Stored


def monitor(settings: Any, stored: Stored) -> Monitor:
    """It closes half hours later than those that are stored, under the regimes that they belong to."""
    made = Monitor(settings, home=SilentHome)
    sids = [sensor.sid for sensor in settings.sensors]
    latest = {pair: found for pair, found in stored.latest().items() if pair[0] in sids}
    for (sid, quantity), (_, regime) in latest.items():
        made.home.begin_subject(sid, quantity, regime)
    regime_keys.compare(made, stored)
    for (sid, quantity), (cell, _) in latest.items():
        made.home.subject(sid, quantity).cell = cell
    return made
