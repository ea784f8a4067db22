"""`aqsense evaluate`: false claims, recall and promises, measured on homes whose truth is known."""

import argparse
import sys
import time
from pathlib import Path

from simulators.evaluation import protocol, real, table
from simulators.evaluation.kept import Kept
from simulators.evaluation.result import Result
from simulators.evaluation.trial import Trial
from simulators.homes import models


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the arguments of `evaluate`."""
    parser.add_argument(
        "--homes", type=int, default=24, metavar="N", help="homes of each model (default 24; 240 for a release)"
    )
    parser.add_argument(
        "--home-model", choices=[*models.NAMES, "both"], default="both", help="which homes (default both)"
    )
    parser.add_argument(
        "--seeds", choices=sorted(protocol.FIRST_SEED), default="report", help="homes to tune on, or to report"
    )
    parser.add_argument(
        "--real", type=Path, metavar="DIR", help="recorded series instead: every CSV of at least 45 days"
    )
    parser.add_argument("--no-peers", action="store_true", help="leave the other methods out")
    parser.add_argument("--no-extras", action="store_true", help="leave levels, gaps, answers and lasting changes out")
    parser.add_argument("--jobs", type=int, default=0, metavar="N", help="processes (default: one a core)")
    parser.add_argument(
        "--keep", type=Path, metavar="FILE", help="keep each home as it finishes, and take a stopped run up again"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a line")


def run(args: argparse.Namespace) -> int:
    """Evaluates and prints. Returns 0 whether or not targets are met: the table says so."""
    if args.homes < 1 or args.jobs < 0:
        print("aqsense evaluate: give at least one home, and jobs from 0 up", file=sys.stderr)
        return 2
    if args.real is not None:
        return _run_real(args)
    chosen = models.NAMES if args.home_model == "both" else (args.home_model,)
    plan = protocol.Plan(args.homes, chosen, args.seeds, not args.no_peers, not args.no_extras, args.jobs)
    try:
        kept = Kept(args.keep) if args.keep else None
    except ValueError as problem:
        print(f"aqsense evaluate: {problem}", file=sys.stderr)
        return 2
    started = time.monotonic()
    trials: list[Trial] = []
    stopped = False
    try:
        for trial in protocol.played(plan, kept.trials if kept else {}):
            trials.append(trial)
            if kept and trial.task not in kept.trials:
                kept.add(trial)
            _tell(len(trials), args.homes * len(chosen), time.monotonic() - started)
    except KeyboardInterrupt:
        stopped = True
    minutes = (time.monotonic() - started) / 60.0
    _tell(0, 0, 0.0)
    least = min(sum(trial.task.model == model for trial in trials) for model in chosen)
    _print(protocol.results(plan, trials), as_json=args.json)
    told = f"{least} homes of each model in {minutes:.1f} min" + (", stopped before the end" if stopped else "")
    print(told, file=sys.stderr if args.json else sys.stdout)
    return 130 if stopped else 0


def _tell(done: int, of: int, seconds: float) -> None:
    """Progress for a person who watches; nothing done clears the line."""
    if sys.stderr.isatty():
        left = f"{done} of {of} homes, about {seconds / done * (of - done) / 60:.1f} min left " if done else "\033[K"
        print("\r" + left, end="", file=sys.stderr, flush=True)


def _run_real(args: argparse.Namespace) -> int:
    if not args.real.is_dir():
        print(f"aqsense evaluate: {args.real} is no folder; give one with CSV files (.csv.gz)", file=sys.stderr)
        return 2
    results = real.results(list(real.recordings(args.real)))
    if not results:
        print(f"aqsense evaluate: no CSV of at least {real.LEAST_DAYS} days in {args.real}", file=sys.stderr)
        return 1
    _print(results, as_json=args.json)
    return 0


def _print(results: list[Result], as_json: bool) -> None:
    lines = [table.json_line(result) for result in results] if as_json else table.lines(results)
    for line in lines:
        print(line, flush=True)
