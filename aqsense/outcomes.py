"""What came of claims: how long the air took to become usual again, with a claim and without one.

Both are measured on the same thing, stretches that were notable: minutes from their first half hour until they were no
longer unusual for the hour. A stretch in which a claim started counts for that claim's kind, any other for none.
"""

from array import array

from aqsense import codes
from aqsense.claims import CLOSING_CELLS, Episode

CELL_MIN = 30


class Outcomes:
    """Ended notable stretches by the kind of claim that fell into them; CONTEXT stands for those without one."""

    NUMBERS = ()
    ARRAYS = ("stretches", "minutes")

    def __init__(self) -> None:
        self.stretches = array("i", [0] * len(codes.SCORES))
        self.minutes = array("i", [0] * len(codes.SCORES))

    def over(self, stretch: Episode, claims: list) -> None:
        """Count a notable stretch that cannot resume any more; `claims` as `Answers.known` lists them."""
        if stretch.ended is None:
            return
        cells = stretch.ended - stretch.onset
        if stretch.below >= CLOSING_CELLS:
            cells -= CLOSING_CELLS - 1
        claimed = False
        for kind, onset, _, _ in claims:
            if stretch.onset <= onset <= stretch.ended:
                self._count(kind, cells)
                claimed = True
        if not claimed:
            self._count(codes.CONTEXT, cells)

    def _count(self, kind: int, cells: int) -> None:
        self.stretches[kind] += 1
        self.minutes[kind] += max(cells, 1) * CELL_MIN

    def recovery_min(self, kind: int) -> int | None:
        """Mean minutes until the air was usual again after a claim of a kind, None when there is none."""
        return self.minutes[kind] // self.stretches[kind] if self.stretches[kind] else None

    def recovery_min_unclaimed(self) -> int | None:
        """The same for notable stretches without a claim."""
        return self.recovery_min(codes.CONTEXT)
