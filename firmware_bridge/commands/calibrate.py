"""`aqsense calibrate`: walk a person through the calibration of a CO2 sensor, and refuse to do it blindly."""

import argparse
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aqsense import flags
from aqsense.wire import registry
from firmware_bridge import calibration, config
from firmware_bridge.commands import act
from firmware_bridge.errors import EXIT_FAILED, UsageError

LEAST_WATCH_S = 120
AFTER_S = 60.0
PIECE_S = 30.0
KINDS = ("outdoor", "known", "span", "zero", "range")
OUTDOOR_PPM = 400  # what every maker takes outdoor air for, though it is nearer 430 today


def add(subparsers: Any) -> None:
    """Describe the command to argparse."""
    parser = subparsers.add_parser(
        "calibrate",
        help="calibrate a CO2 sensor",
        description="Watch a CO2 sensor, and calibrate it if its level is steady and plausible. Stop the daemon first; "
        "the calibration is kept beside the data and starts a new comparison. With --action a sensor does what else it "
        "can: tell its health, clean its fan, test itself (aqsense sensors MODEL says which).",
    )
    parser.add_argument("sid", nargs="?", help="id of the sensor in the configuration")
    parser.add_argument("--config", metavar="FILE", default=config.DEFAULT_PATH, help=f"default {config.DEFAULT_PATH}")
    parser.add_argument("--port", help="instead of a sid: the port, with --model")
    parser.add_argument("--model", help="model of the sensor on --port")
    parser.add_argument(
        "--kind",
        choices=KINDS,
        help="outdoor air, a known level, span, zero (in nitrogen), or the measuring range; default what the model has",
    )
    parser.add_argument("--ppm", type=int, help="the known level, the span, or the end of the range")
    parser.add_argument("--action", metavar="NAME", help="instead of a calibration: status, self-test, clean-fan, ...")
    parser.add_argument("--days", type=int, help="the value of an action that has one, such as clean-interval")
    parser.add_argument("--outdoors", action="store_true", help="the sensor has stood outdoors for 20 minutes")
    parser.add_argument("--watch", type=int, default=300, metavar="SECONDS", help="how long to watch; at least 120")
    parser.add_argument("--yes", action="store_true", help="do not ask; the sensor is watched and judged all the same")
    parser.add_argument("--json", action="store_true", help="one object a line")


def run(args: argparse.Namespace) -> int:
    """Watch, judge, tell, watch again, record; or have the sensor act."""
    if args.action is not None:
        sid, port, model, _ = _sensor(args)
        return act.run(model, port, sid, args.action, args.days, _as_json if args.json else act.in_words)
    if args.days is not None:
        raise UsageError("--days belongs to an action: --action clean-interval --days 7")
    if args.watch < LEAST_WATCH_S:
        raise UsageError(f"--watch {args.watch} is too short to see whether a level is steady: {LEAST_WATCH_S} or more")
    sid, port, model, folder = _sensor(args)
    plan = planned(model, args.kind, args.ppm, args.outdoors)
    if not (args.yes or sys.stdin.isatty()):
        raise UsageError("nobody can answer here: add --yes if this sensor is to be calibrated without a question")
    return walk(plan, port, sid, folder, args.watch, AFTER_S, args.yes, _as_json if args.json else _in_words)


def planned(model: str, kind: str | None, ppm: int | None, vouched: bool) -> calibration.Plan:
    """What is to be done, or UsageError saying what the model can do."""
    can = registry.info(model).calibrations
    if not can:
        raise UsageError(f"{model} has no calibration that this program knows; CO2 sensors have: see aqsense sensors")
    kinds = [entry[0] for entry in can]
    chosen = kind or kinds[0]
    if chosen == "outdoor" and "outdoor" not in kinds and "known" in kinds:
        chosen, ppm = "known", ppm or OUTDOOR_PPM
    if chosen not in kinds:
        raise UsageError(f"{model} knows no calibration '{chosen}': use --kind {' or '.join(kinds)}")
    _, least, most = can[kinds.index(chosen)]
    if chosen == "outdoor":
        return calibration.Plan(model, chosen, OUTDOOR_PPM, vouched)
    if chosen == "zero":
        return calibration.Plan(model, chosen, 0)
    if chosen == "range" and ppm not in calibration.RANGES_PPM:
        raise UsageError("--kind range needs --ppm " + ", ".join(str(end) for end in calibration.RANGES_PPM))
    if ppm is None:
        raise UsageError(f"--kind {chosen} needs --ppm, the level of the air at the sensor ({least} to {most})")
    if not least <= ppm <= most:
        raise UsageError(f"--ppm {ppm}: {model} takes {least} to {most}")
    return calibration.Plan(model, chosen, ppm, vouched)


