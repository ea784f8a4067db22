"""A scenario file: faults, values to hold, and values that change on the way (TOML).

faults = ["ber=1e-4", "unplug@120+5"]
[set]
pm2_5_ugm3 = 6
[[step]]
at_s = 60
set = {pm2_5_ugm3 = 80}
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from simulators.faults import Fault, parse

KEYS = ("faults", "set", "step")


@dataclass
class Scenario:
    """What a scenario file says; `steps` are (seconds of the simulation, values to hold from then on), in order."""

    faults: list[Fault] = field(default_factory=list)
    values: dict[str, float] = field(default_factory=dict)
    steps: list[tuple[float, dict[str, float]]] = field(default_factory=list)


def read(path: str) -> Scenario:
    """The scenario in a file. Errors: OSError; ValueError naming the file and what to put right."""
    try:
        document = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{path} is not TOML: {error}") from error
    for key in document:
        if key not in KEYS:
            raise ValueError(f"{path} has an unknown key '{key}'; it may have: {', '.join(KEYS)}")
    try:
        steps = [(float(step["at_s"]), _numbers(step["set"])) for step in document.get("step", [])]
        faults = [parse(spec) for spec in document.get("faults", [])]
        return Scenario(faults, _numbers(document.get("set", {})), sorted(steps, key=lambda step: step[0]))
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(
            f"{path} does not fit: faults are texts, [set] and each step's set are names with numbers, "
            f"each [[step]] has at_s ({error})"
        ) from error
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error


def _numbers(table: Mapping[str, object]) -> dict[str, float]:
    values = {}
    for name, value in table.items():
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise TypeError(f"{name} is no number")
        values[name] = float(value)
    return values
