"""What the comparison rests on: how many days, hours, weekends, weeks, and how independent they are.

Everything is counted again from the day records at each day close, never carried along.
"""

from aqsense import calendar, codes
from aqsense.memory import EXCLUDED, MISSING, RECORDS, SCORED, VALID, Memory
from aqsense.ranks import DAYS_FOR_CLAIM, DAYS_FOR_NOTABLE, n_effective

DAYS_BEFORE_SCORING = 7
LEAST_HOUR_SUPPORT = 14
LEAST_WEEKEND_DAYS = 6
RECENT_DAYS = 28
LEAST_RECENT = 20  # 70 % of 28
LONGEST_GAP_DAYS = 14
FAR = 4095  # scores count as at most 16 spreads here, so that sums of squares stay below 2**30

CODES = (
    codes.COVERAGE_DAYS,
    codes.COVERAGE_HOURS,
    codes.COVERAGE_WEEKEND,
    codes.COVERAGE_WEEKS,
    codes.COVERAGE_INDEPENDENCE,
)
NEEDED = {
    codes.PROVISIONAL: (DAYS_FOR_NOTABLE, LEAST_HOUR_SUPPORT, LEAST_WEEKEND_DAYS, 4, 8),
    codes.ESTABLISHED: (DAYS_FOR_CLAIM, LEAST_HOUR_SUPPORT, LEAST_WEEKEND_DAYS, 8, 12),
}


class Coverage:
    """Counts over the days before today.

    `n` scored comparable days, at most 119 of the last 127, from `evidence_from` to `evidence_to` (-1: none);
    `excluded` days the owner set aside; `weekend_days` and `weeks` (ISO) among the valid days of the same window;
    `hour_support` valid days that hold the worst-supported hour, of the last 55; `recent` valid days of the last 28;
    `n_effective`.
    """

    def __init__(self, memory: Memory):
        self.memory = memory
        self.n = 0
        self.excluded = 0
        self.n_effective = 0
        self.hour_support = 0
        self.weekend_days = 0
        self.weeks = 0
        self.last_week = -1
        self.recent = 0
        self.evidence_from = -1
        self.evidence_to = -1

    def take(self) -> None:
        """Count again, for the day that begins."""
        memory = self.memory
        self.n = self.excluded = self.weekend_days = self.weeks = 0
        self.evidence_from = self.evidence_to = self.last_week = -1
        memory.reach_back()
        day = memory.since
        while day < memory.today:
            state = memory.state[day % RECORDS]
            if state & VALID:
                if calendar.is_weekend(day):
                    self.weekend_days += 1
                if calendar.week(day) != self.last_week:
                    self.last_week = calendar.week(day)
                    self.weeks += 1
                if state & (SCORED | EXCLUDED) == SCORED:
                    self.n += 1
                    self.evidence_to = day
                    if self.evidence_from < 0:
                        self.evidence_from = day
                elif state & EXCLUDED:
                    self.excluded += 1
            day += 1
        self.recent = memory.count(RECENT_DAYS, VALID, VALID)
        self.hour_support = memory.hour_support()
        self.n_effective = self._independent()

    def _independent(self) -> int:
        """Effective days from the lag-1 autocorrelation of the worst context scores of neighbouring days."""
        if self.n == 0:
            return 0
        memory = self.memory
        total = 0
        day = self.evidence_from
        while day <= self.evidence_to:
            if memory.is_comparable(day):
                total += self._context(day)
            day += 1
        mean = total // self.n
        squares = 0
        products = 0
        pairs = 0
        before = MISSING
        day = self.evidence_from
        while day <= self.evidence_to:
            if memory.is_comparable(day):
                off = self._context(day) - mean >> 4
                squares += off * off
                if before != MISSING:
                    products += off * before
                    pairs += 1
                before = off
            else:
                before = MISSING
            day += 1
        if pairs == 0:
            return self.n
        return n_effective(self.n, products // pairs, squares // self.n)

    def _context(self, day: int) -> int:
        return min(max(self.memory.context[day % RECORDS], -FAR), FAR)

    def have(self) -> tuple:
        """Scored days, hour support, weekend days, weeks and effective days, in the order of CODES."""
        return self.n, self.hour_support, self.weekend_days, self.weeks, self.n_effective

    def lacking(self, stage: int) -> list:
        """Withholding codes of the conditions of a stage that are not met, in order of precedence."""
        return lacking(self.have(), stage)

    def is_stale(self, first_day: int, last_valid: int) -> bool:
        """Whether the recent past is too thin: 14 days without a valid one, or fewer than 20 valid of the last 28."""
        today = self.memory.today
        since = last_valid if last_valid >= 0 else first_day
        if first_day >= 0 and today - since > LONGEST_GAP_DAYS:
            return True
        return first_day >= 0 and today - first_day >= RECENT_DAYS and self.recent < LEAST_RECENT


def lacking(have: tuple, stage: int) -> list:
    """Withholding codes of the counts that fall short of a stage; more of any count never adds one."""
    need = NEEDED[stage]
    return [CODES[i] for i in range(len(CODES)) if have[i] < need[i]]
