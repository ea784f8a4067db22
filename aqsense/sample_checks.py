"""Doubt about one sample: what its frame says of itself, and what no true air could show (contract section 7).

One `SampleChecks` a sensor. Call `check(decoder, now_s)` after every SAMPLE, then read `flags` (the whole sample),
`flags_of(i)` and `qc(i)` (one field of `decoder.FIELDS`). Nothing is allocated per sample.

Time is `now_s`: whole seconds since any fixed moment, never running backwards while a sensor is open (a step back or
a long silence only restarts the runs). It need not be the time of day.

    checks = SampleChecks(decoder.FIELDS, decoder.SCALES, model, interval_s=1, outdoor_co2_ppm=429)
    checks.powered(now_s)            # the port newly appeared, or the sensor was woken: it warms up from now
    mask = checks.check(decoder, now_s)
    if checks.qc(i) == QC_PASS: ...  # only these are learned from
"""

from array import array

from aqsense import flags, quantities

QC_PASS = 1
QC_NOT_EVALUATED = 2
QC_SUSPECT = 3
QC_FAIL = 4
QC_MISSING = 9

# A value under one of these flags is not published (`v` null); under any other but `late` it is, but not learned from.
FAILING = flags.WARMING | flags.SLEEPING | flags.RANGE | flags.FAN | flags.LASER | flags.SELF_TEST
BLOCKING = 0xFFFF & ~flags.LATE

EVIDENCE_NONE, EVIDENCE_POWER_UP, EVIDENCE_WARM = 0, 1, 2
_UNKNOWN, _WARMING, _WARM = 0, 1, 2

STUCK_PM_S = 1800
STUCK_PM_LOW_S = 21600
STUCK_PM_LOW_BELOW = 5  # ug/m3
STUCK_CO2_S = 1200
STUCK_ROWS_S = 21600
STUCK_LEAST = (36, 4)  # equal rows, frames: the medians of an export are often alike for six hours
BELOW_OUTDOOR_PPM = 60
BELOW_OUTDOOR_S = 1800
COUNTS_ZERO_BELOW = 2  # ug/m3: a mass that needs particles to be counted

MISSING = -(1 << 30)  # a decoder's value for "not in this frame" is this or lower

_NO_TIME = -(1 << 29)
_PM = (quantities.PM1, quantities.PM2_5, quantities.PM4, quantities.PM10)
_LIMITS = (  # what air in a room, or a sensor that works, cannot exceed, in the shown unit: lowest, highest
    (0, 10000),  # PM
    (0, 10000),
    (0, 10000),
    (0, 10000),
    (200, 60000),  # CO2: ice-age air is the lowest there ever was; 65 532 and its like are error codes
    (-40, 85),
    (0, 101),  # %RH: some chips report a little above saturation
    (300, 1100),
    (0, 30000),
    (0, 500),
    (0, 500),
)


def qc_of(mask: int) -> int:
    """QARTOD code of a value that exists, from its flags: 1 pass, 3 suspect (published, not learned), 4 fail."""
    if mask & FAILING:
        return QC_FAIL
    if mask & BLOCKING:
        return QC_SUSPECT
    return QC_PASS


def _threshold(pairs: tuple, field: str, otherwise: int) -> int | float:
    for name, value in pairs:
        if name == field:
            return value
    return otherwise


