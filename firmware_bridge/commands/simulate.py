"""`aqsense simulate`: a sensor on a pseudo-terminal, or a home with its truth (contract section 8)."""

import argparse
import contextlib
import importlib
import json
import os
import signal
import sys
import threading
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

from aqsense.wire import registry
from firmware_bridge.errors import InputError, UsageError

if TYPE_CHECKING:
    from simulators.bench import Bench
    from simulators.faults import Fault

SET_HELP = "hold a quantity or a register, or set an option of the model"


def add(subparsers: Any) -> None:
    """Add `simulate` with its two forms to the command line."""
    parser = subparsers.add_parser("simulate", help="simulate a sensor or a home")
    kinds = parser.add_subparsers(dest="kind", required=True)
    _add_sensor(kinds.add_parser("sensor", help="a byte-exact sensor on a pseudo-terminal"))
    home = kinds.add_parser("home", help="a home with known truth, as CSV")
    with contextlib.suppress(ModuleNotFoundError):
        importlib.import_module("simulators.homes.command").add_arguments(home)


def _add_sensor(parser: argparse.ArgumentParser) -> None:
    option = parser.add_argument
    parser.add_argument("model", help="model id or alias, see 'aqsense sensors'; also cm1107t, pm2016 and pm2009x")
    parser.add_argument("--link", type=Path, help="symbolic link that follows the tty")
    option("--set", action="append", default=[], metavar="NAME=VALUE", dest="values", help=SET_HELP)
    parser.add_argument("--csv", metavar="FILE", help="breathe a recorded CSV from its first row")
    parser.add_argument("--room", help="room of the CSV; default the first in it")
    parser.add_argument("--home", type=int, metavar="SEED", help="breathe a simulated home")
    option(
        "--fault", action="append", default=[], metavar="SPEC", dest="faults", help="NAME[=VALUE][@START[+DURATION]]"
    )
    parser.add_argument("--scenario", metavar="FILE", help="TOML with faults, set and step")
    parser.add_argument("--cold", action="store_true", help="power it now; otherwise it has been powered for an hour")
    parser.add_argument("--speed", type=float, default=1.0, metavar="X", help="seconds of the simulation in a second")
    parser.add_argument("--seed", type=int, default=1, metavar="N")
    option("--for", type=float, metavar="SECONDS", dest="for_s", help="stop after so many seconds of the simulation")
    parser.add_argument(
        "--strict-baud", action="store_true", help="a host at another speed reads garbage, as on a wire"
    )
    parser.add_argument("--names", action="store_true", help="list what --set takes for this model, and stop")
    parser.add_argument("--json", action="store_true", help="one object a line")


def run(args: argparse.Namespace) -> int:
    """Simulate until told to stop; returns the exit code."""
    if args.kind == "home":
        return int(importlib.import_module("simulators.homes.command").run(args))
    try:
        if args.names:
            return _list_names(args.model)
        sensor = _Sensor(args)
    except ValueError as error:
        raise UsageError(str(error)) from error
    except OSError as error:
        raise InputError(f"{error.filename}: {error.strerror}; check path and rights") from error
    try:
        return sensor.run()
    except OSError as error:
        where = args.link or error.filename or "pseudo-terminal"
        raise InputError(f"{where}: {error.strerror}; check --link and rights") from error


def _known(name: str) -> str:
    """The model id of a name, alias or variant; left as it is where there is none, for the simulators to say so."""
    from simulators.variants import variant

    found = variant(name)
    return found[0] if found else registry.resolve(name) or name


def _list_names(model: str) -> int:
    from simulators.bench import names
    from simulators.sensors import device_class

    made = device_class(_known(model))
    print("\n".join(line.strip() for line in (made.__doc__ or "").strip().splitlines()))
    for kind, known in names(_known(model)):
        print(f"{kind}: {', '.join(known)}")
    return 0


