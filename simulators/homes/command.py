"""`aqsense simulate home`: days of a simulated home as a CSV, and what really happened beside it."""

import argparse
import json
import sys
from datetime import UTC, datetime

from simulators.homes import models, scenarios
from simulators.homes.table import write_csv, write_truth

SEASON_START = {"winter-install": "2024-12-01", "summer-install": "2024-06-01"}
DEFAULT_START = "2024-09-01"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the arguments of `simulate home`."""
    parser.add_argument("--days", type=int, default=365, help="length of the run in days (default 365)")
    parser.add_argument("--seed", type=int, default=1, help="another seed is another home (default 1)")
    parser.add_argument(
        "--scenario", default="null", choices=[*scenarios.SCENARIOS, "events"], metavar="NAME", help=_names()
    )
    parser.add_argument("--at-day", type=int, help="day on which the scenario's change comes (default: two thirds in)")
    parser.add_argument("--home-model", default="box", choices=models.NAMES, help="which model of a home (default box)")
    parser.add_argument(
        "--start", help=f"first UTC date, YYYY-MM-DD (default {DEFAULT_START}, or the scenario's season)"
    )
    parser.add_argument("--tz", default="UTC", help="time zone that these people live by (default UTC)")
    parser.add_argument("--room", default="living", help="name of the room in the file (default living)")
    parser.add_argument("--interval", type=int, default=60, metavar="S", help="seconds between rows, a multiple of 60")
    parser.add_argument("--csv", default="home.csv.gz", help="readings, gzip by suffix (default home.csv.gz)")
    parser.add_argument("--truth", default="home.truth.jsonl", help="what happened (default home.truth.jsonl)")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")


def _names() -> str:
    return "one of: " + ", ".join([*scenarios.SCENARIOS, "events"])


def run(args: argparse.Namespace) -> int:
    """Writes the files and says what is in them. Returns the exit code."""
    problem = _problem(args)
    if problem:
        print(f"aqsense simulate home: {problem}", file=sys.stderr)
        return 2
    start = args.start or SEASON_START.get(args.scenario, DEFAULT_START)
    try:
        start_epoch_s = int(datetime.fromisoformat(start).replace(tzinfo=UTC).timestamp())
        home = models.create(
            args.home_model,
            args.seed,
            args.days,
            start_epoch_s,
            args.scenario,
            tz=args.tz,
            room=args.room,
            at_day=args.at_day,
        )
    except ValueError as error:
        print(f"aqsense simulate home: {error}", file=sys.stderr)
        return 2
    try:
        rows = write_csv(args.csv, home, args.interval // 60)
        write_truth(args.truth, home.truth)
    except OSError as error:
        print(
            f"aqsense simulate home: {error.filename}: {error.strerror}; choose another --csv or --truth",
            file=sys.stderr,
        )
        return 1
    if args.json:
        summary = {"event": "summary", "home": args.home_model, "days": args.days, "seed": args.seed}
        summary |= {"scenario": args.scenario, "rows": rows, "csv": args.csv, "truth": args.truth}
        print(json.dumps(summary, separators=(",", ":")))
    else:
        print(f"{rows} rows of {args.days} days in {args.csv}; {len(home.truth)} events and states in {args.truth}")
    return 0


def _problem(args: argparse.Namespace) -> str | None:
    if args.days < 1:
        return f"--days {args.days}: give at least 1"
    if args.interval < 60 or args.interval % 60:
        return f"--interval {args.interval}: give a multiple of 60 seconds"
    if args.at_day is not None and not 0 <= args.at_day < args.days:
        return f"--at-day {args.at_day}: give a day of the run, 0 to {args.days - 1}"
    return None
