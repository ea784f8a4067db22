"""The commands that ask a running aqsense something: each sends one request and prints its answer."""

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

from aqsense.replies import LANGUAGES
from firmware_bridge import where
from firmware_bridge.errors import EXIT_FAILED, AqsenseError, UsageError

DEADLINE_S = 20.0
FOLDING_S = 300.0  # a slow machine folds months of half hours again
STANDING_S = 3.0
_FOLDING = ("explain", "declare", "forget", "export")
_QUANTITY = "pm2_5_ugm3 or co2_ppm"


def add(subparsers: Any) -> None:
    """Describe the commands to argparse."""
    explain = _command(subparsers, "explain", "why a half hour was judged as it was, claimed or not")
    explain.add_argument("id", nargs="?", help="id of a document; or give --sid, --quantity and --t")
    explain.add_argument("--sid")
    explain.add_argument("--quantity", help=_QUANTITY)
    explain.add_argument("--t", help="instant, such as 2026-02-24T18:30:00Z")
    explain.add_argument("--depth", choices=("brief", "full"), default="brief")
    confirm = _command(subparsers, "confirm", "a claim was right: its day leaves the comparison")
    confirm.add_argument("id", help="id of the claim")
    dispute = _command(subparsers, "dispute", "a claim was wrong; the day stays in")
    dispute.add_argument("id", help="id of the claim")
    dispute.add_argument("--reason", default="other", help="one word, such as cooking or sensor_moved")
    dispute.add_argument("--note")
    annotate = _command(subparsers, "annotate", "write down what happened; it changes nothing")
    annotate.add_argument("--from", dest="from_", required=True, metavar="INSTANT")
    annotate.add_argument("--to", required=True, metavar="INSTANT")
    annotate.add_argument("--label", required=True, help="one word, such as cooking")
    annotate.add_argument("--note")
    retract = _command(subparsers, "retract", "take an answer back")
    retract.add_argument("id", help="id of the answer")
    declare = _command(subparsers, "declare", "something changed for good: learn anew at once")
    declare.add_argument("sid")
    declare.add_argument("what", help="sensor_moved people stove_or_purifier season sensor_replaced nothing unknown")
    declare.add_argument(
        "--since", metavar="DAY", help="such as 2026-02-19: what was measured since then is another chapter"
    )
    for name, text in (
        ("relearn", "forget nothing, but learn what is usual anew"),
        ("pause", "make no personal statement for now"),
        ("resume", "make personal statements again"),
    ):
        series = _command(subparsers, name, text)
        series.add_argument("sid", nargs="?", help="default: all")
        series.add_argument("--quantity", help=f"{_QUANTITY}; default both")
    level = _command(subparsers, "level", "how readily claims are made, from tomorrow on")
    level.add_argument("level", choices=("few", "normal", "many"))
    _add_owner(subparsers)


def _add_owner(subparsers: Any) -> None:
    forget = _command(subparsers, "forget", "forget half hours, as if they had never been")
    forget.add_argument("--from", dest="from_", metavar="INSTANT")
    forget.add_argument("--to", metavar="INSTANT")
    forget.add_argument("--sid")
    forget.add_argument("--all", action="store_true", help="everything")
    forget.add_argument("--token", help="carry out what was counted before")
    forget.add_argument("--yes", action="store_true", help="do not ask")
    export = _command(subparsers, "export", "what is remembered, as a file")
    export.add_argument("file", nargs="?", type=Path, help="default: standard output")
    export.add_argument("--what", choices=("memory", "answers"), default="memory")
    export.add_argument("--from", dest="from_", metavar="INSTANT")
    export.add_argument("--to", metavar="INSTANT")


