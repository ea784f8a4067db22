"""The levels that hold for everybody, as data: limit, averaging window, scope, source. Nothing here is personal.

Each row: id, scheme, quantity, kind of room (None: every room), limit (scaled as the quantity; above outdoors where
`outdoor` is True), averaging window, scope, source, and the bands that name a category (None: there are none).

Verified against (V) the text itself, (S) secondary texts that quote it, (U) not verified:

* WHO global air quality guidelines 2021 (S: AirClim's copy of table 0.1 and others): PM2.5 15 (24 h, 99th percentile,
  that is 3-4 days a year above), 5 (annual); PM10 45 and 15.
* US AQI 2024: see `guidance_nowcast`. The limit shown is the upper end of "good".
* Directive (EU) 2024/2881, Annex I, limit values for 2030 (S: AirClim's table; the 18 days a year that a daily value
  may be exceeded: U): PM2.5 25 (day), 10 (year); PM10 45 and 20. Its day is a calendar day; here it is the last 24 h.
* UBA 2008 (S; the preamble V: it judges the *present* air of a room and names no averaging time): below 1000 ppm
  hygienically harmless, to 2000 conspicuous, above unacceptable. The 1-hour mean is this program's choice.
* EN 16798-1:2019, Annex B (S: a program that cites page 55 of the German edition): 550, 800, 1350 ppm above outdoors.
  The bedroom values 380, 550, 950 are U. Design values for occupied rooms; the 1-hour mean is this program's choice.
* Occupational 8-hour mean of 5000 ppm (S: OSHA table Z-1 and the EU indicative list, Directive 2006/15/EC).
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
_UBA = "Umweltbundesamt, Bundesgesundheitsblatt 51 (2008) 1358"
_EN = "EN 16798-1:2019, Annex B"
_OEL = "29 CFR 1910.1000 table Z-1; Directive 2006/15/EC"

BEDROOM = "bedroom"
NOT_BEDROOM = "not bedroom"

UBA_BANDS = ((1000, "harmless"), (2000, "conspicuous"), (None, "unacceptable"))
EN_BANDS = ((550, "I"), (800, "II"), (1350, "III"), (None, "IV"))
EN_BEDROOM_BANDS = ((380, "I"), (550, "II"), (950, "III"), (None, "IV"))


class Level:
    """One limit with everything that must stand beside it. Immutable by agreement."""

    def __init__(
        self,
        ident: str,
        scheme: str,
        quantity: int,
        limit: int,
        window: str,
        scope: str,
        source: str,
        bands: tuple | None = None,
        room: str | None = None,
        outdoor: bool = False,
    ) -> None:
        self.id = ident
        self.scheme = scheme
        self.quantity = quantity
        self.limit = limit
        self.window = window
        self.scope = scope
        self.source = source
        self.bands = bands
        self.room = room
        self.outdoor = outdoor


def levels() -> tuple:
    """Every level, in the order in which a document lists them. Made on demand: a board keeps only those it uses."""
    pm2_5, pm10, co2 = quantities.PM2_5, quantities.PM10, quantities.CO2
    return (
        Level("who-2021-pm25-24h", WHO, pm2_5, 150, HOURS_24, "ambient", _WHO),
        Level("who-2021-pm10-24h", WHO, pm10, 450, HOURS_24, "ambient", _WHO),
        Level("us-aqi-2024-nowcast", US_AQI, pm2_5, 90, NOWCAST, "ambient", _AQI),
        Level("us-aqi-2024-pm10-nowcast", US_AQI, pm10, 540, NOWCAST, "ambient", _AQI),
        Level("eu-2024-2881-pm25-24h", EU, pm2_5, 250, HOURS_24, "ambient", _EU),
        Level("eu-2024-2881-pm10-24h", EU, pm10, 450, HOURS_24, "ambient", _EU),
        Level("who-2021-pm25-annual", WHO, pm2_5, 50, ANNUAL, "ambient", _WHO),
        Level("who-2021-pm10-annual", WHO, pm10, 150, ANNUAL, "ambient", _WHO),
        Level("eu-2024-2881-pm25-annual", EU, pm2_5, 100, ANNUAL, "ambient", _EU),
        Level("eu-2024-2881-pm10-annual", EU, pm10, 200, ANNUAL, "ambient", _EU),
        Level("uba-co2-1000", UBA, co2, 1000, HOUR_1, "indoor", _UBA, UBA_BANDS),
        Level("uba-co2-2000", UBA, co2, 2000, HOUR_1, "indoor", _UBA, UBA_BANDS),
        Level("en-16798-1-co2", EN, co2, 800, HOUR_1, "indoor", _EN, EN_BANDS, NOT_BEDROOM, True),
        Level("en-16798-1-co2-bedroom", EN, co2, 550, HOUR_1, "indoor", _EN, EN_BEDROOM_BANDS, BEDROOM, True),
        Level("oel-co2-8h", OEL, co2, 5000, HOURS_8, "occupational", _OEL),
    )


def chosen(quantity: int, schemes: "Iterable[str]", room_kind: str) -> list:
    """The levels of `schemes` that apply to `quantity` in a room of that kind; ValueError for an unknown scheme."""
    wanted = tuple(schemes)
    for scheme in wanted:
        if scheme not in SCHEMES:
            raise ValueError("unknown guidance scheme '%s': choose from %s" % (scheme, ", ".join(SCHEMES)))
    found = []
    for level in levels():
        if level.quantity != quantity or level.scheme not in wanted:
            continue
        if level.room is None or (level.room == BEDROOM) == (room_kind == "bedroom"):
            found.append(level)
    return found
