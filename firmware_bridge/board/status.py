"""How the home stands, in one object, as the daemon tells it from its retained documents (`firmware_bridge.report`)."""

from aqsense import codes, documents_device, envelope, inferred, quantities, timetext
from aqsense.ranks import DAYS_FOR_CLAIM


def status(node):
    """State, sensors, series and account of the home, and how the node fares."""
    from firmware_bridge.board import announce

    clock = documents_device.clock_facts(node.monitor.trust())
    del clock["err_s"]
    home = node.monitor.home
    return envelope.data(
        ("home", node.settings.home),
        ("state", "online"),
        ("since", timetext.instant(*node.since) if node.since is not None else None),
        ("version", node.settings.version),
        ("clock", clock),
        ("sensors", [_sensor(node, line) for line in node.lines]),
        ("series", [_series(subject) for subject in home.subjects() if subject.has_claims() and subject.series]),
        ("account", _account(home)),
        ("health", announce.health(node).body),
    )


def _sensor(node, line):
    sensor = node.settings.sensor(line.sid)
    state, code = node.monitor.intake(line.sid).state()
    reason = None if code == codes.NO_CODE else codes.CODES[code]
    if line.silent:
        state = "offline"
        reason = "value_missing" if line.decoder.samples else None
    return envelope.data(
        ("sid", sensor.sid), ("room", sensor.room), ("model", sensor.model), ("state", state), ("reason", reason)
    )


def _series(subject):
    standing = subject.standing()
    verdict = subject.verdict()
    withheld = verdict == codes.WITHHELD
    return envelope.data(
        ("sid", subject.sensor.sid),
        ("quantity", quantities.FIELDS[subject.quantity]),
        ("stage", codes.STAGES[standing.stage]),
        ("verdict", codes.VERDICTS[verdict]),
        ("claim", subject.claim_id(standing.claim) if verdict == codes.ELEVATED else None),
        ("code", codes.CODES[subject.code()] if withheld else None),
        ("progress", inferred.share(standing.coverage.n if withheld else DAYS_FOR_CLAIM, DAYS_FOR_CLAIM)),
        ("earliest", inferred.day_or_none(standing.earliest) if withheld else None),
    )


def _account(home):
    if home.cell < 0:
        return None
    body = home.account().body
    return envelope.data(*[(name, body[name]) for name in envelope.ACCOUNTED])
