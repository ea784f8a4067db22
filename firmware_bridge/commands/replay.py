"""`aqsense replay`: recorded rows or bytes through the core, with what it would have said."""

import argparse
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from aqsense.questions import LEVELS
from firmware_bridge.errors import InputError, UsageError


def add(subparsers: Any) -> None:
    """Describe the command to argparse."""
    parser = subparsers.add_parser(
        "replay",
        help="run a recording through the core",
        description="Run recorded CSV files, or one capture, through the same core as live readings.",
    )
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="CSV or .gz, capture, export; - is stdin")
    parser.add_argument("--tz", metavar="ZONE", help="time zone of the home; default UTC, or what a capture says")
    parser.add_argument("--interval", type=_interval, metavar="S", help="seconds between rows; default the median step")
    parser.add_argument("--feedback", type=Path, metavar="FILE", help="answers of the owner, one JSON object a line")
    parser.add_argument("--level", choices=LEVELS, default="normal", help="how readily claims are made; default normal")
    parser.add_argument("--profile", choices=("pi", "board"), default="pi", help="whose memory; default pi")
    parser.add_argument("--scalar", action="store_true", help="the path without numpy; it prints the same")
    parser.add_argument("--measured", action="store_true", help="print measured documents too")
    parser.add_argument("--json", action="store_true", help="one object a line")


def _interval(text: str) -> int:
    value = int(text)
    if not 1 <= value <= 3600:
        raise argparse.ArgumentTypeError(f"{text} is not from 1 to 3600 seconds")
    return value


def run(args: argparse.Namespace) -> int:
    """Replay and print documents and summaries."""
    with tempfile.TemporaryDirectory() as directory:
        args.files = [_from_stdin(directory) if str(file) == "-" else file for file in args.files]
        return _replay(args)


def _from_stdin(directory: str) -> Path:
    path = Path(directory) / "stdin.csv"
    with path.open("wb") as file:
        shutil.copyfileobj(sys.stdin.buffer, file)
    return path


def _replay(args: argparse.Namespace) -> int:
    from firmware_bridge import config_checks, export_port, replay, replay_summary
    from firmware_bridge.capture import Capture, is_capture

    capture = _only_capture(args.files, is_capture, Capture)
    tz = args.tz or (capture.tz if capture else None) or "UTC"
    problem = config_checks.zone(tz)
    if problem:
        raise UsageError(": ".join(problem))
    show = _printer(args.json)
    found = replay.Replay(
        tz, args.profile, args.measured, lambda documents: show(documents, found.settings.home), whole=args.json
    )
    found.settings.level = args.level
    if args.feedback:
        found.answers(args.feedback)
    if capture:
        steps = replay.feed_capture(found, capture)
    elif all(export_port.is_export(path) for path in args.files):
        steps = replay.feed_export(found, args.files)
    else:
        steps = _feed_of(args)(found, args.files, args.interval)
    _with_progress(steps)
    found.finish()
    summaries = replay_summary.summaries(found)
    for source in found.sources:
        if source.skipped:
            print(f"aqsense: {source.room}: {source.skipped} rows without a later time were skipped", file=sys.stderr)
    for refused in found.refused:
        print(f"aqsense: {refused}", file=sys.stderr)
    if found.monitor.errors:
        print(f"aqsense: inference failed: {found.monitor.last_error!r}; please report it", file=sys.stderr)
    if not found.sources:
        raise InputError(f"{args.files[0]} has no rows to replay")
    _print_summaries(summaries, args.json)
    return 0


def _feed_of(args: argparse.Namespace) -> Any:
    """The way of CSV rows into the core: whole columns where numpy is there, else row by row."""
    from firmware_bridge import replay

    if not args.scalar and not args.measured:
        try:
            from firmware_bridge import replay_arrays

            return replay_arrays.feed
        except ImportError:
            pass
    return replay.feed_tables


def _only_capture(files: list[Path], is_capture: Any, open_capture: Any) -> Any:
    kinds = [is_capture(path) for path in files]
    if not any(kinds):
        return None
    if len(files) > 1:
        raise UsageError("a capture is replayed alone: give one file")
    return open_capture(files[0])


def _printer(as_json: bool) -> Any:
    from aqsense import messages, texts_en

    def show(documents: list[Any], home: str) -> None:
        for document in documents:
            topic = messages.topic(document, home)
            if as_json:
                payload = messages.text(document)
                print(f'{{"event":"document","topic":{json.dumps(topic)},"payload":{payload}}}')
            elif document.kind == "event" and document.body["event_type"] != "appeared":
                what = texts_en.NAMES[document.quantity] if document.quantity >= 0 else ""
                print(f"{document.body['t']}  {document.sid}  {what:<5}  {document.body['text']}")

    return show


def _with_progress(steps: Iterable[int]) -> None:
    told = time.monotonic()
    live = sys.stderr.isatty()
    for done in steps:
        if live and time.monotonic() - told > 0.5:
            told = time.monotonic()
            print(f"\r{done} rows", end="", file=sys.stderr, flush=True)
    if live:
        print("\r\033[K", end="", file=sys.stderr, flush=True)


def _print_summaries(summaries: list[Any], as_json: bool) -> None:
    from aqsense import jsontext

    for summary in summaries:
        if as_json:
            print(jsontext.text(summary))
        else:
            print("\n".join(_words(summary)))


def _words(summary: Any) -> list[str]:
    from aqsense import quantities, texts_en

    name = texts_en.NAMES[quantities.index(summary["quantity"])]
    lines = [
        f"\n{summary['room']}, {name}: {summary['from']} to {summary['to']}",
        f"  {summary['valid_days']} valid days, {summary['scored_days']} comparable: {summary['stage']}",
    ]
    if summary["active_days"]:
        lines.append(
            f"  claims on {summary['claim_days']} of {summary['active_days']} days on which one was possible; "
            f"about {summary['reference_claim_days']} in simulated homes where nothing is wrong"
        )
    else:
        lines.append("  no claim was possible yet")
    if summary["notable_days"] or summary["active_days"]:
        bound = summary["promised_notable_days"]
        lines.append(f"  unusual days logged: {summary['notable_days']}; chance alone may give up to {bound}")
    for code, days in summary["withheld"].items():
        lines.append(f"  {texts_en.count(days, 'day', 'days')} without a statement: {texts_en.REASONS[code]}")
    return lines
