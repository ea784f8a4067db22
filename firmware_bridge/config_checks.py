"""What may stand in a configuration: each check gives the problem and what to write instead."""

import difflib
import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

PUBLISH_EVERY_S = (0, 1, 2, 3, 5, 6, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1800)  # whole windows in a half hour
NODE = r"node:([a-z0-9-]{1,32}(/[0-9])?|/[^#]+(#[0-9])?)"
THIS_MACHINE = ("localhost", "127.0.0.1", "::1")

Check = Callable[[str], tuple[str, str] | None]


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: where (dotted path), what, and what to write instead."""

    path: str
    problem: str
    fix: str

    def line(self) -> str:
        """The problem as one line of text."""
        return f"{self.path}: {self.problem}: {self.fix}"


class Table:
    """One table of the document; every wrong value is reported and replaced by its default, so that all are found."""

    def __init__(self, values: dict[str, Any], path: str, problems: list[Problem]) -> None:
        self._values = values
        self._path = path
        self._problems = problems
        self._known: list[str] = []

    def report(self, key: str, problem: str, fix: str) -> None:
        """Note a problem of one key."""
        self._problems.append(Problem(self._dotted(key), problem, fix))

    def _dotted(self, key: str) -> str:
        return f"{self._path}.{key}" if self._path else key

    def _take(self, key: str) -> Any:
        self._known.append(key)
        return self._values.get(key)

    def text(self, key: str, default: str | None, check: Check | None = None) -> str:
        """A string; `default` None means that it must be given."""
        value = self._take(key)
        if value is None:
            if default is None:
                self.report(key, "missing", f'write {key} = "{_EXAMPLES.get(key, "...")}"')
            return default or ""
        if not isinstance(value, str) or not value:
            self.report(key, f"must be text, not {_shown(value)}", f'write {key} = "{_EXAMPLES.get(key, "...")}"')
            return default or ""
        found = check(value) if check else None
        if found:
            self.report(key, *found)
        return value

    def number(self, key: str, default: int | None, least: int, most: int) -> Any:
        """A whole number from `least` to `most`, both included."""
        value = self._take(key)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            self.report(key, f"cannot be {_shown(value)}", f"write a whole number from {least} to {most}")
            return default
        return value

    def flag(self, key: str, default: bool) -> bool:
        """True or false."""
        value = self._take(key)
        if value is None:
            return default
        if not isinstance(value, bool):
            self.report(key, f"cannot be {_shown(value)}", "write true or false")
            return default
        return value

    def choice(self, key: str, default: Any, allowed: Sequence[Any]) -> Any:
        """One of `allowed`."""
        value = self._take(key)
        if value is None:
            return default
        if isinstance(value, bool) or value not in allowed:
            self.report(key, f"cannot be {_shown(value)}", _one_of(value, allowed))
            return default
        return value

    def choices(self, key: str, default: Sequence[str], allowed: Sequence[str]) -> tuple[str, ...]:
        """A list of strings, each one of `allowed`."""
        value = self._take(key)
        if value is None:
            return tuple(default)
        if not isinstance(value, list):
            self.report(key, f"must be a list, not {_shown(value)}", f'write {key} = ["{allowed[0]}"]')
            return tuple(default)
        for item in value:
            if item not in allowed:
                self.report(key, f"does not know {_shown(item)}", _one_of(item, allowed))
        return tuple(str(item) for item in value)

    def secret(self, key: str) -> str | None:
        """The first line of the file that the key names; None when the key is not there."""
        path = self.text(key, "")
        if not path:
            return None
        try:
            with Path(path).open(encoding="utf-8") as file:
                found = file.readline().rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            what = getattr(error, "strerror", None) or "not UTF-8 text"
            self.report(
                key, f"cannot read {path}: {what}", "write the password into that file, readable for the daemon's user"
            )
            return None
        if not found:
            self.report(key, f"{path} is empty", "write the password into its first line")
        return found or None

    def table(self, key: str) -> "Table":
        """A sub-table; an empty one when it is not there."""
        value = self._take(key)
        if value is not None and not isinstance(value, dict):
            self.report(key, "must be a table", f"write [{key}] on a line of its own")
            value = None
        return Table(value or {}, self._dotted(key), self._problems)

    def tables(self, key: str) -> list["Table"]:
        """The tables of an array of tables; at least one must be there."""
        value = self._take(key)
        if not isinstance(value, list) or not value or not all(isinstance(item, dict) for item in value):
            self.report(
                key,
                "no sensor" if value is None else "must be an array of tables",
                f"write [[{key}]] with id, model, port and room",
            )
            return []
        return [Table(item, f"{self._dotted(key)}.{i}", self._problems) for i, item in enumerate(value)]

    def close(self) -> None:
        """Report every key that nothing asked for."""
        for key in self._values:
            if key not in self._known:
                near = difflib.get_close_matches(key, self._known, 1)
                fix = f"did you mean {near[0]}?" if near else f"known here: {', '.join(self._known)}"
                self.report(key, "unknown key", fix)


_EXAMPLES = {
    "home": "maple",
    "tz": "Europe/Berlin",
    "id": "s1",
    "model": "pms5003",
    "port": "/dev/ttyUSB0",
    "room": "kitchen",
    "url": "mqtt://127.0.0.1:1883",
    "username": "aqsense",
    "password_file": "/etc/aqsense/mqtt.secret",
    "state_dir": "/var/lib/aqsense",
    "duty": "5m/1m",
    "correction": "none",
}


def _shown(value: Any) -> str:
    return "nothing" if value == "" else repr(value)[:60]


def _one_of(value: Any, allowed: Sequence[Any]) -> str:
    near = difflib.get_close_matches(str(value), [str(item) for item in allowed], 1)
    listed = "one of " + ", ".join(f'"{item}"' if isinstance(item, str) else str(item) for item in allowed)
    return f"did you mean {near[0]}? {listed}" if near else f"write {listed}"


def identifier(value: str) -> tuple[str, str] | None:
    """Ids become topic levels: lower-case letters, digits and hyphens only."""
    if re.fullmatch(r"[a-z0-9-]{1,32}", value):
        return None
    slug = re.sub(r"[^a-z0-9]+", "-", value.lower()).strip("-")[:32] or "maple"
    return f"cannot be {_shown(value)}", f'1 to 32 of a-z, 0-9 and -, for instance "{slug}"'


def zone(value: str) -> tuple[str, str] | None:
    """A name of the tz database."""
    import zoneinfo

    try:
        zoneinfo.ZoneInfo(value)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return f"unknown time zone {_shown(value)}", 'write a name such as "Europe/Berlin" (timedatectl list-timezones)'
    return None


def system_zone() -> str:
    """This machine's zone by /etc/localtime, else UTC."""
    target = os.path.realpath("/etc/localtime")
    name = target.split("/zoneinfo/")[-1] if "/zoneinfo/" in target else "UTC"
    return name if zone(name) is None else "UTC"


