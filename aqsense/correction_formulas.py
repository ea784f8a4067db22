"""Corrections of PM2.5 readings, in integers: inputs and results in tenths (of ug/m3, of %RH).

What was seen of each: (V) the text itself, (S) another that quotes it, (C) a closed form that gives the same numbers.
"""

from aqsense import quantities
from aqsense.corrections import ATM, CF1, COUNT, RH, Correction

HIGHEST = 10000  # 1000 ug/m3: no formula was fitted beyond, and squares stay within 30 bits
KAPPA_HIGHEST_RH = 950

LOTS = (  # lot, ug/m3 per particle > 0.3 um in 0.1 L, in 1e-5
    ("20231030", 2838),
    ("20231218", 3525),
    ("20240104", 2896),
    ("20240826", 3863),
    ("20250116", 2983),
)


def describe(name: str, kind: str, parameter: str) -> Correction | None:
    """The correction of that name; None when there is none, ValueError when its parameter makes no sense."""
    plain = (
        ("epa-us-2021", (CF1, RH), epa_us_2021),
        ("epa-us-2021-map", (CF1, RH), epa_us_2021_map),
        ("epa-us-2022", (CF1, RH), epa_us_2022),
        ("airgradient-2024", (ATM, RH), airgradient_2024),
    )
    for known, needs, formula in plain:
        if name == known:
            return Correction(name, 1, quantities.PM2_5, needs, formula)
    if kind == "pms5003-batch":
        return Correction(name, 1, quantities.PM2_5, (ATM, COUNT), Batch(_scale_of(parameter)).value)
    if kind == "kappa":
        return Correction(name, 1, quantities.PM2_5, (quantities.FIELDS[quantities.PM2_5], RH), Kappa(parameter).value)
    return None


