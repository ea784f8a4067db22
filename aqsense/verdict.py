"""What may be said about the last half hour of a series, at once and by everybody who asks."""

from aqsense import codes, logcode
from aqsense.claims import Episode, Episodes
from aqsense.gate import Gate
from aqsense.typical import SETTLING_DAYS, Typical


class Verdict:
    """The part of a Series that knows what stands; values are scaled integers. See `Standing` for everything else."""

    quantity: int
    kinds: tuple
    typical: Typical
    gate: Gate
    episodes: Episodes
    value_code: int
    valid_days: int

    @property
    def stage(self) -> int:
        """Stage in force (codes.*)."""
        return self.gate.stage

    @property
    def code(self) -> int:
        """First withholding code that applies, codes.NO_CODE while a claim is permitted."""
        return self.gate.code()

    @property
    def permitted_notable(self) -> bool:
        """Whether an unusual half hour would be logged."""
        return self.gate.permits(codes.CONTEXT)

    @property
    def permitted_elevated(self) -> bool:
        """Whether a claim may be spoken."""
        return self.gate.may_claim()

    @property
    def verdict(self) -> int:
        """codes.WITHHELD, TYPICAL, NOTABLE, ELEVATED or UNKNOWN, by contract section 1."""
        if self.permitted_elevated:
            if self.claim is not None:
                return codes.ELEVATED
            if self.notable is not None:
                return codes.NOTABLE
            return codes.UNKNOWN if self.value_code == logcode.MISSING else codes.TYPICAL
        if self.permitted_notable and self.notable is not None:
            return codes.NOTABLE
        return codes.WITHHELD

    @property
    def claim(self) -> Episode | None:
        """The open spoken Episode that began first, None when none is open."""
        first = None
        for kind in self.kinds:
            episode = self.episodes.open(kind)
            if episode is not None and (first is None or episode.onset < first.onset):
                first = episode
        return first

    @property
    def notable(self) -> Episode | None:
        """The open quiet Episode, None when none is open."""
        return self.episodes.open(codes.CONTEXT)

    @property
    def value(self) -> int | None:
        """Scaled value of the last closed half hour, None when it was not valid."""
        return None if self.value_code == logcode.MISSING else logcode.decode(self.quantity, self.value_code)

    def band(self) -> bool:
        """Whether a range is shown: from valid day 14, for an hour of which something is known."""
        return self.valid_days >= SETTLING_DAYS and self.typical.pooled