def certificates(value: str) -> tuple[str, str] | None:
    """A file of certificates that this user may read."""
    if not (os.access(value, os.R_OK) and Path(value).is_file()):
        return f"cannot read {value}", "name a certificate file that this user may read"
    import ssl

    try:
        ssl.create_default_context(cafile=value)
    except (ssl.SSLError, OSError):
        return (
            f"{value} holds no certificate",
            "name the certificate of the broker's authority, as PEM (BEGIN CERTIFICATE)",
        )
    return None


def topic_prefix(value: str) -> tuple[str, str] | None:
    """A topic without wildcards or empty levels."""
    if re.fullmatch(r"[A-Za-z0-9_/-]{1,64}", value) and not re.search(r"^/|/$|//", value):
        return None
    return f"cannot be {_shown(value)}", 'letters, digits, _ - and single /, for instance "homeassistant"'


def release(value: str) -> tuple[str, str] | None:
    """A Home Assistant release: year and month."""
    if re.fullmatch(r"20\d\d\.(1[0-2]|[1-9])", value):
        return None
    return f"cannot be {_shown(value)}", 'year and month, for instance "2025.4"'


def port(value: str) -> tuple[str, str] | None:
    """A device path, "auto", or a node."""
    if value == "auto" or value.startswith("/") or re.fullmatch(NODE, value):
        return None
    return (
        f"cannot be {_shown(value)}",
        'write a path such as "/dev/serial/by-id/...", "auto", "node:<id>", or "node:/dev/..." for a node on a cable',
    )


def correction(table: Table, value: str, known_model: str) -> str:
    """A named correction formula whose inputs the model reports."""
    from aqsense import corrections
    from aqsense.wire import registry

    try:
        if known_model in ("auto", ""):
            corrections.describe(value)
        else:
            info = registry.info(known_model)
            corrections.open(value, info.fields, info.scales)
    except ValueError as error:
        problem, _, fix = str(error).partition(": ")
        table.report("correction", problem, fix or f"see what {known_model} reports: aqsense sensors {known_model}")
        return "none"
    return value


def altitude(table: Table, value: int | None, known_model: str, correction: str) -> int | None:
    """The altitude that a sensor is told, for one that corrects its own readings, which nothing else may then do."""
    from aqsense.wire import registry

    if value is not None and correction.startswith("co2-pressure"):
        table.report("altitude_m", f"would correct a second time what {correction} corrects", "keep one of the two")
        return None
    if value is None or known_model in ("auto", "") or registry.info(known_model).altitude:
        return value
    table.report(
        "altitude_m", f"{known_model} cannot be told", 'leave it out; for CO2 see correction = "co2-pressure:..."'
    )
    return None


