"""Half hours that closed and wait to be stored: what everything that is learned can be folded from again."""

MOST = 4096


class ClosedCells:
    """Tuples (sid, quantity, regime, cell, utc_offset_min, code, filled, reason, a, b, c, mean), oldest first.

    `a b c`: codes of the ten minutes; `mean`: scaled mean, -1 when nothing was measured. The oldest give way.
    """

    def __init__(self) -> None:
        self._kept: list = []

    def keep(self, subject, cell: int, utc_offset_min: int, half) -> None:
        """Remember a closed `HalfHour` of a subject."""
        if len(self._kept) >= MOST:
            self._kept.pop(0)
        which = (subject.sensor.sid, half.quantity, subject.regime_number, cell, utc_offset_min)
        mean = -1 if half.mean is None else half.mean
        self._kept.append(which + (half.code, half.filled, half.reason, half.a, half.b, half.c, mean))

    def take(self) -> list:
        """All of them, and begin anew."""
        taken = self._kept
        self._kept = []
        return taken
