"""The whole protocol: many homes over all cores, figures of each model, progress while it lasts."""

import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

from simulators.evaluation.figures import figures
from simulators.evaluation.peers import river_is_there
from simulators.evaluation.result import Result
from simulators.evaluation.trial import Task, Trial, play

FIRST_SEED = {"tune": 0, "report": 1000}  # tuning never sees the seeds that are reported
SHARE_OF_EXTRAS = 1  # of so many homes one plays the extras
RIVER_HOMES = 6  # per model: it costs several seconds a home


@dataclass(frozen=True)
class Plan:
    """What to evaluate: `homes` of each of `models`, with or without peers and extras, on `jobs` processes."""

    homes: int
    models: tuple[str, ...]
    seeds: str
    peers: bool = True
    extras: bool = True
    jobs: int = 0

    def tasks(self, model: str) -> list[Task]:
        """The homes of one model."""
        first = FIRST_SEED[self.seeds]
        river = self.peers and river_is_there()
        return [
            Task(
                model,
                first + i,
                extras=self.extras and i % SHARE_OF_EXTRAS == 0,
                peers=self.peers,
                river=river and i < RIVER_HOMES,
            )
            for i in range(self.homes)
        ]


def played(plan: Plan, known: Mapping[Task, Trial]) -> Iterator[Trial]:
    """All homes of a plan, the models by turns; those that are known are not played again, and come first."""
    by_turns = [task for home in zip(*(plan.tasks(model) for model in plan.models), strict=True) for task in home]
    yield from (known[task] for task in by_turns if task in known)
    yield from _play([task for task in by_turns if task not in known], plan.jobs or os.cpu_count() or 1)


def results(plan: Plan, trials: Sequence[Trial]) -> list[Result]:
    """Figures of each model, from the homes that were played so far."""
    found: list[Result] = []
    for model in plan.models:
        theirs = sorted((trial for trial in trials if trial.task.model == model), key=lambda trial: trial.task.seed)
        if theirs:
            found += figures(model, plan.seeds, theirs)
    return found


def _play(tasks: Sequence[Task], jobs: int) -> Iterator[Trial]:
    if jobs == 1 or len(tasks) < 2:
        yield from map(play, tasks)
        return
    with ProcessPoolExecutor(min(jobs, len(tasks))) as pool:
        yield from pool.map(play, tasks)
