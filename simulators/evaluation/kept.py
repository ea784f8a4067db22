"""Homes that were played, kept in a file as they finish, so that a long evaluation can be taken up again.

The file belongs to the sources that wrote it: a figure must not mix two versions of what it measures.
"""

import hashlib
import pickle
from pathlib import Path

import aqsense
import simulators
from simulators.evaluation.trial import Task, Trial


class Kept:
    """The homes in a file, which is made when it is not there; raises ValueError with the fix when it cannot be used.

    **Source** pickled: open only what you wrote yourself.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.trials: dict[Task, Trial] = {}
        if not path.exists():
            path.write_bytes(sources())
            return
        with path.open("rb") as file:
            if file.read(len(sources())) != sources():
                raise ValueError(f"{path} holds homes of other sources; name another file")
            whole = file.tell()
            try:
                while True:
                    trial = pickle.load(file)
                    self.trials[trial.task] = trial
                    whole = file.tell()
            except (EOFError, pickle.UnpicklingError):
                pass
        with path.open("r+b") as file:
            file.truncate(whole)  # a home that was cut short is played again

    def add(self, trial: Trial) -> None:
        """Keep one more home."""
        self.trials[trial.task] = trial
        with self._path.open("ab") as file:
            file.write(pickle.dumps(trial))


def sources() -> bytes:
    """A digest of everything that a figure depends on."""
    digest = hashlib.sha256()
    for package in (aqsense, simulators):
        for file in sorted(Path(str(package.__file__)).parent.rglob("*.py")):
            digest.update(file.read_bytes())
    return digest.hexdigest().encode() + b"\n"
