"""From samples to one number a half hour: the lower median of its minute means, as a code.

Nothing is allocated after construction, because a board adds a sample a second.
"""

from array import array

from aqsense import logcode
from aqsense.ranks import lower_median

CELL_S = 1800
MINUTES = 30
_MOST = 6000  # samples of one minute that count, so that their sum stays below 2**30
_MEANS = [0] * MINUTES  # scratch of whoever closes a half hour at the moment: nothing in it lasts
_GREATEST = 131071  # 13107 ug/m3 or 131071 ppm: above any sensor; keeps sums and codes small


def expected_slots(interval_s: int) -> int:
    """Slots that a full half hour fills: 30 at 60 s or faster, else one a sample."""
    return MINUTES if interval_s <= 60 else max(1, CELL_S // interval_s)


class CellBuilder:
    """Collects the good samples of the current half hour of one quantity; `close` turns them into a code.

    `quantity`: index of a ranged quantity. `interval_s`: seconds between samples, 1 to 1800.
    After `close`: `filled` slots of `expected`, and `a`, `b`, `c`: codes of the means of its three ten minutes, the
    half hour's own code where fewer than half of the ten minutes' slots are filled or samples are further apart. Codes
    are MISSING when the half hour is not valid.
    """

    def __init__(self, quantity: int, interval_s: int):
        self.quantity = quantity
        self.by_minute = interval_s <= 60
        self.expected = expected_slots(interval_s)
        self.expected_third = 10 if interval_s <= 60 else 600 // interval_s
        self.filled = 0
        self.a = self.b = self.c = logcode.MISSING
        self._sums = array("i", [0] * MINUTES)
        self._counts = array("h", [0] * MINUTES)
        self._thirds = bytearray(MINUTES)  # which ten minutes a slot belongs to
        self._used = 0
        self._third_sums = array("i", [0] * 3)
        self._third_counts = array("h", [0] * 3)

    def add(self, s: int, value: int) -> None:
        """Take one good sample: scaled `value` in second `s` (0 to 1799) of the half hour."""
        if self.by_minute:
            slot = s // 60
            if slot < 0 or slot >= MINUTES:
                return
        else:
            slot = self._used
            if slot >= MINUTES:
                return
        if self._counts[slot] == 0:
            self._used += 1
            self._thirds[slot] = min(max(s // 600, 0), 2)
        elif self._counts[slot] >= _MOST:
            return
        self._sums[slot] += min(max(value, -_GREATEST), _GREATEST)
        self._counts[slot] += 1

    def close(self) -> int:
        """End the half hour: its code, or MISSING when fewer than half of the expected slots were filled."""
        n = self._take_means()
        self.filled = min(n, self.expected)
        self.a = self.b = self.c = logcode.MISSING
        if n == 0 or self.filled * 2 < self.expected:
            return logcode.MISSING
        code = logcode.encode(self.quantity, lower_median(_MEANS, n))
        self.a = self._third(0, code)
        self.b = self._third(1, code)
        self.c = self._third(2, code)
        return code

    def _third(self, third: int, code: int) -> int:
        count = self._third_counts[third]
        if self.expected_third == 0 or count == 0 or count * 2 < self.expected_third:
            return code
        return logcode.encode(self.quantity, self._third_sums[third] // count)

    def _take_means(self) -> int:
        """Means of the filled slots, in order of time; their number. Empties the slots."""
        means = _MEANS
        i = 0
        while i < 3:
            self._third_sums[i] = 0
            self._third_counts[i] = 0
            i += 1
        n = 0
        i = 0
        while i < MINUTES:
            count = self._counts[i]
            if count:
                mean = self._sums[i] // count
                means[n] = mean
                self._third_sums[self._thirds[i]] += mean
                self._third_counts[self._thirds[i]] += 1
                n += 1
                self._counts[i] = 0
                self._sums[i] = 0
            i += 1
        self._used = 0
        return n
