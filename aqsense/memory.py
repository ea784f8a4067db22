"""What a home remembers of one series: half hours of 56 days, and one record a day for 128 days.

The state is nothing but these: order statistics over them are taken again whenever they are needed, so that any day can
be listed, struck out or forgotten. 5,376 bytes of half hours, and 9 to 11 bytes a day record, with 6 more for 64 days.
"""

from array import array

from aqsense import logcode, quantities

SLOTS = 48
RING_DAYS = 56
RECORDS = 128
FEATURES = 64  # days whose level and features for drift are kept
WINDOW = 119  # days that are compared, at most
REACH = RECORDS - 1  # how far back they may lie: days that are left out are made up for by older ones
PARTS = 8  # three-hour parts of a day

MISSING = logcode.MISSING
NO_PART = 255

POOLED_DAYS = 42  # whose half hours make the usual range of an hour, six of each
SCRATCH = [0] * (6 * POOLED_DAYS)  # of whoever ranks days or half hours at the moment: nothing in it lasts
HALF_HOURS = [0] * SLOTS  # the same for those of one day, ranked in less time

VALID = 1
SCORED = 2
EXCLUDED = 4  # confirmed by the owner: that happened, so it is no example of an ordinary day
CLAIMED = 8


def filled(n: int) -> array:
    """An array of n int16, all missing."""
    made = array("h", range(n))  # of bytes it would take a copy beside it, for which a board may have no room
    i = 0
    while i < n:
        made[i] = MISSING
        i += 1
    return made


_ARRAYS = ("ring", "state", "context", "level", "low", "high")


class Memory:
    """Half hours and day records of one series.

    Columns of the day records, all in 1/256 octave, MISSING when a day has none: `context` (worst); PM: `raw_peak`,
    `peak`, `sustained`; CO2: `parts` (worst of each three-hour part, 1/32 octave above -3, 255 none). Of the last 64
    days also `level` (median residual), `low` and `high` (features for drift). `since` is the first day that today is
    compared with: derived, never kept.
    """

    NUMBERS = ("today",)

    def __init__(self, quantity: int):
        self.ARRAYS = _ARRAYS + (("parts",) if quantity == quantities.CO2 else ("raw_peak", "peak", "sustained"))
        self.is_co2 = quantity == quantities.CO2
        self.scratch = SCRATCH
        self.today = -1
        self.since = -1
        self.ring = filled(RING_DAYS * SLOTS)
        self.state = bytearray(RECORDS)
        self.context = filled(RECORDS)
        self.level = filled(FEATURES)
        self.low = filled(FEATURES)
        self.high = filled(FEATURES)
        if self.is_co2:
            self.parts = bytearray(b"\xff" * (RECORDS * PARTS))
        else:
            self.raw_peak = filled(RECORDS)
            self.peak = filled(RECORDS)
            self.sustained = filled(RECORDS)

    def clear(self) -> None:
        """Forget everything, in place: a board has no room for two."""
        self.today = self.since = -1
        for name in self.ARRAYS:
            column = getattr(self, name)
            nothing = 0 if name == "state" else NO_PART if name == "parts" else MISSING
            i = 0
            while i < len(column):
                column[i] = nothing
                i += 1

    def begin(self, day: int) -> None:
        """Open a day: what stood in its places is 56 or 128 days old and leaves."""
        self.today = day
        self.since = day - REACH
        i = day % RING_DAYS * SLOTS
        end = i + SLOTS
        while i < end:
            self.ring[i] = MISSING
            i += 1
        r = day % RECORDS
        self.state[r] = 0
        self.context[r] = MISSING
        f = day % FEATURES
        self.level[f] = self.low[f] = self.high[f] = MISSING
        if self.is_co2:
            i = r * PARTS
            end = i + PARTS
            while i < end:
                self.parts[i] = NO_PART
                i += 1
        else:
            self.raw_peak[r] = self.peak[r] = self.sustained[r] = MISSING

    def put(self, day: int, slot: int, code: int) -> None:
        """Remember a valid half hour; two in one slot (the repeated hour) are averaged, floor."""
        i = day % RING_DAYS * SLOTS + slot
        before = self.ring[i]
        self.ring[i] = code if before == MISSING else (before + code) // 2

    def get(self, day: int, slot: int) -> int:
        """Code of a half hour of the last 56 days, MISSING when there is none."""
        if day > self.today or day <= self.today - RING_DAYS:
            return MISSING
        return self.ring[day % RING_DAYS * SLOTS + slot]

    def record_of(self, day: int) -> int:
        """Place of a day's record; -1 when the day is not among those remembered."""
        if day > self.today or day <= self.today - RECORDS:
            return -1
        return day % RECORDS

    def reach_back(self) -> None:
        """Take the first day of the comparison: it ends with 119 scored days that are not excluded, or with day 127."""
        n = 0
        day = self.today
        while day > self.today - REACH and n < WINDOW:
            day -= 1
            if self.state[day % RECORDS] & (SCORED | EXCLUDED) == SCORED:
                n += 1
        self.since = day

    def is_comparable(self, day: int) -> bool:
        """Whether a closed day is one of those that today is ranked among."""
        if day >= self.today or day < self.since:
            return False
        return self.state[day % RECORDS] & (SCORED | EXCLUDED) == SCORED

    def count(self, days: int, mask: int, wanted: int) -> int:
        """How many of the last so many closed days have the wanted state bits under a mask."""
        n = 0
        day = self.today - days
        while day < self.today:
            if self.state[day % RECORDS] & mask == wanted:
                n += 1
            day += 1
        return n

    def hour_support(self) -> int:
        """Valid days of the ring that hold the worst-supported hour of the day."""
        least = RING_DAYS
        hour = 0
        while hour < 24:
            n = 0
            day = self.today - RING_DAYS + 1
            while day < self.today:
                if self.state[day % RECORDS] & VALID:
                    i = day % RING_DAYS * SLOTS + 2 * hour
                    if self.ring[i] != MISSING or self.ring[i + 1] != MISSING:
                        n += 1
                day += 1
            least = min(least, n)
            hour += 1
        return least