class SampleChecks:
    """Flags and quality codes of the samples of one sensor.

    `fields`, `scales`: as the decoder's. `model`: the registry's description, or None (rows of a CSV: no warm-up, no
    clamp; detection limit 1 ug/m3). `interval_s`: seconds between samples, of a duty cycle its period.
    `outdoor_co2_ppm`: as configured. `frames`: False for rows of a CSV, which carry no whole frame: stuck is then 6 h
    at every level.
    """

    def __init__(
        self,
        fields: tuple,
        scales: tuple,
        model: object = None,
        interval_s: int = 1,
        outdoor_co2_ppm: int = 429,
        frames: bool = True,
    ) -> None:
        self.flags = 0
        self.field_flags = array("i", [0] * len(fields))
        self._codes = array("b", [QC_NOT_EVALUATED] * len(fields))
        self._warm_up_s = int(model.warm_up_s) if model is not None else 0  # type: ignore[attr-defined]
        self._state = _UNKNOWN if self._warm_up_s > 0 else _WARM
        self._since = _NO_TIME
        self._last_evidence = EVIDENCE_NONE
        self._last_s = _NO_TIME
        self._silence_s = max(120, 10 * interval_s)
        self._frames = frames
        self._key = -1
        self._run_from = _NO_TIME
        self._run_length = 0
        self._low_from = _NO_TIME
        self._place_fields(fields, scales, model, outdoor_co2_ppm)

    def _place_fields(self, fields: tuple, scales: tuple, model: object, outdoor_co2_ppm: int) -> None:
        detection = tuple(model.detection_limit or ()) if model is not None else ()  # type: ignore[attr-defined]
        clamps = tuple(model.clamp or ()) if model is not None else ()  # type: ignore[attr-defined]
        self._scales = array("i", scales)
        self._lowest = array("i", [0] * len(fields))
        self._highest = array("i", [0] * len(fields))
        self._checked = array("b", [0] * len(fields))
        self._detection = array("i", [0] * len(fields))
        self._clamp = array("i", [-1] * len(fields))
        self._at = array("b", [-1] * quantities.COUNT)
        counts = []
        i = 0
        while i < len(fields):
            name = fields[i]
            q = quantities.index(name)
            if q >= 0:
                self._at[q] = i
                self._checked[i] = 1
                self._lowest[i] = _LIMITS[q][0] * scales[i]
                self._highest[i] = _LIMITS[q][1] * scales[i]
                self._detection[i] = int(_threshold(detection, name, 1 if q in _PM else 0) * scales[i])
                self._clamp[i] = int(_threshold(clamps, name, -1) * scales[i])
            elif name[0] == "n" and name[1] in "0123456789":
                counts.append(i)
            i += 1
        self._counts = array("b", counts)
        at_co2 = self._at[quantities.CO2]
        self._outdoor = (outdoor_co2_ppm - BELOW_OUTDOOR_PPM) * (scales[at_co2] if at_co2 >= 0 else 1)

    def powered(self, now_s: int) -> None:
        """The sensor got its power, or was woken, now: every sample is `warming` for the model's warm-up time."""
        self._state = _WARMING if self._warm_up_s > 0 else _WARM
        self._since = now_s
        self._last_evidence = EVIDENCE_NONE
        self._last_s = _NO_TIME

    def check(self, decoder: object, now_s: int) -> int:
        """Flags of the sample that `decoder` holds; also left in `flags` and `field_flags` until the next call."""
        if self._last_s != _NO_TIME and not 0 <= now_s - self._last_s <= self._silence_s:
            self._key = -1
            self._low_from = _NO_TIME
        self._last_s = now_s
        values = decoder.values  # type: ignore[attr-defined]
        mask = decoder.flags | self._warmth(decoder.evidence, values, now_s)  # type: ignore[attr-defined]
        if self._is_stuck(decoder.stuck_key(), values, now_s):  # type: ignore[attr-defined]
            mask |= flags.STUCK
        self.flags = mask
        self._check_fields(values, now_s)
        self._judge(values)
        return mask

    def flags_of(self, i: int) -> int:
        """Flags of field `i` of the last sample: those of the whole sample and its own."""
        return self.flags | self.field_flags[i]

    def all_flags(self) -> int:
        """Every flag that the sample or any of its fields carries: what a document of the whole sample lists."""
        mask = self.flags
        i = 0
        while i < len(self.field_flags):
            mask |= self.field_flags[i]
            i += 1
        return mask

    def qc(self, i: int) -> int:
        """Quality code of field `i` in the last sample: 1 pass, 3 suspect, 4 fail, 9 when it is not there."""
        return self._codes[i]

    def _judge(self, values: array) -> None:
        i = 0
        while i < len(self._codes):
            self._codes[i] = qc_of(self.flags | self.field_flags[i]) if values[i] > MISSING else QC_MISSING
            i += 1

    def _warmth(self, evidence: int, values: array, now_s: int) -> int:
        if self._state == _WARM:
            if evidence != EVIDENCE_POWER_UP or self._warm_up_s == 0:
                self._last_evidence = evidence
                return 0
            if self._all_zero(values):
                return 0  # zeros of a warm sensor are a reading, whatever a fan that starts looks like
        if self._since == _NO_TIME:
            self._since = now_s
        shows_power_up = evidence == EVIDENCE_POWER_UP or (self._state == _UNKNOWN and self._all_zero(values))
        if shows_power_up and (self._state != _WARMING or self._last_evidence == EVIDENCE_WARM):
            self._state = _WARMING
            self._since = now_s
        self._last_evidence = evidence
        if evidence == EVIDENCE_WARM and self._state == _UNKNOWN:
            self._state = _WARM
            return 0
        if now_s - self._since >= self._warm_up_s and not shows_power_up:
            self._state = _WARM
            return 0
        return flags.WARMING if self._state == _WARMING else flags.POWER_UP_UNKNOWN

    def _all_zero(self, values: array) -> bool:
        seen = False
        for q in _PM:
            at = self._at[q]
            if at >= 0 and values[at] > MISSING:
                if values[at] != 0:
                    return False
                seen = True
        return seen

    def _is_stuck(self, key: int, values: array, now_s: int) -> bool:
        if key != self._key:
            self._key = key
            self._run_from = now_s
            self._run_length = 1
            return False
        self._run_length += 1
        return self._run_length >= STUCK_LEAST[self._frames] and now_s - self._run_from >= self._stuck_after_s(values)

    def _stuck_after_s(self, values: array) -> int:
        limit = 1 << 29
        at = self._at[quantities.CO2]
        if self._can_be_stuck(at, values):
            limit = STUCK_CO2_S if self._frames else STUCK_ROWS_S
        at = self._headline_pm()
        if self._can_be_stuck(at, values):
            low = values[at] < STUCK_PM_LOW_BELOW * self._scales[at]
            limit = min(limit, STUCK_PM_LOW_S if low or not self._frames else STUCK_PM_S)
        return limit

    def _can_be_stuck(self, at: int, values: array) -> bool:
        return at >= 0 and values[at] > self._detection[at] and values[at] != self._clamp[at]

    def _headline_pm(self) -> int:
        if self._at[quantities.PM2_5] >= 0:
            return self._at[quantities.PM2_5]
        return max(self._at[quantities.PM1], self._at[quantities.PM10])

    def _check_fields(self, values: array, now_s: int) -> None:
        own = self.field_flags
        i = 0
        while i < len(own):
            own[i] = 0
            if self._checked[i] and values[i] > MISSING and not self._lowest[i] <= values[i] <= self._highest[i]:
                own[i] = flags.RANGE
            i += 1
        if self._is_inconsistent(values):
            for q in _PM:
                if self._at[q] >= 0:
                    own[self._at[q]] |= flags.INCONSISTENT
        at = self._at[quantities.CO2]
        if at >= 0 and self._is_below_outdoor(values[at], now_s):
            own[at] |= flags.BELOW_OUTDOOR

    def _is_inconsistent(self, values: array) -> bool:
        """Finer particles weigh more than all that contain them, by more than one unit of rounding."""
        before = -1
        for q in _PM:
            at = self._at[q]
            if at >= 0 and values[at] > MISSING:
                if before >= 0 and (values[before] - 1) * self._scales[at] > values[at] * self._scales[before]:
                    return True
                before = at
        at = self._headline_pm()
        return at >= 0 and values[at] >= COUNTS_ZERO_BELOW * self._scales[at] and self._counted_nothing(values)

    def _counted_nothing(self, values: array) -> bool:
        seen = False
        i = 0
        while i < len(self._counts):
            count = values[self._counts[i]]
            if count > 0:
                return False
            if count == 0:
                seen = True
            i += 1
        return seen

    def _is_below_outdoor(self, value: int, now_s: int) -> bool:
        if value <= MISSING or value >= self._outdoor:
            self._low_from = _NO_TIME
            return False
        if self._low_from == _NO_TIME:
            self._low_from = now_s
        return now_s - self._low_from >= BELOW_OUTDOOR_S
