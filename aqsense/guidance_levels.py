"""The levels that hold for everybody, as data: limit, averaging window, scope, source. Nothing here is personal.

Each row: id, scheme, quantity, limit (scaled as the quantity), averaging window, scope, source, kind of room (None:
every room). A table of constants, because a board has those in its flash.

What was seen of each: (V) the text itself, (A) what the authority that wrote it publishes about it, (S) another text
that quotes it, (C) a closed form that gives the same numbers. Nothing here is from memory.

* WHO global air quality guidelines 2021, ISBN 978-92-4-003422-8: PM2.5 15 (24 h) and 5 (year), PM10 45 and 15; the
  24-hour values as 99th percentile, "3-4 exceedance days per year" (S: table 0.1 as AirClim and KAPSARC copy it).
  "They are applicable to both outdoor and indoor environments globally" (A: WHO's news release of 22 September 2021).
* US AQI 2024: see `guidance_nowcast`. The limit shown is the upper end of "good". For ambient air.
* Directive (EU) 2024/2881, Annex I, section 1, table 1, limit values for 1 January 2030: PM2.5 25 (day) and 10 (year),
  PM10 45 and 20, each daily value not to be exceeded on more than 18 days a year (A: Regierungspraesidium Tuebingen,
  "Neufassung der Luftqualitaetsrichtlinie", the state authority that enforces it; S: a public notebook on
  Berlin's stations). Its day is a calendar day; here it is the last 24 h. For ambient air.
* UBA, Bundesgesundheitsblatt 51 (2008) 1358: below 1000 ppm harmless, 1000 to 2000 conspicuous, above 2000
  unacceptable (S: allum.de of the university hospital Ulm; the workplace rule ASR A3.6, table 1, has the same steps).
  The preamble (V) judges the *present* air of a room and names no averaging time: the 1-hour mean is this program's
  choice. The paper beside it on fine dust indoors (51, 1370) begins with "there are no limit or guide values" (V); the
  one that allum.de mentions for PM2.5 was not seen, so that of WHO alone holds indoors here.
* EN 16798-1:2019, Annex B, default values that a national annex may replace: 550, 800, 1350 ppm above outdoors (S: a
  program that cites page 55 of the German edition), bedrooms 380, 550, 950. (C) 20 L/h a person, 13.6 asleep (S:
  Active House, which cites the standard), by 10, 7 and 4 L/s of air: 556, 794, 1389 and 378, 540, 944. Design values
  for occupied rooms; the 1-hour mean is this program's choice.
* Occupational 8-hour mean of 5000 ppm: 29 CFR 1910.1000 table Z-1 (V: its rule of an 8-hour mean; S: the line of CO2),
  Directive 2006/15/EC (V: title and recitals; S: the line), TRGS 900 (A: BGN, ASI 8.01 chapter 3: 5000 ppm as the mean
  of a shift, 10 000 in 15 minutes). NIOSH recommends the same and 30 000 for 15 minutes (S).
"""

from aqsense import quantities
from aqsense.guidance_average import ANNUAL, HOUR_1, HOURS_8, HOURS_24, NOWCAST

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

WHO = "who-2021"
US_AQI = "us-aqi-2024"
EU = "eu-2024-2881"
UBA = "uba-co2"
EN = "en-16798-1"
OEL = "oel-co2"
SCHEMES = (WHO, US_AQI, EU, UBA, EN, OEL)
DEFAULT_SCHEMES = (WHO, US_AQI, UBA)

_WHO = "WHO global air quality guidelines 2021"
_AQI = "40 CFR 58 Appendix G, 2024"
_EU = "Directive (EU) 2024/2881, Annex I, limit values for 2030"
_EU_DAY = _EU + " (18 days a year may be above)"
_UBA = "Umweltbundesamt, Bundesgesundheitsblatt 51 (2008) 1358"
_EN = "EN 16798-1:2019, Annex B"
_OEL = "29 CFR 1910.1000 table Z-1; Directive 2006/15/EC"

