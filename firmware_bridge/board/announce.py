"""What stands at the broker while the node runs; loaded for a connection and once a minute, then given back."""

import gc
from collections import OrderedDict

from aqsense import documents_device, messages
from aqsense.jsontext import Fixed
from aqsense.wire import events

VERBS = (
    "status",
    "describe",
    "confirm",
    "dispute",
    "retract",
    "declare",
    "relearn",
    "pause",
    "resume",
    "level",
    "forget",
)


def will(node) -> tuple:
    """(topic, payload, QoS, retain) that the broker publishes when the node vanishes."""
    document = documents_device.status(node.settings, "offline", *_instant(node))
    return messages.topic(document, node.settings.home), messages.text(document), 1, True


def documents(node):
    """Status, info, the sensors and how a hub finds them, one after the other."""
    settings = node.settings
    at = _instant(node)
    if node.since is None and at[0] >= 0:
        node.since = at
    yield documents_device.status(settings, "online", *(node.since or at))
    yield documents_device.info(settings, node.monitor.trust(), list(VERBS))
    for sensor in settings.sensors:
        yield node.monitor.meta(sensor.sid)
    hub = node.hub
    if hub.discovery != "off":
        from aqsense import discovery
        from aqsense.wire import registry

        for sensor in settings.sensors:  # one at a time: each is several KiB until it has left
            models = {sensor.sid: registry.info(sensor.model)}
            yield from discovery.documents(settings, models, hub.prefix, hub.oldest, hub.discovery)


def health(node):
    """How the node fares. `rss_kib` is the heap in use; the load of the processor is not measured."""
    state, errors, last_cell = node.monitor.inference()
    problems = node.problems + node.lost
    if node.client.passed_over:
        problems = problems + ["no room for %d messages; send shorter requests" % node.client.passed_over]
    if node.delivery.refused:
        problems = problems + [node.delivery.refused]
    inference = OrderedDict()
    inference["state"] = state
    inference["errors"] = errors
    inference["last_cell"] = None if last_cell < 0 else last_cell
    gc.collect()
    facts = [
        ("uptime_s", node.clock.up_s),
        ("rss_kib", gc.mem_alloc() // 1024),
        ("cpu_pct", None),
        ("inference", inference),
        ("broker", _broker(node)),
        ("outbox", _outbox(node)),
        ("store", _store(node)),
        ("ports", [_port(node, line) for line in node.lines]),
    ]
    whole = "degraded" if problems or errors else "ok"
    return documents_device.health(node.settings, *_instant(node), whole, problems, facts, node.monitor.trust())


def _instant(node) -> tuple:
    clock = node.clock
    return (clock.cell, clock.s) if clock.source != "none" else (-1, 0)


def _broker(node) -> OrderedDict:
    facts = OrderedDict()
    facts["connected"] = node.client.connected
    facts["reconnects"] = max(node.delivery.reconnects, 0)
    facts["puback_age_s"] = node.client.acknowledged_age_s()
    facts["denied"] = node.client.denied
    return facts


def _outbox(node) -> OrderedDict:
    backlog = node.delivery.backlog
    facts = OrderedDict()
    facts["rows"] = len(backlog)
    facts["oldest_s"] = backlog.oldest_s(node.clock.cell, node.clock.s)
    facts["dropped"] = backlog.dropped + node.delivery.dropped
    facts["sent_late"] = backlog.sent
    return facts


def _store(node) -> OrderedDict:
    facts = OrderedDict()
    flash = node.flash
    facts["bytes"] = flash.size()
    facts["last_commit_s"] = node.clock.up_s - node.logged_s
    facts["written_mib_day"] = Fixed(flash.written // max(node.clock.up_s // 864, 1) // 10 // 1049, 1)
    facts["errors"] = len(node.lost)
    return facts


def _port(node, line) -> OrderedDict:
    decoder = line.decoder
    discarded = OrderedDict()
    for i in range(len(events.REASONS)):
        if decoder.discarded[i]:
            discarded[events.REASONS[i]] = decoder.discarded[i]
    facts = OrderedDict()
    facts["sid"] = line.sid
    facts["open"] = not line.silent
    facts["reopens"] = 0
    facts["bytes"] = decoder.bytes_in
    facts["samples"] = decoder.samples
    facts["discarded_bytes"] = decoder.discarded_bytes
    facts["discarded"] = discarded
    permille = 1000 * decoder.rejected // decoder.candidates if decoder.candidates else 0
    facts["reject_pct"] = Fixed(permille, 1)
    facts["noisy"] = node.monitor.noisy(line.sid)
    facts["last_sample_s"] = None if line.silent else line.silence_s()
    return facts
