"""The recorded frames, and the names that are called otherwise in aqsense."""

import json
import pathlib

from aqsense.wire import registry

FOLDER = pathlib.Path(__file__).parent.parent / "vectors"
KNOWN = [line[0] for line in registry.MODELS]

RENAMED = {
    "temperature_C": "temp_c",
    "humidity_pct": "rh_pct",
    "temperature_internal_C": "temp_internal_c",
    "humidity_internal_pct": "rh_internal_pct",
    "temperature_C_undocumented": "temp_board_c",
    "status_S": "status_s",
    "ch2o_mgm3": "hcho_ugm3",
    "temperature_C_offset500": "temp_c",
    "df3": "df3_status",
    "df4": "df4_counter",
    "df_status": "df3_status",
    "df_counter": "df4_counter",
    "ech2o": "ech2o_ugm3",
    "tvoc": "tvoc_ugm3",
    "pm2_5": "pm2_5_ugm3",
    "pm10": "pm10_ugm3",
}
# What a sample's values do not carry
ABOUT = ("state", "note", "ascii", "reply_to", "command", "device_id", "version", "error")


def load():
    found = []
    for path in sorted(FOLDER.glob("*.json")):
        for vector in json.loads(path.read_text()):
            if vector["model"] in KNOWN:
                found.append(vector)
    return found


def replies():
    return [v for v in load() if v["direction"] == "sensor->host"]


def here(name, value):
    """A vector's name and value as aqsense has them."""
    if name == "ch2o_mgm3":
        return "hcho_ugm3", value * 1000
    if "_per_0_1L" in name:
        return name.replace("_per_0_1L", "_per_dl"), value
    return RENAMED.get(name, name), value
