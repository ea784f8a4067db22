"""The rule of a zone gives the offsets that the zone's own table gives."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from firmware_bridge.board.localtime import BadRule, Zone

RULES = {  # the last line of each zone's file in the IANA database
    "Europe/Berlin": "CET-1CEST,M3.5.0,M10.5.0/3",
    "Europe/London": "GMT0BST,M3.5.0/1,M10.5.0",
    "Europe/Dublin": "GMT0IST,M3.5.0/1,M10.5.0",
    "America/New_York": "EST5EDT,M3.2.0,M11.1.0",
    "America/St_Johns": "NST3:30NDT,M3.2.0,M11.1.0",
    "Australia/Sydney": "AEST-10AEDT,M10.1.0,M4.1.0/3",
    "Australia/Lord_Howe": "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0",
    "Pacific/Chatham": "<+1245>-12:45<+1345>,M9.5.0/2:45,M4.1.0/3:45",
    "America/Nuuk": "<-02>2<-01>,M3.5.0/-1,M10.5.0/0",
    "Asia/Kolkata": "IST-5:30",
    "America/Sao_Paulo": "<-03>3",
    "UTC": "UTC0",
}


@pytest.mark.parametrize("name", RULES)
def test_every_half_hour_of_six_years_has_the_offset_of_the_zone(name):
    zone = Zone(RULES[name])
    table = ZoneInfo(name)
    first = int(datetime(2025, 1, 1, tzinfo=UTC).timestamp()) // 1800
    for cell in range(first, first + 6 * 366 * 48):
        offset = datetime.fromtimestamp(cell * 1800, table).utcoffset()
        assert zone.offset_min(cell) == offset.total_seconds() / 60, (name, cell)


@pytest.mark.parametrize(
    "text", ["", "Europe/Berlin", "CET", "CET-1CEST", "CET-1CEST,M3.5.0", "CET-1CEST,M13.5.0,M10.5.0"]
)
def test_what_is_no_rule_is_refused_with_an_example_of_one(text):
    with pytest.raises(BadRule, match=r"CET-1CEST,M3.5.0,M10.5.0/3"):
        Zone(text)
