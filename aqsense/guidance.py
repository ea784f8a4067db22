"""Guidance that holds for everybody: active from the first minute, never personalised (contract section 5).

    guidance = Guidance(quantities.PM2_5, ("who-2021", "us-aqi-2024"), "kitchen", 429)
    guidance.fold(cell, mean, filled, expected)        # at the end of every half hour, measured or not
    guidance.levels(err_of)                            # what a document lists; err_of(value) -> scaled error or -1
    guidance.passed(err_of)                            # ids of the levels above, or likely above

Each level speaks once its own averaging time is complete and says until then how much of it there is. A level accepts
an `Average` over its own window and nothing else (see `guidance_average`, `guidance_evaluation`).
"""

from aqsense import quantities
from aqsense.guidance_average import ANNUAL, Average, Averages

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


class Guidance:
    """The levels of one series: averages are kept here, limits come from `guidance_levels`.

    `quantity`: its index. `schemes`: names of `guidance_levels.SCHEMES`. `room_kind`: as declared by the owner; it
    picks which limits apply and nothing else. `outdoor_co2_ppm`: what limits above outdoor air are added to.
    """

    def __init__(self, quantity: int, schemes: "Iterable[str]", room_kind: str, outdoor_co2_ppm: int) -> None:
        from aqsense import guidance_levels

        self.quantity = quantity
        self._levels = guidance_levels.chosen(quantity, schemes, room_kind)
        self._outdoor = outdoor_co2_ppm
        annual = False
        for place in self._levels:
            annual = annual or guidance_levels.Level(place).window == ANNUAL
        self._averages = Averages(10 if quantity == quantities.PM10 else 1, annual)

    @property
    def has_levels(self) -> bool:
        """Whether any level was chosen for this quantity; if not there is nothing to publish."""
        return len(self._levels) > 0

    def fold(self, cell: int, mean: int | None, filled: int, expected: int) -> bool:
        """Take a half hour: its mean (scaled, None when nothing was measured) over `filled` of `expected` slots.

        False, and nothing changes, for a half hour that is not after the last one.
        """
        return self._averages.fold(cell, mean, filled, expected)

    def evaluate(self, err_of: "Callable[[int], int | None]") -> list:
        """An `Evaluation` of each level, complete ones first; `err_of(value)` is a scaled error, None if unknown."""
        from aqsense.guidance_evaluation import INCOMPLETE, Evaluation
        from aqsense.guidance_levels import Level

        complete: list = []
        incomplete: list = []
        averages: list = []
        for place in self._levels:
            level = Level(place)
            average = self._average(level.window, averages)
            err = err_of(average.value) if average.value is not None else None
            one = Evaluation(level, average, err if err is not None and err >= 0 else None, self._outdoor)
            one.recent_h = self._averages.recent_hours()
            (incomplete if one.state == INCOMPLETE else complete).append(one)
        return complete + incomplete

    def _average(self, window: str, made: list) -> Average:
        for average in made:
            if average.window == window:
                return average
        made.append(self._averages.average(window))
        return made[-1]

    def levels(self, err_of: "Callable[[int], int | None]", lang: str = "en") -> list:
        """The entries of `levels` of a guidance document."""
        return [one.document(lang) for one in self.evaluate(err_of)]

    def passed(self, err_of: "Callable[[int], int | None]") -> list:
        """Ids of the levels that are above or likely above."""
        return [one.level.id for one in self.evaluate(err_of) if one.passed]

    def text(self, err_of: "Callable[[int], int | None]", lang: str = "en") -> str:
        """One sentence over all levels: what is above, likely above, near."""
        from aqsense.guidance_evaluation import words

        return words(lang).summary(self.evaluate(err_of))

    def forget(self, first: int, last: int) -> None:
        """Forget half hours `first` to `last` (both included)."""
        self._averages.forget(first, last)

    def pieces(self):
        """State as buffers, together at most 1,351 bytes."""
        return self._averages.pieces()

    def snapshot(self) -> bytes:
        """The same as one piece."""
        return self._averages.snapshot()

    def restore(self, data: bytes) -> None:
        """Continue from `snapshot()` of guidance over the same schemes; ValueError when the bytes do not fit."""
        self._averages.restore(data)
