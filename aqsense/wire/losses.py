"""How many frames a line has lost, told from the bytes that were thrown away between two whole ones.

A frame whose first byte was damaged begins nowhere, and one with a header's bytes inside fails at several places. So
the bytes lost in a row are counted: as many frames as fit into them, and at least one when a candidate failed a check
or stayed incomplete. Fewer stray bytes than a frame has are no frame.
"""

from aqsense.wire import events


class Losses:
    """The gap between two whole frames of one decoder; `reason`: why the bytes of the present run are thrown away."""

    def __init__(self) -> None:
        self.reason = events.RESYNC
        self._whole = 0
        self._bytes = 0
        self._frames = 0

    def add(self, whole: int, reason: int, n: int, size: int) -> int:
        """Frames lost that were not counted before, when `n` bytes are discarded for a reason.

        `whole`: whole frames so far; `size`: bytes of the last measurement, 0 before the first.
        """
        if reason == events.UNEXPECTED or reason == events.OVERFLOW:  # noqa: PLR1714 (a tuple would be made each time)
            return 0
        if whole != self._whole:
            self._whole = whole
            self._bytes = self._frames = 0
        before = self._bytes
        self._bytes = before + n
        frames = self._bytes // size if size else self._frames
        if reason != events.RESYNC:
            frames = max(frames, before // size + 1 if size else frames + 1)
        new = max(0, frames - self._frames)
        self._frames += new
        return new
