"""A level of guidance beside the average over its window; loaded when a document speaks of it.

The sensor's error is carried into the state: `below` (value + err <= limit), `near`, `above` (value - err > limit),
`incomplete`; a category that is another at the other end of the error is called likely.
"""

from collections import OrderedDict

from aqsense import guidance_levels, quantities
from aqsense.guidance_average import NOWCAST, Average
from aqsense.jsontext import Fixed, fixed_or_none

TYPE_CHECKING = False
if TYPE_CHECKING:
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
