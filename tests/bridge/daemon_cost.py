"""What the daemon costs with two simulated sensors: memory, processor, and time to the first publication."""

import tempfile
import time
from pathlib import Path

import psutil

from tests.bridge.bench_parts import Bench

SETTLE_S = 4.0


def measure(seconds: float = 60.0, bench: Bench | None = None) -> dict[str, float]:
    """Run the daemon at 1 Hz for so many seconds: `rss_mib`, `cpu_pct` of one core, `first_publication_s`."""
    if bench is not None:
        return _measure(seconds, bench)
    with tempfile.TemporaryDirectory() as directory:
        made = Bench(Path(directory))
        try:
            return _measure(seconds, made)
        finally:
            made.close()


def _measure(seconds: float, bench: Bench) -> dict[str, float]:
    broker = bench.mosquitto()
    listener = bench.listener(broker.port)
    bench.sensor("pms5003", link="pms")
    bench.sensor("mhz19b", link="mhz")
    sensors = [
        {"id": "s1", "model": "pms5003", "port": bench.link("pms"), "room": "kitchen"},
        {"id": "s2", "model": "mhz19b", "port": bench.link("mhz"), "room": "bedroom"},
    ]
    daemon = bench.daemon(bench.config(broker.port, sensors, publish={"every_s": 1, "commit_s": 60}))
    listener.wait("measured/", timeout_s=20)
    first = next(arrival for arrival, topic, _, _ in listener.messages if "measured/" in topic) - daemon.started
    process = psutil.Process(daemon.child.pid)
    time.sleep(SETTLE_S)
    before, began = process.cpu_times(), time.monotonic()
    time.sleep(seconds)
    after, ended = process.cpu_times(), time.monotonic()
    used = after.user - before.user + after.system - before.system
    return {
        "rss_mib": round(process.memory_info().rss / 1048576, 1),
        "cpu_pct": round(100 * used / (ended - began), 2),
        "first_publication_s": round(first, 2),
    }


if __name__ == "__main__":
    print(measure())
