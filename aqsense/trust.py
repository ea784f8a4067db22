"""May this clock date a half hour? What cannot be dated is published live and stays out of the memory."""

SOURCES = ("ntp", "rtc", "node", "estimated", "arrival", "none")
NONE = 5
MOST_ERROR_DS = 600  # a minute: a thirtieth of a half hour
STEP_MS = 5000

_TICKS = 0x3FFFFFFF  # ticks wrap behind this; 2**30 itself would lie on the heap
_HALF = 1 << 29


class Trust:
    """What is known of the clock that dates the half hours.

    `source` index of SOURCES, `error_ds` its error in tenths of a second (-1: unknown), `trusted` what the owner of the
    clock says; `steps` how often it was set while running.
    """

    def __init__(self) -> None:
        self.source = NONE
        self.error_ds = -1
        self.trusted = False
        self.steps = 0
        self._cell = -1
        self._s = 0
        self._up_ms = 0

    def tell(self, source: str, error_ds: int, trusted: bool) -> None:
        """Take what the clock's owner knows; an unknown source counts as none."""
        self.source = NONE
        i = 0
        while i < NONE:
            if SOURCES[i] == source:
                self.source = i
            i += 1
        self.error_ds = error_ds
        self.trusted = trusted

    def may_date(self) -> bool:
        """Whether half hours may be remembered under this clock's time."""
        return self.trusted and self.source != NONE and self.error_ds <= MOST_ERROR_DS

    def step(self, cell: int, s: int, up_ms: int) -> int:
        """Milliseconds by which the clock was set since the last call, 0 when it ran on; `up_ms` may wrap at 2**30.

        A set clock spoils the half hour that it happens in: its seconds are not the ones that passed.
        """
        moved = 0
        if self._cell >= 0 and abs(cell - self._cell) <= 200:
            passed = (up_ms - self._up_ms + _HALF & _TICKS) - _HALF
            moved = ((cell - self._cell) * 1800 + s - self._s) * 1000 - passed
            if abs(moved) < STEP_MS:
                moved = 0
        elif self._cell >= 0:
            moved = _HALF if cell > self._cell else -_HALF
        if moved:
            self.steps += 1
        self._cell = cell
        self._s = s
        self._up_ms = up_ms
        return moved


class Waiting:
    """Samples' means that wait for a clock: one value a minute of uptime, the last two hours of them.

    When the clock becomes known, `release` dates them. Preallocated; the oldest gives way.
    """

    MINUTES = 120

    def __init__(self) -> None:
        self._sums = [0] * self.MINUTES
        self._counts = [0] * self.MINUTES
        self._minutes = [-1] * self.MINUTES

    def add(self, up_s: int, value: int) -> None:
        """Keep a scaled value of an uptime second."""
        minute = up_s // 60
        i = minute % self.MINUTES
        if self._minutes[i] != minute:
            self._minutes[i] = minute
            self._sums[i] = 0
            self._counts[i] = 0
        if self._counts[i] < 6000:
            self._sums[i] += value
            self._counts[i] += 1

    def release(self, cell: int, s: int, up_s: int) -> list:
        """[(cell, s, value)] of what waited, oldest first, now that uptime `up_s` is second `s` of `cell`; empties."""
        found = []
        now = up_s // 60
        minute = max(0, now - self.MINUTES + 1)
        while minute <= now:
            i = minute % self.MINUTES
            if self._minutes[i] == minute and self._counts[i]:
                at = s - (up_s - (minute * 60 + 30))
                found.append((cell + at // 1800, at % 1800, self._sums[i] // self._counts[i]))
            self._minutes[i] = -1
            minute += 1
        return found
