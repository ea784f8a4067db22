"""What is learned from a protocol that has no checksum: the middle one of the last three readings.

A damaged digit is a reading like any other there. The middle of three lies between the other two, so a single damaged
one is never learned; only two in a row that err to the same side could be.
"""

from array import array

NONE = -(1 << 30)
_NO_TIME = -(1 << 29)


class MiddleOfThree:
    """The last readings of one quantity of one sensor; `silence_s`: after a longer gap it begins anew."""

    def __init__(self, silence_s: int) -> None:
        self._silence_s = silence_s
        self._last_s = _NO_TIME
        self._known = 0
        self._values = array("i", [0, 0])

    def take(self, value: int, now_s: int) -> int:
        """The middle one of this reading and the two before it; NONE until there are three."""
        if not 0 <= now_s - self._last_s <= self._silence_s:
            self._known = 0
        self._last_s = now_s
        a, b = self._values[0], self._values[1]
        self._values[0] = b
        self._values[1] = value
        if self._known < 2:
            self._known += 1
            return NONE
        return max(min(a, b), min(max(a, b), value))
