"""What stands at the broker while aqsense runs: who it is, and how a hub finds its sensors."""

from collections.abc import Iterable
from typing import Any

from aqsense import discovery, documents_device, messages
from aqsense.trust import Trust as Facts
from aqsense.wire import registry
from firmware_bridge.clock import Trust
from firmware_bridge.config import Config

VERBS = (
    "status",
    "describe",
    "explain",
    "confirm",
    "dispute",
    "annotate",
    "retract",
    "declare",
    "relearn",
    "pause",
    "resume",
    "level",
    "forget",
    "export",
    "history",
    "discovery",
)


def will(settings: Any) -> tuple[str, str]:
    """(topic, payload) that the broker publishes when we vanish; nobody can know now when that will be."""
    document = documents_device.status(settings, "offline", -1, 0)
    return messages.topic(document, settings.home), messages.text(document)


def facts(trust: Trust, steps: int = 0) -> Facts:
    """The clock as documents describe it."""
    made = Facts()
    made.tell(trust.source, -1 if trust.error_ds is None else trust.error_ds, trust.trusted)
    made.steps = steps
    return made


def info(settings: Any, trust: Trust) -> Any:
    """The `info` document of now."""
    return documents_device.info(settings, facts(trust), list(VERBS))


def documents(settings: Any, config: Config, trust: Trust, cell: int, s: int) -> list[Any]:
    """Status, info and discovery, in the order in which a hub wants them: availability before what depends on it."""
    return [
        documents_device.status(settings, "online", cell, s),
        info(settings, trust),
        *discovery_documents(settings, config),
    ]


def discovery_documents(settings: Any, config: Config) -> list[Any]:
    """How the hub finds the sensors; nothing when discovery is off."""
    models = {sensor.sid: registry.info(sensor.model) for sensor in settings.sensors}
    found: list[Any] = discovery.documents(settings, models, config.prefix, config.oldest, config.discovery)
    return found


def vanished(topics: Iterable[str], announced: Iterable[Any], settings: Any) -> list[str]:
    """Retained topics of earlier starts that nobody speaks for: other homes, removed sensors, old discovery."""
    base = messages.base(settings.home) + "/"
    sids = [sensor.sid for sensor in settings.sensors]
    current = [messages.topic(document, settings.home) for document in announced]
    return [topic for topic in topics if topic not in current and not _is_alive(topic, base, sids)]


def _is_alive(topic: str, base: str, sids: list[str]) -> bool:
    if not topic.startswith(base):
        return False
    parts = topic[len(base) :].split("/")
    if parts[0] in ("sensor", "inferred") and len(parts) > 2:
        return parts[1] in sids
    return True
