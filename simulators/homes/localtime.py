"""Local wall-clock minutes of a run, so that people keep their hours when the clocks change."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

Whole = npt.NDArray[np.int64]


def offset_minutes(epoch_s: int, tz: str) -> int:
    """Minutes by which local time is ahead of UTC."""
    ahead = datetime.fromtimestamp(epoch_s, UTC).astimezone(ZoneInfo(tz)).utcoffset()
    return 0 if ahead is None else int(ahead.total_seconds()) // 60


def local_minutes(start_epoch_s: int, minutes: int, tz: str) -> Whole:
    """Local minutes since 1970-01-01 for each minute of the run; jumps where the clocks change."""
    utc = start_epoch_s // 60 + np.arange(minutes, dtype=np.int64)
    if tz == "UTC":
        return utc
    quarters = -(-minutes // 15) + 1
    offsets = np.array([offset_minutes((start_epoch_s // 900 + i) * 900, tz) for i in range(quarters)], dtype=np.int64)
    of_minute: Whole = offsets[(start_epoch_s % 900 // 60 + np.arange(minutes)) // 15]
    return utc + of_minute


def day_of_year(local: Whole) -> npt.NDArray[np.float64]:
    """Day of a mean year, 0 to 365.24, from local minutes."""
    of_year: npt.NDArray[np.float64] = (local / 1440.0) % 365.2425
    return of_year
