"""Guidance that holds for everybody: active from the first minute, never personalised (contract section 5).

    guidance = Guidance(quantities.PM2_5, ("who-2021", "us-aqi-2024"), "kitchen", 429)
    guidance.fold(cell, mean, filled, expected)        # at the end of every half hour, measured or not
    guidance.levels(err_of)                            # what a document lists; err_of(value) -> scaled error or -1
    guidance.passed(err_of)                            # ids of the levels above, or likely above

Each level speaks once its own averaging time is complete and says until then how much of it there is. A level accepts
an `Average` over its own window and nothing else (see `guidance_average`). The sensor's error is carried into the
state: `below` (value + err <= limit), `near`, `above` (value - err > limit), `incomplete`; a category that is another
at the other end of the error is called likely.
"""

from collections import OrderedDict

from aqsense import guidance_levels, quantities
from aqsense.guidance_average import ANNUAL, NOWCAST, Average, Averages
from aqsense.jsontext import Fixed, fixed_or_none

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

BELOW, NEAR, ABOVE, INCOMPLETE = "below", "near", "above", "incomplete"


class Evaluation:
    """One level beside the average over its window: `state`, `err` (scaled, None unknown), `index`, `category`.

    `limit` is absolute: what lies above outdoor air has the outdoor value added. `sure`: the category is the same at
    both ends of the error.
    """

    def __init__(self, level: guidance_levels.Level, average: Average, err: int | None, outdoor: int) -> None:
        if not isinstance(average, Average):
            raise TypeError("%s is compared with an Average, not with %s" % (level.id, repr(average)))
        if average.window != level.window:
            raise ValueError("%s holds for a %s and was given a %s" % (level.id, level.window, average.window))
        self.level = level
        self.average = average
        self.err = err
        self.limit = level.limit + (outdoor if level.outdoor else 0)
        self.index: int | None = None
        self.category: str | None = None
        self.sure = True
        self.recent_h = 0
        self.state = self._state()
        if self.state != INCOMPLETE:
            self._classify(outdoor if level.outdoor else 0)

    def _state(self) -> str:
        value = self.average.value
        if value is None:
            return INCOMPLETE
        err = self.err or 0
        if value + err <= self.limit:
            return BELOW
        return ABOVE if value - err > self.limit else NEAR

    def _classify(self, outdoor: int) -> None:
        value: int = self.average.value
        err = self.err or 0
        if self.level.window == NOWCAST:
            from aqsense import guidance_nowcast as aqi

            breakpoints = aqi.PM10 if self.level.quantity == quantities.PM10 else aqi.PM2_5
            self.index = aqi.index(value, breakpoints)
            self.category = aqi.CATEGORIES[aqi.category(value, breakpoints)]
            self.sure = aqi.category(value - err, breakpoints) == aqi.category(value + err, breakpoints)
        elif self.level.bands:
            self.category = _band(self.level.bands, value - outdoor)
            self.sure = _band(self.level.bands, value - err - outdoor) == _band(self.level.bands, value + err - outdoor)

    @property
    def likely_above(self) -> bool:
        """Near, with the value itself above the limit."""
        return self.state == NEAR and self.average.value > self.limit

    @property
    def passed(self) -> bool:
        """Above the limit, or likely so."""
        return self.state == ABOVE or self.likely_above

    def document(self, lang: str) -> OrderedDict:
        """The fields of one entry of `levels`, in the order of the contract."""
        level = self.level
        decimals = quantities.DECIMALS[level.quantity]
        average = self.average
        fields: OrderedDict = OrderedDict()
        fields["id"] = level.id
        fields["limit"] = Fixed(self.limit, decimals)
        fields["averaging"] = level.window
        fields["have_h"] = average.have_h
        fields["need_h"] = average.need_h
        fields["value"] = fixed_or_none(average.value, decimals)
        fields["err"] = fixed_or_none(self.err, decimals)
        if level.window == NOWCAST:
            fields["index"] = self.index
        if level.window == NOWCAST or level.bands:
            fields["category"] = self.category
        fields["state"] = self.state
        fields["scope"] = level.scope
        fields["personal"] = False
        fields["source"] = level.source
        fields["text"] = words(lang).level(self)
        return fields


def _band(bands: tuple, value: int) -> str:
    i = 0
    while bands[i][0] is not None and value > bands[i][0]:
        i += 1
    return bands[i][1]


def words(lang: str) -> "Any":
    """The module of sentences for a language: German for "de", English otherwise."""
    if lang == "de":
        from aqsense import guidance_text_de

        return guidance_text_de
    from aqsense import guidance_text_en

    return guidance_text_en


class Guidance:
    """The levels of one series: averages are kept here, limits come from `guidance_levels`.

    `quantity`: its index. `schemes`: names of `guidance_levels.SCHEMES`. `room_kind`: as declared by the owner; it
    picks which limits apply and nothing else. `outdoor_co2_ppm`: what limits above outdoor air are added to.
    """

    def __init__(self, quantity: int, schemes: "Iterable[str]", room_kind: str, outdoor_co2_ppm: int) -> None:
        self.quantity = quantity
        self._levels = guidance_levels.chosen(quantity, schemes, room_kind)
        self._outdoor = outdoor_co2_ppm
        annual = False
        for level in self._levels:
            annual = annual or level.window == ANNUAL
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
        complete: list = []
        incomplete: list = []
        averages: list = []
        for level in self._levels:
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
        return words(lang).summary(self.evaluate(err_of))

    def forget(self, first: int, last: int) -> None:
        """Forget half hours `first` to `last` (both included)."""
        self._averages.forget(first, last)

    def snapshot(self) -> bytearray:
        """State as bytes, at most 1,351 of them."""
        return self._averages.snapshot()

    def restore(self, data: bytes) -> None:
        """Continue from `snapshot()` of guidance over the same schemes; ValueError when the bytes do not fit."""
        self._averages.restore(data)
