"""The same bytes through the core on CPython, called as the daemon's loop calls it."""

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from aqsense import messages
from aqsense.monitor import Monitor
from aqsense.settings import SensorSettings, Settings
from aqsense.wire import events, registry
from firmware_bridge.clock import offset_min
from tests.board.home import Record

ASK_AGAIN_MS = 6 * 3_600_000  # the board asks for the time every six hours; its crystal is taken to be 50 ppm off


def settings(config: dict) -> Settings:
    """The core's settings for a board's configuration."""
    sensors = []
    for table in config["sensor"]:
        sensor = SensorSettings(table["id"], table["model"], table["room"], table["room_kind"], table["poll_s"])
        sensor.port = f"uart{table['uart']}"
        sensors.append(sensor)
    made = Settings(config["home"], sensors)
    made.profile = "board"
    made.publish_s = config["publish"]["every_s"]
    made.tz = config["tz"]
    return made


def documents(record: Record, config: dict, boots: list[str], ledger: Callable[[str], Any]) -> list[tuple[str, str]]:
    """(topic, text) of everything said about the recorded bytes. `boots`: the boot of each start.

    A restart takes what was learned up to the last closed half hour, and nothing of the one that was open.
    """
    zone = ZoneInfo("Europe/Berlin")
    found: list[tuple[str, str]] = []
    monitor: Any = None
    decoders: dict[str, Any] = {}
    start_ms = asked_ms = 0
    second = -1
    waiting: list[tuple] = []
    boots = list(boots)
    connected = False

    def show(made: list[Any]) -> None:
        found.extend((messages.topic(document, "maple"), messages.text(document)) for document in made)

    def core(snapshot: bytes | None) -> Monitor:
        fresh = settings(config)
        fresh.boot = boots.pop(0)
        made = Monitor(fresh)
        made.ledger = lambda _sid, _quantity, line: ledger(line)
        if snapshot:
            made.restore_parts(iter(snapshot))
        return made

    for event in record.events:
        t_ms = event[1]
        if event[0] == "restart":
            monitor = core(list(monitor.snapshot_parts()) if monitor else None)
            decoders = {sensor.sid: registry.open(sensor.model) for sensor in monitor.settings.sensors}
            start_ms, asked_ms, second = t_ms, t_ms, -1
            connected = False
        elif event[0] in ("rx", "tx"):
            waiting.append(event)
        else:
            cell, s = divmod(t_ms // 1000, 1800)
            offset = offset_min(zone, cell)
            for kind, _, sid, data in waiting:
                if kind == "rx":
                    decoder = decoders[sid]
                    decoder.receive_data(data, len(data))
                    while decoder.next_event() != events.NEED_DATA:
                        show(monitor.step(sid, decoder, cell, s, offset, t_ms - start_ms))
            for kind, _, sid, data in waiting:
                if kind == "tx":
                    decoders[sid].expect(data)
            waiting = []
            if not connected:
                connected = True
                show(monitor.current())
            if s != second:
                second = s
                if t_ms - asked_ms >= ASK_AGAIN_MS:
                    asked_ms = t_ms
                error_ds = 1 + (t_ms - asked_ms) // 1000 * 50 // 100000
                monitor.clock("ntp", error_ds, True)
                show(monitor.tick(cell, s, offset, t_ms - start_ms))
    return found
