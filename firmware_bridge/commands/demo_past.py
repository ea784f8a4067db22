"""The demo's past: months of a simulated home as closed half hours in the store, and the minutes that come next."""

from pathlib import Path
from typing import Any

from aqsense import quantities
from aqsense.cells import CellBuilder
from firmware_bridge.clock import CELL_S, offset_min
from firmware_bridge.store import Store

DAYS = 130
SEED = 8
AHEAD_MIN = 1440
LEARNED = (
    ("s1", quantities.PM1, "pm2_5", 0.66),  # as the simulated sensor has it
    ("s1", quantities.PM2_5, "pm2_5", 1.0),
    ("s1", quantities.PM10, "pm10", 1.0),
    ("s2", quantities.CO2, "co2", 1.0),
)
ROOMS = {"s1": "kitchen", "s2": "bedroom"}


def lived(now_s: int, tz: str) -> tuple[Any, int]:
    """(home, minutes before the last closed half hour) of a home in which something burned just now."""
    from simulators.homes.history import home_until

    return home_until(now_s, DAYS, SEED, tz, ROOMS["s1"], event=True, ahead_min=AHEAD_MIN)


def remember(home: Any, past: int, tz: str, state_dir: Path) -> int:
    """Put the past into a new store, as the core would have closed it half hour by half hour; their number."""
    from zoneinfo import ZoneInfo

    zone = ZoneInfo(tz)
    first = int(home.epoch_s[0]) // CELL_S
    offsets = [offset_min(zone, first + i) for i in range(past // 30)]
    store = Store(state_dir)
    for sid, quantity, name, share in LEARNED:
        store.add_cells(_cells(sid, quantity, first, offsets, _scaled(share * getattr(home, name), quantity)))
    store.close()
    return len(offsets)


def _scaled(values: Any, quantity: int) -> list[int]:
    """Whole units at the core's scale: the simulated sensors count whole micrograms and ppm."""
    scale = quantities.SCALES[quantity]
    return [scale * round(value) for value in values.tolist()]


def _cells(sid: str, quantity: int, first: int, offsets: list[int], values: list[int]) -> list[tuple[object, ...]]:
    builder = CellBuilder(quantity, 1)
    cells: list[tuple[object, ...]] = []
    for i, offset in enumerate(offsets):
        for minute in range(30):
            builder.add(minute * 60, values[i * 30 + minute])
        code = builder.close()
        thirds = (builder.a, builder.b, builder.c)
        mean = sum(values[i * 30 : i * 30 + 30]) // 30
        cells.append((sid, quantity, 1, first + i, offset, code, builder.filled, -1, *thirds, mean))
    return cells


def continuing(home: Any, now_s: int, path: Path) -> None:
    """Write the minutes from now on as the CSV that the simulated sensors breathe."""
    begin = max(0, (now_s - int(home.epoch_s[0])) // 60)
    lines = ["epoch_s,room,pm2_5_ugm3,pm10_ugm3,co2_ppm,temp_c,rh_pct"]
    columns = (home.pm2_5, home.pm10, home.co2, home.temp, home.rh)
    for i in range(begin, len(home.epoch_s)):
        values = ",".join(f"{column[i]:.1f}" for column in columns)
        lines.append(f"{int(home.epoch_s[i])},{home.room},{values}")
    path.write_text("\n".join(lines) + "\n")
