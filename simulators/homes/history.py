"""The past of the demo's home: whole days that end with a given half hour, and an event in it."""

from simulators.homes.box import Home
from simulators.homes.happenings import Change

CELL_S = 1800
BURST_TIMES = 16.0
BURST_MINUTES = 50


def home_until(
    end_epoch_s: int,
    days: int,
    seed: int = 8,
    tz: str = "UTC",
    room: str = "kitchen",
    event: bool = True,
    ahead_min: int = 0,
) -> tuple[Home, int]:
    """A box home and the number of its minutes that lie before the last half hour closed at `end_epoch_s`.

    The run starts `days` days before that half hour's end and goes on for `ahead_min` minutes after it, for live values
    that continue it. With `event`, something burns in the last fifty minutes before the end, so that the last closed
    half hour stands out; it is in `truth`.
    """
    closed = end_epoch_s // CELL_S * CELL_S
    past = days * 1440
    whole_days = -(-(past + ahead_min) // 1440)
    burst = Change("burst", past - BURST_MINUTES, past, BURST_TIMES, "typical meal")
    home = Home(seed, whole_days, closed - past * 60, "null", tz, room, (burst,) if event else ())
    return home, past
