"""Answers that are worked out beside the reading loop."""

import queue
import threading
from collections.abc import Callable
from typing import Any

from aqsense.refused import Refused
from firmware_bridge.asked import Asked

AT_ONCE = 2  # questions that are worked out beside the reading: each takes a core and 25 MiB for a second

_WAITING: "list[Later]" = []  # those that are being worked out


class Beside:
    """Work done by a thread of its own: it may wait, and touches nothing of the daemon. `wake` is called at its end."""

    def __init__(self, work: Callable[[], Any], wake: Callable[[], None]) -> None:
        self._found: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._work = work
        self._wake = wake
        threading.Thread(target=self._run, name="aqsense-beside", daemon=True).start()

    def _run(self) -> None:
        try:
            found = self._work()
        except Exception as error:
            found = error
        self._found.put(found)
        self._wake()

    def is_done(self) -> bool:
        """Whether it came to its end."""
        return not self._found.empty()

    def found(self) -> Any:
        """What it gave, or the exception that ended it; to be asked for once."""
        return self._found.get()


class Later:
    """An answer that is worked out beside the loop; `poll` hands it over once it is there.

    `finish` makes the answer of what `work` found, in the loop; it is called with what `work` refused, too.
    """

    def __init__(
        self,
        asked: Asked,
        work: Callable[[], Any],
        wake: Callable[[], None],
        finish: Callable[[Any], Any] = lambda found: found,
    ) -> None:
        self._finish = finish
        self._then: Callable[[Any], None] = lambda _: None
        self.admit(asked)
        self._beside = Beside(work, wake)
        _WAITING.append(self)

    def when_done(self, then: Callable[[Any], None]) -> None:
        """What to do with the answer, in the reading loop: parts, or the exception that stood in the way."""
        self._then = then

    def _hand_over(self) -> None:
        try:
            done = self._finish(self._beside.found())
        except Exception as error:
            done = error
        self._then(done)

    @staticmethod
    def admit(asked: Asked) -> None:
        """Refuse when no further answer may be worked out now."""
        if len(_WAITING) >= AT_ONCE:
            raise Refused("busy", asked.words.busy(), True)

    @staticmethod
    def poll() -> None:
        """Hand over what has been worked out."""
        for later in list(_WAITING):
            if later._beside.is_done():
                _WAITING.remove(later)
                later._hand_over()
