"""Local time on a board: the POSIX rule of a time zone, as a UTC offset for any half hour.

"CET-1CEST,M3.5.0,M10.5.0/3": standard time, offset west of Greenwich, daylight time, and the local times of change.
Source: POSIX.1-2017, chapter 8.3 (TZ), the form with `Mm.w.d` rules.
"""

from aqsense.timetext import civil, days_from_civil


class BadRule(ValueError):
    """The text is no time-zone rule; the message says what one looks like."""

    def __init__(self, text: str) -> None:
        super().__init__("tz %r: write a rule such as CET-1CEST,M3.5.0,M10.5.0/3, or UTC0" % text)


class Zone:
    """`rule`: see above. Offsets are minutes east of Greenwich; 15-minute zones are fine."""

    def __init__(self, rule: str) -> None:
        self._text = rule
        parts = rule.split(",")
        names = parts[0]
        at = _name_end(names, 0, rule)
        at, west = _offset(names, at, rule)
        self.standard_min = -west
        self.daylight_min = self.standard_min
        self._start: tuple | None = None
        self._end: tuple | None = None
        self._cell = -1
        self._offset = 0
        self._year = 0
        self._from = 0
        self._until = 0
        if at == len(names):
            if len(parts) != 1:
                raise BadRule(rule)
            return
        at = _name_end(names, at, rule)
        self.daylight_min = self.standard_min + 60
        if at < len(names):
            at, west = _offset(names, at, rule)
            self.daylight_min = -west
        if at != len(names) or len(parts) != 3:
            raise BadRule(rule)
        self._start = _change(parts[1], rule)
        self._end = _change(parts[2], rule)

    def offset_min(self, cell: int) -> int:
        """Minutes to add to UTC at the start of half hour `cell` (half hours since 1970-01-01)."""
        if self._start is None:
            return self.standard_min
        if cell != self._cell:
            self._cell = cell
            self._offset = self._look_up(cell)
        return self._offset

    def _look_up(self, cell: int) -> int:
        minute = cell * 30
        year = civil((minute + self.standard_min) // 1440)[0]
        if year != self._year:
            self._year = year
            self._from = _day_of(year, self._start) * 1440 + self._start[3] - self.standard_min
            self._until = _day_of(year, self._end) * 1440 + self._end[3] - self.daylight_min
        if self._from < self._until:
            summer = self._from <= minute < self._until
        else:  # south of the equator the year begins in summer
            summer = minute >= self._from or minute < self._until
        return self.daylight_min if summer else self.standard_min


def _name_end(text: str, at: int, rule: str) -> int:
    start = at
    if at < len(text) and text[at] == "<":
        while at < len(text) and text[at] != ">":
            at += 1
        at += 1
    else:
        while at < len(text) and text[at].isalpha():
            at += 1
    if at - start < 3 or at > len(text):
        raise BadRule(rule)
    return at


def _offset(text: str, at: int, rule: str) -> tuple:
    sign = 1
    if at < len(text) and text[at] in "+-":
        sign = -1 if text[at] == "-" else 1
        at += 1
    start = at
    while at < len(text) and (text[at].isdigit() or text[at] == ":"):
        at += 1
    return at, sign * _minutes(text[start:at], rule)


def _minutes(text: str, rule: str) -> int:
    parts = text.split(":")
    try:
        hours = int(parts[0])
        minutes = int(parts[1]) if len(parts) > 1 else 0
    except ValueError:
        raise BadRule(rule) from None
    if hours > 167 or minutes > 59:
        raise BadRule(rule)
    return hours * 60 + minutes


def _change(text: str, rule: str) -> tuple:
    # (month, week, weekday, minutes after local midnight)
    parts = text.split("/")
    if not parts[0].startswith("M") or len(parts) > 2:
        raise BadRule(rule)
    try:
        month, week, weekday = [int(x) for x in parts[0][1:].split(".")]
    except ValueError:
        raise BadRule(rule) from None
    if not (1 <= month <= 12 and 1 <= week <= 5 and 0 <= weekday <= 6):
        raise BadRule(rule)
    minutes = 120
    if len(parts) == 2:
        sign = -1 if parts[1].startswith("-") else 1
        minutes = sign * _minutes(parts[1].lstrip("+-"), rule)
    return month, week, weekday, minutes


def _day_of(year: int, change: tuple) -> int:
    month, week, weekday = change[0], change[1], change[2]
    first = days_from_civil(year, month, 1)
    day = first + (weekday - (first + 4) % 7) % 7 + 7 * (week - 1)  # 1970-01-01 was a Thursday
    after = days_from_civil(year, month + 1, 1) if month < 12 else days_from_civil(year + 1, 1, 1)
    return day if day < after else day - 7
