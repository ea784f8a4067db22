"""One sensor's samples on their way in: checked, published in windows, and collected into half hours."""

from array import array

from aqsense import codes, flags, quantities
from aqsense.cells import CellBuilder
from aqsense.clock import Clock
from aqsense.fields import Fields
from aqsense.line_quality import LineQuality
from aqsense.logcode import MISSING
from aqsense.measured import Windows
from aqsense.sample_checks import QC_PASS, SampleChecks
from aqsense.settings import SensorSettings, Settings

_FAULTS = flags.FAN | flags.LASER | flags.SELF_TEST
_WARMING = flags.WARMING | flags.POWER_UP_UNKNOWN
_REBASE_CELLS = 400000  # half hours that keep seconds within 30 bits; a clock that moves further starts the runs anew


class Intake:
    """The way in of one sensor: `sample` and `discarded` per event, `close_cell` when a half hour ends.

    `model` is the registry's description of the sensor, None for the rows of a CSV.
    """

    def __init__(self, settings: Settings, sensor: SensorSettings, clock: Clock, model: object = None) -> None:
        self.settings = settings
        self.sensor = sensor
        self.model = model
        self.decoder = None  # of the last step: its counters judge the line when the half hour ends
        self.clock = clock
        self.windows = Windows(settings, sensor, clock)
        self.line = LineQuality()
        self.builders: list = []
        self.learned = array("b")
        self.correction = None
        self.cell = -1
        self.flags = 0
        self.noisy = False
        self.from_seq = 0
        self.excluded = array("i", [0] * len(flags.NAMES))
        self.checks = None
        self._fields: Fields | None = None
        self._names: object = None
        self._base = 0
        self._appeared = False

    def _bind(self, decoder) -> None:
        self._names = decoder.FIELDS
        self._fields = Fields(decoder.FIELDS, decoder.SCALES)
        self.windows.bind(self._fields)
        self.checks = SampleChecks(
            decoder.FIELDS,
            decoder.SCALES,
            self.model,
            self.sensor.interval_s,
            self.settings.outdoor_co2_ppm,
            frames=self.model is not None,
        )
        self._pick_learned()

    def _pick_learned(self) -> None:
        ranged = quantities.RANGED if self.settings.profile == "pi" else quantities.PERSONAL
        k = 0
        while k < self._fields.count:
            q = self._fields.quantity[k]
            if q in ranged:
                self.learned.append(k)
                self.builders.append(CellBuilder(q, self.sensor.interval_s))
            k += 1

    def now_s(self, cell: int, s: int, up_ms: int) -> int:
        """Seconds that do not jump with the wall clock where `up_ms` is known, else seconds since some half hour."""
        if up_ms > 0:
            return up_ms // 1000
        if not 0 <= cell - self._base < _REBASE_CELLS:
            self._base = cell
        return (cell - self._base) * 1800 + s

    def powered(self) -> None:
        """The sensor got its power now: its next samples are warming up."""
        self._appeared = True

    def sample(self, decoder, cell: int, s: int, up_ms: int) -> None:
        """Check one sample, add it to its window and, if it passed and the clock may date it, to its half hour."""
        if decoder.FIELDS is not self._names:
            self._bind(decoder)
        now_s = self.now_s(cell, s, up_ms)
        checks = self.checks
        if self._appeared:
            self._appeared = False
            checks.powered(now_s)
        mask = checks.check(decoder, now_s)
        self.flags = mask
        self.windows.add(decoder, checks, cell, s, up_ms)
        if mask:
            self._count_excluded(mask)
        if self.clock.trusted:
            self._learn(decoder, checks, s)

    def _learn(self, decoder, checks, s: int) -> None:
        fields = self._fields
        values = decoder.values
        i = 0
        while i < len(self.learned):
            k = self.learned[i]
            at = fields.at[k]
            if checks.qc(at) == QC_PASS:
                self.builders[i].add(s, fields.value(values, k))
            i += 1

    def _count_excluded(self, mask: int) -> None:
        bit = 0
        while mask >> bit:
            self.excluded[bit] += mask >> bit & 1
            bit += 1

    def reason(self) -> int:
        """Why the half hour now closing has no value, as a withholding code: what kept most of its samples out."""
        excluded = self.excluded
        if not self.clock.trusted:
            return codes.CLOCK_UNTRUSTED
        fault = max(excluded[7], excluded[8], excluded[9])
        most = max(fault, excluded[0], excluded[1], excluded[10])
        if most == 0:
            return codes.VALUE_MISSING
        if fault == most:
            return codes.SENSOR_FAULT
        return codes.SENSOR_STUCK if excluded[10] == most else codes.SENSOR_WARMING

    def close_cell(self) -> list:
        """End the half hour: (quantity, code, filled, reason) of each learned quantity, in the order of the fields."""
        self.noisy = self.decoder is not None and self.line.close(self.decoder)
        closed = []
        i = 0
        while i < len(self.builders):
            builder = self.builders[i]
            code = builder.close()
            reason = codes.NO_CODE
            if self.noisy:
                code = MISSING
                reason = codes.LINE_NOISY
            elif code == MISSING:
                reason = self.reason()
            closed.append((self._fields.quantity[self.learned[i]], code, builder.filled, reason))
            i += 1
        return closed

    def begin_cell(self, cell: int) -> None:
        """Start counting a new half hour."""
        self.cell = cell
        self.from_seq = self.windows.seq + 1
        bit = 0
        while bit < len(self.excluded):
            self.excluded[bit] = 0
            bit += 1

    def state(self) -> tuple:
        """(state, withholding code) of the sensor as its samples show it; `_FAULTS` go before stuck before warming."""
        if self.flags & _FAULTS:
            return "fault", codes.SENSOR_FAULT
        if self.flags & flags.STUCK:
            return "fault", codes.SENSOR_STUCK
        if self.flags & flags.WARMING:
            return "warming", codes.SENSOR_WARMING
        return "online", codes.LINE_NOISY if self.noisy else codes.NO_CODE
