"""A plausible size distribution for a given PM2.5: the masses and counts that the caller did not set."""

import math
import random
from collections.abc import Mapping

MASSES = ("pm1_ugm3", "pm2_5_ugm3", "pm4_ugm3", "pm10_ugm3")
COUNTS = ("n0_3_per_dl", "n0_5_per_dl", "n1_0_per_dl", "n2_5_per_dl", "n5_0_per_dl", "n10_0_per_dl")


def distribution(air: Mapping[str, float], exact: frozenset[str], rng: random.Random) -> dict[str, float]:
    """Masses (ug/m3) and cumulative counts per 0.1 L (everything larger than the size).

    A mass in `exact` is kept; the others follow PM2.5 and keep PM1 <= PM2.5 <= PM4 <= PM10. No particles, no counts.
    **Source** proportions of the captured PMS5003 and PMS5003T frames in the vectors.
    """
    masses = _masses(air, exact, rng)
    fine, coarse = masses["pm2_5_ugm3"], max(0.0, masses["pm10_ugm3"] - masses["pm2_5_ugm3"])
    tenth = _counted(coarse * 0.12, rng)
    fifth = tenth + _counted(coarse * 0.3, rng)
    quarter = fifth + _counted(coarse * 1.5 + fine * 0.3, rng)
    one = quarter + _counted(fine * 5.0, rng)
    half = one + _counted(fine * (5.0 + min(fine, 60.0) * 0.5), rng)
    third = half + _counted(fine * (18.0 + min(fine, 60.0) * 1.4), rng)
    return {**masses, **dict(zip(COUNTS, (third, half, one, quarter, fifth, tenth), strict=True))}


def _masses(air: Mapping[str, float], exact: frozenset[str], rng: random.Random) -> dict[str, float]:
    fine = max(0.0, air.get("pm2_5_ugm3", 0.0))
    if "pm2_5_ugm3" not in exact and "pm10_ugm3" in exact:
        fine = min(fine, air["pm10_ugm3"])
    spread = rng.gauss(1.0, 0.03)
    masses = {
        "pm1_ugm3": fine * min(1.0, 0.66 * spread),
        "pm2_5_ugm3": fine,
        "pm4_ugm3": fine * max(1.0, 1.12 * spread),
        "pm10_ugm3": fine * max(1.0, 1.22 * spread),
    }
    if "pm10_ugm3" in exact:
        masses["pm4_ugm3"] = min(masses["pm4_ugm3"], max(fine, air["pm10_ugm3"]))
    for name in MASSES:
        if name in exact or (name in air and name not in ("pm2_5_ugm3", "pm1_ugm3")):
            masses[name] = air[name]
    return masses


def _counted(mean: float, rng: random.Random) -> float:
    if mean <= 0.0:
        return 0.0
    return max(0.0, float(round(rng.gauss(mean, math.sqrt(mean)))))


def factory_standard(atmospheric: float) -> float:
    """The CF=1 mass that Plantower shows beside this atmospheric mass: equal at low levels, 1.5 times above 66 ug/m3.

    **Source** captured frames: 24/24, 45/58, 70/106, 79/119.
    """
    if atmospheric <= 28.0:
        return atmospheric
    return atmospheric * (1.0 + 0.5 * min(1.0, (atmospheric - 28.0) / 38.0))
