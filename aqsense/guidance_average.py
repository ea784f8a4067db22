"""Averages that know their window: the only thing a guidance level can be compared with.

Half-hour means go in, `Average` objects come out. A level accepts nothing else, so a one-minute value cannot meet a
24-hour guideline: an `Average` takes its number from `Averages` itself, for the window that it names.

An hour counts when three quarters of it were measured, a 24-hour mean when 18 of its hours count, an annual mean when
6 570 of 8 760 do: three quarters throughout, here also of eight hours, of which no text speaks.
State: 50 half hours, and for an annual mean one record a UTC day for a year (1.1 kB).

**Source** AirNow-Tech forum topic 171, EPA's own (V): "75%, or 18/24 hours of data are needed for a valid daily AQI".
Directive (EU) 2024/2881, Annex V, point C (S: a public notebook that quotes it): "75 % of the 1-hour means (i.e. at
least 18 hourly values during the day)". Its annual means need 85 % (point B, S), each quarter apart, and its days are
those of the calendar; a home waits for three quarters of any 365 days instead, so this is no assessment under the
directive.
"""

import struct
from array import array

HOUR_1 = "1 h mean"
HOURS_8 = "8 h mean"
HOURS_24 = "24 h mean"
NOWCAST = "NowCast 12 h"
ANNUAL = "annual mean"
WINDOWS = (HOUR_1, HOURS_8, HOURS_24, NOWCAST, ANNUAL)
NEED_H = (1, 6, 18, 2, 6570)
_LENGTH_H = (1, 8, 24)

CELLS = 50  # 24 clock hours need up to 49 half hours
DAYS = 365
WHOLE = 60  # share of a half hour that was measured, in sixtieths
_NOTHING = -1
_FORMAT = 1
_HEAD = 6  # bytes: format, whether a year is kept, last half hour


class Average:
    """The mean over one window: `window`, `have_h` of `need_h` hours, and `value` (scaled), None when incomplete.

    The number comes from `maker` alone: nobody can put another one, of another window, into its place.
    """

    def __init__(self, maker: "Averages", window: str) -> None:
        if not isinstance(maker, Averages):
            raise TypeError("an Average is made from Averages: fold half-hour means, then ask it for a window")
        self.window = window
        self.need_h = NEED_H[WINDOWS.index(window)]
        self.value, self.have_h = maker.mean(window)


