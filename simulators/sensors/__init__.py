"""The simulated sensors by model id; each family is imported when one of its models is made."""

import difflib
import importlib
from collections.abc import Mapping

from simulators.air import Air, Ordinary
from simulators.device import Device, Register, Setup

FAMILIES: dict[str, tuple[str, dict[str, str]]] = {
    "plantower": (
        "simulators.sensors.plantower",
        {
            "pms3003": "Pms3003",
            "pms5003": "Plantower",
            "pms7003": "Plantower",
            "pms5003t": "Pms5003T",
        },
    ),
    "nova": ("simulators.sensors.nova", {"sds011": "Sds"}),
    "sps30": ("simulators.sensors.sps30", {"sps30": "Sps30"}),
    "senseair": ("simulators.sensors.senseair", {"s8": "S8"}),
    "scd30": ("simulators.sensors.scd30", {"scd30": "Scd30"}),
    "winsen_co2": ("simulators.sensors.winsen_co2", {"mhz19b": "MhZ"}),
}
MODELS: tuple[str, ...] = tuple(model for _, models in FAMILIES.values() for model in models)


def device_class(model: str) -> type[Device]:
    """The class that simulates a model. Errors: ValueError naming the nearest model ids."""
    for module, models in FAMILIES.values():
        if model in models:
            found: type[Device] = getattr(importlib.import_module(module), models[model])
            return found
    near = difflib.get_close_matches(resembling(model), MODELS, 3) or list(MODELS)
    raise ValueError(f"no simulated sensor '{model}'; use one of: {', '.join(near)}")


def resembling(model: str) -> str:
    """The model id that a written name such as MH-Z19B means."""
    return "".join(letter for letter in model.lower() if letter.isalnum())


def create(
    model: str,
    seed: int = 1,
    cold: bool = False,
    options: Mapping[str, float] | None = None,
    air: Air | None = None,
) -> Device:
    """A simulated sensor; without `air` it stands in an ordinary room.

    `cold`: power is applied at time zero; otherwise it has been powered for an hour.
    `options`: numbers by the names in the class's OPTIONS. Errors: ValueError for an unknown model or option.
    """
    made = device_class(model)
    known = {**Device.OPTIONS, **made.OPTIONS}
    for name in options or {}:
        if name not in known:
            raise ValueError(f"'{name}' is no option of {model}; it has: {', '.join(sorted(known))}")
    return made(Setup(model, air or Ordinary(seed), seed, cold, dict(options or {})))


def registers(model: str) -> tuple[Register, ...]:
    """Name, range and step of every number in the model's measurement frame."""
    return device_class(model).REGISTERS


def poll(model: str) -> bytes:
    """The request that the frame of `encode` answers; empty for a sensor that streams."""
    return device_class(model).POLL


def encode(model: str, values: Mapping[str, float]) -> bytes:
    """The measurement frame of a model that carries these register values; what is not given is zero."""
    return create(model).encode(values)