def walk(
    plan: calibration.Plan,
    port: str,
    sid: str,
    folder: Path,
    watch_s: float,
    after_s: float,
    sure: bool,
    tell: Any,
) -> int:
    """The whole calibration of one sensor; 1 when it was refused or not acknowledged."""
    bench = calibration.Bench(port, plan.model)
    try:
        watched = calibration.Watched()
        left = watch_s
        while left > 0:
            piece = bench.watch(min(PIECE_S, left))
            left -= PIECE_S
            watched.ppm += piece.ppm
            watched.doubts |= piece.doubts
            tell({"event": "watching", "ppm": watched.ppm[-1] if watched.ppm else None, "left_s": max(0, round(left))})
        why = calibration.objection(plan, watched)
        if why is not None:
            return _refused(tell, why)
        try:
            steps = bench.steps(plan)
        except ValueError as error:
            return _refused(tell, str(error))
        tell({"event": "ready", "level_ppm": watched.level, "spread_ppm": watched.spread, "target_ppm": plan.ppm})
        if not sure and not _agreed(plan, watched):
            return _refused(tell, "you did not agree")
        done = bench.calibrated(plan, steps)
        after = bench.watch(after_s)
    finally:
        bench.close()
    fact = {
        "t": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "sid": sid,
        "model": plan.model,
        "kind": plan.kind,
        "target_ppm": plan.ppm,
        "before_ppm": watched.level,
        "after_ppm": after.level if after.ppm and not after.doubts & flags.WARMING else None,
        "acknowledged": done,
    }
    calibration.record(folder, fact)
    tell({"event": "done" if done else "failed"} | fact | {"file": str(folder / calibration.FILE)})
    return 0 if done else EXIT_FAILED


def _refused(tell: Any, why: str) -> int:
    tell({"event": "refused", "reason": why})
    return EXIT_FAILED


def _agreed(plan: calibration.Plan, watched: calibration.Watched) -> bool:
    print(f"The {plan.model} reads {watched.level} ppm, steady within {watched.spread} ppm.")
    if plan.kind == "range":
        print(f"It will restart and measure up to {plan.ppm} ppm from now on, until it is told another range.")
    else:
        print(f"It will take this air for {plan.ppm} ppm from now on; that cannot be undone.")
    return input("Type calibrate to go on: ").strip().lower() == "calibrate"


def _sensor(args: argparse.Namespace) -> tuple[str, str, str, Path]:
    if args.port:
        model = registry.resolve(args.model or "")
        if model is None:
            raise UsageError("--port needs --model, one of aqsense sensors; aqsense detect finds it")
        return args.sid or model, args.port, model, Path.cwd()
    if not args.sid:
        raise UsageError("name a sensor of the configuration, or give --port and --model")
    loaded = config.load(args.config)
    for sensor in loaded.sensors:
        if sensor.id == args.sid:
            if "auto" in (sensor.port, sensor.model):
                raise UsageError(f"sensor {sensor.id} is found by itself: give --port and --model (aqsense detect)")
            return sensor.id, sensor.port, sensor.model, loaded.state_dir
    raise UsageError(f"no sensor '{args.sid}' in {args.config}: " + ", ".join(s.id for s in loaded.sensors))


def _as_json(event: dict[str, Any]) -> None:
    print(json.dumps(event, ensure_ascii=False, separators=(",", ":")), flush=True)


def _in_words(event: dict[str, Any]) -> None:
    kind = event["event"]
    if kind == "watching":
        level = f"{event['ppm']} ppm" if event["ppm"] is not None else "no reading yet"
        print(f"{level}, {event['left_s']} s to go", flush=True)
    elif kind == "refused":
        print(f"not calibrated: {event['reason']}", file=sys.stderr)
    elif kind == "done":
        now = "warming up" if event["after_ppm"] is None else f"{event['after_ppm']} ppm"
        print(f"calibrated: {event['before_ppm']} ppm before, {now} now; written to {event['file']}")
    elif kind == "failed":
        print("the sensor did not acknowledge: it may not be calibrated; watch it, and try again", file=sys.stderr)
