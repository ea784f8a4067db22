"""Is a port's line good enough to learn from: rejected frames against those that came whole, half hour by half hour.

One `LineQuality` a sensor; it reads the counters that its decoder keeps (`candidates`: frames that were judged,
`rejected`: those of them that failed, `frame_bytes`: bytes of those that did not), so nothing is called per frame.

More than one frame in twenty is the limit for any frame. What a checksum lets through grows with the bit errors, not
with the frames that fail, and short frames seldom fail: at one bit error in a thousand one frame in fifteen of nine
bytes. So bytes are counted too. One rejected frame in 400 bytes is three bit errors in ten thousand, between the rate
at which a sum of eight bits lets one reading in 600,000 through and the one at which it lets one in 20,000. Few bytes
say little, so what came just before the half hour counts with it.

    line = LineQuality()
    line.noisy(decoder)        # the half hour so far, for the flag `line_noisy` of a sample
    line.close(decoder)        # at the end of every half hour: True when it was noisy; the next one begins
"""

NOISY_LEAST = 20  # candidate frames: below, a share says nothing
NOISY_PERCENT = 5
GUARDED_BYTES = 400  # bytes of whole frames for each rejected one
UNGUARDED_BYTES = 700  # without a checksum only damage to a header is seen
REJECTED_LEAST = 3  # fewer in all may be one knock on the cable
BEFORE_BYTES = 3000  # of the time before the half hour

_MASK = 0x3FFFFFFF


def is_noisy(candidates: int, rejected: int) -> bool:
    """True when more than 5 % of at least 20 candidate frames were rejected (contract section 7)."""
    return candidates >= NOISY_LEAST and rejected * 100 > candidates * NOISY_PERCENT


class LineQuality:
    """Counts of one port. `candidates`, `rejected`: of the half hour that `close` ended last.

    `allowance`: bytes of whole frames for each rejected one, GUARDED_BYTES or UNGUARDED_BYTES.
    """

    def __init__(self) -> None:
        self.allowance = GUARDED_BYTES
        self.candidates = 0
        self.rejected = 0
        self._bytes = 0
        self._candidates_before = 0
        self._rejected_before = 0
        self._bytes_before = 0
        self._earlier_rejected = 0
        self._earlier_bytes = 0

    def _count(self, decoder: object) -> None:
        if decoder.candidates < self._candidates_before:  # type: ignore[attr-defined]
            self._candidates_before = 0  # a port that was opened again counts from nought
            self._rejected_before = 0
            self._bytes_before = 0
        self.candidates = decoder.candidates - self._candidates_before  # type: ignore[attr-defined]
        self.rejected = decoder.rejected - self._rejected_before  # type: ignore[attr-defined]
        self._bytes = decoder.frame_bytes - self._bytes_before & _MASK  # type: ignore[attr-defined]

    def _is_noisy(self) -> bool:
        if is_noisy(self.candidates, self.rejected):
            return True
        rejected = self.rejected + self._earlier_rejected
        return rejected >= REJECTED_LEAST and rejected * self.allowance > self._bytes + self._earlier_bytes

    def noisy(self, decoder: object) -> bool:
        """Whether the half hour so far is noisy."""
        self._count(decoder)
        return self._is_noisy()

    def close(self, decoder: object) -> bool:
        """Whether the half hour that ends now was noisy; counting starts anew."""
        self._count(decoder)
        noisy = self._is_noisy()
        self._candidates_before = decoder.candidates  # type: ignore[attr-defined]
        self._rejected_before = decoder.rejected  # type: ignore[attr-defined]
        self._bytes_before = decoder.frame_bytes  # type: ignore[attr-defined]
        self._keep(self._earlier_rejected + self.rejected, self._earlier_bytes + self._bytes)
        return noisy

    def _keep(self, rejected: int, count: int) -> None:
        """Remember as many bytes as count with the next half hour, and the share of rejected frames among them."""
        if count > BEFORE_BYTES:
            rejected = rejected * BEFORE_BYTES // count
            count = BEFORE_BYTES
        self._earlier_rejected = rejected
        self._earlier_bytes = count
