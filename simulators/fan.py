"""How the reading of a particle sensor comes up while its fan starts."""

import math
import random


def spun_up(running_s: float, zeros_s: float, stable_s: float, rng: random.Random, noisy: bool = False) -> float:
    """Share of the true level that is shown `running_s` after the fan started: nothing, then rising, then exactly 1."""
    if running_s < zeros_s:
        return 0.0
    if running_s >= stable_s:
        return 1.0
    unsteady = rng.gauss(1.0, 0.3 if noisy else 0.08)
    return max(0.0, (1.0 - math.exp(-4.0 * (running_s - zeros_s) / stable_s)) * unsteady)
