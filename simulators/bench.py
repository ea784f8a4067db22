"""A simulated sensor on its line, put together from what a command line or a test says."""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from aqsense import quantities
from simulators.air import Air, Held, Ordinary, Recording
from simulators.device import Device
from simulators.faults import Fault
from simulators.line import Line
from simulators.sensors import create, device_class, resembling
from simulators.variants import variant


@dataclass
class Wish:
    """What somebody wants simulated. `values` holds both what to breathe or report and the model's options."""

    model: str
    values: Mapping[str, float] = field(default_factory=dict)
    csv: str | None = None
    room: str | None = None
    air: Air | None = None
    faults: Sequence[Fault] = ()
    cold: bool = False
    seed: int = 1


@dataclass
class Bench:
    """A line with its sensor, and the air, whose held values may change while it runs."""

    line: Line
    air: Held

    def hold(self, values: Mapping[str, float]) -> None:
        """Hold these values from now on."""
        self.air.hold(values)


def build(wish: Wish) -> Bench:
    """Put a bench together. Errors: ValueError for a model, name or file that does not fit, OSError for the file."""
    model, traits = variant(wish.model) or (resembling(wish.model), {})
    options, values = divide(model, {**traits, **wish.values})
    below: Air = wish.air or Ordinary(wish.seed)
    if wish.csv is not None:
        below = Recording(wish.csv, below, wish.room)
    air = Held(values, below)

    def spawn(other: str) -> Device:
        known, own = variant(other) or (resembling(other), {})
        return create(known, wish.seed, True, own, air)

    for fault in wish.faults:
        if fault.name == "other" and variant(fault.text) is None:
            device_class(resembling(fault.text))
    device = create(model, wish.seed, wish.cold, options, air)
    return Bench(Line(device, wish.faults, wish.seed, spawn), air)


def names(model: str) -> tuple[tuple[str, list[str]], ...]:
    """What can be set for a model, by kind: options with their defaults, quantities of the air, registers."""
    made = device_class(model)
    options = {**Device.OPTIONS, **made.OPTIONS}
    registers = [register.name for register in made.REGISTERS if register.name not in made.QUANTITIES]
    return (
        ("options", [f"{name}={value:g}" for name, value in options.items()]),
        ("air", list(made.QUANTITIES)),
        ("registers", [name for name in registers if name not in options]),
    )


def divide(model: str, values: Mapping[str, float]) -> tuple[dict[str, float], dict[str, float]]:
    """The model's options, and the values to breathe or report. Errors: ValueError with the nearest name."""
    made = device_class(model)
    options = {**Device.OPTIONS, **made.OPTIONS}
    breathed = {*quantities.FIELDS, *made.QUANTITIES, *(register.name for register in made.REGISTERS)}
    for name in values:
        if name not in options and name not in breathed:
            near = difflib.get_close_matches(name, [*options, *breathed], 1, 0.4)
            hint = f"did you mean {near[0]}?" if near else f"{model} has: {', '.join(sorted({*options, *breathed}))}"
            raise ValueError(f"unknown name '{name}'; {hint}")
    chosen = {name: value for name, value in values.items() if name in options}
    return chosen, {name: value for name, value in values.items() if name not in options}