class Averages:
    """Half-hour means of one series, averaged over the windows that guidance uses.

    `nowcast_step`: what the NowCast is truncated to (scaled units: 1 for PM2.5, 10 for PM10). `annual`: keep a year.
    """

    def __init__(self, nowcast_step: int = 1, annual: bool = True) -> None:
        self.last = _NOTHING
        self._nowcast_step = nowcast_step
        self._values = array("i", [0] * CELLS)
        self._shares = bytearray(CELLS)
        self._day_means = array("H", [0] * DAYS) if annual else None
        self._day_hours = bytearray(DAYS) if annual else None

    def fold(self, cell: int, value: int | None, filled: int, expected: int) -> bool:
        """Take the mean of half hour `cell` (UTC half hours since 1970), `filled` of `expected` slots measured.

        `value` None means nothing was measured. False, and nothing changes, for a half hour not after the last one.
        """
        if self.last != _NOTHING and cell <= self.last:
            return False
        if self.last != _NOTHING:
            self._advance(cell)
        self.last = cell
        share = 0 if value is None or expected <= 0 else min(WHOLE, filled * WHOLE // expected)
        self._shares[cell % CELLS] = share
        self._values[cell % CELLS] = value if value is not None and share else 0
        return True

    def _advance(self, cell: int) -> None:
        day = self.last // 48
        if cell // 48 != day:
            self._close_day(day)
            first = max(day + 1, cell // 48 - DAYS)
            while first < cell // 48:
                self._record(first, 0, 0)
                first += 1
        missing = max(self.last + 1, cell - CELLS)
        while missing < cell:
            self._shares[missing % CELLS] = 0
            missing += 1

    def _close_day(self, day: int) -> None:
        total, hours = self._sum_hours(day * 48, 24)
        self._record(day, total, hours)

    def _record(self, day: int, total: int, hours: int) -> None:
        if self._day_means is None:
            return
        self._day_means[day % DAYS] = min(65535, (2 * total + hours) // (2 * hours)) if hours else 0
        self._day_hours[day % DAYS] = hours  # type: ignore[index]

    def _hour(self, first: int) -> int:
        """Mean of the hour that begins with half hour `first`; -1 when less than three quarters of it are known."""
        a = self._shares[first % CELLS] if self._holds(first) else 0
        b = self._shares[(first + 1) % CELLS] if self._holds(first + 1) else 0
        if 4 * (a + b) < 3 * 2 * WHOLE:
            return _NOTHING
        return (self._values[first % CELLS] * a + self._values[(first + 1) % CELLS] * b) // (a + b)

    def _holds(self, cell: int) -> bool:
        return self.last - CELLS < cell <= self.last

    def _sum_hours(self, first: int, count: int) -> tuple:
        total = 0
        hours = 0
        while count > 0:
            hour = self._hour(first)
            if hour != _NOTHING:
                total += hour
                hours += 1
            first += 2
            count -= 1
        return total, hours

    def average(self, window: str) -> Average:
        """The average over `window`, up to the last half hour (the NowCast: to the last whole clock hour)."""
        return Average(self, window)

    def mean(self, window: str) -> tuple:
        """(mean, hours that count) over `window`; the mean is None while too few do."""
        if self.last == _NOTHING:
            return None, 0
        if window == NOWCAST:
            return self._nowcast()
        if window == ANNUAL:
            total, hours = self._year()
        else:
            length = _LENGTH_H[WINDOWS.index(window)]
            total, hours = self._sum_hours(self.last + 1 - 2 * length, length)
        complete = hours >= NEED_H[WINDOWS.index(window)]
        return total // hours if complete else None, hours

    def _nowcast(self) -> tuple:
        from aqsense.guidance_nowcast import nowcast

        hours = []
        end = (self.last + 1) // 2 * 2
        known = 0
        i = 1
        while i <= 12:
            hour = self._hour(end - 2 * i)
            hours.append(hour if hour != _NOTHING else None)
            known += hour != _NOTHING
            i += 1
        return nowcast(hours, self._nowcast_step), known

    def recent_hours(self) -> int:
        """How many of the last three whole clock hours count: the NowCast needs two of them."""
        end = (self.last + 1) // 2 * 2
        return 0 if self.last == _NOTHING else self._sum_hours(end - 6, 3)[1]

    def _year(self) -> tuple:
        if self._day_means is None:
            raise ValueError("an annual mean was not asked for when these averages were set up")
        today = self.last // 48
        total, hours = self._sum_hours(today * 48, 24)
        i = 1
        while i < DAYS:
            slot = (today - i) % DAYS
            total += self._day_means[slot] * self._day_hours[slot]  # type: ignore[index]
            hours += self._day_hours[slot]  # type: ignore[index]
            i += 1
        return total, hours

    def forget(self, first: int, last: int) -> None:
        """Forget half hours `first` to `last`: what is still held is averaged without them, older days are dropped."""
        if self.last == _NOTHING:
            return
        cell = max(first, self.last - CELLS + 1)
        while cell <= min(last, self.last):
            self._shares[cell % CELLS] = 0
            self._values[cell % CELLS] = 0
            cell += 1
        if self._day_means is None:
            return
        today = self.last // 48
        day = max(first // 48, today - DAYS + 1)
        while day < min(last // 48 + 1, today):
            if day * 48 > self.last - CELLS:
                self._close_day(day)
            else:
                self._record(day, 0, 0)
            day += 1

    def pieces(self):
        """All state, piece by piece: bytes, and the arrays themselves, whose numbers are little endian."""
        annual = self._day_means is not None
        yield struct.pack("<BBi", _FORMAT, annual, self.last)
        yield self._values
        yield self._shares
        if annual:
            yield self._day_means
            yield self._day_hours

    def snapshot(self) -> bytes:
        """The same as one piece."""
        return b"".join([bytes(piece) for piece in self.pieces()])

    def restore(self, data: bytes) -> None:
        """Continue from `snapshot()` of averages that were set up alike; ValueError when the bytes are not that."""
        annual = self._day_means is not None
        length = _HEAD + 5 * CELLS + (3 * DAYS if annual else 0)
        if len(data) != length or data[0] != _FORMAT or data[1] != annual:
            raise ValueError("these bytes are no snapshot of such averages: start without them")
        self.last = struct.unpack_from("<i", data, 2)[0]
        i = 0
        while i < CELLS:
            self._values[i] = struct.unpack_from("<i", data, _HEAD + 4 * i)[0]
            i += 1
        self._shares = bytearray(data[_HEAD + 4 * CELLS : _HEAD + 5 * CELLS])
        if self._day_means is None:
            return
        start = _HEAD + 5 * CELLS
        i = 0
        while i < DAYS:
            self._day_means[i] = struct.unpack_from("<H", data, start + 2 * i)[0]
            i += 1
        self._day_hours = bytearray(data[start + 2 * DAYS :])
