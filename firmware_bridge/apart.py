"""Folding done by a process of its own: the core keeps scratch that is shared within a process, so two threads of one
would disturb each other, and what runs live above all."""

import contextlib
import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from typing import Any

from aqsense.refused import Refused

LONGEST_S = 600.0  # a year and more of half hours on the slowest board that runs the daemon
_CHILD = "from firmware_bridge import apart; apart.child()"


def call(work: Callable[..., Any], *args: Any) -> Any:
    """What `work(*args)` gives or refuses, worked out by another process; `work` is a function of a module."""
    places = os.pathsep.join(place for place in sys.path if place) or os.curdir
    result = subprocess.run(
        [sys.executable, "-c", _CHILD],
        input=pickle.dumps((work, args)),
        capture_output=True,
        env={**os.environ, "PYTHONPATH": places},
        timeout=LONGEST_S,
        check=False,
    )
    if result.returncode:
        last = result.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
        raise RuntimeError(*last)
    found, refused = pickle.loads(result.stdout)
    if refused is not None:
        raise Refused(*refused)
    return found


def child() -> None:
    """The other process: takes the work from stdin, gives its result on stdout."""
    with contextlib.suppress(OSError):
        os.nice(5)  # the readings go first; at ten a busy machine would not come to it for half a minute
    work, args = pickle.load(sys.stdin.buffer)
    try:
        done: tuple[Any, Any] = (work(*args), None)
    except Refused as refused:
        done = (None, (refused.code, refused.text, refused.retryable))
    sys.stdout.buffer.write(pickle.dumps(done))
