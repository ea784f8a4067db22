"""The air of a simulated home, minute by minute, as a sensor in it breathes it."""

import math

import numpy as np

from simulators.air import Ordinary
from simulators.homes.box import Home

DAYS = 30
START_EPOCH_S = 1725148800  # 2024-09-01T00:00Z
BEGIN_MINUTE = 1440 + 16 * 60  # the second afternoon: the air has forgotten its starting values


class Lived:
    """The true air of home `seed` from an afternoon on, interpolated between minutes; after 30 days it begins again."""

    exact: frozenset[str] = frozenset()

    def __init__(self, seed: int) -> None:
        true = Home(seed, DAYS, START_EPOCH_S).true
        self._else = Ordinary(seed)
        self._columns = (
            ("pm2_5_ugm3", true.pm2_5),
            ("co2_ppm", true.co2),
            ("temp_c", true.temp),
            ("rh_pct", true.rh),
        )
        self._minutes = len(true.co2)

    def at(self, t_s: float) -> dict[str, float]:
        minute = BEGIN_MINUTE + max(0.0, t_s) / 60.0
        whole = math.floor(minute)
        here, there = whole % self._minutes, (whole + 1) % self._minutes
        share = minute - whole
        values = self._else.at(t_s)
        for name, column in self._columns:
            values[name] = float(np.float64(column[here]) * (1.0 - share) + np.float64(column[there]) * share)
        return values
