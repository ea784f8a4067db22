"""The home models by name. They share the names of scenarios and the sensor, not the way in which a home works."""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from simulators.homes import scenarios
from simulators.homes.happenings import Change
from simulators.homes.table import AnyHome

NAMES = ("box", "rooms")


def create(
    model: str,
    seed: int,
    days: int,
    start_epoch_s: int,
    scenario: str = "null",
    tz: str = "UTC",
    room: str = "living",
    extra: tuple[Change, ...] = (),
    at_day: int | None = None,
) -> AnyHome:
    """A home of the named model; the scenario `events` is one random event in 60 days.

    Raises ValueError that says what to write instead.
    """
    try:
        ZoneInfo(tz)
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError(f"unknown time zone {tz!r}; write it like Europe/Berlin") from None
    if scenario == "events":
        scenario = "null"
        extra = (*extra, *scenarios.random_events(seed, days))
    if scenario not in scenarios.SCENARIOS:
        raise ValueError(f"unknown scenario {scenario!r}; known: " + ", ".join(scenarios.SCENARIOS))
    if model == "box":
        from simulators.homes.box import Home

        return Home(seed, days, start_epoch_s, scenario, tz, room, extra, at_day)
    if model == "rooms":
        from simulators.homes import rooms

        return rooms.Home(seed, days, start_epoch_s, scenario, tz, room, extra, at_day)
    raise ValueError(f"unknown home model {model!r}; known: " + ", ".join(NAMES))
