"""How the daemon fares, every minute: memory, processor, clock, broker, disk and lines."""

import resource
import time
from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aqsense import documents_device
from aqsense.jsontext import Fixed
from firmware_bridge import announce

if TYPE_CHECKING:
    from firmware_bridge.daemon import Daemon

EVERY_S = 60.0
FIRST_S = 5.0
MEASURED_H = 1.0  # what was written until then says nothing about a day
_PAGE_KIB = resource.getpagesize() // 1024


def rss_kib() -> int:
    """Memory that this process occupies."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * _PAGE_KIB
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _written_bytes() -> int:
    try:
        for line in Path("/proc/self/io").read_text().splitlines():
            if line.startswith("write_bytes:"):
                return int(line.split()[1])
    except OSError:
        pass
    return 0


class Health:
    """Makes the `health` document of a daemon."""

    def __init__(self, daemon: "Daemon") -> None:
        self._daemon = daemon
        self._started = time.monotonic()
        self._next = self._started + FIRST_S
        self._cpu = (self._started, time.process_time())

    def is_due(self) -> bool:
        """Whether a minute has passed; the first one comes early."""
        now = time.monotonic()
        if now < self._next:
            return False
        self._next = now + EVERY_S
        return True

    def document(self, cell: int, s: int) -> Any:
        """The `health` document of now."""
        daemon = self._daemon
        problems = daemon.problems.texts()
        state, errors, last_cell = daemon.monitor.inference()
        overall = "safe_mode" if daemon.problems.has("safe_mode") else "degraded" if problems or errors else "ok"
        parts = [
            ("uptime_s", int(time.monotonic() - self._started)),
            ("rss_kib", rss_kib()),
            ("cpu_pct", Fixed(self._cpu_permille(), 1)),
            (
                "inference",
                OrderedDict(
                    [("state", state), ("errors", errors), ("last_cell", last_cell if last_cell >= 0 else None)]
                ),
            ),
            ("broker", self._broker()),
            ("outbox", self._outbox()),
            ("store", self._store()),
            ("ports", [line.counts(daemon.monitor.noisy(line.sid)) for line in daemon.lines]),
        ]
        facts = announce.facts(daemon.clock.trust, daemon.clock.steps)
        return documents_device.health(daemon.settings, cell, s, overall, problems, parts, facts)

    def _cpu_permille(self) -> int:
        wall, cpu = time.monotonic(), time.process_time()
        before_wall, before_cpu = self._cpu
        self._cpu = (wall, cpu)
        return round(1000 * (cpu - before_cpu) / max(wall - before_wall, 0.001))

    def _broker(self) -> OrderedDict[str, Any]:
        sender = self._daemon.sender
        return OrderedDict(
            connected=sender.connected,
            reconnects=max(sender.connects - 1, 0),
            puback_age_s=sender.puback_age_s(),
            denied=sender.denied,
        )

    def _outbox(self) -> OrderedDict[str, Any]:
        outbox = self._daemon.outbox
        oldest = outbox.oldest_ms()
        age = 0 if oldest is None else max(0, int(time.time()) - oldest // 1000)
        return OrderedDict(
            rows=len(outbox), oldest_s=age, dropped=outbox.dropped, sent_late=self._daemon.sender.sent_late
        )

    def _store(self) -> OrderedDict[str, Any]:
        store = self._daemon.store
        hours = (time.monotonic() - self._started) / 3600
        written = Fixed(round(240 * _written_bytes() / hours / 1048576), 1) if hours >= MEASURED_H else None
        return OrderedDict(
            bytes=store.bytes(),
            last_commit_s=int(time.monotonic() - store.last_commit),
            written_mib_day=written,
            errors=store.errors,
        )
