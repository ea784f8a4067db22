"""What a series says half hour by half hour: episodes opened, carried on and closed, each counted once."""

from aqsense import codes
from aqsense.claims import CLOSED as EPISODE_CLOSED
from aqsense.claims import OPENED as EPISODE_OPENED
from aqsense.claims import RESUMED, Episode
from aqsense.outcomes import Outcomes
from aqsense.wishes import Wishes

OPENED = 8
CLOSED = 16
NOTABLE = 32
NOTABLE_ENDED = 64


class Voice(Wishes):
    """The part of a Series that speaks."""

    outcomes: Outcomes

    def speak(self, cell: int, slot: int) -> int:
        """Open, carry on and close episodes by the questions' present scores; bits."""
        bits = 0
        for question in self.judge.questions if self.kinds else ():
            kind = question.kind
            before = self.episodes.latest[kind]
            happened = self.episodes.step(question, self.gate.permit(kind), cell, slot)
            if happened == EPISODE_OPENED:
                bits |= self._began_to_speak(kind, cell, before)
            elif happened == EPISODE_CLOSED:
                bits |= self._fell_quiet(kind, cell)
            elif happened == RESUMED and self.ledger:
                self.ledger.resumed(self.episodes.latest[kind], cell)
        return bits

    def _began_to_speak(self, kind: int, cell: int, before: Episode | None) -> int:
        self.account.claim(kind, self.today)
        if self.ledger:
            self.ledger.opened(self.episodes.latest[kind])
        if kind == codes.CONTEXT:
            if before is not None:
                self.outcomes.over(before, self.answers.known())
            return NOTABLE
        self.answers.claimed(kind, cell, self.today)
        return OPENED

    def _fell_quiet(self, kind: int, cell: int) -> int:
        episode = self.episodes.latest[kind]
        if self.ledger:
            self.ledger.ended(episode, cell)
        return NOTABLE_ENDED if kind == codes.CONTEXT else CLOSED
