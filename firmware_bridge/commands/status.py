"""`aqsense status`: what stands at the broker about a home; no running request service is needed."""

import argparse
import contextlib
import json
from typing import Any

from aqsense import quantities, texts_en
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
    documents, home = _of_home(found, home, mqtt.url)
    state = {"event": "status", **report.of_documents(documents, home)}
    if args.json:
        print(json.dumps(state, ensure_ascii=False, separators=(",", ":")))
    else:
        _print(state, _texts(documents, home))
    return 0


def _of_home(found: dict[str, bytes], home: str | None, url: str) -> tuple[dict[str, Any], str]:
    homes = sorted({topic.split("/")[2] for topic in found})
    if not homes or (home and home not in homes):
        name = f" of home {home}" if home else ""
        raise AqsenseError(f"{url} holds nothing{name}: is aqsense running there (systemctl status aqsense)?")
    if len(homes) > 1 and home is None:
        raise AqsenseError(f"{url} knows several homes: add --home {homes[0]}, or one of {', '.join(homes[1:])}")
    documents = {}
    for topic, payload in found.items():
        with contextlib.suppress(ValueError):
            documents[topic] = json.loads(payload)
    return documents, home or homes[0]


def _texts(documents: dict[str, Any], home: str) -> list[str]:
    """What is said of the home, each sentence named: judgements by room and quantity, then the account."""
    said = []
    for topic in sorted(documents):
        body = documents[topic]
        if topic.startswith(f"{BASE}/{home}/inferred/") and topic.endswith(("/elevation", "/account")):
            about = [part for part in (body.get("room"), shown(body.get("quantity"))) if part]
            said.append(f"{', '.join(about) or 'account'}: {body.get('text')}")
    return sorted(said, key=lambda text: text.startswith("account"))


def shown(quantity: str | None) -> str:
    """What a person calls a quantity; empty for none."""
    return texts_en.NAMES[quantities.FIELDS.index(quantity)] if quantity in quantities.FIELDS else ""


def _why(sensor: dict[str, Any]) -> str:
    if sensor["state"] == "offline" and sensor["reason"] == "value_missing":
        return "nothing comes from it"
    return texts_en.REASONS.get(sensor["reason"], str(sensor["reason"]))


def _print(state: dict[str, Any], texts: list[str]) -> None:
    since = " since " + state["since"].replace("T", " ").replace("Z", " UTC") if state["since"] else ""
    online = state["state"] == "online"
    gone = "" if online or since else " (it vanished: power, network or a crash)"
    print(
        f"{state['home']}: {state['state']}{since}{gone}, aqsense {state['version']}, clock {state['clock']['state']}"
    )
    for sensor in state["sensors"]:
        reason = f" ({_why(sensor)})" if sensor["reason"] else ""
        how = f": {sensor['state']}{reason}" if online else ""  # what stands there is of an earlier time
        print(f"  {sensor['sid']}  {sensor['room']}, {sensor['model']}{how}")
    for text in texts:
        print(f"  {text}")
