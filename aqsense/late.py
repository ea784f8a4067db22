"""Samples of a thin node come later than they were measured: what waits for them. Only a daemon needs it."""


def told(intake, source: str, error_ds: int, lag_s: int) -> None:
    """The next samples of a sensor are dated by a `t_src` and its error in tenths (-1 unknown); "" is this clock.

    `lag_s`: how long its windows and half hours wait for what was measured in them.
    """
    windows = intake.windows
    windows.source = source
    windows.error_ds = error_ds
    windows.lag_s = lag_s


def tick(advance, intake, cell: int, s: int, utc_offset_min: int, documents: list) -> None:
    """As `Monitor.tick` for one sensor; `advance` closes what is over."""
    s -= intake.windows.lag_s
    cell += s // 1800
    s %= 1800
    if cell > intake.cell or intake.windows.is_past(cell, s):
        advance(intake, cell, s, utc_offset_min, documents)
