"""May this machine's clock date a reading, and how wrong can it be? Steps are noticed against the monotonic clock."""

import ctypes
import time
from dataclasses import dataclass
from pathlib import Path

CELL_S = 1800
EARLIEST_S = 1767225600  # 2026-01-01: a clock before the program was written has not been set
STEP_S = 0.5  # slewing stays far below this within one look
BACK_S = 86400  # a clock a day behind what was already recorded has lost its time
RTC_ERROR_DS = 50  # a drifting quartz that nothing checks
_STA_UNSYNC = 0x0040  # linux/timex.h


class _Timex(ctypes.Structure):
    _fields_ = [
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("rest", ctypes.c_byte * 512),
    ]


@dataclass(frozen=True)
class Trust:
    """`source` is ntp, rtc or none; `error_ds` bounds the error in tenths of a second, None when nothing is known."""

    trusted: bool
    source: str
    error_ds: int | None
    why: str  # for a person


def _kernel_error_ds() -> int | None:
    """Bound of the error while the kernel says that the clock is synchronised, else None."""
    timex = _Timex()
    try:
        result = ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.byref(timex))
    except (OSError, AttributeError):
        return None
    if result < 0 or timex.status & _STA_UNSYNC:
        return None
    return int(max(1, min(timex.esterror, timex.maxerror) // 100_000))


def _loses_time_when_off() -> bool:
    """A single-board computer without a hardware clock starts with the time of its last shutdown."""
    return Path("/proc/device-tree/model").exists() and not Path("/sys/class/rtc/rtc0").exists()


def judge(now_s: float, last_known_s: float = 0.0) -> Trust:
    """Whether `now_s` (epoch) may date readings; `last_known_s` is the latest instant already recorded."""
    if now_s < EARLIEST_S:
        return Trust(
            False,
            "none",
            None,
            "the clock has not been set since power-on; connect to a time server (timedatectl set-ntp true)",
        )
    if now_s < last_known_s - BACK_S:
        return Trust(
            False,
            "none",
            None,
            "the clock is more than a day behind what was already recorded; set it (timedatectl set-ntp true)",
        )
    error_ds = _kernel_error_ds()
    if error_ds is not None:
        return Trust(True, "ntp", error_ds, "synchronised")
    if Path("/run/systemd/timesync/synchronized").exists():
        return Trust(True, "ntp", 1, "synchronised by systemd-timesyncd")
    if _loses_time_when_off():
        return Trust(
            False,
            "none",
            None,
            "no time server has answered yet and this board has no hardware clock (timedatectl set-ntp true)",
        )
    return Trust(True, "rtc", RTC_ERROR_DS, "not synchronised; the hardware clock is believed")


class Clock:
    """This machine's time as the core wants it: half hour, second, local offset; and how far it may be believed."""

    def __init__(self, tz: str, last_known_s: float = 0.0) -> None:
        import zoneinfo

        self._zone = zoneinfo.ZoneInfo(tz)
        self._started = time.monotonic()
        self._offset = time.time() - time.monotonic()
        self._offset_cell = -1
        self._utc_offset_min = 0
        self.last_known_s = last_known_s
        self.steps = 0
        self.trust = judge(time.time(), last_known_s)

    def up_ms(self) -> int:
        """Milliseconds since this object was made."""
        return int((time.monotonic() - self._started) * 1000)

    def ticks_ms(self) -> int:
        """A millisecond counter that wraps at 2**30, for dialogues."""
        return int(time.monotonic() * 1000) & 0x3FFFFFFF

    def utc_offset_min(self, cell: int) -> int:
        """Minutes that local time is ahead of UTC in a half hour."""
        if cell != self._offset_cell:
            self._utc_offset_min = offset_min(self._zone, cell)
            self._offset_cell = cell
        return self._utc_offset_min

    def look(self) -> bool:
        """Judge the clock again and notice a step; True when trust or source changed."""
        now_s = time.time()
        offset = now_s - time.monotonic()
        if abs(offset - self._offset) > STEP_S:
            self.steps += 1
            self._offset_cell = -1
        self._offset = offset
        before = self.trust
        self.trust = judge(now_s, self.last_known_s)
        return (before.trusted, before.source) != (self.trust.trusted, self.trust.source)


def offset_min(zone: object, cell: int) -> int:
    """Minutes that local time of a zoneinfo zone is ahead of UTC in a half hour."""
    from datetime import UTC, datetime, tzinfo

    assert isinstance(zone, tzinfo)
    delta = datetime.fromtimestamp(cell * CELL_S, UTC).astimezone(zone).utcoffset()
    return int(delta.total_seconds()) // 60 if delta is not None else 0
