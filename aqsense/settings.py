"""What the core must know of the owner's configuration; made by firmware_bridge from TOML, or by a board's main."""


class SensorSettings:
    """One sensor: what it is, where it stands and how often it speaks.

    `serial` and `firmware` are None until the sensor has told them. `correction` is a name of `corrections`, or
    "none". `abc` is None or "on", "off", "leave", "7d"; `abc_told` what the sensor says of it,
    (on, hours or None), None until then. `calibration` names the calibration state in force.
    """

    def __init__(self, sid: str, model: str | None, room: str, room_kind: str = "other", interval_s: int = 1) -> None:
        self.sid = sid
        self.model = model  # None: rows of a CSV
        self.room = room
        self.room_kind = room_kind
        self.interval_s = interval_s
        self.serial: str | None = None
        self.firmware: str | None = None
        self.port: str | None = None
        self.correction = "none"
        self.abc: str | None = None
        self.abc_told: tuple | None = None
        self.calibration = "c0"
        self.calibrations: list = []  # facts of earlier ones as OrderedDicts, oldest first


class Settings:
    """The home: name, language, publishing and the owner's choices; `boot` is six characters, new at each start."""

    def __init__(self, home: str, sensors: list, boot: str = "000000") -> None:
        self.home = home
        self.sensors = sensors
        self.boot = boot
        self.lang = "en"
        self.profile = "pi"
        self.publish_s = 10  # 0: each frame
        self.claims_enabled = True
        self.level = "normal"
        self.schemes = ["who-2021", "us-aqi-2024", "uba-co2"]
        self.altitude_m: int | None = None
        self.outdoor_co2_ppm = 429
        self.version = "0.1.0"
        self.tz = "UTC"
        self.config_hash = "0" * 16
        self.runtime = "cpython"

    def sensor(self, sid: str) -> SensorSettings:
        """Settings of one sensor; an unknown sid is a KeyError that lists the known ones."""
        for sensor in self.sensors:
            if sensor.sid == sid:
                return sensor
        raise KeyError("no sensor %s; the configuration has %s" % (sid, ", ".join([s.sid for s in self.sensors])))
