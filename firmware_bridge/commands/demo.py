"""`aqsense demo`: the whole product on a laptop: broker, sensors, daemon and a home with a past, in one command."""

import argparse
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

HOME = "demo"
SENSORS = (("s1", "pms5003", "kitchen", "kitchen"), ("s2", "mhz19b", "bedroom", "bedroom"))


def add(subparsers: Any) -> None:
    """Describe the command to argparse."""
    parser = subparsers.add_parser(
        "demo",
        help="see it work",
        description="A broker, two simulated sensors and the real daemon, on a home with a past. Ctrl-C ends it all.",
    )
    parser.add_argument("--fresh", action="store_true", help="without a past: an honest 'still learning'")
    parser.add_argument("--for", dest="for_s", type=float, metavar="SECONDS", help="end by itself")
    parser.add_argument("--broker", choices=("amqtt", "mosquitto"), default="amqtt", help="default amqtt, in Python")
    parser.add_argument("--json", action="store_true", help="one object a line")


def run(args: argparse.Namespace) -> int:
    """Show until Ctrl-C, or for the seconds that were asked for."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    with tempfile.TemporaryDirectory(prefix="aqsense-demo-") as name:
        return _Demo(args, Path(name)).run()


def _interrupt(*_: Any) -> None:
    raise KeyboardInterrupt


class _Demo:
    def __init__(self, args: argparse.Namespace, directory: Path) -> None:
        from firmware_bridge.commands.demo_parts import Parts

        self._args = args
        self._directory = directory
        self._parts = Parts(directory)
        self._started = time.monotonic()

    def run(self) -> int:
        from firmware_bridge.commands import demo_parts, demo_view

        port = demo_parts.free_port()
        view = demo_view.View(HOME, f"mqtt://127.0.0.1:{port}", self._args.json, expects_claim=not self._args.fresh)
        try:
            self._parts.start("broker", demo_parts.broker_command(self._args.broker, port, self._directory))
            self._tell("a home with a past" if not self._args.fresh else "a home without a past")
            self._past()
            self._sensors()
            self._parts.wait_for_port(port)
            self._parts.start("daemon", [*_ourselves(), "run", "--config", str(self._write_config(port))])
            self._watch(view, port)
        except KeyboardInterrupt:
            pass
        finally:
            view.close()
            self._tell("stopping")
            self._parts.stop()
        view.summary(time.monotonic() - self._started)
        return 0

    def _tell(self, text: str) -> None:
        if not self._args.json:
            print(text, file=sys.stderr, flush=True)

    def _past(self) -> None:
        from firmware_bridge import config_checks
        from firmware_bridge.commands import demo_past

        now_s = int(time.time())
        tz = config_checks.system_zone()
        home, past = demo_past.lived(now_s, tz)
        if self._args.fresh:
            (self._directory / "state").mkdir()
        else:
            cells = demo_past.remember(home, past, tz, self._directory / "state")
            self._tell(f"{cells // 48} days remembered after {time.monotonic() - self._started:.1f} s")
        demo_past.continuing(home, now_s, self._directory / "air.csv")

    def _sensors(self) -> None:
        for sid, model, _, _ in SENSORS:
            link = str(self._directory / sid)
            csv = str(self._directory / "air.csv")
            self._parts.start(
                f"sensor {sid}", [*_ourselves(), "simulate", "sensor", model, "--link", link, "--csv", csv]
            )

    def _write_config(self, port: int) -> Path:
        from firmware_bridge import config_checks

        version = 311 if self._args.broker == "amqtt" else 5  # amqtt does not speak 5
        lines = [
            f'home = "{HOME}"',
            f'tz = "{config_checks.system_zone()}"',
            f'state_dir = "{self._directory / "state"}"',
            "[mqtt]",
            f'url = "mqtt://127.0.0.1:{port}"',
            f"version = {version}",
            "[publish]",
            "every_s = 2",
        ]
        for sid, model, room, kind in SENSORS:
            port_path = self._directory / sid
            lines += ["[[sensor]]", f'id = "{sid}"', f'model = "{model}"', f'port = "{port_path}"']
            lines += [f'room = "{room}"', f'room_kind = "{kind}"']
        path = self._directory / "demo.toml"
        path.write_text("\n".join(lines) + "\n")
        return path

    def _watch(self, view: Any, port: int) -> None:
        from firmware_bridge import broker as link
        from firmware_bridge.client import Client
        from firmware_bridge.config import Mqtt

        end = self._started + self._args.for_s if self._args.for_s else None
        settings = Mqtt(port=port, version=311 if self._args.broker == "amqtt" else 5)
        with Client(settings, (f"aqsense/v1/{HOME}/#",)) as client:
            view.ready()
            while end is None or time.monotonic() < end:
                event = client.next(0.5)
                if isinstance(event, link.Received):
                    view.document(event.topic, event.payload)
                self._parts.check()
                view.draw()


def _ourselves() -> list[str]:
    return [sys.executable, "-m", "firmware_bridge.commands.main"]