def _tenths(tenthousandths: int) -> int:
    """Rounded to tenths, never below nought."""
    return max(0, (tenthousandths + 500) // 1000)


def _linear(x: int, rh: int) -> int:
    """0.524 x - 0.0862 RH + 5.75 in 1e-4."""
    return 524 * x - 862 * rh // 10 + 57500


def epa_us_2021(x: int, rh: int) -> int:
    """US-wide correction of PurpleAir's CF=1 average: 0.524 x - 0.0862 RH + 5.75, not below 0.

    Fitted to 12 000 outdoor 24-hour means of two PMS5003 side by side, 16 states, 9 ug/m3 on average.
    **Source** Barkjohn, Gantt, Clements 2021, Atmos. Meas. Tech. 14, 4617 (V: the abstract, which has the data and the
    form; S: the coefficients, in the slide of EPA quoted below, in R package AirSensor2 rounded to 0.52 and 0.086).
    """
    return _tenths(_linear(min(x, HIGHEST), rh))


def epa_us_2021_map(x: int, rh: int) -> int:
    """As `epa_us_2021` up to 343 ug/m3 (CF=1), above 0.46 x + 0.000393 x^2 + 2.97: the Fire and Smoke Map of 2021.

    **Source** EPA Tools and Resources Webinar, May 2021, slide 37 (S: R package AirSensor2; C: EPA's form of October
    2021 below is this one with the atmospheric register taken as two thirds: 0.46 * 1.5 = 0.69, 3.93e-4 * 2.25 =
    8.84e-4). The two branches do not meet: at 343 ug/m3 and 40 %RH they give 182.0 and 207.0.
    """
    x = min(x, HIGHEST)
    if x <= 3430:
        return _tenths(_linear(x, rh))
    return _tenths(460 * x + 393 * (x * x // 100) // 100 + 29700)


def epa_us_2022(x: int, rh: int) -> int:
    """US-wide correction extended to extreme smoke: linear below 570 ug/m3 (CF=1), quadratic from 611, blended between.

    Quadratic: 0.000421 x^2 + 0.392 x + 3.44; weight of it between the two: 0.0244 x - 13.9.
    **Source** Barkjohn, Holder, Frederick, Clements 2022, Sensors 22, 9669. V: the abstract, "up to 300 ug/m3,
    transitioning to a quadratic fit above 400". C: these figures give 300 at 570 and 400 at 611, and the weight, 1/41 a
    ug/m3, leads from 0 to 1 between them. No second text with the coefficients of the quadratic was found, and what
    the correction of the paper (Sensors 24, 7871, 2024) corrects was not seen: of all forms here the least certain.
    """
    x = min(x, HIGHEST)
    low = _linear(x, rh)
    if x < 5700:
        return _tenths(low)
    high = 421 * (x * x // 100) // 100 + 392 * x + 34400
    if x >= 6110:
        return _tenths(high)
    weight = min(10000, max(0, 244 * x - 1390000) // 10)  # in 1e-4
    return _tenths(low + (high - low) // 100 * weight // 100)


def airgradient_2024(x: int, rh: int) -> int:
    """EPA's form of October 2021, as AirGradient took it over: atmospheric register, raw humidity of the module.

    Below 30: 0.524 x; 50 to 210: 0.786 x, both - 0.0862 RH + 5.75; from 260: 2.966 + 0.69 x + 0.000884 x^2; linear
    blends between; not below 0.
    **Source** airgradienthq/arduino, src/PMS/PMS.cpp `compensate` and issues 182 and 225 (V); EPA, "Sensor Data
    Cleaning and Correction", slide 26 (cfpub.epa.gov, record 353088), word for word in the source of Tasmota (S). The
    firmware gives 0 for a raw 0, EPA's formula does not, and this is EPA's. Whole-number divisions (3/2, 21/5) are a
    known fault of some copies.
    """
    x = min(x, HIGHEST)
    wet = 57500 - 862 * rh // 10
    if x < 300:
        return _tenths(524 * x + wet)
    if x < 500:
        return _tenths((52400 + 131 * (x - 300)) * x // 100 + wet)
    low = 786 * x + wet
    if x < 2100:
        return _tenths(low)
    high = 29660 + 690 * x + 884 * (x * x // 100) // 100
    if x >= 2600:
        return _tenths(high)
    return _tenths(low + (high - low) * (x - 2100) // 500)


def _scale_of(lot: str) -> int:
    for known, scale in LOTS:
        if lot == known:
            return scale
    known_lots = ", ".join([known for known, _ in LOTS])
    raise ValueError("no batch correction for lot '%s': known lots are %s" % (lot, known_lots))


class Batch:
    """PMS5003 lots that under-read below 31 ug/m3: PM2.5 from the count of particles above 0.3 um there.

    scale * count where that is below 31 ug/m3, else the atmospheric register as it is.
    **Source** airgradienthq/arduino, src/PMS/PMS.cpp `slrCorrection` (V: the form, and that it names AirGradient's "Low
    readings from PMS5003"); the scales are those of AirGradient's dashboard as copied into calibration.md of
    MallocArray/airgradient_esphome, intercept 0 for all (S). Since October 2025 AirGradient calibrates each unit.
    """

    def __init__(self, scale: int) -> None:
        self._scale = scale

    def value(self, x: int, count: int) -> int:
        """Tenths of ug/m3 from the atmospheric reading in tenths and the count per 0.1 L."""
        low = self._scale * count  # 1e-5 ug/m3
        return (low + 5000) // 10000 if low < 3100000 else x


class Kappa:
    """Water on particles by the kappa-Koehler theory: x / (1 + (kappa / 1.65) / (1 / a - 1)), a the RH as a share.

    Of long use outdoors with kappa 0.3 to 0.4; indoors the particles are others. None above 95 %RH, where the reading
    is mostly water. **Source** Crilley et al. 2018, Atmos. Meas. Tech. 11, 709 (V: the abstract, S: the equation, in
    six programs that cite it); Nilson et al. 2022, Atmos. Meas. Tech. 15, 3315, abstract (V): the same form for
    PurpleAir with 0.24 in place of kappa / 1.65, that is kappa 0.4, from 30 to 70 %RH only. C: water by Petters and
    Kreidenweis 2007, kappa a / (1 - a) of the dry volume, at a density of 1.65.
    """

    def __init__(self, parameter: str) -> None:
        whole, _, fraction = parameter.partition(".")
        digits = whole + (fraction + "000")[:3]
        for digit in digits:
            if digit not in "0123456789":
                digits = ""
                break
        self._kappa = int(digits) if whole and digits else -1  # thousandths
        if not 10 <= self._kappa <= 1500:
            raise ValueError(
                "kappa:%s is no hygroscopicity: write a number from 0.01 to 1.5, such as kappa:0.35" % parameter
            )

    def value(self, x: int, rh: int) -> int | None:
        """Tenths of ug/m3 from the reading in tenths and tenths of %RH."""
        if rh > KAPPA_HIGHEST_RH:
            return None
        dry = 33 * (1000 - rh)  # 1650 thousandths, a fiftieth of it, as below
        whole = dry + (self._kappa * rh + 25) // 50
        return (2 * min(x, HIGHEST) * dry + whole) // (2 * whole)
