"""Figures of homes in which nothing is wrong: every claim is a false one."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from aqsense import codes
from aqsense.memory import SLOTS
from simulators.evaluation.dayrank import PERSONAL, Run
from simulators.evaluation.result import HOME, Column, Parts, Picks, Result, Sample, column, field, rate

YEAR = 365.0
BLOCK = 91
MONTH = 30
FIRST_CLAIM_DAY = 66  # 7 days before the first score, 59 scored ones
FIRST_NOTABLE_DAY = 36
EPOCH_OF_YEAR = 19723  # 1 January 2024


def rates(sample: Sample, variant: str | None = None) -> Parts:
    """Claims and active days of each home, by quantity."""
    parts: Parts = []
    for q in PERSONAL:
        runs = [trial.variants[variant][q] if variant else trial.null[q] for trial in sample.trials]
        parts.append((column(len(run.claims) for run in runs), column(sum(run.may_speak) for run in runs)))
    return parts


def figures(sample: Sample) -> Iterator[Result]:
    """Rates, worst cases, promises and the range."""
    yield from _claims(sample)
    yield from _worst(sample)
    yield from _promises(sample)
    for q in PERSONAL:
        yield from _band(sample, q)


def _claims(sample: Sample) -> Iterator[Result]:
    parts = rates(sample)
    yield sample.total("dayrank", HOME, "claims_a_year", parts, YEAR)
    for q, part in zip(PERSONAL, parts, strict=True):
        yield sample.total("dayrank", field(q), "claims_a_year", [part], YEAR)
        for kind in (codes.PEAK, codes.SUSTAINED, codes.DAYPART):
            counts = [sum(k == kind for _, k in trial.null[q].claims) for trial in sample.trials]
            if any(counts):
                yield sample.ratio("dayrank", field(q), f"{codes.SCORES[kind]}_a_year", counts, part[1], YEAR)
    early = sum(
        cell < trial.first_cell + FIRST_CLAIM_DAY * SLOTS
        for trial in sample.trials
        for q in PERSONAL
        for cell, _ in trial.null[q].claims
    )
    yield sample.result("dayrank", HOME, "claims_before_59_days", float(early), np.zeros(0))
    early = sum(
        cell < trial.first_cell + FIRST_NOTABLE_DAY * SLOTS
        for trial in sample.trials
        for q in PERSONAL
        for cell in trial.null[q].notables
    )
    yield sample.result("dayrank", HOME, "notable_before_29_days", float(early), np.zeros(0))
    for q, (_, active) in zip(PERSONAL, parts, strict=True):
        after = [_days_after_permission(trial.null[q]) for trial in sample.trials]
        yield sample.ratio("dayrank", field(q), "may_speak_share", active, after)
    drift: Parts = [
        (column(len(t.null[q].drift) for t in sample.trials), column(len(t.null[q].days) for t in sample.trials))
        for q in PERSONAL
    ]
    yield sample.total("dayrank", HOME, "drift_a_year", drift, YEAR)


def _days_after_permission(run: Run) -> int:
    return len(run.may_speak) - run.may_speak.index(True) if True in run.may_speak else 0


def _by_day_of_year(sample: Sample, q: int) -> tuple[Column, Column]:
    """(homes, 365): claims, and active days."""
    claims, active = np.zeros((len(sample.trials), 365)), np.zeros((len(sample.trials), 365))
    for i, trial in enumerate(sample.trials):
        run = trial.null[q]
        np.add.at(active[i], (np.array(run.days) - EPOCH_OF_YEAR) % 365, np.array(run.may_speak, dtype=np.float64))
        of_claims = np.array([cell // SLOTS for cell, _ in run.claims], dtype=np.int64)
        np.add.at(claims[i], (of_claims - EPOCH_OF_YEAR) % 365, 1.0)
    return claims, active


def _worst(sample: Sample) -> Iterator[Result]:
    seasons = [_by_day_of_year(sample, q) for q in PERSONAL]

    def worst_block(pick: Picks) -> float:
        total = np.zeros(365)
        for claims, active in seasons:
            total += _windows(claims[pick].sum(axis=0)) / np.maximum(_windows(active[pick].sum(axis=0)), 1.0)
        return float(total.max()) * YEAR

    yield sample.statistic("dayrank", HOME, "worst_91_days_a_year", worst_block)
    each = np.zeros(len(sample.trials))
    for claims, active in rates(sample):
        each += claims / np.maximum(active, 1.0) * YEAR
    yield sample.statistic("dayrank", HOME, "p95_home_a_year", lambda pick: float(np.percentile(each[pick], 95)))
    yield sample.statistic("dayrank", HOME, "worst_home_a_year", lambda pick: float(each[pick].max()))


def _windows(by_day: Column) -> Column:
    """Sums over the 91 days from each day of the year on."""
    sums = np.concatenate([[0.0], np.cumsum(np.concatenate([by_day, by_day[: BLOCK - 1]]))])
    window: Column = sums[BLOCK:] - sums[:-BLOCK]
    return window


def _promises(sample: Sample) -> Iterator[Result]:
    for q in PERSONAL:
        runs = [trial.null[q] for trial in sample.trials]
        days = [len({cell // SLOTS for cell, _ in run.claims}) for run in runs]
        yield sample.ratio("dayrank", field(q), "realised_over_promised", days, (sum(run.promised) for run in runs))
        promised = [run.promised_notable for run in runs]
        yield sample.ratio("dayrank", field(q), "notable_over_promised", (run.notable_days for run in runs), promised)


def _band(sample: Sample, q: int) -> Iterator[Result]:
    runs = [trial.null[q] for trial in sample.trials]
    inside, seen = column(sum(run.inside) for run in runs), column(sum(run.seen) for run in runs)
    for metric in ("band_coverage", "band_coverage_above"):
        yield sample.ratio("dayrank", field(q), metric, inside, seen)
    share = inside / np.maximum(seen, 1.0)
    yield sample.statistic("dayrank", field(q), "band_worst_home", lambda pick: float(share[pick].min()))
    months = [_monthly(run) for run in runs]
    stack = np.array([month[: min(len(m) for m in months)] for month in months])

    def worst_month(pick: Picks) -> float:
        pooled = stack[pick].sum(axis=0)
        return float((pooled[:, 0] / np.maximum(pooled[:, 1], 1.0)).min())

    def low_month(pick: Picks) -> float:
        known = stack[pick].reshape(-1, 2)
        known = known[known[:, 1] > 0]
        return float(np.percentile(known[:, 0] / known[:, 1], 5))

    yield sample.statistic("dayrank", field(q), "band_worst_30_days", worst_month)
    yield sample.statistic("dayrank", field(q), "band_home_month_p5", low_month)


def _monthly(run: Run) -> npt.NDArray[np.float64]:
    """(months, 2): half hours inside and seen in each whole 30 days after the first."""
    pairs = np.array([run.inside, run.seen], dtype=np.float64).T[MONTH:]
    whole = len(pairs) // MONTH * MONTH
    months: npt.NDArray[np.float64] = pairs[:whole].reshape(-1, MONTH, 2).sum(axis=1)
    return months


def ratio_of_rates(sample: Sample, metric: str, quantity: str, above: Parts, below: Parts) -> Result:
    """How many times one rate is the other."""

    def times(pick: Picks) -> float:
        ours = rate(below, pick)
        return rate(above, pick) / ours if ours else float("inf")

    return sample.statistic("dayrank", quantity, metric, times)
