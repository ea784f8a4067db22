"""Text of days and instants, from small integers: no datetime, no float, no epoch second (contract section 2)."""

CELL_S = 1800
CELLS_A_DAY = 48


def civil(day: int) -> tuple:
    """(year, month, day of month) of a day number since 1970-01-01, proleptic Gregorian.

    Source: H. Hinnant, "chrono-compatible low-level date algorithms", civil_from_days.
    """
    z = day + 719468
    era = z // 146097
    day_of_era = z - era * 146097
    year_of_era = (day_of_era - day_of_era // 1460 + day_of_era // 36524 - day_of_era // 146096) // 365
    day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    shifted = (5 * day_of_year + 2) // 153
    month = shifted + 3 if shifted < 10 else shifted - 9
    year = year_of_era + era * 400 + (1 if month <= 2 else 0)
    return year, month, day_of_year - (153 * shifted + 2) // 5 + 1


def days_from_civil(year: int, month: int, day: int) -> int:
    """Day number since 1970-01-01 of a date; the inverse of `civil`."""
    y = year - 1 if month <= 2 else year
    era = y // 400
    year_of_era = y - era * 400
    day_of_year = (153 * (month - 3 if month > 2 else month + 9) + 2) // 5 + day - 1
    return era * 146097 + year_of_era * 365 + year_of_era // 4 - year_of_era // 100 + day_of_year - 719468


def day_text(day: int) -> str:
    """`YYYY-MM-DD` of a day number."""
    y, m, d = civil(day)
    return "%04d-%02d-%02d" % (y, m, d)


def _is_number(text: str) -> bool:
    # Digits of ASCII alone: Python counts superscripts as digits too, and then cannot read them.
    for c in text:
        if not "0" <= c <= "9":
            return False
    return len(text) > 0


def day_of_text(text: str) -> int | None:
    """Day number of `YYYY-MM-DD`; None when it is not such a text or no such day."""
    if len(text) != 10 or text[4] != "-" or text[7] != "-":
        return None
    y, m, d = text[:4], text[5:7], text[8:]
    if not (_is_number(y) and _is_number(m) and _is_number(d)):
        return None
    day = days_from_civil(int(y), int(m), int(d))
    return day if civil(day) == (int(y), int(m), int(d)) else None


def instant(cell: int, s: int = 0) -> str:
    """`YYYY-MM-DDThh:mm:ssZ` of a half hour since 1970 and a second from its start (0 to 1800, or more)."""
    cell += s // CELL_S
    s = cell % CELLS_A_DAY * CELL_S + s % CELL_S
    return "%sT%02d:%02d:%02dZ" % (day_text(cell // CELLS_A_DAY), s // 3600, s // 60 % 60, s % 60)


def instant_ms(cell: int, s: int, ms: int = 0) -> str:
    """As `instant`, with milliseconds (0 to 999)."""
    return "%s.%03dZ" % (instant(cell, s)[:-1], ms)


def of_instant(text: str) -> tuple | None:
    """(cell, s) of an RFC 3339 UTC instant; fractions are dropped, None when it is not one in UTC (`Z` or `+00:00`)."""
    if text.endswith("+00:00"):
        text = text[:-6] + "Z"
    if len(text) < 20 or text[10] != "T" or text[13] != ":" or text[16] != ":" or text[-1] != "Z":
        return None
    fraction = text[19:-1]
    if fraction and not (fraction[0] == "." and _is_number(fraction[1:])):
        return None
    day = day_of_text(text[:10])
    h, m, s = text[11:13], text[14:16], text[17:19]
    if day is None or not (_is_number(h) and _is_number(m) and _is_number(s)):
        return None
    if int(h) > 23 or int(m) > 59 or int(s) > 59:
        return None
    second = int(h) * 3600 + int(m) * 60 + int(s)
    return day * CELLS_A_DAY + second // CELL_S, second % CELL_S


def local_day(cell: int, utc_offset_min: int) -> int:
    """Local day number of a half hour."""
    return (cell * 30 + utc_offset_min) // 1440


def clock_text(slot: int) -> str:
    """`hh:mm` of a local half-hour slot (0 to 47)."""
    return "%02d:%02d" % (slot // 2, slot % 2 * 30)


def local_slot(cell: int, utc_offset_min: int) -> int:
    """Local half-hour slot (0 to 47) of a half hour (contract section 2)."""
    return (cell * 30 + utc_offset_min) // 30 % 48
