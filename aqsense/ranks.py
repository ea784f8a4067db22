"""Order statistics by rank on preallocated lists, and the promises that ranks make.

The k-th greatest of n exchangeable days is exceeded by the next day with a chance of at most k / (n + 1).
Source: contract section 3, "promise".
"""

ABSENT = 0x3FFFFFFF

DAYS_FOR_NOTABLE = 29
DAYS_FOR_CLAIM = 59
BLOCK_DAYS = 3


def sort_first(scratch: list, n: int) -> None:
    """Sort the first n values of a scratch list in place; the rest becomes ABSENT."""
    i = n
    while i < len(scratch):
        scratch[i] = ABSENT
        i += 1
    scratch.sort()


def lower_median(scratch: list, n: int) -> int:
    """Lower median of the first n values of a scratch list (n at least 1); the list is sorted in place."""
    sort_first(scratch, n)
    return scratch[(n - 1) // 2]


def k_notable(n: int) -> int:
    """Days of n + 1 that may be notable by chance: one in thirty, 0 below 29 days."""
    return (n + 1) // 30


def k_claim(n: int) -> int:
    """Days of n + 1 that may carry a `peak` claim by chance: one in sixty, 0 below 59 days."""
    return (n + 1) // 60


def k_spans(blocks: int) -> int:
    """Spans of 3 days, of blocks + 1, that may carry a claim by chance: 4 in 40.7, rounded, at least 1."""
    return max(1, (80 * (blocks + 1) + 407) // 814)


def n_effective(n: int, mean_product: int, mean_square: int) -> int:
    """Independent days that n dependent ones are worth: floor(n (1 - r) / (1 + r)).

    r = mean_product / mean_square is the lag-1 autocorrelation, clipped to 0..0.9; a series that never varies tells
    nothing and gets 0.9. Both means below 2**22.
    """
    if mean_square <= 0:
        mean_square = 10
        mean_product = 9
    r10 = max(mean_product * 10, 0)
    if r10 > mean_square * 9:
        return n // 19
    return n * (mean_square * 10 - r10) // (mean_square * 10 + r10)
