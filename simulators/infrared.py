"""The measuring cell of a CO2 sensor: a value every few seconds, its baseline, and what pressure does to it."""

import math

from simulators.baseline import Baseline
from simulators.device import Device

STANDARD_HPA = 1013.25


class Infrared:
    """Measures every `interval_s`; `ppm` is the last corrected value, not clipped to any range.

    `per_kpa`: share by which the reading rises for a kilopascal above standard pressure, where the air states one;
    `told_hpa` is the pressure that it corrects for.
    """

    def __init__(self, device: Device, interval_s: float, baseline: Baseline, per_kpa: float = 0.0) -> None:
        self._device = device
        self._per_kpa = per_kpa
        self.interval_s = interval_s
        self.told_hpa = STANDARD_HPA
        self.baseline = baseline
        self.ppm = 0.0
        self.count = 0
        self._measured_s = -math.inf

    def restart(self, now_s: float) -> None:
        """Begin again, at power-up."""
        self._measured_s = now_s - self.interval_s
        self.count = 0
        self.baseline.restart(now_s)

    def step(self, now_s: float, learning: bool = True) -> None:
        """Measure, if it is time; `learning`: the baseline may watch."""
        if now_s - self._measured_s < self.interval_s:
            return
        self._measured_s = now_s
        self.count += 1
        raw_ppm = self.raw_ppm(now_s)
        self.ppm = 0.0 if self._device.ailment.zero else raw_ppm + self.baseline.offset_ppm
        if learning:
            self.baseline.observe(raw_ppm, now_s)

    def wait_s(self, now_s: float) -> float:
        """Seconds until the next measurement."""
        return max(0.0, self._measured_s + self.interval_s - now_s)

    def raw_ppm(self, now_s: float) -> float:
        """What the cell reads before any baseline."""
        air = self._device.breathe(now_s)
        ppm = air.get("co2_ppm", 0.0)
        if "pressure_hpa" in self._device.air.exact:
            ppm *= self._risen(air["pressure_hpa"]) / self._risen(self.told_hpa)
        return ppm

    def _risen(self, pressure_hpa: float) -> float:
        return 1.0 + self._per_kpa * (pressure_hpa - STANDARD_HPA) / 10.0

    def calibrate(self, now_s: float, target_ppm: float | None = None) -> None:
        """Take the present air for the target, and measure again at once."""
        self.baseline.calibrate(self.raw_ppm(now_s), now_s, target_ppm)
        self._measured_s = now_s - self.interval_s
        self.step(now_s)
