"""`aqsense detect`: which sensor is on which port."""

import argparse
import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from firmware_bridge import detect, finder
from firmware_bridge.errors import PortError

AT_ONCE = 8
COUNTED = ("found", "ambiguous", "unknown", "silent")


def add(subparsers: Any) -> None:
    """Describe the command to argparse."""
    parser = subparsers.add_parser(
        "detect",
        help="find out which sensor is on which port",
        description="Listen on each port, then ask what can do no harm; at most 15 s a port. "
        "Stop a running aqsense first: a port has one reader.",
    )
    parser.add_argument("port", metavar="PORT", nargs="*", help="default: every serial port")
    parser.add_argument("--json", action="store_true", help="one object a line")


def run(args: argparse.Namespace) -> int:
    """Detect on all ports at once and report in their order."""
    ports = [_named(name) for name in args.port] or finder.ports()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        results = []
        for found in pool.map(detect.on, ports):
            results.append(found)
            if args.json:
                print(json.dumps(found.as_json(), separators=(",", ":")), flush=True)
            else:
                print(_in_words(found), flush=True)
    counts = Counter(found.result for found in results)
    if args.json:
        summary = {"event": "summary", "ports": len(results)} | {name: counts[name] for name in COUNTED}
        print(json.dumps(summary, separators=(",", ":")))
    elif not results:
        print("no serial port: plug a sensor in, or try one without hardware: aqsense simulate sensor pms5003")
    return 0


def _named(name: str) -> finder.Found:
    path = Path(name)
    if not path.exists():
        raise PortError(f"{name} is not there: plug the sensor in, or run aqsense detect without a port")
    by_id = finder.name_of(name)
    return finder.Found(str(path.resolve()), None if by_id == name else by_id)


def _in_words(found: detect.Found) -> str:
    where = f"{found.by_id} ({found.port})" if found.by_id else found.port
    if found.result == "found":
        told = f"{found.candidates[0]}"
    elif found.result == "ambiguous":
        told = f"{found.candidates[0]}, or one that sends the same frames: {', '.join(found.candidates[1:])}"
    elif found.node:
        told = f'an aqsense thin node, {found.node}: port = "node:{found.port}#0" for its first sensor'
    elif found.result == "unknown":
        told = f"speaks something else: {found.heard.count} bytes, first {_shown(bytes(found.heard.start[:24]))}"
    elif found.result == "silent":
        told = "says nothing and answers nothing: check power, and that TX goes to RX"
    elif found.result == "busy":
        told = "used by another program"
    else:
        told = "no permission: sudo usermod -aG dialout $USER, then log in again"
    return f"{where}: {told} ({found.how} for {found.seconds:.1f} s)"


def _shown(data: bytes) -> str:
    if data and all(32 <= byte < 127 or byte in (9, 10, 13) for byte in data):
        return repr(data.decode("ascii"))
    return data.hex(" ")
