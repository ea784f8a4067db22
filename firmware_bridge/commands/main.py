"""The console script `aqsense`: finds the command's module, imports that one alone, and turns errors into one line."""

import argparse
import importlib
import os
import sys
from typing import NoReturn

import aqsense
from firmware_bridge.errors import EXIT_USAGE, AqsenseError

COMMANDS = (
    ("demo", "see it work: no broker, no hardware, nothing to configure"),
    ("run", "the daemon: read the sensors, publish, remember"),
    ("check", "read a configuration and report every problem at once"),
    ("doctor", "look at this machine: ports, clock, broker, disk"),
    ("sensors", "the models that can be read, with their settings and sources"),
    ("detect", "find out which sensor is on which port"),
    ("decode", "turn captured bytes into samples and accounted discards"),
    ("capture", "record the bytes of a port, both directions, with times"),
    ("simulate", "a byte-exact sensor on a pseudo-terminal, or a home"),
    ("replay", "run a recorded CSV or capture through the same core"),
    ("evaluate", "measure the claims against simulated homes"),
    ("calibrate", "calibrate a CO2 sensor, when the moment is right"),
    ("status", "what a running aqsense says about itself and the home"),
    ("explain", "why a half hour was judged as it was, claimed or not"),
    ("confirm", "a claim was right"),
    ("dispute", "a claim was wrong"),
    ("annotate", "write down what happened"),
    ("retract", "take an answer back"),
    ("declare", "something changed for good: learn anew"),
    ("relearn", "learn what is usual anew"),
    ("pause", "make no personal statement for now"),
    ("resume", "make personal statements again"),
    ("level", "how readily claims are made"),
    ("forget", "forget half hours, as if they had never been"),
    ("export", "what is remembered, as a file"),
)
ASKING = COMMANDS[-12:]  # one module sends all of these to a running aqsense


class Parser(argparse.ArgumentParser):
    """A parser whose errors are one line on stderr and exit 2, and whose options may stand between the positionals."""

    _intermixing = False

    def parse_known_args(self, args=None, namespace=None):  # type: ignore[no-untyped-def]
        # argparse gives an optional positional away at the first option: `decode MODEL --hex FILE` would lose FILE
        nested = any(action.nargs == argparse.PARSER for action in self._get_positional_actions())
        if nested or self._intermixing:
            return super().parse_known_args(args, namespace)
        self._intermixing = True
        try:
            return self.parse_known_intermixed_args(args, namespace)
        finally:
            self._intermixing = False

    def error(self, message: str) -> NoReturn:
        self.exit(EXIT_USAGE, f"{self.prog}: {message}; see {self.prog} --help\n")


def _listing() -> str:
    width = max(len(name) for name, _ in COMMANDS)
    return "commands:\n" + "\n".join(f"  {name:<{width}}  {text}" for name, text in COMMANDS)


def _parser() -> Parser:
    parser = Parser(
        prog="aqsense",
        usage="aqsense COMMAND [options]",
        description=aqsense.__doc__,
        epilog=_listing(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"aqsense {aqsense.__version__}")
    return parser


def _dispatch(argv: list[str]) -> int:
    parser = _parser()
    if not argv or argv[0].startswith("-"):
        parser.parse_args(argv)
        parser.print_help()
        return 0 if argv else EXIT_USAGE
    if argv[0] not in [name for name, _ in COMMANDS]:
        import difflib

        near = difflib.get_close_matches(argv[0], [name for name, _ in COMMANDS], 1)
        parser.error(f"no command '{argv[0]}'" + (f", did you mean '{near[0]}'?" if near else ""))
    parser.usage = None
    name = "ask" if argv[0] in [asking for asking, _ in ASKING] else argv[0]
    module = importlib.import_module("firmware_bridge.commands." + name)
    subparsers = parser.add_subparsers(dest="command", parser_class=Parser, metavar="COMMAND")
    module.add(subparsers)
    args, unknown = parser.parse_known_args(argv)  # type: ignore[no-untyped-call]
    if unknown:
        subparsers.choices[argv[0]].error(f"unrecognized arguments: {' '.join(unknown)}")
    code: int = module.run(args)
    return code


def main(argv: list[str] | None = None) -> int:
    """Run one command and give its exit code: 0 done, 1 failed, 2 usage, 78 bad configuration."""
    try:
        code = _dispatch(sys.argv[1:] if argv is None else argv)
        sys.stdout.flush()
        return code
    except AqsenseError as error:
        for line in error.lines():
            print(f"aqsense: {line}", file=sys.stderr)
        return error.exit_code
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # the reader left; nothing more to say
        return 0
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
