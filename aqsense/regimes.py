"""When what was learned no longer applies: another sensor, another room, another reading of the same air."""

from aqsense import codes, quantities
from aqsense.settings import SensorSettings


def key(sensor: SensorSettings, quantity: int, model) -> list:
    """[room, model, serial or None, headline or correction]: a change of any starts the next regime."""
    basis = quantities.FIELDS[quantity]
    for field, raw in model.headline if model else ():
        if field == basis:
            basis = raw
            break
    if quantity == quantities.PM2_5 and sensor.correction != "none":
        basis = sensor.correction
    return [sensor.room, sensor.model, sensor.serial, basis]


def change(before: list, after: list) -> int:
    """The withholding code of what changed, NO_CODE for nothing; a serial that was unknown is no change."""
    if before[1] != after[1] or (before[2] and after[2] and before[2] != after[2]):
        return codes.SENSOR_CHANGED
    if before[0] != after[0]:
        return codes.SENSOR_MOVED
    return codes.CORRECTION_CHANGED if before[3] != after[3] else codes.NO_CODE
