"""Who is at home, awake or asleep, what is cooked and when windows stand open, in the box home."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from simulators.homes.localtime import Whole
from simulators.homes.recurrence import Series

MEAL_SD = 0.8  # of the natural logarithm of a meal's dose
GUEST_DAYS = 0.05
AWAY_DAYS = 0.025


@dataclass(frozen=True)
class Household:
    """How these people live; hours of the local clock."""

    persons: int
    workers: int
    leave_h: float
    return_h: float
    wake_h: float
    bed_h: float
    jitter_h: float
    meal_chance: tuple[float, float, float]
    meal_minutes: float
    morning_airing: float
    other_airing: float
    warm_c: float
    open_share: float
    night_share: float


def draw_household(rng: np.random.Generator) -> Household:
    """One to five people with jobs, mealtimes and window habits, drawn at random."""
    persons = int(rng.choice([1, 2, 3, 4, 5], p=[0.22, 0.36, 0.2, 0.16, 0.06]))
    scale = float(rng.uniform(0.85, 1.15))
    return Household(
        persons=persons,
        workers=int(rng.binomial(min(persons, 2), 0.75)) + max(0, persons - 2),
        leave_h=float(rng.uniform(7.2, 8.8)),
        return_h=float(rng.uniform(15.5, 18.5)),
        wake_h=float(rng.uniform(6.0, 7.2)),
        bed_h=float(rng.uniform(22.0, 23.6)),
        jitter_h=float(rng.uniform(0.2, 0.6)),
        meal_chance=(0.25 * scale, 0.4 * scale, 0.75 * scale),
        meal_minutes=float(rng.uniform(30.0, 45.0)),
        morning_airing=float(rng.uniform(0.1, 0.95)),
        other_airing=float(rng.uniform(0.0, 0.3)),
        warm_c=float(rng.uniform(14.0, 20.0)),
        open_share=float(rng.uniform(0.4, 1.0)),
        night_share=float(rng.uniform(0.15, 0.5)) if rng.random() < 0.75 else 0.0,
    )


@dataclass
class Life:
    """One value for each minute: people awake and asleep, cooking in meals an hour, and open windows from 0 to 1."""

    awake: Series
    asleep: Series
    cooking: Series
    window: Series
    meals: int
    guests: list[tuple[int, int, int]]
    trips: list[tuple[int, int]]


@dataclass(frozen=True)
class Days:
    """The local days of a run: first minute of each within it (below 0 when it began earlier), weekend or not."""

    first: Whole
    weekend: npt.NDArray[np.bool_]


def days_of(local: Whole) -> Days:
    """Local days that the run touches."""
    number = local // 1440
    starts = np.flatnonzero(np.diff(number, prepend=number[0] - 1))
    first = starts - local[starts] % 1440
    return Days(first.astype(np.int64), (number[starts] + 3) % 7 >= 5)


def _fill(target: Series, start: float, end: float, value: float) -> None:
    a = max(0, int(start))
    b = min(len(target), int(end))
    if b > a:
        target[a:b] += value


def live(house: Household, rng: np.random.Generator, local: Whole, outdoor_c: Series) -> Life:
    """A run of days of these people."""
    minutes = len(local)
    life = Life(np.zeros(minutes), np.zeros(minutes), np.zeros(minutes), np.zeros(minutes), 0, [], [])
    days = days_of(local)
    warm = warm_season(house, outdoor_c[np.clip(days.first + 840, 0, minutes - 1)])
    away_left = 0
    for i in range(len(days.first)):
        day = int(days.first[i])
        weekend = bool(days.weekend[i])
        guests = rng.random() < GUEST_DAYS
        leaving = rng.random() < AWAY_DAYS / 2.0
        nights = int(rng.integers(1, 4))
        draws = rng.standard_normal((house.persons, 4)) * house.jitter_h
        chances = rng.random((house.persons, 3))
        meal_rng = rng.random((3, 3))
        meal_log = rng.standard_normal(3) * MEAL_SD
        window_rng = rng.random(12)
        if leaving and away_left == 0:
            away_left = nights
            life.trips.append((day, day + nights * 1440))
        if away_left:
            away_left -= 1
            continue
        _persons(life, house, day, weekend, draws, chances)
        if guests:
            arrive = day + (17.5 + 2.0 * window_rng[0]) * 60.0
            stay = (2.5 + 2.5 * window_rng[1]) * 60.0
            count = 2 + int(window_rng[2] * 4)
            _fill(life.awake, arrive, arrive + stay, count)
            life.guests.append((int(arrive), int(arrive + stay), count))
        _meals(life, house, day, weekend, guests, meal_rng, meal_log)
        _windows(life, house, day, bool(warm[i]), window_rng)
    np.minimum(life.window, 1.0, out=life.window)
    return life


def _persons(life: Life, house: Household, day: int, weekend: bool, draws: Series, chances: Series) -> None:
    late = 1.0 if weekend else 0.0
    for p in range(house.persons):
        wake = day + (house.wake_h + late + draws[p, 0]) * 60.0
        bed = day + (house.bed_h + 0.7 * late + draws[p, 1]) * 60.0
        _fill(life.asleep, day, wake, 1.0)
        _fill(life.asleep, bed, day + 1440, 1.0)
        if p < house.workers and not weekend:
            out = day + (house.leave_h + draws[p, 2]) * 60.0
            back = day + (house.return_h + 1.5 * draws[p, 3]) * 60.0
        elif chances[p, 0] < 0.65:
            out = day + (9.5 + 5.0 * chances[p, 1]) * 60.0
            back = out + (1.0 + 4.0 * chances[p, 2]) * 60.0
        else:
            out = back = bed
        out = min(max(out, wake), bed)
        back = min(max(back, out), bed)
        _fill(life.awake, wake, out, 1.0)
        _fill(life.awake, back, bed, 1.0)


def _meals(
    life: Life, house: Household, day: int, weekend: bool, guests: bool, draws: Series, log_dose: Series
) -> None:
    for m, at_h in enumerate((house.wake_h + 0.5 + weekend, 12.5, house.return_h + 1.2)):
        chance = house.meal_chance[m] + (0.25 if guests and m == 2 else 0.0) + (0.1 if weekend and m == 1 else 0.0)
        if draws[m, 0] >= chance:
            continue
        start = day + (at_h + 1.6 * (draws[m, 1] - 0.5)) * 60.0
        length = house.meal_minutes * (0.6 + 0.8 * draws[m, 2])
        _fill(life.cooking, start, start + length, float(np.exp(log_dose[m])) * 60.0 / house.meal_minutes)
        life.meals += 1


def _windows(life: Life, house: Household, day: int, warm: bool, draws: Series) -> None:
    """Windows follow the season as a habit: open by day (and by some at night) while it is warm, else aired briefly."""
    if warm and draws[0] < 0.85:
        opened = day + (house.wake_h + 0.5 + 2.0 * draws[1]) * 60.0
        _fill(life.window, opened, opened + (8.0 + 6.0 * draws[2]) * 60.0, house.open_share * (0.7 + 0.6 * draws[3]))
    if warm and house.night_share and draws[4] < 0.9:
        _fill(life.window, day + 60.0 * house.bed_h, day + 60.0 * (house.wake_h + 24.0), house.night_share)
    airings = (house.morning_airing, house.other_airing, house.other_airing)
    for i, (chance, at_h) in enumerate(zip(airings, (house.wake_h + 0.7, 12.0, 18.5), strict=True)):
        if draws[6 + i] < chance:
            start = day + (at_h + 1.5 * draws[9 + i]) * 60.0
            _fill(life.window, start, start + 8.0 + 14.0 * draws[5], 0.9)


def warm_season(house: Household, noon_c: Series) -> npt.NDArray[np.bool_]:
    """Whether windows are in their summer habit on each day: three mild days open them, three cool ones shut them."""
    warm = np.zeros(len(noon_c), dtype=np.bool_)
    mean, open_now = noon_c[0], bool(noon_c[0] > house.warm_c)
    for i, at_noon in enumerate(noon_c.tolist()):
        mean += (at_noon - mean) / 3.0
        open_now = mean > house.warm_c - (1.0 if open_now else -1.0)
        warm[i] = open_now
    return warm
