"""One sensor's samples on their way in: checked, published in windows, and collected into half hours."""

from array import array
from collections import OrderedDict

from aqsense import codes, flags, messages, quantities
from aqsense.fields import MISSING_BELOW, Fields
from aqsense.half_hour import HalfHour
from aqsense.line_quality import UNGUARDED_BYTES, LineQuality
from aqsense.measured import Windows
from aqsense.sample_checks import QC_PASS, SampleChecks
from aqsense.settings import SensorSettings, Settings
from aqsense.trust import Trust

_FAULTS = flags.FAN | flags.LASER | flags.SELF_TEST
_FAULT_BITS = (7, 8, 9)
_WARMING_BITS = (0, 1)
_STUCK_BIT = 10
NOTHING = MISSING_BELOW - 1
HUMIDITY_S = 600
OVERDUE_S = 1200
_REBASE_CELLS = 400000  # half hours that keep seconds within 30 bits; a clock that moves further starts the runs anew

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from aqsense.corrected import Corrected
    from aqsense.undated import Undated


def remembered(settings: Settings) -> tuple:
    """Quantities that become half hours: all with a range or with guidance, on a board those with claims."""
    return quantities.RANGED + (quantities.HCHO,) if settings.profile == "pi" else quantities.PERSONAL


class Intake:
    """The way in of one sensor: `sample` for each, `close_cell` when a half hour ends.

    `model` is the registry's description of the sensor, None for the rows of a CSV. `decoder` is that of the last step:
    its counters judge the line. `halves` holds a HalfHour for each remembered quantity.
    """

    def __init__(self, settings: Settings, sensor: SensorSettings, clock: Trust, model) -> None:
        self.settings = settings
        self.sensor = sensor
        self.model = model
        self.clock = clock
        self.decoder: Any = None
        self.windows = Windows(settings, sensor, clock)
        self.line = LineQuality()
        self.halves: list = []
        self.cell = -1
        self.flags = 0
        self.noisy = False
        self.spoiled = False
        self.excluded = array("i", [0] * len(flags.NAMES))
        self.from_seq = 1
        self.checks = SampleChecks((), ())
        self.corrected: Corrected | None = None
        self._middles: list = []  # one for each of `halves` where the protocol has no checksum
        self.neighbours: list = []  # intakes of the same room, whose humidity a correction may need
        self.waiting: Undated | None = None
        self._where = array("b")  # place of each remembered quantity in the fields
        self._fields = Fields((), ())
        self._names: object = None
        self._base = 0
        self._heard_s = 0
        self._appeared = False
        self._mute_from = self._mute_last = -1  # since when no sample has had a value, and the last one of them
        if model is not None:
            self._remember(Fields(model.fields, model.scales))

    def _remember(self, fields: Fields) -> None:
        k = 0
        while k < fields.count:
            if fields.quantity[k] in remembered(self.settings):
                self.halves.append(HalfHour(fields.quantity[k], self.sensor.interval_s))
            k += 1

    def _bind(self, decoder) -> None:
        self._names = decoder.FIELDS
        fields = self._fields = Fields(decoder.FIELDS, decoder.SCALES)
        if not self.halves:
            self._remember(fields)
        self.windows.bind(fields)
        self.checks = SampleChecks(
            decoder.FIELDS,
            decoder.SCALES,
            self.model,
            self.sensor.interval_s,
            self.settings.outdoor_co2_ppm,
            frames=self.model is not None,
        )
        places = list(fields.quantity)
        found = [places.index(half.quantity) if half.quantity in places else -1 for half in self.halves]
        self._where = array("b", found)
        if self.sensor.correction != "none":
            from aqsense.corrected import Corrected

            self.corrected = Corrected(self.sensor, decoder)
        if self.model is not None and not self.model.guarded:
            from aqsense.middle import MiddleOfThree

            silence_s = max(120, 10 * self.sensor.interval_s)
            self._middles = [MiddleOfThree(silence_s) for _ in self.halves]
            self.line.allowance = UNGUARDED_BYTES

    def remembers(self, quantity: int) -> bool:
        """Whether this sensor's half hours of a quantity are kept."""
        for half in self.halves:
            if half.quantity == quantity:
                return True
        return False

    def now_s(self, cell: int, s: int, up_ms: int) -> int:
        """Seconds that do not jump with the wall clock where `up_ms` is known, else seconds since some half hour."""
        if up_ms:
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
            self._mute_from = -1
            checks.powered(now_s)
        mask = self._overdue(checks.check(decoder, now_s), now_s)
        self.flags = mask
        self._heard_s = now_s
        self.windows.add(decoder, checks, cell, s, up_ms, flags.LINE_NOISY if self.line.noisy(decoder) else 0)
        if mask:
            self._count_excluded(mask)
        if self.corrected is not None:
            self.corrected.take(decoder.values, self.neighbours, now_s)
        if self.clock.may_date():
            self._collect(decoder, checks, s, now_s)
        elif up_ms > 0:
            self._wait(decoder, checks, now_s)

    def told(self, mask: int, now_s: int) -> None:
        """Take what a sensor says of itself in place of a measurement: that it warms up, or that it is broken."""
        if mask & (_FAULTS | flags.WARMING):
            self.flags = mask = self._overdue(mask, now_s)
            self._count_excluded(mask)

    def _overdue(self, mask: int, now_s: int) -> int:
        """The flags, and SELF_TEST once a sensor has warmed up, or been out of range, for longer than any needs to."""
        if not mask & (flags.WARMING | flags.RANGE):
            self._mute_from = -1
            return mask
        if self._mute_from < 0 or not 0 <= now_s - self._mute_last <= max(120, 10 * self.sensor.interval_s):
            self._mute_from = now_s
        self._mute_last = now_s
        limit_s = OVERDUE_S + (self.model.warm_up_s if self.model is not None else 0)
        return mask | flags.SELF_TEST if now_s - self._mute_from >= limit_s else mask

    def _collect(self, decoder, checks, s: int, now_s: int) -> None:
        i = 0
        while i < len(self.halves):
            value = self._good(decoder, checks, i, now_s)
            if value > MISSING_BELOW:
                self.halves[i].add(s, value)
            i += 1

    def _good(self, decoder, checks, i: int, now_s: int) -> int:
        """What the i-th remembered quantity learns from this sample; below MISSING_BELOW for nothing."""
        k = self._where[i]
        if k < 0 or checks.qc(self._fields.at[k]) != QC_PASS:
            return NOTHING
        if self.corrected is not None and self.corrected.quantity == self.halves[i].quantity:
            value = self.corrected.add()
        else:
            value = self._fields.value(decoder.values, k)
        return self._middles[i].take(value, now_s) if self._middles and value > MISSING_BELOW else value

    def _wait(self, decoder, checks, now_s: int) -> None:
        if self.waiting is None:
            from aqsense.undated import Undated

            self.waiting = Undated(self.halves)
        i = 0
        while i < len(self.halves):
            value = self._good(decoder, checks, i, now_s)
            if value > MISSING_BELOW:
                self.waiting.add(i, now_s, value)
            i += 1

    def dated(self, cell: int, s: int, up_ms: int) -> list:
        """(cell, HalfHour) of what waited for a clock, now that there is one; the open half hour takes its share."""
        waited = self.waiting
        self.waiting = None
        return waited.date(self.halves, cell, s, up_ms // 1000) if waited is not None else []

    def humidity(self, now_s: int) -> int | None:
        """Relative humidity of the last sample in tenths, None when there is none of the last ten minutes."""
        fields = self._fields
        if now_s - self._heard_s > HUMIDITY_S:
            return None
        k = 0
        while k < fields.count:
            if fields.quantity[k] == quantities.RH and self.checks.qc(fields.at[k]) == QC_PASS:
                return fields.value(self.decoder.values, k)
            k += 1
        return None

    def _count_excluded(self, mask: int) -> None:
        bit = 0
        while mask >> bit:
            self.excluded[bit] += mask >> bit & 1
            bit += 1

    def tick_late(self, advance, cell: int, s: int, utc_offset_min: int, documents: list) -> None:
        """Let time pass for a sensor whose samples come late; `advance` closes what is over."""
        from aqsense import late

        late.tick(advance, self, cell, s, utc_offset_min, documents)

    def spoil(self) -> None:
        """The clock was set: the seconds of this half hour are not the ones that passed."""
        self.spoiled = True

    def close_cell(self) -> None:
        """End the half hour of every remembered quantity, each with its code or with the reason why it has none."""
        self.noisy = self.decoder is not None and self.line.close(self.decoder)
        spoilt = codes.LINE_NOISY if self.noisy else codes.NO_CODE
        if not self.clock.may_date():
            spoilt = codes.CLOCK_UNTRUSTED
        otherwise = self.missing_reason()
        for half in self.halves:
            half.close(spoilt, otherwise)

    def missing_reason(self) -> int:
        """Why a half hour without enough good samples has no value: what kept most of them out."""
        fault = max([self.excluded[bit] for bit in _FAULT_BITS])
        warming = max([self.excluded[bit] for bit in _WARMING_BITS])
        stuck = self.excluded[_STUCK_BIT]
        most = max(fault, stuck, warming)
        if most == 0:
            return codes.VALUE_MISSING
        if fault == most:
            return codes.SENSOR_FAULT
        return codes.SENSOR_STUCK if stuck == most else codes.SENSOR_WARMING

    def begin_cell(self, cell: int) -> None:
        """Start counting a new half hour."""
        self.cell = cell
        self.spoiled = False
        self.from_seq = self.windows.seq + 1
        bit = 0
        while bit < len(self.excluded):
            self.excluded[bit] = 0
            bit += 1

    def evidence(self) -> OrderedDict:
        """Which published samples the half hour was made of, and how many were left out for which flag."""
        facts: OrderedDict = OrderedDict()
        facts["topic"] = messages.measured_topic(self.settings.home, self.sensor.sid, -1)
        facts["boot"] = self.settings.boot
        facts["from_seq"] = self.from_seq
        facts["to_seq"] = self.windows.seq
        facts["n"] = self.windows.seq - self.from_seq + 1
        facts["excluded"] = OrderedDict()
        bit = 0
        while bit < len(self.excluded):
            if self.excluded[bit]:
                facts["excluded"][flags.NAMES[bit]] = self.excluded[bit]
            bit += 1
        return facts

    def state(self) -> tuple:
        """(state, withholding code) of the sensor as its samples show it."""
        if self.flags & _FAULTS:
            return "fault", codes.SENSOR_FAULT
        if self.flags & flags.STUCK:
            return "fault", codes.SENSOR_STUCK
        if self.flags & flags.WARMING:
            return "warming", codes.SENSOR_WARMING
        return "online", codes.LINE_NOISY if self.noisy else codes.NO_CODE
