"""Time of a board under test: as long as the other side of standard input says, so that days pass in seconds.

`sleep_ms` hands over: it prints a mark and waits for a line `now_ms bytes_of_uart0 bytes_of_uart1 ...`, milliseconds
since the epoch and how much has been written to each UART's line in all. `ticks_ms` wraps at 2**30 as on a board.
"""

import gc
import sys

import utime
from utime import *  # noqa: F403

MARK = "@idle"
PERIOD = 1 << 30

resumed = [0]  # the world's own milliseconds when the last wait ended
state = [0, 0]  # epoch milliseconds now, at start
written = [0] * 4  # bytes that each UART's line has been given
peak = [0, 0]  # highest heap in use while idle: after a collection, and as it was


def sleep_ms(_ms):
    used = gc.mem_alloc()
    if used > peak[1]:
        peak[1] = used
        gc.collect()
        peak[0] = max(peak[0], gc.mem_alloc())
        print("@heap", peak[0], peak[1], gc.mem_free())
    print(MARK)
    line = sys.stdin.readline()
    resumed[0] = utime.ticks_ms()
    if not line:
        raise SystemExit
    numbers = [int(word) for word in line.split()]
    state[0] = numbers[0]
    if not state[1]:
        state[1] = numbers[0]
    i = 1
    while i < len(numbers):
        written[i - 1] = numbers[i]
        i += 1


def ticks_ms():
    return (state[0] - state[1]) & (PERIOD - 1)


def ticks_diff(later, earlier):
    return (later - earlier + PERIOD // 2 & PERIOD - 1) - PERIOD // 2


def ticks_add(ticks, delta):
    return ticks + delta & PERIOD - 1


def time():
    return state[0] // 1000
