"""What a new day is compared with, taken from the day records by array: the same numbers as the scalar core takes.

Each class is the core's own with its loops over days replaced; whatever it leaves behind is equal to the core's.
"""

import numpy as np
import numpy.typing as npt

from aqsense import codes
from aqsense.account import ACTIVE as ACTIVE_DAY
from aqsense.account import AUDIT_DAYS, CLAIM_DAY, CONFIRMED, Account
from aqsense.batch.medians import Medians
from aqsense.coverage import FAR, RECENT_DAYS, Coverage
from aqsense.daypart import LEAST_OF_A_PART, DaypartQuestion, high_rank
from aqsense.judge import CarbonDioxideJudge, Judge, ParticleJudge
from aqsense.memory import (
    EXCLUDED,
    MISSING,
    NO_PART,
    PARTS,
    REACH,
    RECORDS,
    RING_DAYS,
    SCORED,
    SLOTS,
    VALID,
    WINDOW,
    Memory,
)
from aqsense.questions import ContextQuestion, PeakQuestion, Question, SustainedQuestion
from aqsense.ranks import BLOCK_DAYS, n_effective
from aqsense.typical import Typical

Whole = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


def states(memory: Memory, days: int) -> Whole:
    """State bits of the last so many days before today, oldest first."""
    at = np.arange(memory.today - days, memory.today) % RECORDS
    found: Whole = np.frombuffer(memory.state, dtype=np.uint8)[at].astype(np.int64)
    return found


def comparable(memory: Memory) -> Whole:
    """Places of the records that today is ranked among, newest first."""
    good = states(memory, memory.today - memory.since) & (SCORED | EXCLUDED) == SCORED
    days: Whole = np.arange(memory.since, memory.today)[good][::-1]
    return np.remainder(days, RECORDS)


class FastAccount(Account):
    """Sums over arrays."""

    def unconfirmed(self, today: int) -> tuple[int, int, int]:
        """As Account."""
        kept = np.frombuffer(self.days, dtype=np.uint8)
        state = kept[np.arange(max(today - AUDIT_DAYS, 0), today) % len(kept)]
        active = state[state & ACTIVE_DAY > 0].astype(np.int64)
        claims = int((state & (CLAIM_DAY | CONFIRMED) == CLAIM_DAY).sum())
        return len(active), claims, int((active >> 3 << 7).sum())


class FastTypical(Typical):
    """Takes a day's medians from those of a whole run, where they are known."""

    def __init__(self, memory: Memory) -> None:
        super().__init__(memory)
        self.run: Medians | None = None
        self.first_day = 0

    def start_day(self) -> None:
        """As Typical."""
        row = self.memory.today - self.first_day
        if self.run is None or not 0 <= row < len(self.run.pooled):
            super().start_day()
            return
        run = self.run
        self.pooled = bool(run.pooled[row])
        if self.pooled:
            self.median = int(run.median[row])
            self._low = int(run.low[row])
            self._high = int(run.high[row])
        self._known[:] = b"\1" * 24
        for array, values in ((self._medians, run.hour), (self._lows, run.lows), (self._highs, run.highs)):
            np.frombuffer(array, dtype=np.int16)[:] = values[row]
        self.level = self._level()


