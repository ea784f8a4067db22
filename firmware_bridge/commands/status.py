"""`aqsense status`: what stands at the broker about a home; no running request service is needed."""

import argparse
import json
from typing import Any

from firmware_bridge import where
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
    report = _report(_of_home(found, home, mqtt.url))
    if args.json:
        print(json.dumps(report, ensure_ascii=False, separators=(",", ":")))
    else:
        _print(report)
    return 0


def _of_home(found: dict[str, bytes], home: str | None, url: str) -> dict[str, Any]:
    homes = sorted({topic.split("/")[2] for topic in found})
    if not homes or (home and home not in homes):
        name = f" for home {home}" if home else ""
        raise AqsenseError(f"nothing stands at {url}{name}: is aqsense running there (systemctl status aqsense)?")
    if len(homes) > 1 and home is None:
        raise AqsenseError(f"{url} knows several homes: add --home {homes[0]}, or one of {', '.join(homes[1:])}")
    prefix = f"{BASE}/{home or homes[0]}/"
    documents: dict[str, Any] = {"home": home or homes[0]}
    for topic, payload in found.items():
        try:
            documents[topic[len(prefix) :]] = json.loads(payload)
        except ValueError:
            continue
    return documents


def _report(documents: dict[str, Any]) -> dict[str, Any]:
    status = documents.get("status", {})
    info = documents.get("info", {})
    clock = info.get("clock") or {}
    account = documents.get("inferred/account")
    counted = ("claim_days", "reference_claim_days", "promised_claim_days")
    return {
        "event": "status",
        "home": documents["home"],
        "state": status.get("state", "offline"),
        "since": status.get("since"),
        "version": info.get("version"),
        "clock": {"state": clock.get("state"), "source": clock.get("source")},
        "sensors": [_sensor(documents, sid) for sid in info.get("sensors", [])],
        "series": _series(documents),
        "account": {name: account.get(name) for name in counted} if account else None,
    }


def _sensor(documents: dict[str, Any], sid: str) -> dict[str, Any]:
    meta = documents.get(f"sensor/{sid}/meta", {})
    status = documents.get(f"sensor/{sid}/status", {})
    return {
        "sid": sid,
        "room": meta.get("room"),
        "model": meta.get("model"),
        "state": status.get("state", "offline"),
        "reason": status.get("reason"),
    }


def _series(documents: dict[str, Any]) -> list[dict[str, Any]]:
    found = []
    for name in sorted(documents):
        parts = name.split("/")
        if parts[0] != "inferred" or parts[-1] != "coverage":
            continue
        coverage = documents[name]
        elevation = documents.get("/".join([*parts[:-1], "elevation"]), {})
        withheld = elevation.get("withheld") or {}
        quiet = not elevation
        found.append(
            {
                "sid": coverage.get("sid"),
                "quantity": coverage.get("quantity"),
                "stage": elevation.get("stage") or coverage.get("stage"),
                "verdict": elevation.get("verdict", "unknown"),
                "claim": elevation.get("id") if elevation.get("verdict") == "elevated" else None,
                "code": coverage.get("code") if quiet else withheld.get("code"),
                "progress": coverage.get("progress") if quiet else withheld.get("progress", 1.0),
                "earliest": coverage.get("earliest") if quiet else withheld.get("earliest"),
            }
        )
    return found


def _print(report: dict[str, Any]) -> None:
    version, clock = report["version"], report["clock"]["state"]
    print(f"{report['home']}: {report['state']} since {report['since']}, aqsense {version}, clock {clock}")
    for sensor in report["sensors"]:
        reason = f" ({sensor['reason']})" if sensor["reason"] else ""
        print(f"  {sensor['sid']}  {sensor['room']}: {sensor['model']} {sensor['state']}{reason}")
    for series in report["series"]:
        why = f": {series['code']}, earliest {series['earliest']}" if series["code"] else ""
        print(f"  {series['sid']}  {series['quantity']}: {series['stage']}, {series['verdict']}{why}")
    if report["account"]:
        account = report["account"]
        print(
            f"  claims on {account['claim_days']} days; about {account['reference_claim_days']} where nothing is wrong"
        )
