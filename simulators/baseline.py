"""Automatic baseline calibration of CO2 sensors: the lowest reading of a period is taken for fresh air."""

import math
from dataclasses import dataclass

FRESH_PPM = 400.0
HOUR_S = 3600.0
DAY_S = 24.0 * HOUR_S


@dataclass
class Baseline:
    """What the firmware believes about zero; `offset_ppm` is added to the raw reading.

    Feed it every internal measurement; at the end of each `period_s` of uninterrupted power the lowest corrected
    reading becomes `target_ppm`, moved by at most `step_ppm`.
    """

    period_s: float
    on: bool = True
    target_ppm: float = FRESH_PPM
    step_ppm: float = math.inf
    offset_ppm: float = 0.0
    _lowest_ppm: float = math.inf
    _began_s: float = 0.0

    def restart(self, now_s: float) -> None:
        """Begin a period: at power-up, or when the period was changed."""
        self._lowest_ppm = math.inf
        self._began_s = now_s

    def observe(self, raw_ppm: float, now_s: float) -> None:
        """Take one internal measurement."""
        self._lowest_ppm = min(self._lowest_ppm, raw_ppm + self.offset_ppm)
        if now_s - self._began_s < self.period_s:
            return
        if self.on and self._lowest_ppm < math.inf:
            self.move(self.target_ppm - self._lowest_ppm)
        self.restart(now_s)

    def move(self, by_ppm: float) -> None:
        """Shift the zero, by at most one step."""
        self.offset_ppm += max(-self.step_ppm, min(self.step_ppm, by_ppm))

    def calibrate(self, raw_ppm: float, now_s: float, target_ppm: float | None = None) -> None:
        """Take the present raw reading for the target."""
        self.offset_ppm = (self.target_ppm if target_ppm is None else target_ppm) - raw_ppm
        self.restart(now_s)
