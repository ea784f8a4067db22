"""Has something changed for good? A gate state and a question, never an alarm; how that is told is in `drift_tests`.

While suspected, claims wait 14 days, the history is kept, and the question stays open for 28.
"""

from aqsense.behaviour import Behaviour
from aqsense.memory import Memory

NO_TEST = 0  # what tells a change
STEPPED = 1
CREPT = 2
FLOOR = 3
STUCK = 4
NOISE = 5
APART = 6

ANSWERS = ("sensor_moved", "people", "stove_or_purifier", "season", "sensor_replaced", "nothing", "unknown")
HOLD_DAYS = 14
QUIET_DAYS = 28


class Drift:
    """Suspicion of a lasting change in one series.

    `noticed`: first day of the suspicion, `since`: when the change seems to have begun (-1: never). `z_low`, `z_high`:
    the steps at that time in 1/256 of their own spread, `moved_low`, `moved_high` in 1/256 octave. `flags`: suspicions
    so far; `test`: which test found it (`drift_sensor`); `answered`: 1 once the owner said what it was. `up_*` and
    `down_*`: the e-CUSUMs (1/256 of log2) with the days since when they grow. `behaviour`: of the sensor itself.
    """

    NUMBERS = (
        "noticed",
        "since",
        "z_low",
        "z_high",
        "moved_low",
        "moved_high",
        "flags",
        "test",
        "answered",
        "up_low",
        "up_low_since",
        "down_low",
        "down_low_since",
        "up_high",
        "up_high_since",
        "down_high",
        "down_high_since",
    )
    ARRAYS = ()

    def __init__(self, quantity: int, memory: Memory):
        self.quantity = quantity
        self.memory = memory
        self.noticed = self.since = -1
        self.z_low = self.z_high = self.moved_low = self.moved_high = self.flags = self.answered = 0
        self.test = NO_TEST
        self.behaviour = Behaviour()
        self.up_low = self.down_low = self.up_high = self.down_high = 0
        self.up_low_since = self.down_low_since = self.up_high_since = self.down_high_since = 0

    @property
    def suspected(self) -> bool:
        """Whether the question is open: nobody answered it yet, for 28 days."""
        return self.noticed >= 0 and not self.answered and self.memory.today < self.noticed + QUIET_DAYS

    def answer(self) -> None:
        """Close the question. Claims wait out their fortnight all the same: no answer buys an earlier voice."""
        self.answered = 1

    def take(self, day: int) -> None:
        """Take a valid day's features and ranks, before the next day opens."""
        from aqsense import drift_tests

        drift_tests.take(self, day)

    def pass_by(self, day: int) -> None:
        """Let a day go that is not valid."""
        self.behaviour.end_day(day, False, False)

    def is_free(self, day: int) -> bool:
        """Whether a question may be asked at the close of a day: 28 days after the last one."""
        return self.noticed < 0 or day >= self.noticed + QUIET_DAYS

    def notices(self, day: int) -> bool:
        """Whether a change is newly suspected at the close of a valid day that was taken."""
        if not self.is_free(day):
            return False
        from aqsense import drift_tests

        self.test = drift_tests.failing(self, day)
        if self.test == NO_TEST:
            return False
        self.suspect(self.test, day, drift_tests.began(self, day))
        return True

    def suspect(self, test: int, day: int, since: int) -> None:
        """Ask what changed on the day `since`, at the close of a day."""
        from aqsense.drift_tests import moved_since

        self.test = test
        self.noticed = day + 1
        self.since = since
        self.moved_low = moved_since(self.memory.low, self.since, day)
        self.moved_high = moved_since(self.memory.high, self.since, day)
        self.flags += 1
        self.answered = 0
        self.up_low = self.down_low = self.up_high = self.down_high = 0
