"""What a consumer sensor makes of the true air: noise, resolution, and the ways in which it goes wrong."""

from dataclasses import dataclass

import numpy as np

from simulators.homes.happenings import Change
from simulators.homes.recurrence import Series

DAY = 1440
ABC_TARGET_PPM = 400.0


@dataclass
class Readings:
    """One value for each minute of each quantity; µg/m³, ppm, degrees C and percent."""

    pm2_5: Series
    pm10: Series
    co2: Series
    temp: Series
    rh: Series


def _cf1_of_atmospheric(pm: Series) -> Series:
    """The other Plantower register: equal below 25, half as much again well above."""
    return pm * (1.0 + 0.5 * np.clip((pm - 25.0) / 50.0, 0.0, 1.0))


def sense(true: Readings, changes: list[Change], rng: np.random.Generator) -> Readings:
    """Readings of the true air, rounded to the resolution of the wire."""
    minutes = len(true.co2)
    pm = _particles(true.pm2_5, changes, rng)
    co2 = _carbon_dioxide(true.co2, changes, rng)
    pm10 = pm * 1.12 + 0.4 + 0.3 * rng.random(minutes)
    for change in changes:
        if change.kind == "stuck" and change.end_min > change.start_min:
            part = slice(change.start_min, change.end_min)
            pm[part] = pm[change.start_min] * change.size
            pm10[part] = pm10[change.start_min] * change.size
            co2[part] = co2[change.start_min]
    temp = true.temp + 0.05 * rng.standard_normal(minutes)
    rh = np.clip(true.rh + 0.2 * rng.standard_normal(minutes), 0.0, 100.0)
    return Readings(pm.round(1), np.maximum(pm10, pm).round(1), co2.round(0), temp.round(1), rh.round(1))


def _particles(true: Series, changes: list[Change], rng: np.random.Generator) -> Series:
    pm = true.copy()
    for change in changes:
        part = slice(change.start_min, change.end_min)
        weeks = np.arange(change.end_min - change.start_min) / (7.0 * DAY)
        if change.kind == "gain":
            pm[part] *= change.size
        elif change.kind == "fouling":
            pm[part] *= (1.0 + change.size) ** weeks
        elif change.kind == "lot":
            pm[part] = np.where(pm[part] < 31.0, pm[part] * change.size, pm[part])
        elif change.kind == "cf_swap":
            pm[part] = _cf1_of_atmospheric(pm[part])
    few = 0.18 * np.sqrt(np.maximum(pm, 0.0) + 1.0)  # few particles cross the beam: counting noise
    reading: Series = np.maximum(
        pm * (1.0 + 0.02 * rng.standard_normal(len(pm))) + few * rng.standard_normal(len(pm)), 0.0
    )
    return reading


def _carbon_dioxide(true: Series, changes: list[Change], rng: np.random.Generator) -> Series:
    co2 = true + 12.0 * float(rng.standard_normal()) + 4.0 * rng.standard_normal(len(true))
    abc_days = 0
    for change in changes:
        part = slice(change.start_min, change.end_min)
        if change.kind == "co2_drift":
            co2[part] += change.size * np.arange(change.end_min - change.start_min) / DAY
        elif change.kind == "co2_gain":
            co2[part] *= change.size
        elif change.kind == "abc":
            abc_days = int(change.size)
    if abc_days:
        _self_calibrate(co2, abc_days * DAY)
    return co2


def _self_calibrate(co2: Series, period: int) -> None:
    """At the end of each period, takes the lowest value of that period for outdoor air."""
    lowest = [float(np.min(co2[start : start + period])) for start in range(0, len(co2), period)]
    for i in range(1, len(lowest)):
        co2[i * period : (i + 1) * period] += ABC_TARGET_PPM - lowest[i - 1]
