"""Which broker and which home a command means: by configuration file, or by address and name."""

import argparse
from typing import Any

from firmware_bridge import config, config_checks
from firmware_bridge.config import Mqtt
from firmware_bridge.errors import UsageError


def add_arguments(parser: Any) -> None:
    """The options that name a broker and a home."""
    parser.add_argument("--config", metavar="FILE", help=f"default {config.DEFAULT_PATH}, unless --broker is given")
    parser.add_argument("--broker", metavar="URL", help="mqtt://host:1883 or mqtts://host:8883")
    parser.add_argument("--home", metavar="ID", help="which home; with --broker")


def chosen(args: argparse.Namespace) -> tuple[Mqtt, str | None]:
    """(broker, home) as the arguments say; the home is None when only a broker was given."""
    if args.broker and args.config:
        raise UsageError("give --config or --broker, not both")
    if not args.broker:
        loaded = config.load(args.config or config.DEFAULT_PATH)
        return loaded.mqtt, args.home or loaded.home
    problems: list[config_checks.Problem] = []
    table = config_checks.Table({}, "", problems)
    tls, host, port = config_checks.broker_url(table, args.broker, allow_plain=True, identified=True)
    if problems:
        raise UsageError(f"--broker {problems[0].problem}: {problems[0].fix}")
    return Mqtt(host, port, tls), args.home
