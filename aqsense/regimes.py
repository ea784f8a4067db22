"""When what was learned no longer applies: another sensor, another room, another reading of the same air."""

from aqsense import codes, ids, quantities
from aqsense.settings import SensorSettings, Settings


def key(sensor: SensorSettings, quantity: int, model) -> list:
    """[room, model, serial or None, headline or correction]: a change of any starts the next regime."""
    basis = quantities.FIELDS[quantity]
    for field, raw in model.headline if model else ():
        if field == basis:
            basis = raw
            break
    if quantity == corrected_quantity(sensor):
        basis = sensor.correction
    return [sensor.room, sensor.model, sensor.serial, basis]


def corrected_quantity(sensor: SensorSettings) -> int:
    """The quantity that the chosen correction is about; -1 when none is chosen."""
    if sensor.correction == "none":
        return -1
    return quantities.CO2 if sensor.correction.startswith("co2-") else quantities.PM2_5


def change(before: list, after: list) -> int:
    """The withholding code of what changed, NO_CODE for nothing; a serial that was unknown is no change."""
    if before[1] != after[1] or (before[2] and after[2] and before[2] != after[2]):
        return codes.SENSOR_CHANGED
    if before[0] != after[0]:
        return codes.SENSOR_MOVED
    return codes.CORRECTION_CHANGED if before[3] != after[3] else codes.NO_CODE


def ident_of(settings: Settings, sid: str, quantity: int, regime: int):
    """A function (score kind, onset cell) -> id of a claim of one series."""
    field = quantities.FIELDS[quantity]

    def ident(score: int, onset: int) -> str:
        return ids.document_id(settings.home, sid, field, "r%d" % regime, "elevation", codes.SCORES[score], onset)

    return ident
