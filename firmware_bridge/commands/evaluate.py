"""`aqsense evaluate`: the claims against homes whose truth is known (contract section 8)."""

import argparse
from typing import Any


def add(subparsers: Any) -> None:
    """Describe the command to argparse."""
    from simulators.evaluation import command

    parser = subparsers.add_parser(
        "evaluate",
        help="measure the claims against simulated homes",
        description="Play many simulated homes, with and without events, and hold every figure beside its target.",
    )
    command.add_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Evaluate and print."""
    from simulators.evaluation import command

    return command.run(args)
