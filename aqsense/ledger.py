"""Lines of the replay hash: what a series did, in integers and ids (contract section 3, "Replay hash")."""

from aqsense import codes, timetext
from aqsense.claims import Episode
from aqsense.memory import MISSING


class Ledger:
    """Writes the lines of one series, without newlines, to `write`.

    `name`: `sid/short id/regime`. `ident(score kind, onset cell)` gives a claim its id; None writes `-`.
    """

    def __init__(self, write, name: str, ident=None):
        self.write = write
        self.name = name
        self.ident = ident

    def cell(self, cell: int, code: int) -> None:
        """A valid half hour."""
        self.write("C %s %d %d" % (self.name, cell, code))

    def day(self, day: int, valid: bool, scores: tuple) -> str:
        """A closed day, up to its stage, which is decided after its scores are read; `closed` completes it."""
        year, month, date = timetext.civil(day)
        text = "D %s %04d%02d%02d %d" % (self.name, year, month, date, 1 if valid else 0)
        for score in scores:
            text += " -" if score == MISSING else " %d" % score
        return text

    def closed(self, line: str, stage: int) -> None:
        """Write a closed day with the stage (index of codes.STAGES) that its close decided."""
        self.write("%s %d" % (line, stage))

    def opened(self, episode: Episode) -> None:
        """A claim that was opened; notable entries are none."""
        if episode.kind != codes.CONTEXT:
            id = self._id(episode)
            self.write("O %s %d %d %d %d" % (id, episode.onset, episode.score, episode.k, episode.of))

    def resumed(self, episode: Episode, cell: int) -> None:
        """A claim that goes on under its own id after it was closed."""
        if episode.kind != codes.CONTEXT:
            self.write("R %s %d" % (self._id(episode), cell))

    def ended(self, episode: Episode, cell: int) -> None:
        """A claim that was closed."""
        if episode.kind != codes.CONTEXT:
            self.write("X %s %d" % (self._id(episode), cell))

    def _id(self, episode: Episode) -> str:
        return self.ident(episode.kind, episode.onset) if self.ident else "-"