class _Sensor:
    """One run of `simulate sensor`."""

    def __init__(self, args: argparse.Namespace) -> None:
        from simulators import faults, scenario

        if not args.speed > 0.0:
            raise ValueError(f"--speed {args.speed:g} does not pass time; give a number above 0")
        if args.link and args.link.exists() and not args.link.is_symlink():
            raise ValueError(f"--link {args.link} is there already and no link; choose another path")
        self._args = args
        self._model = _known(args.model)
        self._story = scenario.read(args.scenario) if args.scenario else scenario.Scenario()
        self._faults: list[Fault] = [*self._story.faults, *(faults.parse(spec) for spec in args.faults)]
        self._bench = self._build()
        self._steps = list(self._story.steps)
        self._stop = threading.Event()
        self._plugs = 0

    def _build(self) -> "Bench":
        from simulators import bench
        from simulators.variants import variant

        args = self._args
        values = {**self._story.values, **dict(_pair(written) for written in args.values)}
        air = None
        if args.home is not None:
            from simulators import lived

            air = lived.Lived(args.home)
        written = args.model if variant(args.model) else self._model
        wish = bench.Wish(written, values, args.csv, args.room, air, self._faults, args.cold, args.seed)
        for _, changed in self._story.steps:
            bench.divide(self._model, changed)
        return bench.build(wish)

    def run(self) -> int:
        from simulators import shelf
        from simulators.pty import Server

        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._told_to_stop)
        links = [link for link in (self._args.link, shelf.place(self._model)) if link is not None]
        server = Server(self._bench.line, links, self._args.speed, self._plugged, self._turn, self._args.strict_baud)
        try:
            server.serve(self._stop)
            self._summary(server.now_s())
        except BrokenPipeError:
            # Nobody reads any more; without this the interpreter complains once more at its exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0

    def _told_to_stop(self, number: int, frame: FrameType | None) -> None:
        self._stop.set()

    def _plugged(self, tty: str, now_s: float) -> None:
        link = str(self._args.link) if self._args.link else None
        self._plugs += 1
        if not self._args.json:
            print(tty, flush=True)
        elif self._plugs == 1:
            seed, pid = self._args.seed, os.getpid()
            self._say({"event": "ready", "model": self._model, "tty": tty, "link": link, "seed": seed, "pid": pid})
        else:
            self._say({"event": "plugged", "t_s": round(now_s, 3), "tty": tty, "link": link})

    def _turn(self, now_s: float) -> None:
        while self._steps and self._steps[0][0] <= now_s:
            self._bench.hold(self._steps.pop(0)[1])
        line = self._bench.line
        while line.begun:
            at_s, fault = line.begun.popleft()
            document: dict[str, object] = {"event": "fault", "t_s": round(at_s, 3), "spec": fault.spec}
            self._tell(document, f"{at_s:.1f} s: fault {fault.spec}")
        commands = line.device.commands
        while commands:
            t_s, raw, means = commands.popleft()
            document = {"event": "command", "t_s": round(t_s, 3), "hex": raw.hex(), "means": means}
            self._tell(document, f"{t_s:.1f} s: {means} ({raw.hex()})")
        if self._args.for_s is not None and now_s >= self._args.for_s:
            self._stop.set()

    def _summary(self, now_s: float) -> None:
        line = self._bench.line
        summary = {
            "event": "summary",
            "model": self._model,
            "seconds": round(now_s, 1),
            "frames_out": line.frames_out,
            "frames_intact": line.frames_intact,
            "bytes_in": line.bytes_in,
            "bytes_out": line.bytes_out,
            "faults": dict(line.counts),
        }
        sent = f"{line.frames_out} frames, {line.bytes_out} bytes out, {line.bytes_in} bytes in"
        self._tell(summary, f"{summary['seconds']} s: {sent}, faults: {dict(line.counts) or 'none'}")

    def _tell(self, document: dict[str, object], words: str) -> None:
        if self._args.json:
            self._say(document)
        else:
            print(words, flush=True)

    def _say(self, document: dict[str, object]) -> None:
        print(json.dumps(document, separators=(",", ":")), flush=True)


def _pair(written: str) -> tuple[str, float]:
    name, equals, value = written.partition("=")
    try:
        if not equals:
            raise ValueError
        return name, float(value)
    except ValueError:
        raise ValueError(f"--set {written} is not NAME=VALUE with a number; write for example pm2_5_ugm3=12") from None
