"""Outdoor air of the box home: temperature, humidity and PM2.5 with weather of 40 h and gusts of 3 h."""

from dataclasses import dataclass

import numpy as np

from simulators.homes.recurrence import Series, wandering

COLDEST_DAY = 20.0  # of the year, in the northern hemisphere


@dataclass(frozen=True)
class Climate:
    """Where the home stands: degrees C, ug/m3 and natural logarithms."""

    mean_c: float
    summer_c: float
    day_c: float
    pm_median: float
    pm_winter_log: float
    pm_weather_log: float
    pm_gust_log: float


def draw_climate(rng: np.random.Generator) -> Climate:
    """A temperate climate, drawn at random."""
    return Climate(
        mean_c=float(rng.uniform(8.0, 14.0)),
        summer_c=float(rng.uniform(7.5, 11.0)),
        day_c=float(rng.uniform(2.5, 5.0)),
        pm_median=float(7.5 * np.exp(0.35 * rng.standard_normal())),
        pm_winter_log=float(rng.uniform(0.2, 0.55)),
        pm_weather_log=float(rng.uniform(0.4, 0.6)),
        pm_gust_log=float(rng.uniform(0.12, 0.25)),
    )


@dataclass(frozen=True)
class Outdoors:
    """One value for each minute."""

    temp_c: Series
    rh_pct: Series
    pm: Series


def outdoors(climate: Climate, rng: np.random.Generator, year_day: Series, hour: Series) -> Outdoors:
    """The air outside for each minute of the run."""
    minutes = len(hour)
    winter = np.cos(2.0 * np.pi * (year_day - COLDEST_DAY) / 365.2425)
    front = wandering(rng, minutes, 60.0)
    cool = np.cos(2.0 * np.pi * (hour - 3.0) / 24.0)
    temp = climate.mean_c - climate.summer_c * winter - climate.day_c * cool + 3.2 * front
    moist = wandering(rng, minutes, 30.0)
    rh = np.clip(72.0 + 6.0 * winter + 9.0 * np.cos(2.0 * np.pi * (hour - 5.0) / 24.0) + 9.0 * moist, 25.0, 99.0)
    log_pm = (
        np.log(climate.pm_median)
        + climate.pm_winter_log * winter
        + climate.pm_weather_log * wandering(rng, minutes, 40.0)
        + climate.pm_gust_log * wandering(rng, minutes, 3.0)
    )
    return Outdoors(temp, rh, np.exp(log_pm))
