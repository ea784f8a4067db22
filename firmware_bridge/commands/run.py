"""`aqsense run`: the daemon."""

import argparse
from typing import Any

from firmware_bridge.config import DEFAULT_PATH


def add(subparsers: Any) -> None:
    """Describe the command to argparse."""
    parser = subparsers.add_parser(
        "run",
        help="the daemon",
        description="Read the sensors, publish, remember. Stops orderly on SIGTERM and Ctrl-C.",
    )
    parser.add_argument("--config", metavar="FILE", default=DEFAULT_PATH, help=f"default {DEFAULT_PATH}")


def run(args: argparse.Namespace) -> int:
    """Run until stopped."""
    from firmware_bridge import config

    loaded = config.load(args.config)
    from firmware_bridge.daemon import Daemon

    again = True
    while again:
        daemon = Daemon(loaded)
        daemon.run()
        again = daemon.again  # the model of a sensor was found
    return 0
