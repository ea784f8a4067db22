"""One figure of a set of homes, with an interval from resampling whole homes, beside its release gate."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from aqsense import quantities
from simulators.evaluation.targets import TARGETS
from simulators.evaluation.trial import Trial

Column = npt.NDArray[np.float64]  # one number a home
Picks = npt.NDArray[np.int64]
Parts = list[tuple[Column, Column]]  # for each quantity what is counted, and the days over which

HOME = "home"  # in place of a quantity: both together
RESAMPLES = 400
OWN = ("dayrank", "confirmed")  # methods that have gates


@dataclass(frozen=True)
class Result:
    """One line of `evaluate --json` (contract section 8); `target` and `met` None where there is no gate."""

    method: str
    home_model: str
    seeds: str
    quantity: str
    metric: str
    value: float
    lo: float
    hi: float
    target: float | None = None
    met: bool | None = None


def field(q: int) -> str:
    """Field name of a quantity."""
    return str(quantities.FIELDS[q])


class Sample:
    """The trials of one home model and their resamples."""

    def __init__(self, model: str, seeds: str, trials: Sequence[Trial]) -> None:
        self.model = model
        self.seeds = seeds
        self.trials = trials
        self.picks: Picks = np.random.default_rng(1).integers(0, len(trials), (RESAMPLES, len(trials)))

    def only(self, trials: Iterable[Trial]) -> "Sample":
        """The same with fewer homes."""
        return Sample(self.model, self.seeds, list(trials))

    def result(self, method: str, quantity: str, metric: str, value: float, boot: Column) -> Result:
        """A figure with the 2.5 and 97.5 % points of its resamples."""
        known = boot[np.isfinite(boot)]
        lo, hi = (float(np.percentile(known, p)) if len(known) else value for p in (2.5, 97.5))
        target = TARGETS[self.model].get(metric) if method in OWN else None
        if metric == "claims_a_year" and quantity != HOME:
            target = None
        met = target.met(value, lo, hi) if target and np.isfinite(value) else None
        limit = target.limit if target else None
        return Result(method, self.model, self.seeds, quantity, metric, value, lo, hi, limit, met)

    def ratio(
        self,
        method: str,
        quantity: str,
        metric: str,
        above: Iterable[float],
        below: Iterable[float],
        scale: float = 1.0,
    ) -> Result:
        """A sum over homes divided by another."""
        return self.total(method, quantity, metric, [(column(above), column(below))], scale)

    def total(self, method: str, quantity: str, metric: str, parts: Parts, scale: float = 1.0) -> Result:
        """A sum of such ratios: PM2.5 and CO2, each over its own days."""
        everyone = np.arange(len(self.trials))
        return self.statistic(method, quantity, metric, lambda pick: rate(parts, pick) * scale, everyone)

    def statistic(
        self, method: str, quantity: str, metric: str, of: Callable[[Picks], float], everyone: Picks | None = None
    ) -> Result:
        """Any statistic of a choice of homes."""
        all_homes = np.arange(len(self.trials)) if everyone is None else everyone
        boot = np.array([of(pick) for pick in self.picks])
        return self.result(method, quantity, metric, of(all_homes), boot)


def column(values: Iterable[float]) -> Column:
    """One number a home."""
    return np.array(list(values), dtype=np.float64)


def rate(parts: Parts, pick: Picks) -> float:
    """Sum over quantities of what a choice of homes counts, over its days; NaN without days."""
    total = 0.0
    for counted, days in parts:
        below = float(days[pick].sum())
        total += float(counted[pick].sum()) / below if below else float("nan")
    return total