EVERYWHERE = "indoor and ambient"
BEDROOM = "bedroom"
NOT_BEDROOM = "not bedroom"

UBA_BANDS = ((1000, "harmless"), (2000, "conspicuous"), (None, "unacceptable"))
EN_BANDS = ((550, "I"), (800, "II"), (1350, "III"), (None, "IV"))
EN_BEDROOM_BANDS = ((380, "I"), (550, "II"), (950, "III"), (None, "IV"))


_ROWS: tuple = (
    ("who-2021-pm25-24h", WHO, quantities.PM2_5, 150, HOURS_24, EVERYWHERE, _WHO, None),
    ("who-2021-pm10-24h", WHO, quantities.PM10, 450, HOURS_24, EVERYWHERE, _WHO, None),
    ("us-aqi-2024-nowcast", US_AQI, quantities.PM2_5, 90, NOWCAST, "ambient", _AQI, None),
    ("us-aqi-2024-pm10-nowcast", US_AQI, quantities.PM10, 540, NOWCAST, "ambient", _AQI, None),
    ("eu-2024-2881-pm25-24h", EU, quantities.PM2_5, 250, HOURS_24, "ambient", _EU_DAY, None),
    ("eu-2024-2881-pm10-24h", EU, quantities.PM10, 450, HOURS_24, "ambient", _EU_DAY, None),
    ("who-2021-pm25-annual", WHO, quantities.PM2_5, 50, ANNUAL, EVERYWHERE, _WHO, None),
    ("who-2021-pm10-annual", WHO, quantities.PM10, 150, ANNUAL, EVERYWHERE, _WHO, None),
    ("eu-2024-2881-pm25-annual", EU, quantities.PM2_5, 100, ANNUAL, "ambient", _EU, None),
    ("eu-2024-2881-pm10-annual", EU, quantities.PM10, 200, ANNUAL, "ambient", _EU, None),
    ("uba-co2-1000", UBA, quantities.CO2, 1000, HOUR_1, "indoor", _UBA, None),
    ("uba-co2-2000", UBA, quantities.CO2, 2000, HOUR_1, "indoor", _UBA, None),
    ("en-16798-1-co2", EN, quantities.CO2, 800, HOUR_1, "indoor", _EN, NOT_BEDROOM),
    ("en-16798-1-co2-bedroom", EN, quantities.CO2, 550, HOUR_1, "indoor", _EN, BEDROOM),
    ("oel-co2-8h", OEL, quantities.CO2, 5000, HOURS_8, "occupational", _OEL, None),
)


class Level:
    """The limit in row number `place`, with everything that must stand beside it. Immutable by agreement."""

    def __init__(self, place: int) -> None:
        self.id, self.scheme, self.quantity, self.limit, self.window, self.scope, self.source, self.room = _ROWS[place]

    @property
    def outdoor(self) -> bool:
        """Whether the limit lies above outdoor air."""
        return self.scheme == EN

    @property
    def bands(self) -> tuple | None:
        """(upper end, category) of each band that names a category, None where there are none."""
        if self.scheme == UBA:
            return UBA_BANDS
        if self.scheme == EN:
            return EN_BEDROOM_BANDS if self.room == BEDROOM else EN_BANDS
        return None


def levels() -> tuple:
    """Every level, in the order in which a document lists them."""
    return tuple([Level(place) for place in range(len(_ROWS))])


def chosen(quantity: int, schemes: "Iterable[str]", room_kind: str) -> bytes:
    """Places of the levels of `schemes` that apply to `quantity` in such a room; ValueError for an unknown scheme."""
    wanted = tuple(schemes)
    for scheme in wanted:
        if scheme not in SCHEMES:
            raise ValueError("unknown guidance scheme '%s': choose from %s" % (scheme, ", ".join(SCHEMES)))
    found = []
    for place in range(len(_ROWS)):
        level = Level(place)
        if level.quantity != quantity or level.scheme not in wanted:
            continue
        if level.room is None or (level.room == BEDROOM) == (room_kind == "bedroom"):
            found.append(place)
    return bytes(found)
