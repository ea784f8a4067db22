"""Days of the home on which any of its series could have spoken: what the claims are counted against."""

from aqsense import texts
from aqsense.settings import Settings


class HomeAccount:
    """`active_days` between `first_active_day` and `last_active_day` (-1: none), over all series together."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.words = texts.of(settings.lang)
        self.cell = -1
        self.active_days = 0
        self.first_active_day = -1
        self.last_active_day = -1

    def begin(self, day: int) -> None:
        """A local day began with a claim permitted in some series; counted once."""
        if day <= self.last_active_day:
            return
        self.active_days += 1
        self.last_active_day = day
        if self.first_active_day < 0:
            self.first_active_day = day
