"""Is a port's line good enough to learn from: rejected frames against candidates, half hour by half hour.

One `LineQuality` a sensor; it reads the counters that its decoder keeps (`candidates`: frames that began like one and
were long enough to judge; `rejected`: those of them that failed), so nothing is called per frame.

    line = LineQuality()
    line.noisy(decoder)        # the half hour so far, for the flag `line_noisy` of a sample
    line.close(decoder)        # at the end of every half hour: True when it was noisy; the next one begins
"""

NOISY_LEAST = 20  # candidate frames: below, a share says nothing
NOISY_PERCENT = 5


def is_noisy(candidates: int, rejected: int) -> bool:
    """True when more than 5 % of at least 20 candidate frames were rejected (contract section 7)."""
    return candidates >= NOISY_LEAST and rejected * 100 > candidates * NOISY_PERCENT


class LineQuality:
    """Counts of one port. `candidates`, `rejected`: of the half hour that `close` ended last."""

    def __init__(self) -> None:
        self.candidates = 0
        self.rejected = 0
        self._candidates_before = 0
        self._rejected_before = 0

    def _count(self, decoder: object) -> None:
        if decoder.candidates < self._candidates_before:  # type: ignore[attr-defined]
            self._candidates_before = 0  # a port that was opened again counts from nought
            self._rejected_before = 0
        self.candidates = decoder.candidates - self._candidates_before  # type: ignore[attr-defined]
        self.rejected = decoder.rejected - self._rejected_before  # type: ignore[attr-defined]

    def noisy(self, decoder: object) -> bool:
        """Whether the half hour so far is noisy."""
        self._count(decoder)
        return is_noisy(self.candidates, self.rejected)

    def close(self, decoder: object) -> bool:
        """Whether the half hour that ends now was noisy; counting starts anew."""
        self._count(decoder)
        self._candidates_before = decoder.candidates  # type: ignore[attr-defined]
        self._rejected_before = decoder.rejected  # type: ignore[attr-defined]
        return is_noisy(self.candidates, self.rejected)

    def reject_permille(self) -> int:
        """Rejected frames per thousand candidates of the counted half hour; 0 when there were none."""
        return self.rejected * 1000 // self.candidates if self.candidates else 0
