"""Milliseconds that wrap at 2**30, as on a 32-bit board, on every runtime.

Differences hold for spans below 2**29 ms (6.2 days).
"""

PERIOD = 0x40000000
_MASK = 0x3FFFFFFF  # PERIOD - 1, which would be worked out anew, on the heap, each time
_HALF = 0x20000000


def ticks_add(ticks: int, delta: int) -> int:
    """Tick `delta` ms after `ticks` (before, when negative)."""
    return ticks + delta & _MASK


def ticks_diff(later: int, earlier: int) -> int:
    """Milliseconds from `earlier` to `later`, -2**29 to 2**29 - 1."""
    return (later - earlier + _HALF & _MASK) - _HALF
