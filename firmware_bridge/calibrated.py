"""What is known of a sensor's calibrations: named in its documents, and a reason to learn its level anew."""

from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aqsense import codes, ids, messages, quantities, timetext
from aqsense.document import Document
from firmware_bridge import calibration

if TYPE_CHECKING:
    from firmware_bridge.daemon import Daemon

HOLD_DAYS = 14


def take(settings: Any, state_dir: Path) -> None:
    """Name the calibration state in force of every sensor."""
    for sensor in settings.sensors:
        sensor.calibration = f"c{len(calibration.recorded(state_dir, sensor.sid))}"


def meta(daemon: "Daemon", sid: str) -> Any:
    """The sensor's own document, its calibrations in it."""
    document = daemon.monitor.meta(sid)
    found = calibration.recorded(daemon.config.state_dir, sid)
    document.body["calibrations"] = [OrderedDict(fact) for fact in found]
    return document


def news(daemon: "Daemon") -> list[Any]:
    """Events of calibrations since the last start; the level of those sensors is learned anew."""
    documents = []
    for sensor in daemon.settings.sensors:
        facts = calibration.recorded(daemon.config.state_dir, sensor.sid)
        name = f"calibrations {sensor.sid}"
        if len(facts) > int(daemon.store.noted(name) or 0):
            series = daemon.monitor.series(sensor.sid, quantities.CO2)
            if series is not None:
                series.relearn(codes.CALIBRATION_RECENT, HOLD_DAYS)
            documents.append(_event(daemon, sensor.sid))
        daemon.store.note(name, str(len(facts)))
    return documents


def _event(daemon: "Daemon", sid: str) -> Document:
    cell, s = daemon.now()
    home = daemon.config.home
    body = OrderedDict(schema="event/1", event_type="done", kind="calibration")
    body["id"] = ids.document_id(home, sid, quantities.FIELDS[quantities.CO2], "-", "calibration", "none", cell)
    body["sid"] = sid
    body["quantity"] = quantities.FIELDS[quantities.CO2]
    body["t"] = timetext.instant(cell, s)
    body["text"] = f"{sid} was calibrated; personal statements wait for {HOLD_DAYS} days."
    body["ref"] = f"{messages.base(home)}/sensor/{sid}/meta"
    return Document("event", sid, quantities.CO2, body)
