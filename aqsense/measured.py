"""Measured documents: samples of one sensor averaged over windows aligned to the half hour (contract section 5).

Nothing here knows of baselines or claims. A window's value is the mean of its best samples: those that passed, else
those that are suspect, else null; `n` of the whole sample counts every frame, so that none is lost unseen.
"""

from array import array
from collections import OrderedDict

from aqsense import flags, quantities, timetext
from aqsense.document import Document
from aqsense.fields import MISSING_BELOW, Fields
from aqsense.jsontext import Fixed
from aqsense.rounding import decimals, deviation, rounded
from aqsense.settings import SensorSettings, Settings
from aqsense.trust import NONE, SOURCES, Trust

SUSPECT = 3
FAIL = 4
MISSING = 9


class Windows:
    """The windows of one sensor. `bind` before the first sample; `add` one sample; `close` yields the documents."""

    def __init__(self, settings: Settings, sensor: SensorSettings, clock: Trust) -> None:
        self.settings = settings
        self.sensor = sensor
        self.clock = clock
        self.seq = 0
        self.fields = Fields((), ())
        self.frames = 0
        self.flags = 0
        self.cell = 0
        self.index = 0
        self.until = 0  # second at which the window was cut short; 0 when it was not
        self.up_ms = 0
        self.source = ""  # a `t_src` other than that of the clock, when the samples come from a node
        self.error_ds = -1  # of that source
        self.lag_s = 0  # samples come so much later than they were measured

    def bind(self, fields: Fields) -> None:
        """Make room for the quantities and registers of a decoder."""
        self.fields = fields
        zeros = [0] * fields.count
        self._qc = array("b", zeros)
        self._n = array("i", zeros)
        self._sum = array("i", zeros)
        self._squares = list(zeros)  # may pass 30 bits when the air changes violently within a window
        self._first = array("i", zeros)
        self._low = array("i", zeros)
        self._high = array("i", zeros)
        self._last = array("i", [0] * len(fields.names))
        self._empty()

    def _empty(self) -> None:
        self.frames = 0
        self.flags = 0
        k = 0
        while k < self.fields.count:
            self._qc[k] = MISSING
            self._n[k] = 0
            k += 1

    def window_of(self, s: int) -> int:
        """Index of the window in the half hour that second s belongs to; each second its own when every frame goes."""
        return s // self.settings.publish_s if self.settings.publish_s else s

    def is_over(self, cell: int, s: int) -> bool:
        """Whether the window that has samples ended before this second."""
        return self.frames > 0 and (cell != self.cell or self.window_of(s) != self.index)

    def is_past(self, cell: int, s: int) -> bool:
        """As `is_over`, but not where the second lies before the window."""
        return self.is_over(cell, s) and (cell, self.window_of(s)) > (self.cell, self.index)

    def add(self, decoder, checks, cell: int, s: int, up_ms: int, doubt: int = 0) -> None:
        """Take one sample in; the window that it opens is that of its second. `doubt`: flags of the line it came by."""
        if self.frames == 0:
            self.cell = cell
            self.index = self.window_of(s)
        self.frames += 1
        self.up_ms = max(up_ms, 0)  # a node may have kept what it heard before this start
        self.flags |= checks.all_flags() | doubt
        values = decoder.values
        i = 0
        while i < len(self._last):
            self._last[i] = values[i]
            i += 1
        fields = self.fields
        k = 0
        while k < fields.count:
            qc = checks.qc(fields.at[k])
            if doubt and qc < SUSPECT:
                qc = SUSPECT
            if qc < self._qc[k]:
                self._qc[k] = qc
                self._n[k] = 0
            if qc == self._qc[k] and qc < FAIL:
                self._count(k, fields.value(values, k))
            k += 1

    def _count(self, k: int, value: int) -> None:
        if self._n[k] == 0:
            self._first[k] = self._low[k] = self._high[k] = value
            self._sum[k] = self._squares[k] = 0
        self._n[k] += 1
        d = value - self._first[k]
        self._sum[k] += d
        self._squares[k] += d * d
        if value < self._low[k]:
            self._low[k] = value
        elif value > self._high[k]:
            self._high[k] = value

    def mean(self, k: int) -> int | None:
        """Mean of the k-th quantity in the window, at its resolution; None when no sample of it is usable."""
        return self._first[k] + rounded(self._sum[k], self._n[k]) if self._n[k] else None

    def last(self, i: int) -> int:
        """Value of field i in the last frame of the window, at the wire's scale."""
        return self._last[i]

    def close(self, until: int = 0) -> list:
        """Documents of the window that has samples, each quantity and then the whole; the next window begins.

        `until`: second of the half hour at which it is cut short, 0 for a whole one.
        """
        self.until = until
        self.seq += 1
        documents = []
        k = 0
        while k < self.fields.count:
            q = self.fields.quantity[k]
            documents.append(self._stamped(Document("measured", self.sensor.sid, q, self._one(k, q))))
            k += 1
        documents.append(self._stamped(Document("measured-all", self.sensor.sid, -1, self._all())))
        self._empty()
        return documents

    def skip(self) -> None:
        """Count the window as published without building its documents."""
        self.seq += 1
        self._empty()

    def end_s(self) -> int:
        """Second at which the window ends."""
        publish_s = self.settings.publish_s
        end = min((self.index + 1) * publish_s, timetext.CELL_S) if publish_s else self.index
        return self.until if 0 < self.until < end else end

    def length_s(self) -> int:
        """Seconds that the window lasts; 0 for a single frame."""
        publish_s = self.settings.publish_s
        return self.end_s() - self.index * publish_s if publish_s else 0

    def _stamped(self, document: Document) -> Document:
        publish_s = self.settings.publish_s
        document.valid_s = max(3, 3 * (publish_s or self.sensor.interval_s))
        document.seq = self.seq
        document.boot = self.settings.boot
        document.up_ms = self.up_ms
        if self.clock.source != NONE:
            document.t_cell = self.cell
            document.t_s = self.end_s()
        return document

    def _time(self, body: OrderedDict) -> None:
        dated = self.clock.source != NONE
        body["t"] = timetext.instant_ms(self.cell, self.end_s()) if dated else None
        own = dated and self.source != ""
        body["t_src"] = self.source if own else SOURCES[self.clock.source]
        error_ds = self.error_ds if own else self.clock.error_ds
        body["t_err_s"] = Fixed(error_ds, 1) if dated and error_ds >= 0 else None
        body["up_ms"] = self.up_ms
        body["seq"] = self.seq
        body["boot"] = self.settings.boot

    def _one(self, k: int, q: int) -> OrderedDict:
        body: OrderedDict = OrderedDict()
        body["schema"] = "measured/1"
        body["sid"] = self.sensor.sid
        body["quantity"] = quantities.FIELDS[q]
        mean = self.mean(k)
        body["v"] = None if mean is None else Fixed(mean, quantities.DECIMALS[q])
        body["u"] = quantities.UNITS[q]
        self._time(body)
        body["agg"] = self._spread(k, quantities.DECIMALS[q])
        body["qc"] = self._qc[k]
        body["flags"] = flags.names(self.flags)
        body["raw"] = self._raw(k)
        body["cal"] = self.sensor.calibration
        return body

    def _spread(self, k: int, places: int) -> OrderedDict | None:
        n = self._n[k]
        if n < 2:
            return None
        agg: OrderedDict = OrderedDict()
        agg["fn"] = "mean"
        agg["window_s"] = self.length_s()
        agg["n"] = n
        agg["sd"] = Fixed(deviation(n, self._sum[k], self._squares[k]), places)
        agg["min"] = Fixed(self._low[k], places)
        agg["max"] = Fixed(self._high[k], places)
        return agg

    def _raw(self, k: int) -> OrderedDict:
        raw: OrderedDict = OrderedDict()
        for i in self.fields.raw[k]:
            value = self._last[i]
            places = decimals(self.fields.scales[i])
            raw[self.fields.names[i]] = Fixed(value, places) if value > MISSING_BELOW else None
        return raw

    def _all(self) -> OrderedDict:
        values: OrderedDict = OrderedDict()
        qc: OrderedDict = OrderedDict()
        k = 0
        while k < self.fields.count:
            q = self.fields.quantity[k]
            mean = self.mean(k)
            values[quantities.FIELDS[q]] = None if mean is None else Fixed(mean, quantities.DECIMALS[q])
            qc[quantities.FIELDS[q]] = self._qc[k]
            k += 1
        body: OrderedDict = OrderedDict()
        body["schema"] = "measured-all/1"
        body["sid"] = self.sensor.sid
        self._time(body)
        body["window_s"] = self.length_s()
        body["n"] = self.frames
        body["values"] = values
        body["qc"] = qc
        body["flags"] = flags.names(self.flags)
        body["cal"] = self.sensor.calibration
        return body
