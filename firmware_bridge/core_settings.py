"""The core's settings, made from a configuration."""

import secrets
import string
from dataclasses import replace

import aqsense
from aqsense.settings import SensorSettings, Settings
from aqsense.wire import dialogue, registry
from firmware_bridge.config import Config, Sensor

_BOOT_LETTERS = string.ascii_lowercase + string.digits


def new_boot() -> str:
    """Six characters that no other start has had."""
    return "".join(secrets.choice(_BOOT_LETTERS) for _ in range(6))


def settings(config: Config, boot: str) -> Settings:
    """What the core needs to know; sensors whose model is still "auto" are not in it yet."""
    sensors = [sensor_settings(sensor, sensor.model) for sensor in config.sensors if sensor.model != "auto"]
    made = Settings(config.home, sensors, boot)
    made.lang = config.lang
    made.profile = config.profile
    made.publish_s = config.every_s
    made.claims_enabled = config.claims_enabled
    made.level = config.level
    made.schemes = list(config.schemes)
    made.altitude_m = config.altitude_m
    made.outdoor_co2_ppm = config.outdoor_co2_ppm
    made.version = aqsense.__version__
    made.tz = config.tz
    made.config_hash = config.hash
    return made


def sensor_settings(sensor: Sensor, model: str) -> SensorSettings:
    """One sensor's settings, once its model is known."""
    sensor = _possible(sensor, model)
    made = SensorSettings(sensor.id, model, sensor.room, sensor.room_kind, interval_s(sensor, model))
    made.port = None if sensor.port == "auto" else sensor.port
    made.correction = sensor.correction
    made.abc = None if sensor.abc == "leave" else sensor.abc
    return made


def _possible(sensor: Sensor, model: str) -> Sensor:
    """A model that was found by itself may be unable to do what the configuration asks; then its line asks nothing."""
    options = {"abc": sensor.abc, "duty": sensor.duty, "altitude_m": sensor.altitude_m}
    try:
        dialogue.open(model, 0, options)
    except ValueError:
        return replace(sensor, abc="leave", duty="continuous")
    return sensor


def interval_s(sensor: Sensor, model: str) -> int:
    """Seconds between two samples: as configured, else the model's own; with a duty cycle, its period."""
    info = registry.info(model)
    duty = dialogue.parse_duty(sensor.duty, info.warm_up_s)
    return duty[0] // 1000 if duty else sensor.poll_s or int(info.interval_s)
