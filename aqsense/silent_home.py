"""A home that keeps its half hours and infers nothing from them: while what it learned is folded elsewhere, and when
inference ends the program."""

from aqsense.home import NOTHING, Home
from aqsense.intake import Intake


class SilentHome(Home):
    """Half hours go to `take_cells` under the regime that their series has; no document is ever made.

    `cell` of a subject is the last half hour that is kept of it; earlier ones closed before this start.
    """

    def awake(self) -> Home:
        """A home of the same sensors that infers, and knows nothing yet."""
        return Home(self.settings, self._intakes, self._clock)

    def close(self, intake: Intake, utc_offset_min: int) -> list:
        """Keep the half hours that an intake just closed."""
        if self._clock.may_date() and not intake.spoiled:
            for half in intake.halves:
                self._keep(intake, half, intake.cell, utc_offset_min)
        return NOTHING

    def date(self, intake: Intake, cell: int, s: int, utc_offset_min: int, up_ms: int) -> None:
        """Keep the half hours that waited for a trusted clock."""
        for at, half in intake.dated(cell, s, up_ms):
            self._keep(intake, half, at, utc_offset_min)

    def _keep(self, intake: Intake, half, cell: int, utc_offset_min: int) -> None:
        subject = self.subject(intake.sensor.sid, half.quantity)
        if subject.series is None or cell > subject.cell:
            self._cells.keep(subject, cell, utc_offset_min, half)
            subject.cell = cell

    def current(self, cell: int = -1, utc_offset_min: int = 0) -> list:
        """Nothing is known."""
        return NOTHING
