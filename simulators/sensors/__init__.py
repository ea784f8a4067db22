"""The simulated sensors by model id; each family is imported when one of its models is made."""

import difflib
import importlib
from collections.abc import Mapping

from simulators.air import Air, Ordinary
from simulators.device import Device, Register, Setup

FAMILIES: dict[str, dict[str, str]] = {
    "plantower": {
        "pms1003": "Plantower",
        "pms3003": "Pms3003",
        "pms5003": "Plantower",
        "pms7003": "Plantower",
        "pmsa003": "Plantower",
        "pms9003m": "Plantower",
        "pms5003t": "Pms5003T",
        "pms5003s": "Pms5003S",
        "pms5003st": "Pms5003ST",
    },
    "nova": {"sds011": "Sds", "sds018": "Sds", "sds021": "Sds", "sds198": "Sds198"},
    "sps30": {"sps30": "Sps30"},
    "honeywell": {"hpma115s0": "Hpma", "hpma115c0": "HpmaCompact"},
    "winsen_pm": {"zh03b": "Zh", "zh06": "Zh06"},
    "cubic_pm": {"pm1003": "Pm1006", "pm1006": "Pm1006", "pm1006k": "Pm1006K", "pm2008": "Pm2008"},
    "panasonic": {"sngcja5": "SnGcja5"},
    "nextpm": {"nextpm": "NextPm"},
    "nextpm_modbus": {"nextpmmodbus": "NextPmModbus"},
    "winsen_co2": {
        "mhz19": "MhZ",
        "mhz19b": "MhZ",
        "mhz19c": "MhZ",
        "mhz19d": "MhZ",
        "mhz19e": "MhZ",
        "mhz14a": "MhZ",
        "mhz16": "MhZ",
    },
    "senseair": {"s8": "S8", "k30": "K30", "s88": "S8", "sunrise": "Sunrise"},
    "scd30": {"scd30": "Scd30"},
    "cubic_co2": {"cm1106": "Cm110x", "cm1107": "Cm110x", "cm1106sln": "Cm110x"},
    "telaire": {"t6613": "T66xx", "t6615": "T66xx"},
    "t67xx": {"t6703": "T67xx", "t6713": "T67xx"},
    "gss": {"cozir": "Gss", "sprintir": "Gss", "minir": "Gss"},
    "zphs01b": {"zphs01b": "Zphs01b"},
    "sm300d2": {"sm300d2": "Sm300d2", "sm300d2modbus": "Sm300d2Modbus"},
}
MODELS: tuple[str, ...] = tuple(model for models in FAMILIES.values() for model in models)


def device_class(model: str) -> type[Device]:
    """The class that simulates a model. Errors: ValueError naming the nearest model ids."""
    for family, models in FAMILIES.items():
        if model in models:
            found: type[Device] = getattr(importlib.import_module(f"simulators.sensors.{family}"), models[model])
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
