"""Figures of homes in which something happened: what was heard of it, how soon, and what else was said."""

from collections.abc import Iterator
from functools import partial

import numpy as np

from aqsense.memory import SLOTS
from simulators.evaluation import figures_null
from simulators.evaluation.dayrank import PERSONAL
from simulators.evaluation.figures_null import YEAR, rates
from simulators.evaluation.result import HOME, Parts, Picks, Result, Sample, column, field
from simulators.evaluation.trial import OF_EVENT, SHIFTS, Trial

PEER_FROM_DAY = 67  # the first day on which a claim could have been permitted
FIRST_DAYS = 60


def events(sample: Sample, method: str) -> Iterator[Result]:
    """Recall and delay by kind of event, and the claims that no event explains."""
    suffix = "_confirmed" if method == "confirmed" else ""
    for kind, q in OF_EVENT.items():
        delays = [[h.delay_h for h in trial.heard[method] if h.kind == kind] for trial in sample.trials]
        heard = [sum(delay is not None for delay in home) for home in delays]
        yield sample.ratio(method, field(q), f"recall_{kind}{suffix}", heard, (len(home) for home in delays))
        if method == "dayrank":
            known = [[delay for delay in home if delay is not None] for home in delays]
            yield sample.statistic(method, field(q), f"delay_{kind}_h", partial(_median, known))
    days = [trial.event_days[PERSONAL[0]] for trial in sample.trials]
    beside = [trial.beside[method] for trial in sample.trials]
    yield sample.ratio(method, HOME, f"other_claims_a_year{suffix}", beside, days, YEAR)


def _median(delays: list[list[float]], pick: Picks) -> float:
    pooled = [delay for home in pick for delay in delays[home]]
    return float(np.median(pooled)) if pooled else float("nan")


def extras(sample: Sample) -> Iterator[Result]:
    """Levels, gaps, owners who answer everything alike, confirmed events, and lasting changes."""
    for level, variant in (("few", "few"), ("normal", None), ("many", "many")):
        yield sample.total("dayrank", HOME, f"level_{level}_a_year", rates(sample, variant), YEAR)
    yield sample.total("dayrank", HOME, "gaps_a_year", rates(sample, "gaps"), YEAR)
    for verb in ("confirm", "dispute"):
        theirs = [sum(len(trial.variants[verb][q].claims) for q in PERSONAL) for trial in sample.trials]
        usual = [sum(len(trial.null[q].claims) for q in PERSONAL) for trial in sample.trials]
        yield sample.ratio("dayrank", HOME, f"adversary_{verb}_over_null", theirs, usual)
    yield from events(sample, "confirmed")
    for scenario, q in SHIFTS.items():
        shifted = sample.only(trial for trial in sample.trials if trial.shift and trial.shift.scenario == scenario)
        if shifted.trials:
            yield from _shift(shifted, scenario.replace("-", "_"), q)


def _shift(sample: Sample, name: str, q: int) -> Iterator[Result]:
    shifts = [trial.shift for trial in sample.trials if trial.shift]
    homes = [1.0] * len(shifts)
    for days in (14, 30, 90):
        found = [shift.found_days is not None and shift.found_days <= days for shift in shifts]
        yield sample.ratio("dayrank", field(q), f"found_{days}_days_{name}", found, homes)
    after: Parts = [(column(shift.claims_after for shift in shifts), column(30.0 for _ in shifts))]
    usual: Parts = [rates(sample)[PERSONAL.index(q)]]
    yield figures_null.ratio_of_rates(sample, f"claims_after_{name}_over_null", field(q), after, usual)


def peer(sample: Sample, method: str) -> Iterator[Result]:
    """A peer over the days on which dayrank could have been permitted, so that all are counted alike."""
    sample = sample.only(trial for trial in sample.trials if method in trial.null_claims)
    parts: Parts = []
    for q in PERSONAL:
        days = column(len(trial.null[q].days) - PEER_FROM_DAY for trial in sample.trials)
        parts.append((column(_claims_from(trial, method, q) for trial in sample.trials), days))
    yield sample.total(method, HOME, "claims_a_year", parts, YEAR)
    first = [sum(_claims_until(trial, method, q) for q in PERSONAL) for trial in sample.trials]
    yield sample.ratio(method, HOME, "claims_in_first_60_days", first, (1.0 for _ in sample.trials))
    yield from events(sample, method)
    if method == "former":
        yield figures_null.ratio_of_rates(sample, "fewer_than_former", HOME, parts, rates(sample))
    elif method == "z_48h":
        yield figures_null.ratio_of_rates(sample, "fewer_than_z_48h", field(PERSONAL[0]), parts[:1], rates(sample)[:1])


def _claims_from(trial: Trial, method: str, q: int) -> int:
    return sum(cell >= trial.first_cell + PEER_FROM_DAY * SLOTS for cell in trial.null_claims[method][q])


def _claims_until(trial: Trial, method: str, q: int) -> int:
    return sum(cell < trial.first_cell + FIRST_DAYS * SLOTS for cell in trial.null_claims[method][q])
