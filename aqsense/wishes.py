"""What the owner may ask of a series: hold, learn anew, another level, an answer to a claim."""

from aqsense import feedback
from aqsense.days import Days
from aqsense.questions import LEVELS


class Wishes(Days):
    """The part of a Series that answers to its owner."""

    def hold(self, code: int, on: bool) -> None:
        """Hold what is said (codes.CLOCK_UNTRUSTED, codes.USER_PAUSED), or let it go."""
        self.gate.holding(code, on)

    def relearn(self, code: int, days: int = 0) -> None:
        """Start learning anew for a reason (codes.SENSOR_CHANGED ...), for so many days or (0) 29 comparable."""
        self.gate.learn_anew(code, self.today + days if days else -1)

    def set_level(self, level: str) -> None:
        """Take the owner's level, few, normal or many, from the next local day."""
        self.wanted_level = LEVELS.index(level)

    def answer(self, verb: str, kind: int, onset: int) -> str:
        """Take the owner's `confirm`, `dispute` or `retract` of a claim: "" or an error code of contract section 5."""
        return feedback.answer(self, verb, kind, onset)
