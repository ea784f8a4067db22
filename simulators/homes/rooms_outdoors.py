"""Outdoor air of the rooms home, by the hour: spells of clean, ordinary and stagnant air that follow one another.

Not a Gaussian process as in the box: a spell lasts as long as it lasts, and its shocks have heavy tails.
"""

import math
from dataclasses import dataclass
from random import Random

SPELLS = ("clean", "ordinary", "stagnant")
_LEVEL = (0.55, 1.0, 2.3)
_MEAN_HOURS = (40.0, 55.0, 30.0)
_NEXT = ((0.0, 0.8, 0.2), (0.55, 0.0, 0.45), (0.35, 0.65, 0.0))


@dataclass
class Outdoors:
    """One value for each hour of the run: degrees C, percent, µg/m³."""

    temp_c: list[float]
    rh_pct: list[float]
    pm: list[float]


def outdoors(rng: Random, hours: int, first_hour: int, year_day: float) -> Outdoors:
    """`first_hour` is the local hour of the first value, `year_day` its day of the year."""
    mean_c, swing_c, daily_c = rng.uniform(6.0, 15.0), rng.uniform(6.0, 12.0), rng.uniform(2.0, 6.0)
    base, winter_gain, traffic = rng.lognormvariate(2.0, 0.4), rng.uniform(0.0, 0.8), rng.uniform(0.0, 0.5)
    found = Outdoors([], [], [])
    spell, left, air_mass, smooth = 1, 30.0, 0.0, 0.0
    for i in range(hours):
        hour = (first_hour + i) % 24
        winter = 0.5 + 0.5 * math.cos(2.0 * math.pi * (year_day + i / 24.0 - 15.0) / 365.25)
        left -= 1.0
        if left <= 0.0:
            draw = rng.random()
            chances = _NEXT[spell]
            spell = 0 if draw < chances[0] else 1 if draw < chances[0] + chances[1] else 2
            left = rng.weibullvariate(_MEAN_HOURS[spell], 0.8)
            air_mass = rng.gauss(0.0, 4.0) - (2.5 * winter if spell == 2 else 0.0)
        shock = rng.gauss(0.0, 1.0) / math.sqrt(max(rng.gammavariate(2.0, 0.5), 0.05))
        smooth = 0.7 * smooth + 0.11 * shock
        rush = traffic if hour in (7, 8, 17, 18, 19) else 0.0
        level = _LEVEL[spell] * (1.0 + (winter_gain * winter if spell else 0.0)) * (1.0 + rush)
        before = found.pm[-1] if found.pm else base
        target = base * level * math.exp(max(-2.0, min(2.0, smooth)))
        found.pm.append(0.75 * before + 0.25 * target)
        sun = max(0.0, math.sin(math.pi * (hour - 6) / 13.0)) if 6 <= hour <= 19 else 0.0
        warmth = mean_c + swing_c * (1.0 - 2.0 * winter) + air_mass + daily_c * (2.0 * sun - 0.9)
        found.temp_c.append(0.6 * found.temp_c[-1] + 0.4 * warmth if found.temp_c else warmth)
        found.rh_pct.append(
            max(25.0, min(99.0, 80.0 - 22.0 * sun + (10.0 if spell == 2 else 0.0) + rng.gauss(0.0, 3.0)))
        )
    return found
