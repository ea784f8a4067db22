"""What the demo shows: measured, typical, claimed or withheld and why, in words or as JSON lines."""

import json
import shutil
import sys
import textwrap
import time
from typing import Any

from aqsense import quantities

TOGETHER_S = 0.5
_HOME_LINES = 40
_CLEAR = "\033[H\033[J"
_BOLD, _DIM, _PLAIN = "\033[1m", "\033[2m", "\033[0m"
_SHORT = {"pm1_ugm3": "PM1", "pm2_5_ugm3": "PM2.5", "pm10_ugm3": "PM10", "co2_ppm": "CO2"}
_UNITS = {"ug/m3": "µg/m³", "ppm": "ppm"}


_FLAGS = {"power_up_unknown": "just started: shown, not learned", "warming": "warming up"}


def _promise(k: int, of: int, unit: str) -> str:
    """`2 of 120 days`, `4 of 40 spans of 3 days`."""
    return f"{k} of {of} days" if unit == "day" else f"{k} of {of} spans of {unit}"


def _by_size(name: str) -> tuple[str, int]:
    """Particles in the order of their size, by the short id that ends a topic: pm1, pm25, pm10."""
    place, _, short = name.rpartition("/")
    return place, quantities.SHORT_IDS.index(short) if short in quantities.SHORT_IDS else -1


