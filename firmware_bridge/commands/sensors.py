"""`aqsense sensors`: every model that can be read, with its settings, abilities, accuracy and source."""

import argparse
import json
from typing import Any

from aqsense import quantities
from aqsense.wire import registry
from firmware_bridge.errors import UsageError


def add(subparsers: Any) -> None:
    """Describe the command to argparse."""
    parser = subparsers.add_parser(
        "sensors",
        help="list the models",
        description="The models that can be read. Name one or more to see them in detail.",
    )
    parser.add_argument("model", metavar="MODEL", nargs="*", help="only these")
    parser.add_argument("--json", action="store_true", help="one object a line")


def run(args: argparse.Namespace) -> int:
    """List the models."""
    wanted = []
    for name in args.model:
        ident = registry.resolve(name)
        if ident is None:
            near = registry.suggest(name)
            hint = f"did you mean {near}?" if near else "aqsense sensors lists all"
            raise UsageError(f"unknown model '{name}': {hint}")
        wanted.append(ident)
    for ident in wanted or [line[0] for line in registry.MODELS]:
        model = described(ident)
        if args.json:
            print(json.dumps(model, ensure_ascii=False, separators=(",", ":")))
        elif wanted:
            _in_full(model)
        else:
            _in_a_line(model)
    return 0


def described(ident: str) -> dict[str, Any]:
    """One model as the contract prints it."""
    model = registry.info(ident)
    canonical = [name for name in model.fields if quantities.index(name) >= 0]
    return {
        "event": "sensor",
        "model": model.id,
        "aliases": list(model.aliases),
        "maker": model.maker,
        "family": model.family,
        "quantities": canonical,
        "raw": [name for name in model.fields if name not in canonical],
        "headline": dict(model.headline),
        "serial": {"baud": model.baud, "bits": model.bits, "parity": model.parity, "stop": model.stop},
        "framing": model.framing,
        "modes": list(model.modes),
        "interval_s": model.interval_s,
        "warm_up_s": model.warm_up_s,
        "sleep": model.sleep,
        "abc": model.abc,
        "err": {field: {"abs": absolute, "pct": percent} for field, absolute, percent in model.err},
        "same_wire_as": list(model.same_wire_as),
        "unconfirmed": list(model.unconfirmed),
        "source": model.source,
    }


def _line_settings(model: dict[str, Any]) -> str:
    serial = model["serial"]
    return f"{serial['baud']} {serial['bits']}{serial['parity']}{serial['stop']}"


def _in_a_line(model: dict[str, Any]) -> None:
    shown = " ".join(quantities.SHORT_IDS[quantities.index(name)] for name in model["quantities"])
    print(f"{model['model']:<13} {model['maker']:<12} {_line_settings(model):<11} {shown}")


def _in_full(model: dict[str, Any]) -> None:
    print(f"{model['model']}  ({model['maker']})")
    abilities = registry.info(model["model"])
    told = {
        "also called": ", ".join(model["aliases"]),
        "measures": ", ".join(model["quantities"]),
        "raw registers": ", ".join(model["raw"]),
        "learned from": ", ".join(raw for raw in model["headline"].values()),
        "serial line": _line_settings(model) + ", " + model["framing"],
        "modes": ", ".join(model["modes"]) + f", every {model['interval_s']} s",
        "warms up for": f"{model['warm_up_s']} s",
        "can sleep": "yes" if model["sleep"] else "no",
        "calibrates itself": "yes" if model["abc"] else "no",
        "can be calibrated": ", ".join(_calibration(*entry) for entry in abilities.calibrations),
        "takes the altitude": "yes" if abilities.altitude else "",
        "accuracy": "; ".join(_accuracy(field, err) for field, err in model["err"].items()),
        "same frames as": ", ".join(model["same_wire_as"]),
        "unconfirmed": "; ".join(model["unconfirmed"]),
        "source": model["source"],
    }
    for name, text in told.items():
        if text:
            print(f"  {name + ':':<19} {text}")


def _calibration(kind: str, least: int, most: int) -> str:
    return f"{kind} ({least} to {most} ppm)" if most > least else kind


def _accuracy(field: str, err: dict[str, float]) -> str:
    if not err["pct"]:
        return f"{field} ±{err['abs']}"
    if field == "co2_ppm":
        return f"{field} ±({err['abs']} + {err['pct']} %)"
    return f"{field} ±{err['abs']} or ±{err['pct']} %, the larger"
