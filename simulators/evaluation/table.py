"""The figures as a table to read, and as lines to parse."""

import json
import math
from collections.abc import Sequence

from simulators.evaluation.result import Result

HEAD = ("method", "figure", "of", "value", "95 % interval", "target")


def lines(results: Sequence[Result]) -> list[str]:
    """A table of each home model: figure, interval, target, and whether it is met."""
    text: list[str] = []
    for model in dict.fromkeys(result.home_model for result in results):
        chosen = [result for result in results if result.home_model == model]
        rows = [HEAD, *(_cells(result) for result in chosen)]
        widths = [max(len(row[i]) for row in rows) + 2 for i in range(len(HEAD))]
        marks = ["  met", *(_met(result) for result in chosen)]
        text += ["", f"Home model {model}, {chosen[0].seeds} seeds"]
        text += [(_row(row, widths) + mark).rstrip() for row, mark in zip(rows, marks, strict=True)]
    gated = [result for result in results if result.met is not None]
    if gated:
        text += ["", f"{sum(bool(result.met) for result in gated)} of {len(gated)} targets met"]
    return text


def _cells(result: Result) -> tuple[str, ...]:
    of = {"pm2_5_ugm3": "PM2.5", "co2_ppm": "CO2", "home": "home"}.get(result.quantity, result.quantity)
    interval = f"{_number(result.lo)} to {_number(result.hi)}"
    target = "" if result.target is None else _number(result.target)
    return result.method, result.metric, of, _number(result.value), interval, target


def _met(result: Result) -> str:
    return "" if result.met is None else "  yes" if result.met else "  NO"


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    words, numbers = range(3), range(3, len(cells))
    return "".join([*(cells[i].ljust(widths[i]) for i in words), *(cells[i].rjust(widths[i]) for i in numbers)])


def _number(value: float) -> str:
    if not math.isfinite(value):
        return "-"
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.2f}"


def json_line(result: Result) -> str:
    """One object of `evaluate --json`; numbers that do not exist are null."""
    found: dict[str, object] = {"event": "result"}
    for key, value in vars(result).items():
        number = isinstance(value, float)
        found[key] = (round(value, 4) if math.isfinite(value) else None) if number else value
    return json.dumps(found, separators=(",", ":"))
