"""What happens to a home, as data: changes that a scenario asks for, and the truth written beside the readings."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Change:
    """One change of a home or of its sensor.

    `kind` names it, `start_min` and `end_min` are minutes since the run began (end excluded), `size` is in the unit
    that `of` names.
    """

    kind: str
    start_min: int
    end_min: int
    size: float = 1.0
    of: str = ""

    def clipped(self, minutes: int) -> "Change":
        """The part of it that lies within a run of so many minutes."""
        start = max(0, min(self.start_min, minutes))
        return Change(self.kind, start, max(start, min(self.end_min, minutes)), self.size, self.of)


def truth_line(change: Change, start_epoch_s: int, room: str) -> dict[str, object]:
    """One line of the truth file (contract section 8)."""
    return {
        "from_s": start_epoch_s + change.start_min * 60,
        "to_s": start_epoch_s + change.end_min * 60,
        "room": room,
        "kind": change.kind,
        "size": round(change.size, 2),
        "of": change.of,
    }
