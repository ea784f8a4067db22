"""What is wrong right now, each said once when it begins and once when it ends; health lists what is left."""

import os
import sys

ERROR = 3  # priorities of syslog
WARNING = 4
NOTICE = 5
INFO = 6


class Problems:
    """Texts by key, and the log that a person reads: one line on stderr, with a priority when journald listens."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}
        self._journal = "JOURNAL_STREAM" in os.environ

    def say(self, text: str, level: int = INFO) -> None:
        """One line for the log."""
        prefix = f"<{level}>" if self._journal else "aqsense: "
        print(prefix + text.replace("\n", " "), file=sys.stderr, flush=True)

    def set(self, key: str, text: str, level: int = WARNING) -> None:
        """There is this problem; said only when it is new or reads differently."""
        if self._texts.get(key) != text:
            self.say(text, level)
        self._texts[key] = text

    def clear(self, key: str, text: str) -> None:
        """That problem is over; `text` says so, if there was one."""
        if self._texts.pop(key, None) is not None:
            self.say(text, NOTICE)

    def drop(self, key: str) -> None:
        """That problem is over, and somebody else says so."""
        self._texts.pop(key, None)

    def has(self, key: str) -> bool:
        """Whether there is such a problem."""
        return key in self._texts

    def texts(self) -> list[str]:
        """One line each, oldest first."""
        return list(self._texts.values())
