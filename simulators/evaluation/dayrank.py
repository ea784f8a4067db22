"""aqsense itself on the half hours of a home: what it claimed, when it was allowed to, and what it promised."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from aqsense import codes, quantities
from aqsense import series as core
from aqsense.account import ACTIVE
from aqsense.batch import cells, checks
from aqsense.batch.cells import Cells
from aqsense.batch.fold import BatchSeries, HalfHours
from aqsense.typical import REALISED_DAYS
from simulators.homes.recording import record
from simulators.homes.table import AnyHome

Whole = npt.NDArray[np.int64]

PERSONAL = (quantities.PM2_5, quantities.CO2)
UNIT = 65536

Answer = Callable[
    [int], str | None
]  # what the owner answers to a claim with its onset in this half hour: a verb or nothing


def silent(onset: int) -> str | None:
    """An owner who never answers."""
    return None


def always(verb: str) -> Answer:
    """An owner who gives the same answer to every claim."""
    return lambda onset: verb


@dataclass
class Run:
    """One series over one run.

    `claims` (half hour, score kind) and `notables` (half hours) as they opened; `drift` half hours in which a shift was
    suspected. By closed local day: `days`, `may_speak` (a claim was permitted when it began), `promised` claims by
    chance, `inside` of `seen` half hours in the range shown. Sums: `notable_days`, `promised_notable`.
    """

    quantity: int
    claims: list[tuple[int, int]] = field(default_factory=list)
    notables: list[int] = field(default_factory=list)
    drift: list[int] = field(default_factory=list)
    days: list[int] = field(default_factory=list)
    may_speak: list[bool] = field(default_factory=list)
    promised: list[float] = field(default_factory=list)
    inside: list[int] = field(default_factory=list)
    seen: list[int] = field(default_factory=list)
    notable_days: int = 0
    promised_notable: float = 0.0


def half_hours(home: AnyHome) -> dict[int, Cells]:
    """Half hours of PM2.5 and CO2 as a replay of the home's file would build them."""
    minute, stamp = record(home.epoch_s, home.changes, home.seed)
    forward = np.flatnonzero(stamp > np.concatenate([[-1], np.maximum.accumulate(stamp)[:-1]]))
    minute, stamp = minute[forward], stamp[forward]
    columns = {
        quantities.PM2_5: np.rint(home.pm2_5[minute] * 10).astype(np.int64),
        quantities.PM10: np.rint(home.pm10[minute] * 10).astype(np.int64),
        quantities.CO2: np.rint(home.co2[minute]).astype(np.int64),
    }
    masks = checks.flags_of(columns, stamp, 60, 429)
    found = {}
    for q in PERSONAL:
        good = checks.may_be_learned(columns[q], masks[q])
        found[q] = cells.build(q, 60, stamp[good], columns[q][good])
    return found


def fold(quantity: int, half: Cells, level: str = "normal", answer: Answer = silent) -> Run:
    """The claims of one series, from its half hours and the owner's answers alone (UTC days)."""
    series = _Kept(f"home/{quantities.SHORT_IDS[quantity]}/r1", quantity, level=level)
    series.owner = answer
    nothing = np.zeros(len(half.cell), dtype=np.int64)
    columns = HalfHours(half.cell, nothing, half.code, half.filled, nothing + codes.NO_CODE, half.a, half.b, half.c)
    for episode in series.fold_all(columns):
        if episode.kind == codes.CONTEXT:
            series.told.notables.append(episode.onset)
        else:
            series.told.claims.append((episode.onset, episode.kind))
    series.told.notable_days = series.account.notable_days
    series.told.promised_notable = series.account.promised_notable_q16 / UNIT
    return series.told


class _Kept(BatchSeries):
    """A series that notes each of its days when it closes, and whose owner answers its claims that evening."""

    owner: Answer = staticmethod(silent)

    def reset(self) -> None:
        super().reset()
        self.told = Run(self.quantity)
        self._promised = 0
        self._answered = 0

    def close_day(self) -> int:
        day, told, account = self.today, self.told, self.account
        told.days.append(day)
        told.may_speak.append(bool(account.days[day % len(account.days)] & ACTIVE))
        told.promised.append((account.promised_q16 - self._promised) / UNIT)
        self._promised = account.promised_q16
        bits: int = super().close_day()
        told.inside.append(self.typical.hits[day % REALISED_DAYS])
        told.seen.append(self.typical.seen[day % REALISED_DAYS])
        if bits & core.DRIFT:
            told.drift.append(self.cell)
        for episode in self._opened[self._answered :]:
            verb = self.owner(episode.onset) if episode.kind != codes.CONTEXT else None
            if verb is not None:
                self.answer(verb, episode.kind, episode.onset)
        self._answered = len(self._opened)
        return bits
