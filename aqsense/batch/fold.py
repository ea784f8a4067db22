"""Years of half hours through one series: whole days by array, the days that are not plain by the core itself.

A plain day has 48 valid half hours and one offset. Its scores are taken at once; questions are asked half hour by half
hour only where one could be answered with yes or an episode is open. Day close and opening, gate, episodes and account
are the core's own. The series that results equals, byte for byte of its snapshot, one that was folded half hour by half
hour.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from aqsense import calendar, codes, scores
from aqsense import series as core
from aqsense.batch import days as fast
from aqsense.batch import logcodes, medians, plain_day
from aqsense.batch import scores as arrays
from aqsense.claims import Episode
from aqsense.judge import ParticleJudge
from aqsense.memory import MISSING, SLOTS
from aqsense.series import HIGHEST_CODE, Series

Whole = npt.NDArray[np.int64]


@dataclass(frozen=True)
class HalfHours:
    """Half hours of one series in order of time: what `Series.fold` takes, by column."""

    cell: Whole
    offset_min: Whole
    code: Whole
    filled: Whole
    reason: Whole
    a: Whole
    b: Whole
    c: Whole


class BatchSeries(Series):
    """A Series that can also fold arrays."""

    typical: fast.FastTypical

    def reset(self) -> None:
        """As Series."""
        super().reset()
        self.typical = fast.FastTypical(self.memory)
        self.coverage = fast.FastCoverage(self.memory)
        self.account = fast.FastAccount()
        self.judge = fast.judge_of(self.kinds, self.memory, self.typical)
        self._opened: list[Episode] = []

    def fold_all(self, half: HalfHours) -> list[Episode]:
        """Fold all half hours of an empty series; the episodes that opened, in order, as they are at the end."""
        self._opened = []
        plan = Plan(self, half)
        at = 0
        while at < len(half.cell):
            if plan.is_plain(self, at):
                plain_day.fold(self, plan, at)
                at += SLOTS
            else:
                plan.hand_over(self, at)
                at = plan.fold_scalar(self, at)
        plan.hand_over(self, len(half.cell))
        self.typical.run = None
        return self._opened

    def speak(self, cell: int, slot: int) -> int:
        """As Series; notes what opened."""
        bits: int = super().speak(cell, slot)
        if bits & (core.OPENED | core.NOTABLE):
            for kind in range(len(codes.SCORES)):
                episode = self.episodes.open(kind)
                if episode is not None and episode.onset == cell:
                    self._opened.append(episode)
        return bits


class Plan:
    """The arrays of one run, and which of its days are plain."""

    def __init__(self, series: BatchSeries, half: HalfHours) -> None:
        self.half = half
        good = (half.code >= 0) & (half.code <= HIGHEST_CODE)
        self.code = np.where(good, half.code, MISSING)
        self.thirds = [
            np.where(good & (third >= 0) & (third <= HIGHEST_CODE), third, MISSING)
            for third in (half.a, half.b, half.c)
        ]
        self.apart = arrays.apart(self.thirds)
        index = (half.cell * 30 + half.offset_min) // 30
        self.day = index // SLOTS
        self.slot = index % SLOTS
        self.starts = self._plain_starts(good)
        self.unsaid = 0  # plain days that the peak window has not seen
        if len(half.cell) == 0:
            return
        first = int(self.day.min())
        if not self._is_regular():
            return
        known = medians.learn(self._matrix(first), first)
        self.spread = medians.spread(known)
        series.typical.first_day = first
        series.typical.run = known
        if codes.PEAK in series.kinds:
            self._score_peaks(series.quantity)

    def _is_regular(self) -> bool:
        """No day lies behind an earlier half hour's, and none is far: what each day knew is in one matrix."""
        return bool((np.diff(self.day) >= 0).all()) and int(self.day[-1] - self.day[0]) < 20000

    def _plain_starts(self, good: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
        n = len(self.half.cell)
        plain = np.zeros(n, dtype=np.bool_)
        if n < SLOTS:
            return plain
        cell, offset = self.half.cell, self.half.offset_min
        bad = np.concatenate([[0], np.cumsum(~good | (np.diff(offset, prepend=offset[0]) != 0))])
        whole = (cell[SLOTS - 1 :] - cell[: n - SLOTS + 1] == SLOTS - 1) & (bad[SLOTS:] == bad[: n - SLOTS + 1])
        ordered = np.concatenate([[0], np.cumsum(np.diff(cell, prepend=cell[0] - 1) <= 0)])
        whole &= ordered[SLOTS:] == ordered[: n - SLOTS + 1]
        plain[: n - SLOTS + 1] = whole & (self.slot[: n - SLOTS + 1] == 0)
        plain[n - SLOTS :] = False  # the last day by the core: its questions stay answered
        return plain

    def _matrix(self, first: int) -> npt.NDArray[np.int16]:
        """Codes by local day and slot, as the memory keeps them."""
        matrix = np.full((int(self.day[-1]) - first + 1, SLOTS), MISSING, dtype=np.int16)
        flat = matrix.reshape(-1)
        known = np.flatnonzero(self.code != MISSING)
        at = (self.day[known] - first) * SLOTS + self.slot[known]
        if len(np.unique(at)) == len(at):
            flat[at] = self.code[known]
            return matrix
        for place, code in zip(at.tolist(), self.code[known].tolist(), strict=True):
            before = int(flat[place])
            flat[place] = code if before == MISSING else (before + code) // 2
        return matrix

    def _score_peaks(self, quantity: int) -> None:
        cell = self.half.cell
        grid = int(cell[-1] - cell[0]) + 1
        at = cell - cell[0]
        columns = [np.full(grid, MISSING, dtype=np.int64) for _ in range(4)]
        for column, values in zip(columns, (self.code, *self.thirds), strict=True):
            column[at] = values
        raw, emitted = arrays.peaks(quantity, *columns)
        self.raw, self.emitted = raw[at], emitted[at]

    def is_plain(self, series: BatchSeries, at: int) -> bool:
        """Whether a whole plain day starts here, and the series stands at its beginning."""
        return (
            bool(self.starts[at])
            and series.typical.run is not None
            and series.cell >= 0
            and series.cell + 1 == int(self.half.cell[at])
            and series.today == int(self.day[at])
            and series.day_cells == 0
            and series.offset == int(self.half.offset_min[at])
            and calendar.plausible(int(self.half.cell[at + SLOTS - 1]), series.offset)
        )

    def fold_scalar(self, series: BatchSeries, at: int) -> int:
        """Fold up to the next half hour that starts a plain day; its place."""
        half = self.half
        while True:
            series.fold(
                int(half.cell[at]),
                int(half.offset_min[at]),
                int(half.code[at]),
                int(half.filled[at]),
                int(half.reason[at]),
                int(half.a[at]),
                int(half.b[at]),
                int(half.c[at]),
            )
            at += 1
            if at == len(half.cell) or self.starts[at]:
                return at

    def hand_over(self, series: BatchSeries, at: int) -> None:
        """Leave the peak window as the core would have left it after the half hour before `at`."""
        judge = series.judge
        if self.unsaid == 0 or not isinstance(judge, ParticleJudge):
            return
        window = judge.peak.window
        window.at = (window.at + SLOTS * self.unsaid) % scores.BASE_FROM
        self.unsaid = 0
        plain_day.set_ring(window.codes, window.at, self.code[at - scores.BASE_FROM : at])
        last = [
            np.where(third[at - 3 : at] == MISSING, self.code[at - 3 : at], third[at - 3 : at]) for third in self.thirds
        ]
        values = logcodes.decode(series.quantity, np.array(last)).T.reshape(-1)
        np.frombuffer(window.thirds, dtype=np.int32)[:] = values[2:]
        window.known = 2
        window.emitted, window.raw = int(self.emitted[at - 1]), int(self.raw[at - 1])