class View:
    """Collects documents and draws them; on a terminal in place, elsewhere once in a while, as JSON one by one."""

    def __init__(self, home: str, address: str, as_json: bool, expects_claim: bool) -> None:
        self._home = home
        self._address = address
        self._json = as_json
        self._expects_claim = expects_claim
        self._live = sys.stdout.isatty() and not as_json
        self._documents: dict[str, Any] = {}
        self._claims: dict[str, None] = {}  # in the order in which they were seen
        self._count = 0
        self._measured = 0
        self._drawn = 0.0
        self._inferred_at = 0.0
        self._dirty = False

    def ready(self) -> None:
        """Everything is started."""
        if self._json:
            ready = {
                "event": "ready",
                "broker": self._address,
                "home": self._home,
                "claim_expected": self._expects_claim,
            }
            print(json.dumps(ready, separators=(",", ":")), flush=True)

    def document(self, topic: str, payload: bytes) -> None:
        """Take a published document."""
        if not payload:
            return
        self._count += 1
        if self._json:
            print(f'{{"event":"document","topic":{json.dumps(topic)},"payload":{payload.decode()}}}', flush=True)
        try:
            body = json.loads(payload)
        except ValueError:
            return
        self._measured += body.get("schema") == "measured/1" if isinstance(body, dict) else 0
        self._documents[topic.split("/", 3)[-1]] = body
        if "/inferred/" in topic:
            self._inferred_at = time.monotonic()
        if isinstance(body, dict) and body.get("kind") == "elevation" and body["verdict"] == "elevated":
            self._claims[body["id"]] = None
        self._dirty = True

    def draw(self) -> None:
        """Show what has changed, at most every half second; away from a terminal every ten."""
        now = time.monotonic()
        pause = 0.5 if self._live else 10.0
        if self._json or not self._dirty or not self._complete() or now - self._drawn < pause:
            return
        self._drawn = now
        self._dirty = False
        text = "\n".join(self._lines())
        print((_CLEAR if self._live else "") + text, flush=True)

    def _complete(self) -> bool:
        """Not the first of many: what was inferred comes one by one."""
        told = self._measured > 1 and bool(self._of("elevation"))
        return self._drawn > 0 or (told and time.monotonic() - self._inferred_at > TOGETHER_S)

    def _of(self, leaf: str) -> list[Any]:
        names = sorted(name for name in self._documents if name.startswith("inferred/") and name.endswith("/" + leaf))
        return [self._documents[name] for name in names if "text" in self._documents[name]]

    def _lines(self) -> list[str]:
        port = self._address.rsplit(":", 1)[1]
        lines = [
            self._bold(f"aqsense demo   {self._address}   home {self._home}"),
            self._dim(f"listen along: mosquitto_sub -p {port} -t 'aqsense/#' -v        Ctrl-C ends it"),
            self._dim(f"ask along:    aqsense status --broker {self._address} --home {self._home}"),
            "",
            self._bold("MEASURED"),
            *self._measured_lines(),
            "",
            self._bold("USUAL HERE"),
        ]
        for body in self._of("typical"):
            lines += self._said(body)
        lines += ["", self._bold("CLAIMED, OR WITHHELD AND WHY")]
        for body in self._of("elevation"):
            lines += self._elevation(body)
        lines += ["", self._bold("WHAT HOLDS FOR EVERYBODY")]
        for body in self._of("guidance"):
            lines += self._said(body)
        account = self._documents.get("inferred/account")
        if account:
            lines += ["", self._bold("ACCOUNT"), *self._wrapped(account["text"])]
        return lines

    def _measured_lines(self) -> list[str]:
        rooms = {body["sid"]: body["room"] for body in self._metas()}
        found = []
        for name in sorted(self._documents, key=_by_size):
            body = self._documents[name]
            if not isinstance(body, dict) or body.get("schema") != "measured/1":
                continue
            value = "no value" if body["v"] is None else f"{body['v']} {_UNITS.get(body['u'], body['u'])}"
            what = _SHORT.get(body["quantity"], body["quantity"])
            flags = f"   {', '.join(_FLAGS.get(flag, flag) for flag in body['flags'])}" if body["flags"] else ""
            room = rooms.get(body["sid"], body["sid"])
            found.append(f"  {room:<10} {what:<6} {value:>12}   {(body['t'] or '')[11:19]} UTC{flags}")
        return found

    def _metas(self) -> list[Any]:
        return [body for name, body in self._documents.items() if name.startswith("sensor/") and name.endswith("/meta")]

    def _elevation(self, body: Any) -> list[str]:
        what = _SHORT.get(body["quantity"], body["quantity"])
        head = f"  {body['room']:<10} {what:<6} {body['verdict']}, {body['stage']}"
        lines = [self._bold(head) if body["verdict"] == "elevated" else head, *self._wrapped(body["text"])]
        claim, evidence = body.get("claim"), body.get("evidence") or {}
        if claim:
            lines += self._wrapped(
                f"By chance alone at most {_promise(**claim['promise'])} rank like this. "
                f"Compared with {evidence['n']} days, {evidence['from']} to {evidence['to']}."
            )
            near = ", ".join(f"{day['day']} ({day['score']})" for day in evidence.get("nearest", []))
            if near:
                lines += self._wrapped(f"Its score {evidence['score']}; the nearest days: {near}.")
            if evidence.get("unknown"):
                lines += self._wrapped(f"Not known: {', '.join(evidence['unknown'])}.")
        return lines

    def _said(self, body: Any) -> list[str]:
        name = _SHORT.get(body["quantity"], body["quantity"])
        return self._wrapped(f"{body['room']}, {name}: {body['text']}", "  ")

    def _wrapped(self, text: str, indent: str = "    ") -> list[str]:
        width = min(shutil.get_terminal_size((100, _HOME_LINES)).columns, 110)
        return textwrap.wrap(text, width, initial_indent=indent, subsequent_indent=indent + "  ")

    def _bold(self, text: str) -> str:
        return f"{_BOLD}{text}{_PLAIN}" if self._live else text

    def _dim(self, text: str) -> str:
        return f"{_DIM}{text}{_PLAIN}" if self._live else text

    def close(self) -> None:
        """The last picture stays on the screen."""
        if self._live:
            print(flush=True)

    def summary(self, seconds: float) -> None:
        """What came in, for a program; a claim counts although a half hour without enough data has closed since."""
        if not self._json:
            return
        counts = {"documents": self._count, "measured": self._measured, "claims": list(self._claims)}
        print(
            json.dumps({"event": "summary", "seconds": round(seconds, 1), **counts}, separators=(",", ":")), flush=True
        )
