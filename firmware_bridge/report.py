"""A home in one object, from the documents that stand at its broker."""

from typing import Any

from aqsense import envelope


def of_documents(found: dict[str, Any], home: str) -> dict[str, Any]:
    """State, sensors, series and account of a home; `found` are the documents that stand at the broker, by topic."""
    prefix = f"aqsense/v1/{home}/"
    documents = {topic[len(prefix) :]: body for topic, body in found.items() if topic.startswith(prefix)}
    status = documents.get("status", {})
    info = documents.get("info", {})
    clock = info.get("clock") or {}
    account = documents.get("inferred/account")
    return {
        "home": home,
        "state": status.get("state", "offline"),
        "since": status.get("since"),
        "version": info.get("version"),
        "clock": {"state": clock.get("state"), "source": clock.get("source")},
        "sensors": [_sensor(documents, sid) for sid in info.get("sensors", [])],
        "series": _series(documents),
        "account": {name: account.get(name) for name in envelope.ACCOUNTED} if account else None,
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
