"""Faults of a simulated sensor and its line, as written on the command line and in scenario files.

SPEC is `NAME[=VALUE][@START[+DURATION]]` in seconds of the simulation: from START (0) for DURATION (to the end).
"""

import difflib
import math
import re
from dataclasses import dataclass

RATES = {"ber": 1e-4, "drop": 0.01, "dup": 0.01, "junk": 0.02, "half": 0.01}
NEEDS_VALUE = ("baud", "drift", "other")
SWITCHES = ("stall", "unplug", "brownout", "stuck", "zero", "saturate", "noisy_start")
NAMES = (*RATES, *SWITCHES, *NEEDS_VALUE)
BROWNOUT_S = 0.5

_SPEC = re.compile(r"(?P<name>[a-z_]+)(=(?P<value>[^@]+))?(@(?P<start>[^+]+)(\+(?P<duration>.+))?)?")
_DRIFT = re.compile(r"(?P<amount>[+-]?[0-9.]+(e[+-]?[0-9]+)?)(?P<percent>%)?/d")


@dataclass(frozen=True)
class Fault:
    """One fault with its window; `number` is a rate, a baud rate or a drift a day, `text` another model's id."""

    spec: str
    name: str
    number: float = 0.0
    relative: bool = False
    text: str = ""
    start_s: float = 0.0
    duration_s: float = math.inf

    @property
    def end_s(self) -> float:
        """When it is over."""
        return self.start_s + self.duration_s

    def active(self, now_s: float) -> bool:
        """Whether it acts at this time."""
        return self.start_s <= now_s < self.end_s


def parse(spec: str) -> Fault:
    """A fault from its SPEC. Errors: ValueError saying what to write instead."""
    match = _SPEC.fullmatch(spec.strip())
    if match is None:
        raise ValueError(f"fault '{spec}' is not NAME[=VALUE][@START[+DURATION]]; write for example stall@60+30")
    name, value = match["name"], match["value"]
    if name not in NAMES:
        near = difflib.get_close_matches(name, NAMES, 1)
        hint = f"did you mean {near[0]}?" if near else f"use one of: {' '.join(NAMES)}"
        raise ValueError(f"unknown fault '{name}'; {hint}")
    start_s = _seconds(spec, match["start"], 0.0)
    duration_s = _seconds(spec, match["duration"], BROWNOUT_S if name == "brownout" else math.inf)
    number, relative, text = _value(spec, name, value)
    return Fault(spec.strip(), name, number, relative, text, start_s, duration_s)


def _seconds(spec: str, written: str | None, otherwise: float) -> float:
    if written is None:
        return otherwise
    try:
        seconds = float(written)
    except ValueError:
        seconds = -1.0
    if not 0.0 <= seconds < math.inf:
        raise ValueError(f"fault '{spec}': '{written}' is no number of seconds; write for example @60+30")
    return seconds


def _value(spec: str, name: str, value: str | None) -> tuple[float, bool, str]:
    if name in RATES:
        return _number(spec, value, RATES[name], 1.0), False, ""
    if name == "baud":
        return _number(spec, value, 0.0, 4_000_000.0), False, ""
    if name == "other":
        if not value:
            raise ValueError(f"fault '{spec}' names no model; write for example other=pms7003")
        return 0.0, False, value
    if name == "drift":
        match = _DRIFT.fullmatch(value or "")
        if match is None:
            raise ValueError(f"fault '{spec}': a drift is an amount a day; write drift=0.5%/d or drift=2/d")
        amount = float(match["amount"])
        return (amount / 100.0, True, "") if match["percent"] else (amount, False, "")
    if value is not None:
        raise ValueError(f"fault '{spec}': {name} takes no value; write {name}[@START[+DURATION]]")
    return 0.0, False, ""


def _number(spec: str, value: str | None, otherwise: float, most: float) -> float:
    try:
        number = otherwise if value is None else float(value)
    except ValueError:
        number = -1.0
    if not 0.0 < number <= most:
        example = "ber=1e-4" if most == 1.0 else "baud=4800"
        raise ValueError(f"fault '{spec}' needs a value above 0 and up to {most:g}; write for example {example}")
    return number
