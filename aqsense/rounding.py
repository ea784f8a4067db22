"""Rounding of scaled integers: quotients half up, square roots to the nearest, the deviation of a few numbers."""


def decimals(scale: int) -> int:
    """Decimals of a scale: 0 for 1, 1 for 10, 2 for 100."""
    found = 0
    while scale > 1:
        scale //= 10
        found += 1
    return found


def rounded(dividend: int, divisor: int) -> int:
    """Quotient rounded half up, for any sign of the dividend."""
    return (2 * dividend + divisor) // (2 * divisor)


def root(n: int) -> int:
    """Square root of a non-negative integer, rounded to the nearest integer."""
    if n < 1:
        return 0
    x = 1
    while x * x < n:
        x <<= 1
    while True:
        y = (x + n // x) // 2
        if y >= x:
            break
        x = y
    return x + 1 if n > x * (x + 1) else x


def deviation(n: int, total: int, squares: int) -> int:
    """Sample standard deviation, rounded, from the sums of n >= 2 numbers and of their squares."""
    return root(rounded(n * squares - total * total, n * (n - 1)))
