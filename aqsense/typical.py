"""The usual range of a series at an hour of the day, and how often it has held lately.

Half hours of the last 42 days are pooled over the hour and its two neighbours; their median and 10 and 90 % points are
shrunk towards those of the whole day by n / (n + 6), n the days behind them, because in real homes the hour of the day
says little. A level offset (the median of the last 14 daily residual medians) follows slow change, and the width adapts
until four half hours in five lie inside.

Order statistics are by rank (ceil(q n)), nothing is interpolated, division is floor.
Source: science.md section 4.6; the adaptive width is Gibbs and Candes 2021.
"""

from array import array

from aqsense import logcode
from aqsense.memory import FEATURES, MISSING, POOLED_DAYS, RING_DAYS, SLOTS, VALID, Memory
from aqsense.ranks import lower_median, sort_first

WINDOW_DAYS = POOLED_DAYS
LEVEL_DAYS = 14
LEAST_LEVEL_DAYS = 3
SETTLING_DAYS = 14  # valid days before a range is shown
REALISED_DAYS = 28
SHRINK_DAYS = 6
LEAST_SPREAD = 16  # 1/16 octave: quantised readings have no finer spread

STEP_Q12 = 1773  # 0.3 nats a day
NARROWEST_Q12 = -2955  # -0.5 nats
WIDEST_Q12 = 8864  # 1.5 nats
ALLOWED_MISSES = 5  # one half hour in five may lie outside


class Typical:
    """Medians, range and spread by hour of one series; all codes in 1/256 octave.

    `theta` widens or narrows the range (1/4096 octave); `hits`, `seen` count the half hours of each of the last 28
    days inside the range shown at the time; `flat_sum`, `hour_sum` are fading sums of absolute residuals without and
    with the hour of the day.
    """

    NUMBERS = ("theta", "flat_sum", "hour_sum")
    ARRAYS = ("hits", "seen")

    def __init__(self, memory: Memory):
        self.memory = memory
        self.theta = 0
        self.hits = bytearray(REALISED_DAYS)
        self.seen = bytearray(REALISED_DAYS)
        self.flat_sum = 0
        self.hour_sum = 0
        self.level = 0
        self.shift = 0  # of the range alone: what last year's confirmed weeks add to the level
        self.pooled = False
        self.median = 0  # of the whole day
        self._low = 0
        self._high = 0
        self._known = bytearray(24)
        self._medians = array("h", [0] * 24)
        self._lows = array("h", [0] * 24)
        self._highs = array("h", [0] * 24)
        self._scratch = memory.scratch

    def start_day(self) -> None:
        """Take the whole day's statistics for a new day; the hours follow when they are first asked for."""
        i = 0
        while i < 24:
            self._known[i] = 0
            i += 1
        n = self._collect_all()
        self.pooled = n > 0
        if n:
            sort_first(self._scratch, n)
            self.median = self._scratch[(n - 1) // 2]
            self._low = self._scratch[(n + 9) // 10 - 1]
            self._high = self._scratch[(9 * n + 9) // 10 - 1]
        self.level = self._level()

    def _collect_all(self) -> int:
        """Six half hours of each day, moving by one slot a day: every slot is drawn equally often."""
        ring = self.memory.ring
        scratch = self._scratch
        today = self.memory.today
        n = 0
        day = today - WINDOW_DAYS
        while day < today:
            i = day % RING_DAYS * SLOTS
            end = i + SLOTS
            i += day % 8
            while i < end:
                if ring[i] != MISSING:
                    scratch[n] = ring[i]
                    n += 1
                i += 8
            day += 1
        return n

    def _collect_hour(self, hour: int) -> int:
        ring = self.memory.ring
        scratch = self._scratch
        today = self.memory.today
        first = 2 * hour - 2
        n = 0
        day = today - WINDOW_DAYS
        while day < today:
            row = day % RING_DAYS * SLOTS
            if 0 <= first <= SLOTS - 6:
                for code in ring[row + first : row + first + 6]:
                    if code != MISSING:
                        scratch[n] = code
                        n += 1
            else:
                slot = first
                while slot < first + 6:
                    code = ring[row + slot % SLOTS]
                    if code != MISSING:
                        scratch[n] = code
                        n += 1
                    slot += 1
            day += 1
        return n

    def _learn_hour(self, hour: int) -> None:
        n = self._collect_hour(hour)
        median = self.median
        low = self._low
        high = self._high
        if n:
            sort_first(self._scratch, n)
            days = (n + 5) // 6
            whole = days + SHRINK_DAYS
            median += (self._scratch[(n - 1) // 2] - median) * days // whole
            low += (self._scratch[(n + 9) // 10 - 1] - low) * days // whole
            high += (self._scratch[(9 * n + 9) // 10 - 1] - high) * days // whole
        self._medians[hour] = median
        self._lows[hour] = min(low, median)
        self._highs[hour] = max(high, median)
        self._known[hour] = 1

    def _level(self) -> int:
        memory = self.memory
        n = 0
        day = memory.today - 1
        while day >= memory.today - WINDOW_DAYS and n < LEVEL_DAYS:
            level = memory.level[day % FEATURES]
            if level != MISSING:
                self._scratch[n] = level
                n += 1
            day -= 1
        return lower_median(self._scratch, n) if n >= LEAST_LEVEL_DAYS else 0

    def hour_median(self, hour: int) -> int:
        """What is usual at an hour (0 to 23), before the level offset; call only while `pooled`."""
        if not self._known[hour]:
            self._learn_hour(hour)
        return self._medians[hour]

    def spread(self, hour: int) -> int:
        """From the median to the 90 % point at an hour, at least half of the whole day's and at least 1/16 octave."""
        self.hour_median(hour)
        return max(self._highs[hour] - self._medians[hour], (self._high - self.median) // 2, LEAST_SPREAD)

    def width_q8(self) -> int:
        """The factor that the width has adapted to, 256 for one."""
        return logcode.exp2_q8((self.theta >> 4) + 2048)

    def middle(self, hour: int) -> int:
        """Code of what is usual at an hour now: its median, the level, and what last year adds."""
        return self.hour_median(hour) + self.level + self.shift

    def low(self, hour: int) -> int:
        """Code of the lower end of the range at an hour."""
        return self.middle(hour) - ((self._medians[hour] - self._lows[hour]) * self.width_q8() >> 8)

    def high(self, hour: int) -> int:
        """Code of the upper end of the range at an hour."""
        return self.middle(hour) + ((self._highs[hour] - self._medians[hour]) * self.width_q8() >> 8)

    def end_day(self, day: int, inside: int, seen: int) -> None:
        """Account for a closed day: `inside` of `seen` half hours lay in the range that was shown."""
        i = day % REALISED_DAYS
        self.hits[i] = inside
        self.seen[i] = seen
        if seen:
            moved = STEP_Q12 * ((seen - inside) * ALLOWED_MISSES - seen) // (seen * ALLOWED_MISSES)
            self.theta = min(max(self.theta + moved, NARROWEST_Q12), WIDEST_Q12)

    def residuals(self, flat: int, by_hour: int) -> None:
        """Take a day's sums of absolute residuals without and with the hour; they fade over about 28 days."""
        self.flat_sum += flat - self.flat_sum // 28
        self.hour_sum += by_hour - self.hour_sum // 28

    def valid_days(self) -> int:
        """Valid days among the 42 that the medians are made of."""
        return self.memory.count(WINDOW_DAYS, VALID, VALID)