def self_calibration(table: Table, value: str, known_model: str) -> str:
    """on, off, leave, or a period that the model can be told."""
    from aqsense.wire import registry, self_calibration

    try:
        self_calibration.hours(value, registry.info(known_model) if known_model not in ("auto", "") else None)
    except ValueError as error:
        problem, _, fix = str(error).removeprefix("abc ").rpartition(": ")
        table.report("abc", problem, fix)
        return "leave"
    return value


def duty(table: Table, value: str, known_model: str) -> str:
    """ "continuous", or a period and a time awake that leaves the model time to warm up."""
    from aqsense.wire import dialogue, registry

    warm_up_s = registry.info(known_model).warm_up_s if known_model not in ("auto", "") else 0
    try:
        dialogue.parse_duty(value, warm_up_s)
    except ValueError as error:
        problem, _, fix = str(error).removeprefix("duty ").partition(": ")
        table.report("duty", problem, fix)
        return "continuous"
    return value


def model(table: Table, value: str) -> str:
    """A model's id for its id or alias; reports an unknown one with the nearest that is known."""
    if value in ("auto", ""):
        return value
    from aqsense.wire import registry

    found = registry.resolve(value)
    if found is None:
        near = registry.suggest(value)
        fix = f"did you mean {near}? see aqsense sensors" if near else "see aqsense sensors"
        table.report("model", f"unknown model '{value}'", fix)
        return "auto"
    return str(found)


def broker_url(table: Table, url: str, allow_plain: bool, identified: bool) -> tuple[bool, str, int]:
    """Whether TLS is used, host and port; reports plain text or nameless access to another machine."""
    parts = urlsplit(url)
    try:
        number = parts.port
    except ValueError:
        number = -1
    if parts.scheme not in ("mqtt", "mqtts") or not parts.hostname or number == -1 or parts.path not in ("", "/"):
        table.report(
            "url",
            f"cannot be {_shown(parts._replace(netloc=parts.hostname or '').geturl())}",
            'write "mqtts://broker.lan:8883" or "mqtt://127.0.0.1:1883"',
        )
        return False, "127.0.0.1", 1883
    if parts.username or parts.password:
        table.report("url", "holds a user name or password", "move them to mqtt.username and mqtt.password_file")
    tls = parts.scheme == "mqtts"
    local = parts.hostname in THIS_MACHINE or parts.hostname.startswith("127.")
    if not local and not tls and not allow_plain:
        table.report(
            "url",
            "would send readings and password unencrypted to another machine",
            'write "mqtts://…", or set mqtt.allow_plain = true',
        )
    if not local and not identified:
        table.report(
            "username",
            f"{parts.hostname} would be used without a user name",
            "set mqtt.username and mqtt.password_file, or mqtt.allow_anonymous = true",
        )
    return tls, parts.hostname, number or (8883 if tls else 1883)


def humidity_near(sensors: Sequence[Any], problems: list[Problem]) -> None:
    """Report a correction that needs humidity where no sensor of the room reports it: nothing would ever be learned."""
    from aqsense import corrections
    from aqsense.wire import registry

    for i, sensor in enumerate(sensors):
        formula = corrections.describe(sensor.correction)
        if formula is None or sensor.model == "auto":
            continue
        beside = [other.model for other in sensors if other.room == sensor.room and other is not sensor]
        known = "auto" in beside or any(corrections.RH in registry.info(model).fields for model in beside)
        if formula.borrows_humidity(registry.info(sensor.model).fields) and not known:
            problems.append(
                Problem(
                    f"sensor.{i}.correction",
                    f"{sensor.correction} needs humidity, which no sensor in '{sensor.room}' reports",
                    "add one that does, such as scd30, or leave it out",
                )
            )


def sensors_apart(sensors: Sequence[Any], problems: list[Problem]) -> None:
    """Report sensors that share an id, a port, or that "auto" could not tell apart."""
    ids: dict[str, int] = {}
    ports: dict[str, int] = {}
    for i, sensor in enumerate(sensors):
        if sensor.id and ids.setdefault(sensor.id, i) != i:
            problems.append(
                Problem(
                    f"sensor.{i}.id",
                    f"'{sensor.id}' is also the id of sensor.{ids[sensor.id]}",
                    "give each sensor an id of its own",
                )
            )
        automatic = sensor.port == "auto"
        key = (
            f"auto {sensor.model}"
            if automatic
            else os.path.realpath(sensor.port)
            if sensor.port.startswith("/")
            else sensor.port
        )
        if ports.setdefault(key, i) != i:
            fix = (
                "name their ports: ls -l /dev/serial/by-id /dev/serial/by-path"
                if automatic
                else "give each sensor a port of its own"
            )
            problems.append(
                Problem(f"sensor.{i}.port", f"'{sensor.port}' is also the port of sensor.{ports[key]}", fix)
            )
