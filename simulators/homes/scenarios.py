"""The named scenarios: which changes of home, sensor or record a run contains.

`null` (nothing wrong) is the main one. Each other name is one sentence of the evaluation protocol.
"""

from collections.abc import Callable

import numpy as np

from simulators.homes.happenings import Change

DAY = 1440
EVENT_EVERY_DAYS = 60
EVENT_KINDS = ("burst", "smoke", "ventilation")

BURST_TIMES = (6.0, 20.0)  # times a typical meal
BURST_MINUTES = (30, 60)
SMOKE_UGM3 = 90.0
SMOKE_DAYS = (1.0, 3.0)
VENTILATION_LEFT = 0.2
VENTILATION_DAYS = (1.0, 3.0)


def _from(kind: str, size: float = 1.0, of: str = "") -> Callable[[int, int], list[Change]]:
    return lambda at, minutes: [Change(kind, at * DAY, minutes, size, of)]


def _for_days(kind: str, days: float, size: float = 1.0, of: str = "") -> Callable[[int, int], list[Change]]:
    return lambda at, minutes: [Change(kind, at * DAY, int((at + days) * DAY), size, of)]


def _always(kind: str, size: float, of: str) -> Callable[[int, int], list[Change]]:
    return lambda at, minutes: [Change(kind, 0, minutes, size, of)]


def _smog(at: int, minutes: int) -> list[Change]:
    return [
        Change("smoke", day * DAY, int((day + 1.5) * DAY), 35.0, "ug/m3 outdoors")
        for day in range(at, min(at + 84, minutes // DAY), 9)
    ]


def _last_burst(at: int, minutes: int) -> list[Change]:
    return [Change("burst", minutes - 60, minutes, 16.0, "typical meal")]


def _holes(at: int, minutes: int) -> list[Change]:
    return [
        Change("lost_days", 0, minutes, 0.12, "of days"),
        Change("lost_cells", 0, minutes, 0.20, "of half hours"),
        Change("outage", at * DAY, (at + 15) * DAY, 15.0, "days"),
    ]


def _both(*parts: Callable[[int, int], list[Change]]) -> Callable[[int, int], list[Change]]:
    return lambda at, minutes: [change for part in parts for change in part(at, minutes)]


def _nothing(at: int, minutes: int) -> list[Change]:
    return []


SCENARIOS: dict[str, Callable[[int, int], list[Change]]] = {
    "null": _nothing,
    "winter-install": _nothing,
    "summer-install": _nothing,
    "burst-now": _last_burst,
    "burst": lambda at, minutes: [Change("burst", at * DAY + 1110, at * DAY + 1155, 12.0, "typical meal")],
    "smoke": _for_days("smoke", 3.0, SMOKE_UGM3, "ug/m3 outdoors"),
    "ventilation": _for_days("ventilation", 3.0, VENTILATION_LEFT, "of air change"),
    "smog": _smog,
    "moved-double": _from("moved", 2.0, "of PM level"),
    "moved-half": _from("moved", 0.5, "of PM level"),
    "moved-shape": _from("moved_sources", 0.3, "of indoor sources"),
    "occupant": _from("occupants", 1.0, "persons"),
    "occupants": _from("occupants", 2.0, "persons"),
    "baby": _from("baby", 1.0, "persons"),
    "home-office": _from("home_office", 1.0, "persons"),
    "induction": _from("stove", 0.45, "of meal emission"),
    "purifier": _from("purifier", 1.5, "per hour"),
    "holiday": _for_days("away", 21.0, 0.0, "persons"),
    "guests": _for_days("occupants", 4.0, 3.0, "persons"),
    "candle": _from("candle", 0.35, "typical meal a night"),
    "gaps": _holes,
    "power-cuts": _for_days("power_cuts", 20.0, 40.0, "minutes between"),
    "clock-2000": _for_days("clock_2000", 1.0, 1.0, "days"),
    "clock-forward": _from("clock_step", 5400.0, "seconds"),
    "clock-back": _from("clock_step", -5400.0, "seconds"),
    "zone-move": _from("zone", 6.0, "hours"),
    "stuck": _for_days("stuck", 10.0, 1.0, "value kept"),
    "stuck-zero": _for_days("stuck", 10.0, 0.0, "value kept"),
    "fouling": _from("fouling", -0.01, "a week"),
    "new-module": _from("gain", 1.35, "of PM reading"),
    "new-lot": _from("lot", 0.55, "of PM below 31"),
    "cf-swap": _from("cf_swap", 1.0, "other register"),
    "co2-creep": _from("co2_drift", 0.5, "ppm a day"),
    "co2-drift": _from("co2_drift", 1.5, "ppm a day"),
    "co2-drift-abc": _both(_from("co2_drift", 1.5, "ppm a day"), _always("abc", 7.0, "days")),
    "abc-unaired": _both(_always("abc", 7.0, "days"), _from("ventilation", 0.25, "of air change")),
    "pressure-step": _from("co2_gain", 0.89, "of CO2 reading"),
    "duplicates": _from("duplicates", 0.05, "of rows"),
    "late": _from("late", 0.05, "of rows"),
}


def changes(scenario: str, at_day: int, days: int) -> list[Change]:
    """Changes of a named scenario that starts at `at_day` of a run of `days`. Raises KeyError for an unknown name."""
    minutes = days * DAY
    return [change.clipped(minutes) for change in SCENARIOS[scenario](at_day, minutes)]


def random_event(rng: np.random.Generator, kind: str, day: int) -> Change:
    """An event of the protocol's size on that day of the run, at a random time."""
    if kind == "burst":
        start = day * DAY + int(rng.integers(8 * 60, 21 * 60))
        end = start + int(rng.integers(BURST_MINUTES[0], BURST_MINUTES[1] + 1))
        return Change(kind, start, end, float(rng.uniform(*BURST_TIMES)), "typical meal")
    start = day * DAY + int(rng.integers(0, DAY))
    if kind == "smoke":
        return Change(kind, start, start + int(rng.uniform(*SMOKE_DAYS) * DAY), SMOKE_UGM3, "ug/m3 outdoors")
    return Change(kind, start, start + int(rng.uniform(*VENTILATION_DAYS) * DAY), VENTILATION_LEFT, "of air change")


def random_events(seed: int, days: int, every: int = EVENT_EVERY_DAYS) -> list[Change]:
    """One event in each span of `every` days, its kind and day at random; never within five days of the next."""
    rng = np.random.default_rng([seed, 77])
    found = []
    for first in range(0, days - every + 1, every):
        kind = EVENT_KINDS[int(rng.integers(len(EVENT_KINDS)))]
        found.append(random_event(rng, kind, first + int(rng.integers(5, every - 5))).clipped(days * DAY))
    return found
