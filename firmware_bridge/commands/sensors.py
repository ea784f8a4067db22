"""`aqsense sensors`: every model that can be read, with its settings, abilities, accuracy and source."""

import argparse
import json
from typing import Any

from aqsense import quantities
from aqsense.wire import registry
from aqsense.wire.model import Model
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
    models = [described(ident) for ident in wanted or [line[0] for line in registry.MODELS]]
    for model in models:
        if args.json:
            print(json.dumps(model, ensure_ascii=False, separators=(",", ":")))
        elif wanted:
            _in_full(model)
        else:
            _in_a_line(model)
    if not (args.json or wanted):
        _unconfirmed(models)
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
    mark = " †" if model["unconfirmed"] else ""
    print(f"{model['model']:<13} {model['maker']:<16} {_line_settings(model):<11} {shown}{mark}")


def _unconfirmed(models: list[dict[str, Any]]) -> None:
    alike: dict[str, list[str]] = {}
    for model in models:
        for fact in model["unconfirmed"]:
            alike.setdefault(fact, []).append(model["model"])
    print("\n† for these no second source was found:")
    for fact, names in alike.items():
        print(f"  {fact}: {' '.join(names)}")


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
        "calibrates itself": _self_calibration(abilities),
        "can be calibrated": ", ".join(_calibration(*entry) for entry in abilities.calibrations),
        "takes the altitude": "yes" if abilities.altitude else "",
        "on request": ", ".join(name for name, _, _ in abilities.actions),
        "accuracy": "; ".join(_accuracy(field, err) for field, err in model["err"].items()),
        "same frames as": ", ".join(model["same_wire_as"]),
        "unconfirmed": "; ".join(model["unconfirmed"]),
        "source": model["source"],
    }
    for name, text in told.items():
        if text:
            print(f"  {name + ':':<19} {text}")


def _self_calibration(model: Model) -> str:
    if not model.abc:
        return "no"
    if not model.abc_period_h:
        return "yes, on or off"
    least, most, step = model.abc_period_h
    return f"yes, on or off, or each {least} to {most} h" if step == 1 else f"yes, each {least // 24} to {most // 24} d"


def _calibration(kind: str, least: int, most: int) -> str:
    return f"{kind} ({least} to {most} ppm)" if most > least else kind


def _accuracy(field: str, err: dict[str, float]) -> str:
    if not err["pct"]:
        return f"{field} ±{err['abs']}"
    if field == "co2_ppm":
        return f"{field} ±({err['abs']} + {err['pct']} %)"
    return f"{field} ±{err['abs']} or ±{err['pct']} %, the larger"
