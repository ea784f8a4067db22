"""Corrections of CO2 readings for the air pressure of the place, in integers.

An NDIR sensor counts molecules in its cell and is adjusted at sea level: at 1 000 m it reads a tenth to a sixth too
low. Sensors that compensate themselves (SCD30 with altitude or pressure set, K30 with sensor) must not be corrected
again.
"""

from aqsense import quantities
from aqsense.corrections import Correction

SEA_LEVEL = 10133  # tenths of hPa


class IdealGas:
    """CO2 * 1013.25 / p: the gas law alone.

    **Source** Vaisala, "How do temperature and pressure effect CO2 measurement" (V: "c * 1013 (t + 273) / (298 p)"),
    without its temperature term, which sensors of this kind apply themselves.
    """

    def __init__(self, pressure: int) -> None:
        self._pressure = pressure

    def value(self, ppm: int) -> int:
        """ppm at sea level from ppm as read."""
        return (min(ppm, 50000) * SEA_LEVEL + self._pressure // 2) // self._pressure


class Senseair:
    """CO2 / (1 + 0.016 (p - 1013) / 10): 1.6 % of the reading per kPa, as Senseair states for the S8.

    Steeper than the gas law (1 % per kPa), because absorption lines narrow as well: the two differ by 4 % at 500 m.
    **Source** Senseair S8 product specification (S: AirGradient's forum, "1.6% per kPA"; from which pressure on was not
    seen, 1013 hPa is taken). Vaisala's GMP343 manual M210514EN has +0.15 % of the reading per hPa, uncompensated (V): a
    second maker between the two forms here, near this one. Gaynullin et al. 2023, Sensors 23, 2872 (Senseair; V: the
    abstract) show that one factor for all concentrations is itself an approximation.
    """

    def __init__(self, pressure: int) -> None:
        self._percent = 100000 + 16 * (pressure - SEA_LEVEL)  # 1e-5

    def value(self, ppm: int) -> int:
        """ppm at sea level from ppm as read."""
        share = self._percent // 10
        return (min(ppm, 50000) * 10000 + share // 2) // share


def describe(name: str, kind: str, parameter: str) -> Correction:
    """The correction of that name; ValueError when the pressure makes no sense."""
    pressure = _tenths(parameter)
    if not 5000 <= pressure <= 11000:
        raise ValueError("%s: write the usual air pressure of the place in hPa, 500 to 1100, such as 954" % name)
    formula = IdealGas(pressure).value if kind == "co2-pressure" else Senseair(pressure).value
    return Correction(name, 1, quantities.CO2, (quantities.FIELDS[quantities.CO2],), formula)


def _tenths(parameter: str) -> int:
    whole, _, fraction = parameter.partition(".")
    digits = whole + (fraction + "0")[:1]
    for digit in digits:
        if digit not in "0123456789":
            return -1
    return int(digits) if whole else -1
