"""What imports cost in a fresh process: ours beside those that a person could use instead."""

from tests.project.imports import cost

PACKAGES = (
    ("aqsense", "import aqsense"),
    ("aqsense, monitor and registry", "import aqsense.monitor; from aqsense.wire import registry"),
    ("the daemon", "import firmware_bridge.daemon"),
    ("pyserial", "import serial"),
    ("paho-mqtt", "import paho.mqtt.client"),
    ("numpy", "import numpy"),
    ("PyPMS", "import pms.core"),
    ("river", "import river.drift, river.anomaly, river.stats"),
)


def measure() -> dict[str, tuple[float, float, int]]:
    """Milliseconds and MiB over bare Python, and the modules loaded, by package."""
    bare = len(cost("pass", 1)["modules"])
    found = {}
    for name, code in PACKAGES:
        result = cost(code)
        found[name] = (result["ms"], result["kib"] / 1024, len(result["modules"]) - bare)
    return found
