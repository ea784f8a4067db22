"""`aqsense check`: every problem of a configuration at once, each with what to write instead."""

import argparse
import json
from typing import Any

from firmware_bridge import config
from firmware_bridge.config_checks import Problem
from firmware_bridge.errors import EXIT_CONFIG


def add(subparsers: Any) -> None:
    """Describe the command to argparse."""
    parser = subparsers.add_parser(
        "check",
        help="read a configuration",
        description="Read a configuration and report every problem at once. Exit 78 if there is any.",
    )
    parser.add_argument("--config", metavar="FILE", default=config.DEFAULT_PATH, help=f"default {config.DEFAULT_PATH}")
    parser.add_argument("--json", action="store_true", help="one object a line")


def run(args: argparse.Namespace) -> int:
    """Report and exit 78 when there are problems."""
    problems: list[Problem] = []
    try:
        loaded = config.load(args.config)
    except config.ConfigError as error:
        problems = error.problems
    if args.json:
        for problem in problems:
            print(
                json.dumps(
                    {"event": "problem", "path": problem.path, "problem": problem.problem, "fix": problem.fix},
                    ensure_ascii=False,
                )
            )
        print(json.dumps({"event": "summary", "problems": len(problems)}))
    elif problems:
        for problem in problems:
            print(problem.line())
        print(f"{len(problems)} problem{'s' if len(problems) > 1 else ''} in {args.config}")
    else:
        print(
            f"{args.config}: home {loaded.home}, {config.counted(len(loaded.sensors))}, "
            f"broker {loaded.mqtt.url}: nothing wrong"
        )
    return EXIT_CONFIG if problems else 0