class FastCoverage(Coverage):
    """Counts over arrays."""

    def take(self) -> None:
        """As Coverage."""
        memory = self.memory
        state = states(memory, REACH)
        good = np.flatnonzero(state & (SCORED | EXCLUDED) == SCORED)
        first = int(good[-WINDOW]) if len(good) >= WINDOW else 0
        memory.since = memory.today - REACH + first
        state = state[first:]
        days = np.arange(memory.since, memory.today)
        valid = state & VALID > 0
        scored = valid & (state & (SCORED | EXCLUDED) == SCORED)
        self.n = int(scored.sum())
        self.excluded = int((valid & ~scored & (state & EXCLUDED > 0)).sum())
        self.weekend_days = int((valid & ((days + 3) % 7 > 4)).sum())
        weeks = (days[valid] + 3) // 7
        self.weeks = int((np.diff(weeks, prepend=-1) != 0).sum())
        self.last_week = int(weeks[-1]) if len(weeks) else -1
        which = days[scored]
        self.evidence_from, self.evidence_to = (int(which[0]), int(which[-1])) if len(which) else (-1, -1)
        self.recent = int(valid[-RECENT_DAYS:].sum())
        self.hour_support = self._hour_support()
        self.n_effective = self._independent_of(which)

    def _hour_support(self) -> int:
        memory = self.memory
        days = np.arange(memory.today - RING_DAYS + 1, memory.today)
        valid = np.frombuffer(memory.state, dtype=np.uint8)[days % RECORDS] & VALID > 0
        ring = np.frombuffer(memory.ring, dtype=np.int16).reshape(RING_DAYS, SLOTS)
        known = ring[days[valid] % RING_DAYS] != MISSING
        return int((known[:, 0::2] | known[:, 1::2]).sum(axis=0).min()) if len(known) else 0

    def _independent_of(self, days: Whole) -> int:
        if len(days) == 0:
            return 0
        context = np.frombuffer(self.memory.context, dtype=np.int16)[days % RECORDS].astype(np.int64)
        clipped = np.clip(context, -FAR, FAR)
        off = (clipped - int(clipped.sum()) // self.n) >> 4
        neighbours = np.diff(days) == 1
        pairs = int(neighbours.sum())
        if pairs == 0:
            return self.n
        products = int((off[1:] * off[:-1])[neighbours].sum())
        found: int = n_effective(self.n, products // pairs, int((off * off).sum()) // self.n)
        return found


def take_threshold(question: Question, ranked: Whole, k: int, margin_q8: int) -> None:
    """`Question.start_day` from the scores that it would collect."""
    question.worst = MISSING
    question.count = len(ranked)
    question.threshold = MISSING
    question.margin = 0
    if 0 < k <= len(ranked):
        ordered = np.sort(ranked)
        kth = int(ordered[len(ranked) - k])
        question.margin = (kth - int(ordered[(len(ranked) - 1) // 2])) * margin_q8 >> 8
        question.threshold = kth + question.margin


def column_of(question: Question) -> Whole:
    """Frozen scores of the comparable days, newest first."""
    column: Whole = np.frombuffer(question.column, dtype=np.int16)[comparable(question.memory)].astype(np.int64)
    return column


class FastContext(ContextQuestion):
    """Thresholds over arrays."""

    def start_day(self, k: int, margin_q8: int) -> None:
        """As ContextQuestion."""
        take_threshold(self, column_of(self), k, margin_q8)


class FastSustained(SustainedQuestion):
    """Thresholds over arrays."""

    def start_day(self, k: int, margin_q8: int) -> None:
        """As SustainedQuestion."""
        column = column_of(self)
        blocks = len(column) // BLOCK_DAYS
        take_threshold(self, column[: blocks * BLOCK_DAYS].reshape(blocks, BLOCK_DAYS).max(axis=1), k, margin_q8)


class FastPeak(PeakQuestion):
    """Thresholds over arrays; the season's offset is the core's."""

    def start_day(self, k: int, margin_q8: int) -> None:
        """As PeakQuestion."""
        super().start_day(0, margin_q8)
        take_threshold(self, column_of(self), k, margin_q8)

    def collect(self) -> int:
        """As PeakQuestion."""
        column = column_of(self)
        self.ranked[: len(column)] = column.tolist()
        return len(column)


class FastDaypart(DaypartQuestion):
    """Columns and scores of all days over arrays; scales are taken again only when today's parts changed."""

    def __init__(self, memory: Memory) -> None:
        super().__init__(memory)
        self._scaled_for: bytes | None = None

    def _scales(self) -> bool:
        today = bytes(self.today)
        if today == self._scaled_for:
            return bool(self.n > 0)
        self._scaled_for = today
        return bool(super()._scales())

    def _take_days(self) -> None:
        self._scaled_for = None
        rows = comparable(self.memory)
        self.n = len(rows)
        np.frombuffer(self._days, dtype=np.int16)[: self.n] = rows * PARTS
        self._rows = np.frombuffer(self.memory.parts, dtype=np.uint8).reshape(RECORDS, PARTS)[rows].astype(np.int64)
        self._sorted = -np.sort(-np.where(self._rows == NO_PART, -1, self._rows), axis=0)

    def _sort_part(self, part: int) -> None:
        column = self._sorted[:, part]
        n = int((column >= 0).sum())
        self._counts[part] = n
        if n < LEAST_OF_A_PART:
            return
        middle = (n + 1) // 2
        high = high_rank(n) - 1
        edges = (middle - 1, middle if middle < n else n - 1, high - 1, high)
        self._edges[4 * part : 4 * part + 4] = bytes(column[list(edges)].tolist())

    def days(self) -> int:
        """As DaypartQuestion."""
        self._scales()
        judged = (self._rows != NO_PART) & (np.frombuffer(self._counts, dtype=np.uint8) >= LEAST_OF_A_PART)
        middle = np.frombuffer(self._middle, dtype=np.uint8).astype(np.int64)
        scale = np.maximum(np.frombuffer(self._scale, dtype=np.int16).astype(np.int64), 1)
        scores = np.where(judged, 1280 * (self._rows - middle) // scale, MISSING).max(axis=1, initial=MISSING)
        self.ranked[: self.n] = np.minimum(scores, 32767).tolist()
        return int(self.n)


class FastParticleJudge(ParticleJudge):
    """Particles with questions over arrays."""

    def __init__(self, memory: Memory, typical: Typical) -> None:
        super().__init__(memory, typical)
        self.context = FastContext(memory)
        self.peak = FastPeak(memory)
        self.sustained = FastSustained(memory)
        self.questions = [self.context, self.peak, self.sustained]


class FastCarbonDioxideJudge(CarbonDioxideJudge):
    """CO2 with questions over arrays."""

    def __init__(self, memory: Memory, typical: Typical) -> None:
        super().__init__(memory, typical)
        self.context = FastContext(memory)
        self.daypart = FastDaypart(memory)
        self.questions = [self.context, self.daypart]


def judge_of(kinds: tuple[int, ...], memory: Memory, typical: Typical) -> Judge:
    """The judge of a quantity that asks these score kinds."""
    if codes.PEAK in kinds:
        return FastParticleJudge(memory, typical)
    if codes.DAYPART in kinds:
        return FastCarbonDioxideJudge(memory, typical)
    judge = Judge(memory, typical)
    judge.context = FastContext(memory)
    judge.questions = [judge.context]
    return judge
