"""What is known of a sensor's calibrations: named in its documents, and told once."""

from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aqsense import ids, messages, quantities, timetext
from aqsense.document import Document
from firmware_bridge import calibration

if TYPE_CHECKING:
    from firmware_bridge.daemon import Daemon


def take(settings: Any, state_dir: Path) -> None:
    """Name the calibration state in force of every sensor, and what led to it."""
    for sensor in settings.sensors:
        facts = calibration.recorded(state_dir, sensor.sid)
        sensor.calibration = f"c{len(facts)}"
        sensor.calibrations = [OrderedDict(fact) for fact in facts]


def news(daemon: "Daemon") -> list[Any]:
    """Events of calibrations since the last start; the core learns the level of those sensors anew."""
    documents = []
    for sensor in daemon.settings.sensors:
        name = f"calibrations {sensor.sid}"
        if len(sensor.calibrations) > int(daemon.store.noted(name) or 0):
            documents.append(_event(daemon, sensor.sid))
        daemon.store.note(name, str(len(sensor.calibrations)))
    return documents


def _event(daemon: "Daemon", sid: str) -> Document:
    cell, s = daemon.now()
    home = daemon.config.home
    body: OrderedDict[str, Any] = OrderedDict(schema="event/1", event_type="done", kind="calibration")
    body["id"] = ids.document_id(home, sid, quantities.FIELDS[quantities.CO2], "-", "calibration", "none", cell)
    body["sid"] = sid
    body["quantity"] = quantities.FIELDS[quantities.CO2]
    body["t"] = timetext.instant(cell, s) if daemon.dated()[0] >= 0 else None
    body["text"] = f"{sid} was calibrated; personal statements wait until its level is known again."
    body["ref"] = f"{messages.base(home)}/sensor/{sid}/meta"
    return Document("event", sid, quantities.CO2, body)
