"""The configuration file: read, checked as a whole, and turned into values that nothing else has to check again."""

import hashlib
import json
import os
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aqsense import guidance_levels
from firmware_bridge import config_checks as checks
from firmware_bridge.config_checks import Problem, Table
from firmware_bridge.errors import EXIT_CONFIG, AqsenseError

DEFAULT_PATH = "/etc/aqsense/aqsense.toml"


class ConfigError(AqsenseError):
    """The configuration cannot be used; `problems` holds all that is wrong with it."""

    exit_code = EXIT_CONFIG

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(problem.line() for problem in problems))
        self.problems = problems

    def lines(self) -> list[str]:
        """A line for each problem."""
        return [problem.line() for problem in self.problems]


@dataclass(frozen=True)
class Mqtt:
    """Where and how to reach the broker; `password` is None when none is used and never printed."""

    host: str = "127.0.0.1"
    port: int = 1883
    tls: bool = False
    version: int = 5
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    ca_file: str | None = None
    keepalive_s: int = 30

    @property
    def url(self) -> str:
        """The address as a person would write it, without any secret."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"mqtt{'s' if self.tls else ''}://{host}:{self.port}"


@dataclass(frozen=True)
class Sensor:
    """One `[[sensor]]`: `poll_s` None means the model's own interval, `model` and `port` may be "auto"."""

    id: str
    model: str = "auto"
    port: str = "auto"
    room: str = ""
    room_kind: str = "other"
    correction: str = "none"
    duty: str = "continuous"
    poll_s: int | None = None
    abc: str = "leave"
    altitude_m: int | None = None


@dataclass(frozen=True)
class Config:
    """A whole configuration that passed every check."""

    home: str
    tz: str
    sensors: tuple[Sensor, ...]
    state_dir: Path
    mqtt: Mqtt = Mqtt()
    lang: str = "en"
    profile: str = "pi"
    discovery: str = "device"
    prefix: str = "homeassistant"
    oldest: str = "2025.4"
    every_s: int = 10
    commit_s: int = 60
    outbox_max_mib: int = 64
    claims_enabled: bool = True
    level: str = "normal"
    schemes: tuple[str, ...] = guidance_levels.DEFAULT_SCHEMES
    altitude_m: int = 0
    outdoor_co2_ppm: int = 429
    hash: str = ""


def counted(sensors: int) -> str:
    """`1 sensor`, `2 sensors`."""
    return f"{sensors} sensor{'' if sensors == 1 else 's'}"


def load(path: str | Path) -> Config:
    """Read a TOML file; raises ConfigError with every problem that is in it."""
    try:
        text = Path(path).read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ConfigError(
            [Problem(str(path), "there is no such file", "write it, or name another with --config")]
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        what = getattr(error, "strerror", None) or "it is not UTF-8 text"
        fix = f"make it readable for this user: chmod u+r {path}" if isinstance(error, OSError) else "save it as UTF-8"
        if isinstance(error, IsADirectoryError):
            fix = "name the file in it"
        raise ConfigError([Problem(str(path), f"cannot be read: {what}", fix)]) from None
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([Problem(str(path), f"not TOML: {error}", "correct that line")]) from None
    return parse(document)


def parse(document: dict[str, Any]) -> Config:
    """Check a parsed document; raises ConfigError with every problem that is in it."""
    problems: list[Problem] = []
    root = Table(document, "", problems)
    home = root.text("home", None, checks.identifier)
    tz = root.text("tz", checks.system_zone(), checks.zone)
    common: dict[str, Any] = {
        "lang": root.choice("lang", "en", ("en", "de")),
        "profile": root.choice("profile", "pi", ("pi", "board")),
        "state_dir": Path(root.text("state_dir", _state_dir())),
    }
    mqtt = _mqtt(root.table("mqtt"))
    common |= _homeassistant(root.table("homeassistant"))
    common |= _publish(root.table("publish"))
    common |= _claims(root.table("claims"))
    common |= _guidance(root.table("guidance"))
    sensors = tuple(_sensor(table) for table in root.tables("sensor"))
    checks.sensors_apart(sensors, problems)
    checks.humidity_near(sensors, problems)
    root.close()
    if problems:
        raise ConfigError(problems)
    plain = json.dumps(document, sort_keys=True, default=str)
    digest = hashlib.sha256(plain.encode()).hexdigest()[:16]
    return Config(home=home, tz=tz, sensors=sensors, mqtt=mqtt, hash=digest, **common)


def _state_dir() -> str:
    given = os.environ.get("STATE_DIRECTORY", "").split(":")[0]
    if given:
        return given
    base = os.environ.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    return str(Path(base) / "aqsense")


def _mqtt(table: Table) -> Mqtt:
    url = table.text("url", "mqtt://127.0.0.1:1883")
    version = table.choice("version", 5, (5, 311))
    username = table.text("username", "")
    password = table.secret("password_file")
    ca_file = table.text("ca_file", "", checks.certificates)
    allow_plain = table.flag("allow_plain", False)
    allow_anonymous = table.flag("allow_anonymous", False)
    keepalive_s = table.number("keepalive_s", 30, 5, 3600)
    table.close()
    tls, host, port = checks.broker_url(table, url, allow_plain, bool(username) or allow_anonymous)
    if password and not username:
        table.report("username", "a password without a user name", 'set mqtt.username = "aqsense"')
    return Mqtt(host, port, tls, version, username or None, password, ca_file or None, keepalive_s)


def _homeassistant(table: Table) -> dict[str, Any]:
    found = {
        "discovery": table.choice("discovery", "device", ("device", "components", "off")),
        "prefix": table.text("prefix", "homeassistant", checks.topic_prefix),
        "oldest": table.text("oldest", "2025.4", checks.release),
    }
    table.close()
    return found


def _publish(table: Table) -> dict[str, Any]:
    found = {
        "every_s": table.choice("every_s", 10, checks.PUBLISH_EVERY_S),
        "commit_s": table.number("commit_s", 60, 1, 3600),
        "outbox_max_mib": table.number("outbox_max_mib", 64, 1, 65536),
    }
    table.close()
    return found


def _claims(table: Table) -> dict[str, Any]:
    found = {
        "claims_enabled": table.flag("enabled", True),
        "level": table.choice("level", "normal", ("few", "normal", "many")),
    }
    table.close()
    return found


def _guidance(table: Table) -> dict[str, Any]:
    found = {
        "schemes": table.choices("schemes", guidance_levels.DEFAULT_SCHEMES, guidance_levels.SCHEMES),
        "altitude_m": table.number("altitude_m", 0, -430, 8850),
        "outdoor_co2_ppm": table.number("outdoor_co2_ppm", 429, 350, 600),
    }
    table.close()
    return found


def _sensor(table: Table) -> Sensor:
    identifier = table.text("id", None, checks.identifier)
    model = checks.model(table, table.text("model", "auto"))
    correction = checks.correction(table, table.text("correction", "none"), model)
    sensor = Sensor(
        id=identifier,
        model=model,
        port=table.text("port", "auto", checks.port),
        room=table.text("room", identifier),
        room_kind=table.choice("room_kind", "other", ("kitchen", "bedroom", "living", "office", "other")),
        correction=correction,
        duty=checks.duty(table, table.text("duty", "continuous"), model),
        poll_s=table.number("poll_s", None, 1, 3600),
        abc=checks.self_calibration(table, table.text("abc", "leave"), model),
        altitude_m=checks.altitude(table, table.number("altitude_m", None, 0, 8850), model, correction),
    )
    table.close()
    return sensor
