"""The whole protocol: many homes over all cores, figures of each model, progress while it lasts."""

import os
from collections.abc import Iterator, Sequence
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


def evaluate(plan: Plan) -> Iterator[tuple[int, int, list[Result]]]:
    """Plays all homes; yields (done, of how many, figures of the model that is complete, else none)."""
    of = plan.homes * len(plan.models)
    done = 0
    for model in plan.models:
        trials: list[Trial] = []
        for trial in _played(plan.tasks(model), plan.jobs or os.cpu_count() or 1):
            trials.append(trial)
            done += 1
            yield done, of, []
        yield done, of, figures(model, plan.seeds, trials)


def _played(tasks: Sequence[Task], jobs: int) -> Iterator[Trial]:
    if jobs == 1 or len(tasks) == 1:
        yield from map(play, tasks)
        return
    with ProcessPoolExecutor(min(jobs, len(tasks))) as pool:
        yield from pool.map(play, tasks)
