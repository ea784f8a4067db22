"""Episodes: one dinner is one claim, and midnight does not split it.

An episode opens at the first half hour that crosses, stays open while the score is above 0.7 of its threshold, ends
after two hours below (or without values, or when the permit is lost), and resumes under its own id when it crosses
again within four hours (a `sustained` one within 72 hours of its onset). One a day and kind; the day of the onset owns
it.
Source: science.md section 4.5, science2.md section 3.2.
"""

from aqsense import codes
from aqsense.gate import Permit
from aqsense.memory import MISSING
from aqsense.questions import Question

CLOSING_CELLS = 4
JOINING_CELLS = 8
SPAN_CELLS = 144
NEAREST = 3

OPENED = 1
CLOSED = 2
RESUMED = 4


class Episode:
    """One claim, or one notable stretch; it can only be built from a Permit.

    `kind` score kind; `k`, `of`, `unit` the promise in force at the onset; `n` days compared; `onset` cell,
    `onset_slot`, `onset_day` local; `ended` cell, None while open; `score` worst so far, `threshold` (margin included)
    and `margin` in 1/256; `rank` among the compared days (1: greater than all); `excess` greatest so far and `least`
    required, scaled; `nearest` [(day, score)] the greatest of the compared.
    """

    NUMBERS = (
        "k",
        "of",
        "n",
        "onset",
        "onset_slot",
        "onset_day",
        "ended",
        "score",
        "threshold",
        "margin",
        "rank",
        "excess",
        "least",
        "below",
    )
    ARRAYS = ()

    def __init__(self, permit: Permit, cell: int, slot: int):
        if not isinstance(permit, Permit):
            raise TypeError("an episode needs a Permit from the gate, got %r" % (permit,))
        self.kind = permit.kind
        self.k = permit.k
        self.of = permit.of
        self.unit = permit.unit
        self.n = permit.n
        self.onset = cell
        self.onset_slot = slot
        self.onset_day = permit.day
        self.ended: int | None = None
        self.score = 0
        self.threshold = 0
        self.margin = 0
        self.rank = 0
        self.excess = 0
        self.least = 0
        self.nearest: list = []
        self.below = 0

    def begin(self, question: Question) -> None:
        """Take what the question that crossed says."""
        self.score = question.score
        self.threshold = question.threshold
        self.margin = question.margin
        self.rank = question.rank(question.score)
        self.excess = question.excess
        self.least = question.least
        self.nearest = question.nearest(NEAREST)

    def closes_below(self) -> int:
        """Score under which the episode is on its way out: 0.7 of the threshold."""
        return self.threshold * 179 >> 8 if self.threshold > 0 else self.threshold

    def update(self, question: Question) -> None:
        """Take a later half hour of the same episode."""
        if question.score > self.score:
            self.score = question.score
            self.rank = question.rank(question.score)
        self.excess = max(self.excess, question.excess)


class Episodes:
    """The latest episode of each kind, open or ended."""

    def __init__(self) -> None:
        self.latest: list = [None, None, None, None]

    def open(self, kind: int) -> Episode | None:
        """The open episode of a kind."""
        episode = self.latest[kind]
        return episode if episode is not None and episode.ended is None else None

    def step(self, question: Question, permit: Permit | None, cell: int, slot: int) -> int:
        """Take a half hour's answer to one question; OPENED, CLOSED, RESUMED or 0."""
        kind = question.kind
        episode = self.latest[kind]
        if episode is not None and episode.ended is None:
            return self._go_on(episode, question, permit, cell)
        if permit is None or not question.crosses():
            return 0
        if episode is not None:
            if self._joins(episode, cell):
                episode.ended = None
                episode.below = 0
                episode.update(question)
                return RESUMED
            if episode.onset_day == permit.day:
                return 0
        episode = Episode(permit, cell, slot)
        episode.begin(question)
        self.latest[kind] = episode
        return OPENED

    def _joins(self, episode, cell: int) -> bool:
        if episode.kind in codes.BY_SPAN and cell - episode.onset < SPAN_CELLS:
            return True
        return cell - episode.ended <= JOINING_CELLS

    def _go_on(self, episode: Episode, question: Question, permit: Permit | None, cell: int) -> int:
        score = question.score
        if permit is None:
            episode.ended = cell
            return CLOSED
        if score == MISSING or score < episode.closes_below():
            episode.below += 1
            if episode.below >= CLOSING_CELLS:
                episode.ended = cell
                return CLOSED
        else:
            episode.below = 0
            episode.update(question)
        return 0