def _command(subparsers: Any, name: str, text: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = subparsers.add_parser(
        name, help=text, description=text[0].upper() + text[1:] + "."
    )
    where.add_arguments(parser)
    parser.add_argument("--lang", choices=LANGUAGES, help="language of the answer; default that of the home")
    parser.add_argument("--json", action="store_true", help="print the reply documents")
    return parser


_OWN = ("command", "config", "broker", "home", "lang", "json", "yes", "file")


def run(args: argparse.Namespace) -> int:
    """Ask and print; exit 1 when the answer is an error."""
    given = {
        name.rstrip("_"): value for name, value in vars(args).items() if name not in _OWN and value not in (None, False)
    }
    if args.command == "explain" and "id" not in given and not {"sid", "quantity", "t"} <= set(given):
        raise UsageError("explain: give an id, or --sid, --quantity and --t")
    if args.command == "forget" and not ({"token", "all", "sid"} & set(given) or {"from", "to"} <= set(given)):
        raise UsageError("forget: give --from and --to (2026-02-19T18:00:00Z), --sid, or --all")
    replies = _ask(args, args.command, given)
    if args.command == "forget" and replies[-1]["status"] == "accepted" and not args.json:
        if not _agrees(args, replies[-1]["data"]["text"]):
            return 0
        replies = _ask(args, "forget", {"token": replies[-1]["data"]["token"]})
    return _print(args, replies)


def _agrees(args: argparse.Namespace, text: str) -> bool:
    print(text)
    if args.yes:
        return True
    if not sys.stdin.isatty():
        raise UsageError("forget: add --yes to carry it out without asking")
    return input("Forget it? [y/N] ").strip().lower() in ("y", "yes")


def _ask(args: argparse.Namespace, verb: str, given: dict[str, Any]) -> list[Any]:
    from firmware_bridge.client import Client

    mqtt, home = where.chosen(args)
    if home is None:
        raise UsageError(f"{verb}: name the home with --home")
    identifier = os.urandom(6).hex()
    sender = f"cli-{os.getpid()}"
    reply_to = f"aqsense/v1/{home}/reply/{sender}/{identifier}"
    longest_s = FOLDING_S if verb in _FOLDING else DEADLINE_S
    request = {"schema": "request/1", "id": identifier, "from": sender, "reply_to": reply_to, "deadline_s": DEADLINE_S}
    if args.lang:
        request["lang"] = args.lang
    status = f"aqsense/v1/{home}/status"
    with Client(mqtt, (reply_to, status)) as client:
        _check_there(home, client.standing(status, STANDING_S))
        client.publish(f"aqsense/v1/{home}/request/{verb}", json.dumps({**request, "args": given}))
        replies = client.replies(reply_to, longest_s)
    if not replies:
        raise AqsenseError(f"no answer from home {home} within {longest_s:.0f} s: is aqsense running there?")
    return replies


def _check_there(home: str, status: Any) -> None:
    if status is None:
        raise AqsenseError(f"no home {home} has ever been at this broker: check --home, or start aqsense run there")
    if status["state"] == "offline":
        raise AqsenseError(f"aqsense is not running in home {home}: start it (aqsense run, or systemctl start aqsense)")


def _print(args: argparse.Namespace, replies: list[Any]) -> int:
    last = replies[-1]
    failed = last["status"] in ("error", "denied")
    if args.json:
        for reply in replies:
            print(json.dumps(reply, ensure_ascii=False, separators=(",", ":")))
    elif failed:
        print(f"aqsense: {last['error']['text']}", file=sys.stderr)
    elif args.command == "export":
        _write("".join(reply["data"]["text"] for reply in replies), args.file)
    else:
        print(last["data"]["text"])
        if last["data"].get("document"):
            print(json.dumps(last["data"]["document"], ensure_ascii=False, indent=1))
    return EXIT_FAILED if failed else 0


def _write(text: str, path: Path | None) -> None:
    if path is None:
        sys.stdout.write(text)
        return
    try:
        path.write_text(text, "utf-8")
    except OSError as error:
        raise AqsenseError(f"{path} cannot be written ({error.strerror}): name another file") from None
    print(f"{path}: {text.count(chr(10))} lines")
