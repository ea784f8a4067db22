"""Constants that a CO2 sensor sends while it warms up, told from real air of the same value."""

_LEAD = 60  # ppm: a constant this near to the reading before it was reached by the air itself
_ENOUGH = 3


class Constant:
    """Watches the readings of one sensor whose warm-up constants are `values` (ppm)."""

    def __init__(self, values: tuple) -> None:
        self._values = values
        self._last = -1
        self._held = 0

    def shows_power_up(self, ppm: int) -> bool:
        """True at the third equal reading of a constant that nothing led up to; once for each power-up."""
        found = False
        if ppm != self._last:
            led_up = self._last >= 0 and -_LEAD <= ppm - self._last <= _LEAD
            if ppm not in self._values:
                self._held = 0
            elif self._held < _ENOUGH:  # else one constant follows another: still the same power-up
                self._held = 0 if led_up else 1
        elif self._held:
            self._held += 1
            found = self._held == _ENOUGH
            if self._held > _ENOUGH:
                self._held = _ENOUGH + 1
        self._last = ppm
        return found
