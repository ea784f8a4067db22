"""What may be asked of a series from outside: hold, learn anew, doubt, another level, an answer to a claim."""

from aqsense import feedback
from aqsense.codes import DRIFT_SUSPECTED
from aqsense.days import Days
from aqsense.drift import APART, HOLD_DAYS
from aqsense.questions import LEVELS


class Wishes(Days):
    """The part of a Series that answers to its owner and its home."""

    def hold(self, code: int, on: bool) -> None:
        """Hold what is said (codes.CLOCK_UNTRUSTED, codes.USER_PAUSED), or let it go."""
        self.gate.holding(code, on)

    def relearn(self, code: int, days: int = 0) -> None:
        """Start learning anew for a reason (codes.SENSOR_CHANGED ...), for so many days or (0) 29 comparable."""
        self.gate.learn_anew(code, self.today + days if days else -1)

    def may_doubt(self) -> bool:
        """Whether the room's other sensor is asked: while statements are made and no question is open."""
        return self._speaks() and self.drift.is_free(self.today - 1)

    def doubt(self, since: int) -> None:
        """Ask what happened to this sensor on a day: it left the room's other one. Statements wait a fortnight."""
        self.drift.suspect(APART, self.today - 1, since)
        self.relearn(DRIFT_SUSPECTED, HOLD_DAYS)

    def set_level(self, level: str) -> None:
        """Take the owner's level, few, normal or many, from the next local day."""
        self.wanted_level = LEVELS.index(level)

    def answer(self, verb: str, kind: int, onset: int) -> str:
        """Take the owner's `confirm`, `dispute` or `retract` of a claim: "" or an error code of contract section 5."""
        return feedback.answer(self, verb, kind, onset)
