"""All figures of a home model, in the order of the table."""

from collections.abc import Sequence

from simulators.evaluation import figures_events, figures_null
from simulators.evaluation.result import Result, Sample
from simulators.evaluation.trial import Trial


def figures(model: str, seeds: str, trials: Sequence[Trial]) -> list[Result]:
    """Figures of a set of homes; those of the extras come from the homes that played them."""
    sample = Sample(model, seeds, trials)
    found = [*figures_null.figures(sample), *figures_events.events(sample, "dayrank")]
    with_extras = [trial for trial in trials if trial.variants]
    if with_extras:
        found += figures_events.extras(sample.only(with_extras))
    for method in dict.fromkeys(method for trial in trials for method in trial.null_claims):
        found += figures_events.peer(sample, method)
    return found
