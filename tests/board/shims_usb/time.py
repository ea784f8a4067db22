"""Real time, for a board whose standard input and output are a cable."""

from utime import *  # noqa: F403
