"""Real time, for a board whose standard input and output are a cable."""

from utime import *  # noqa: F403

written = [0, 4]  # bytes that the test puts into the line of each UART
