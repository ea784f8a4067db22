"""How the people of the rooms home live: drawn once for a home, as parameters only."""

from dataclasses import dataclass
from random import Random

SCHEDULES = ("regular", "bimodal", "shift", "irregular")


@dataclass(frozen=True)
class Person:
    """One person: schedule, hours of the local clock, and whether the measured bedroom is theirs."""

    schedule: str
    works: bool
    wake_h: float
    other_wake_h: float
    awake_for_h: float
    work_from_h: float
    work_for_h: float
    loose_h: float
    sleeps_here: bool


@dataclass(frozen=True)
class Habits:
    """One household and its rooms: m³, m³/h, µg, shares of 1."""

    people: tuple[Person, ...]
    open_plan: bool
    living_m3: float
    bedroom_m3: float
    living_leak_h: float
    bedroom_leak_h: float
    window_h: float
    door_open_m3h: float
    door_shut_m3h: float
    door_shut_nights: float
    tilted_nights: float
    stuffy_ppm: float
    warm_c: float
    penetration: float
    settle_h: float
    meals_a_day: float
    meal_ug: float
    meal_min: float
    pareto: float
    cigarettes: float
    purifier_h: float
    purifier_auto: bool
    candle_nights: float


def draw_habits(rng: Random) -> Habits:
    """One to four people, one in seven homes with a smoker, one in five with a purifier."""
    count = rng.choices((1, 2, 3, 4), (0.28, 0.38, 0.19, 0.15))[0]
    kind = rng.choices(SCHEDULES, (0.4, 0.25, 0.15, 0.2))[0]
    people = []
    for i in range(count):
        schedule = kind if i == 0 else rng.choices(SCHEDULES, (0.6, 0.2, 0.05, 0.15))[0]
        wake = rng.uniform(5.8, 8.2)
        people.append(
            Person(
                schedule=schedule,
                works=rng.random() < (0.75 if i < 2 else 0.85),
                wake_h=wake,
                other_wake_h=wake + rng.uniform(1.5, 4.0),
                awake_for_h=rng.uniform(15.0, 17.2),
                work_from_h=wake + rng.uniform(0.8, 1.6),
                work_for_h=rng.uniform(5.0, 10.0),
                loose_h=rng.uniform(1.0, 2.0) if schedule == "irregular" else rng.uniform(0.2, 0.6),
                sleeps_here=i < 2,
            )
        )
    open_plan = rng.random() < 0.35
    living = rng.uniform(70.0, 130.0) if open_plan else rng.uniform(30.0, 70.0)
    return Habits(
        people=tuple(people),
        open_plan=open_plan,
        living_m3=living,
        bedroom_m3=rng.uniform(25.0, 50.0),
        living_leak_h=rng.uniform(0.2, 0.8),
        bedroom_leak_h=rng.uniform(0.15, 0.7),
        window_h=rng.uniform(1.5, 6.0),
        door_open_m3h=rng.uniform(150.0, 320.0),
        door_shut_m3h=rng.uniform(12.0, 50.0),
        door_shut_nights=rng.choice((0.05, 0.5, 0.9)),
        tilted_nights=rng.choice((0.0, 0.15, 0.6)),
        stuffy_ppm=rng.uniform(1100.0, 2200.0),
        warm_c=rng.uniform(13.0, 21.0),
        penetration=rng.uniform(0.55, 0.95),
        settle_h=rng.uniform(0.15, 0.5),
        meals_a_day=rng.uniform(0.8, 1.9),
        meal_ug=living * 22.0 * rng.lognormvariate(0.0, 0.5),
        meal_min=rng.uniform(20.0, 40.0),
        pareto=rng.uniform(1.3, 2.0),
        cigarettes=rng.uniform(2.0, 10.0) if rng.random() < 0.14 else 0.0,
        purifier_h=rng.uniform(0.8, 2.5) if rng.random() < 0.2 else 0.0,
        purifier_auto=rng.random() < 0.6,
        candle_nights=rng.choice((0.0, 0.0, 0.1, 0.3)),
    )
