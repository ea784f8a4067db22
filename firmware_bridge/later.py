"""Answers that are worked out beside the reading loop."""

import queue
import threading
from collections.abc import Callable
from typing import Any

from aqsense.refused import Refused
from firmware_bridge.asked import Asked

AT_ONCE = 2  # questions that are worked out beside the reading: each takes a core and 25 MiB for a second

_WAITING: "list[Later]" = []  # those that are being worked out


class Later:
    """An answer that is worked out by a thread of its own; `poll` hands it over once it is there.

    `work` may wait, and touches nothing of the daemon. `finish` makes the answer of what it found, in the loop; it is
    called with what `work` refused, too.
    """

    def __init__(
        self,
        asked: Asked,
        work: Callable[[], Any],
        wake: Callable[[], None],
        finish: Callable[[Any], Any] = lambda found: found,
    ) -> None:
        self._found: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._work = work
        self._wake = wake
        self._finish = finish
        self._then: Callable[[Any], None] = lambda _: None
        self.admit(asked)
        _WAITING.append(self)
        threading.Thread(target=self._run, name="aqsense-request", daemon=True).start()

    def _run(self) -> None:
        try:
            found = self._work()
        except Refused as refused:
            found = refused
        except Exception as error:
            found = error
        self._found.put(found)
        self._wake()

    def when_done(self, then: Callable[[Any], None]) -> None:
        """What to do with the answer, in the reading loop: parts, or the exception that stood in the way."""
        self._then = then

    def _hand_over(self) -> None:
        try:
            done = self._finish(self._found.get())
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
            if not later._found.empty():
                _WAITING.remove(later)
                later._hand_over()
