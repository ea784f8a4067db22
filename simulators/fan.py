"""How a particle sensor draws air in: what it sees of it, and how its reading comes up while the fan starts."""

import math
import random

from simulators.device import Device
from simulators.particles import distribution


def drawn_in(device: Device, now_s: float, fan_s: float, zeros_s: float, stable_s: float) -> dict[str, float]:
    """Masses (ug/m3) and counts per 0.1 L that a sensor shows whose fan started at `fan_s`, and the rest of the air.

    Nothing for `zeros_s`, then rising, exact from `stable_s` on.
    """
    air = device.breathe(now_s)
    seen = distribution(air, device.air.exact, device.random)
    shown = spun_up(now_s - fan_s, zeros_s, stable_s, device.random, device.ailment.noisy)
    if device.ailment.zero:
        shown = 0.0
    return {**air, **{name: value * shown for name, value in seen.items()}}


def spun_up(running_s: float, zeros_s: float, stable_s: float, rng: random.Random, noisy: bool = False) -> float:
    """Share of the true level that is shown `running_s` after the fan started."""
    if running_s < zeros_s:
        return 0.0
    if running_s >= stable_s:
        return 1.0
    unsteady = rng.gauss(1.0, 0.3 if noisy else 0.08)
    return max(0.0, (1.0 - math.exp(-4.0 * (running_s - zeros_s) / stable_s)) * unsteady)
