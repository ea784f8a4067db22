"""One quantity's half hour in the making: its code for the memory and its mean for guidance."""

from aqsense import codes
from aqsense.cells import CellBuilder
from aqsense.logcode import MISSING


class Ended:
    """A half hour as it goes into the memory and to guidance.

    `code` and the codes of its three ten minutes `a`, `b`, `c` (MISSING when not valid, `reason` says why); `mean`
    (scaled, None when nothing was measured); `filled` of `expected` slots.
    """

    def __init__(self) -> None:
        self.code = self.a = self.b = self.c = MISSING
        self.reason = codes.NO_CODE
        self.mean: int | None = None
        self.filled = self.expected = 0


class HalfHour(Ended):
    """`add` good samples; `close` leaves it ended. `quantity`: index; `interval_s`: seconds between samples."""

    def __init__(self, quantity: int, interval_s: int) -> None:
        Ended.__init__(self)
        self.quantity = quantity
        self.builder = CellBuilder(quantity, interval_s)
        self.expected = self.builder.expected
        self._sum = 0
        self._count = 0

    def add(self, s: int, value: int) -> None:
        """Take one good sample, scaled, of second `s` in the half hour."""
        self.builder.add(s, value)
        if self._count < 3600:
            self._sum += value
            self._count += 1

    def close(self, spoilt: int, otherwise: int) -> None:
        """End the half hour; the next begins empty. `spoilt`: a withholding code that makes it MISSING, or NO_CODE;
        `otherwise`: the reason given when there were too few good samples."""
        self.code = self.builder.close()
        self.a = self.builder.a
        self.b = self.builder.b
        self.c = self.builder.c
        self.filled = self.builder.filled
        self.mean = self._sum // self._count if self._count else None
        self._sum = 0
        self._count = 0
        self.reason = spoilt
        if spoilt != codes.NO_CODE:
            self.code = self.a = self.b = self.c = MISSING
        elif self.code == MISSING:
            self.reason = otherwise
