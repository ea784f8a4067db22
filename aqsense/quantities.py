"""The quantities that the product knows, by index, with their names, units and resolutions.

A quantity is a small integer in the code, its field name in documents and its short id in topics.
Values are scaled integers: `value * SCALES[q]` of the shown unit (PM2.5 in tenths of a ug/m3, CO2 in ppm).
"""

PM1 = 0
PM2_5 = 1
PM4 = 2
PM10 = 3
CO2 = 4
TEMP = 5
RH = 6
PRESSURE = 7
HCHO = 8
VOC = 9
NOX = 10
COUNT = 11

FIELDS = (
    "pm1_ugm3",
    "pm2_5_ugm3",
    "pm4_ugm3",
    "pm10_ugm3",
    "co2_ppm",
    "temp_c",
    "rh_pct",
    "pressure_hpa",
    "hcho_ugm3",
    "voc_index",
    "nox_index",
)
SHORT_IDS = ("pm1", "pm25", "pm4", "pm10", "co2", "temperature", "humidity", "pressure", "hcho", "voc", "nox")
UNITS = ("ug/m3", "ug/m3", "ug/m3", "ug/m3", "ppm", "degC", "%", "hPa", "ug/m3", "1", "1")
SHOWN_UNITS = ("µg/m³", "µg/m³", "µg/m³", "µg/m³", "ppm", "°C", "%", "hPa", "µg/m³", "", "")
DECIMALS = (1, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0)
SCALES = (10, 10, 10, 10, 1, 10, 10, 10, 1, 1, 1)

PERSONAL = (PM2_5, CO2)  # baselines and claims exist for these two only
RANGED = (PM1, PM2_5, PM4, PM10, CO2)  # a typical range exists for these


def index(field: str) -> int:
    """Index of a quantity by its field name; -1 when the name is no quantity (a raw register)."""
    i = 0
    while i < COUNT:
        if FIELDS[i] == field:
            return i
        i += 1
    return -1


def index_of_short_id(short_id: str) -> int:
    """Index of a quantity by its topic level; -1 when there is none."""
    i = 0
    while i < COUNT:
        if SHORT_IDS[i] == short_id:
            return i
        i += 1
    return -1
