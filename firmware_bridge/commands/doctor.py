"""`aqsense doctor`: looks at this machine and says what would keep aqsense from working, and how to mend it."""

import argparse
import json
import os
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from firmware_bridge import config
from firmware_bridge.errors import EXIT_FAILED

LEAST_FREE_MIB = 200


class Check(NamedTuple):
    """One finding: `state` is ok, warn or fail; `fix` is None when there is nothing to do."""

    name: str
    state: str
    text: str
    fix: str | None = None


def add(subparsers: Any) -> None:
    """Describe the command to argparse."""
    parser = subparsers.add_parser(
        "doctor",
        help="look at this machine",
        description="Look at ports, clock, broker and disk. Exit 1 on any failure.",
    )
    parser.add_argument("--config", metavar="FILE", help=f"default {config.DEFAULT_PATH} if it is there")
    parser.add_argument("--json", action="store_true", help="one object a line")


def run(args: argparse.Namespace) -> int:
    """Print findings as they come; exit 1 when one of them is a failure."""
    failed = False
    for check in _checks(args.config):
        failed = failed or check.state == "fail"
        if args.json:
            print(json.dumps({"event": "check", **check._asdict()}, ensure_ascii=False), flush=True)
        else:
            print(
                f"{check.state:<4}  {check.name}: {check.text}" + (f"\n      -> {check.fix}" if check.fix else ""),
                flush=True,
            )
    return EXIT_FAILED if failed else 0


def _checks(path: str | None) -> Iterator[Check]:
    yield _python()
    yield _clock()
    yield from _ports()
    loaded = None
    if path or Path(config.DEFAULT_PATH).exists():
        try:
            loaded = config.load(path or config.DEFAULT_PATH)
            yield Check("config", "ok", f"home {loaded.home}, {config.counted(len(loaded.sensors))}")
        except config.ConfigError as error:
            for problem in error.problems:
                yield Check("config", "fail", f"{problem.path}: {problem.problem}", problem.fix)
    else:
        yield Check("config", "warn", f"there is no {config.DEFAULT_PATH}", "write one, or give --config FILE")
    if loaded is not None:
        yield from _sensors(loaded)
        yield _disk(loaded.state_dir)
        yield from _secret(loaded, path or config.DEFAULT_PATH)
        yield _broker(loaded.mqtt)


def _python() -> Check:
    version = ".".join(str(part) for part in sys.version_info[:3])
    return Check("python", "ok", f"{version} at {sys.executable}")


def _clock() -> Check:
    from firmware_bridge import clock

    trust = clock.judge(time.time())
    if not trust.trusted:
        return Check("clock", "fail", trust.why, "sudo timedatectl set-ntp true")
    if trust.source != "ntp":
        return Check("clock", "warn", trust.why, "sudo timedatectl set-ntp true")
    return Check("clock", "ok", trust.why)


def _ports() -> Iterator[Check]:
    from firmware_bridge import finder

    found = finder.ports()
    if not found:
        yield Check(
            "ports",
            "warn",
            "no serial port",
            "plug a sensor in; on the header of a Pi: raspi-config, Interface, Serial",
        )
    for port in found:
        name = f"{port.path} ({port.by_id})" if port.by_id else port.path
        if os.access(port.path, os.R_OK | os.W_OK):
            yield Check("ports", "ok", name)
        else:
            yield Check(
                "ports", "fail", f"no permission for {name}", "sudo usermod -aG dialout $USER, then log in again"
            )
    try:
        line = Path("/proc/cmdline").read_text()
    except OSError:
        line = ""
    if "console=serial" in line or "console=ttyAMA" in line:
        yield Check(
            "console",
            "warn",
            "Linux uses the header's serial port as a console",
            "raspi-config, Interface, Serial: login shell no, hardware yes",
        )


def _sensors(loaded: config.Config) -> Iterator[Check]:
    for sensor in loaded.sensors:
        if sensor.port == "auto":
            yield Check("sensor", "ok", f"{sensor.id}: looked for on every port that no other sensor names")
        if not sensor.port.startswith("/"):
            continue
        if not Path(sensor.port).exists():
            yield Check(
                "sensor", "fail", f"{sensor.id}: {sensor.port} is not there", "plug it in, or see aqsense detect"
            )
        elif not os.access(sensor.port, os.R_OK | os.W_OK):
            yield Check(
                "sensor",
                "fail",
                f"{sensor.id}: no permission for {sensor.port}",
                "sudo usermod -aG dialout $USER, then log in again",
            )
        else:
            yield Check("sensor", "ok", f"{sensor.id}: {sensor.port}")


def _disk(directory: Path) -> Check:
    place = directory
    while not os.access(place, os.F_OK) and place != place.parent:  # no exception where this user may not look
        place = place.parent
    if not os.access(place, os.W_OK | os.X_OK):
        return Check(
            "disk", "fail", f"{directory} cannot be written by this user", "set state_dir to a directory of this user"
        )
    free_mib = shutil.disk_usage(place).free >> 20
    if free_mib < LEAST_FREE_MIB:
        return Check("disk", "warn", f"{free_mib} MiB free at {place}", "free some space")
    return Check("disk", "ok", f"{directory}, {free_mib} MiB free")


def _secret(loaded: config.Config, path: str) -> Iterator[Check]:
    import tomllib

    named = tomllib.loads(Path(path).read_text("utf-8")).get("mqtt", {}).get("password_file")
    if named and Path(named).stat().st_mode & 0o077:
        yield Check("secret", "warn", f"{named} can be read by others", f"chmod 600 {named}")


def _broker(mqtt: config.Mqtt) -> Check:
    from firmware_bridge.client import Client
    from firmware_bridge.errors import BrokerError

    try:
        with Client(mqtt, ()):
            return Check("broker", "ok", f"{mqtt.url} accepts us")
    except BrokerError as error:
        what, _, fix = str(error).rpartition(": ")
        return Check("broker", "fail", what or str(error), fix)
