"""`aqsense status`: what stands at the broker about a home; no running request service is needed."""

import argparse
import contextlib
import json
from typing import Any

from firmware_bridge import report, where
from firmware_bridge.errors import AqsenseError

BASE = "aqsense/v1"
LEAVES = (
    "status",
    "info",
    "sensor/+/meta",
    "sensor/+/status",
    "inferred/+/+/elevation",
    "inferred/+/+/coverage",
    "inferred/account",
)


def add(subparsers: Any) -> None:
    """Describe the command to argparse."""
    parser = subparsers.add_parser(
        "status", help="how a home is", description="What a running aqsense says of itself and its home."
    )
    where.add_arguments(parser)
    parser.add_argument("--json", action="store_true", help="one object")


def run(args: argparse.Namespace) -> int:
    """Read and print."""
    from firmware_bridge.client import Client

    mqtt, home = where.chosen(args)
    level = home or "+"
    with Client(mqtt, tuple(f"{BASE}/{level}/{leaf}" for leaf in LEAVES)) as client:
        found = client.retained()
    state = {"event": "status", **_of_home(found, home, mqtt.url)}
    if args.json:
        print(json.dumps(state, ensure_ascii=False, separators=(",", ":")))
    else:
        _print(state)
    return 0


def _of_home(found: dict[str, bytes], home: str | None, url: str) -> dict[str, Any]:
    homes = sorted({topic.split("/")[2] for topic in found})
    if not homes or (home and home not in homes):
        name = f" for home {home}" if home else ""
        raise AqsenseError(f"nothing stands at {url}{name}: is aqsense running there (systemctl status aqsense)?")
    if len(homes) > 1 and home is None:
        raise AqsenseError(f"{url} knows several homes: add --home {homes[0]}, or one of {', '.join(homes[1:])}")
    documents = {}
    for topic, payload in found.items():
        with contextlib.suppress(ValueError):
            documents[topic] = json.loads(payload)
    return report.of_documents(documents, home or homes[0])


def _print(state: dict[str, Any]) -> None:
    version, clock = state["version"], state["clock"]["state"]
    print(f"{state['home']}: {state['state']} since {state['since']}, aqsense {version}, clock {clock}")
    for sensor in state["sensors"]:
        reason = f" ({sensor['reason']})" if sensor["reason"] else ""
        print(f"  {sensor['sid']}  {sensor['room']}: {sensor['model']} {sensor['state']}{reason}")
    for series in state["series"]:
        why = f": {series['code']}, earliest {series['earliest']}" if series["code"] else ""
        print(f"  {series['sid']}  {series['quantity']}: {series['stage']}, {series['verdict']}{why}")
    if state["account"]:
        account = state["account"]
        print(
            f"  claims on {account['claim_days']} days; about {account['reference_claim_days']} where nothing is wrong"
        )
