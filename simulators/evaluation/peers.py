"""What a Pi owner would use instead, on the same half hours: thresholds, z-scores, extreme values, half-space trees.

Each peer turns a series of half-hour values (NaN where there is none) into alarms; alarms within four hours are one
claim, as for dayrank. Defaults are those of the tools, not tuned on these homes.
"""

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

Series = npt.NDArray[np.float64]
Alarms = npt.NDArray[np.bool_]

A_DAY = 48
JOIN = 8  # half hours
Z = 3.0
POT_DAYS = 28
POT_RISK = 1.0 / 1440.0
POT_QUANTILE = 0.98
HA_LIMIT = {"pm2_5_ugm3": 35.0, "co2_ppm": 1000.0}
HA_HYSTERESIS = {"pm2_5_ugm3": 5.0, "co2_ppm": 50.0}


def onsets(alarms: Alarms) -> list[int]:
    """Half hours in which a claim starts; alarms less than four hours apart are one."""
    found: list[int] = []
    last = -JOIN - 1
    for at in np.flatnonzero(alarms).tolist():
        if at - last > JOIN:
            found.append(at)
        last = at
    return found


def frozen_z(values: Series, quantity: str) -> Alarms:
    """Mean and deviation of the first 48 hours, for ever."""
    first = values[: 2 * A_DAY]
    with np.errstate(invalid="ignore", divide="ignore"):
        alarms: Alarms = (values - np.nanmean(first)) / np.nanstd(first) > Z
    alarms[: 2 * A_DAY] = False
    return alarms


def rolling_z(values: Series, quantity: str) -> Alarms:
    """Mean and deviation of the last 14 days, anew each midnight."""
    alarms = np.zeros(len(values), dtype=np.bool_)
    for start in range(2 * A_DAY, len(values), A_DAY):
        past = values[max(0, start - 14 * A_DAY) : start]
        with np.errstate(invalid="ignore", divide="ignore"):
            alarms[start : start + A_DAY] = (values[start : start + A_DAY] - np.nanmean(past)) / np.nanstd(past) > Z
    return alarms


def hourly_z(values: Series, quantity: str) -> Alarms:
    """Logarithms against mean and deviation of the same hour on the last 14 days."""
    logs = np.log(np.maximum(values - (380.0 if quantity == "co2_ppm" else -1.0), 1.0))
    alarms = np.zeros(len(values), dtype=np.bool_)
    for start in range(14 * A_DAY, len(values) - A_DAY + 1, A_DAY):
        past = logs[start - 14 * A_DAY : start].reshape(14, 24, 2)
        with np.errstate(invalid="ignore", divide="ignore"):
            mean = np.repeat(np.nanmean(past, axis=(0, 2)), 2)
            deviation = np.repeat(np.nanstd(past, axis=(0, 2)), 2)
            alarms[start : start + A_DAY] = (logs[start : start + A_DAY] - mean) / deviation > Z
    return alarms


def peaks_over_threshold(values: Series, quantity: str) -> Alarms:
    """A generalised Pareto tail over the last 28 days, fitted by moments each midnight (SPOT without its drift)."""
    alarms = np.zeros(len(values), dtype=np.bool_)
    for start in range(7 * A_DAY, len(values), A_DAY):
        past = values[max(0, start - POT_DAYS * A_DAY) : start]
        past = past[~np.isnan(past)]
        if len(past) < 5 * A_DAY:
            continue
        base = float(np.quantile(past, POT_QUANTILE))
        over = past[past > base] - base
        if len(over) < 4 or over.std() == 0.0:
            continue
        ratio = over.mean() ** 2 / over.var()
        shape = 0.5 * (1.0 - ratio)
        scale = 0.5 * over.mean() * (1.0 + ratio)
        left = POT_RISK * len(past) / len(over)
        limit = base + (-scale * math.log(left) if abs(shape) < 1e-6 else scale / shape * (left**-shape - 1.0))
        alarms[start : start + A_DAY] = values[start : start + A_DAY] > limit
    return alarms


def fixed_threshold(values: Series, quantity: str) -> Alarms:
    """A threshold helper with hysteresis at the usual advice: 35 ug/m3, 1000 ppm. Not personal at all."""
    alarms = np.zeros(len(values), dtype=np.bool_)
    on = False
    for i, value in enumerate(values.tolist()):
        if not math.isnan(value):
            on = value > HA_LIMIT[quantity] - (HA_HYSTERESIS[quantity] if on else 0.0)
        alarms[i] = on
    return alarms


def half_space_trees(values: Series, quantity: str) -> Alarms:
    """river's HalfSpaceTrees behind a 0.999 QuantileFilter, on value and hour. Raises ImportError without river."""
    from river import anomaly, compose, preprocessing

    hst = anomaly.HalfSpaceTrees(n_trees=25, height=8, window_size=7 * A_DAY, seed=1)
    model = compose.Pipeline(
        preprocessing.MinMaxScaler(), anomaly.QuantileFilter(hst, q=0.999, protect_anomaly_detector=False)
    )
    alarms = np.zeros(len(values), dtype=np.bool_)
    for i, value in enumerate(values.tolist()):
        if math.isnan(value):
            continue
        sample = {"value": value, "hour": float(i % A_DAY)}
        score = model.score_one(sample)
        alarms[i] = i >= 14 * A_DAY and model["QuantileFilter"].classify(score)
        model.learn_one(sample)
    return alarms


PEERS: dict[str, Callable[[Series, str], Alarms]] = {
    "z_48h": frozen_z,
    "z_rolling": rolling_z,
    "z_hour": hourly_z,
    "pot": peaks_over_threshold,
    "threshold": fixed_threshold,
    "half_space_trees": half_space_trees,
}


def river_is_there() -> bool:
    """Whether the optional peer can run."""
    try:
        import river  # noqa: F401
    except ImportError:
        return False
    return True
