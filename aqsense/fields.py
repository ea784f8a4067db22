"""Which of a decoder's fields are quantities, at what scale, and which registers belong to each."""

from array import array

from aqsense import quantities
from aqsense.rounding import rounded

MISSING_BELOW = -(1 << 28)  # a decoder's value for "not in this frame" lies below


def stem(field: str) -> str:
    """A quantity's name without its unit, with the underscore: `pm2_5_` of `pm2_5_ugm3`."""
    return field[: field.rfind("_") + 1]


class Fields:
    """Where the quantities stand in a decoder's values, and which registers belong to each."""

    def __init__(self, names: tuple, scales: tuple) -> None:
        self.names = names
        self.scales = scales
        at, quantity, times, over, raw = [], [], [], [], []
        i = 0
        while i < len(names):
            q = quantities.index(names[i])
            if q >= 0:
                at.append(i)
                quantity.append(q)
                times.append(quantities.SCALES[q])
                over.append(scales[i])
                raw.append(self._registers(i, q))
            i += 1
        self.at = array("b", at)
        self.quantity = array("b", quantity)
        self.times = array("i", times)
        self.over = array("i", over)
        self.raw = raw
        self.count = len(at)

    def _registers(self, canonical: int, q: int) -> list:
        prefix = stem(quantities.FIELDS[q])
        found = []
        i = 0
        while i < len(self.names):
            if self.names[i].startswith(prefix) and quantities.index(self.names[i]) < 0:
                found.append(i)
            i += 1
        return found or [canonical]

    def value(self, values: array, k: int) -> int:
        """Value of the k-th quantity at the quantity's own resolution; below MISSING_BELOW when the frame has none."""
        value = values[self.at[k]]
        times = self.times[k]
        over = self.over[k]
        if value < MISSING_BELOW or times == over:
            return value
        return value * (times // over) if times % over == 0 else rounded(value * times, over)
