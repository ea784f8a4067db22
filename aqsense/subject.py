"""One quantity of one sensor: its memory, its guidance, and the documents that a closed half hour calls for."""

from aqsense import (
    codes,
    documents_elevation,
    documents_events,
    documents_general,
    documents_range,
    quantities,
    regimes,
    sensor_error,
    texts,
)
from aqsense.guidance import Guidance
from aqsense.guidance import words as guidance_words
from aqsense.series import CLOSED, DAY, OPENED, STAGE
from aqsense.settings import SensorSettings, Settings


class Subject:
    """`fold` every half hour, then `documents` for what it calls for.

    `series` is None for a quantity that guidance alone knows. `regime` counts from 1. `model` is the registry's
    description of the sensor, None for the rows of a CSV. After an exception in here the monitor sets `failed`, and
    nothing more is inferred about this quantity until the next start.
    """

    def __init__(self, settings: Settings, sensor: SensorSettings, quantity: int, series, regime: int, model):
        self.settings = settings
        self.sensor = sensor
        self.quantity = quantity
        self.series = series
        self.regime_number = regime
        self.regime = "r%d" % regime
        self.words = texts.of(settings.lang)
        self.key = regimes.key(sensor, quantity, model)
        self._ident = regimes.ident_of(settings, sensor.sid, quantity, regime)
        self.guidance = Guidance(quantity, settings.schemes, sensor.room_kind, settings.outdoor_co2_ppm)
        self.cell = -1
        self.failed = False
        self._model = model
        self._err = model.err if model else ()
        self._bits = 0
        self._stage = codes.LEARNING
        self._code = codes.NO_CODE
        self._ended = None
        self._evaluated: list | None = None
        self._source: object = None
        self.settle()

    def has_changed(self) -> bool:
        """Whether another sensor than the one that was learned from stands here now; a serial that is news is kept."""
        now = regimes.key(self.sensor, self.quantity, self._model)
        if regimes.change(self.key, now) != codes.NO_CODE:
            return True
        self.key = now
        return False

    def settle(self) -> None:
        """Take the present stage and reason as known, so that the next documents speak of later changes only."""
        if self.series is not None:
            self._stage = self.series.stage
            self._code = self.series.code

    def fold(self, cell: int, utc_offset_min: int, half) -> int:
        """Take a closed `HalfHour` into the memory; the bits of `Series.fold`, 0 without a memory."""
        self.cell = cell
        self._evaluated = None
        if self.series is None:
            return 0
        before = self.series.claim
        if self.series.gate.hold == codes.CLOCK_UNTRUSTED:
            self.series.hold(codes.CLOCK_UNTRUSTED, False)
        self._bits = self.series.fold(cell, utc_offset_min, half.code, half.filled, half.reason, half.a, half.b, half.c)
        self._ended = before if self._bits & CLOSED and before is not None and before.ended is not None else None
        return self._bits

    def documents(self, source: object) -> list:
        """What the last half hour calls for; `source` is the evidence of which samples it was made."""
        self._source = source
        found: list = []
        if self.series is not None:
            self._add_changes(found)
            if self.has_claims():
                self._add_elevation(found)
            found.append(documents_range.typical(self))
        if self.guidance.has_levels:
            found.append(documents_general.guidance(self))
        return found

    def current(self) -> list:
        """The present state, as retained documents; empty before the first half hour."""
        if self.cell < 0:
            return []
        found: list = []
        if self.series is not None:
            if self.has_claims():
                found.append(documents_elevation.elevation(self))
                found.append(documents_range.coverage(self))
            found.append(documents_range.typical(self))
        if self.guidance.has_levels:
            found.append(documents_general.guidance(self))
        return found

    def _add_changes(self, found: list) -> None:
        series = self.series
        if not self.has_claims():
            return
        if series.stage != self._stage:
            found.append(documents_events.stage(self, self._stage, series.stage, series.code))
        if self._bits & (DAY | STAGE) or series.stage != self._stage or series.code != self._code:
            found.append(documents_range.coverage(self))
        self.settle()

    def _add_elevation(self, found: list) -> None:
        if self._ended is not None and self.settings.claims_enabled:
            ended = self._ended
            found.append(documents_elevation.elevation(self, ended))
            found.append(documents_events.anomaly(self, "ended", self.claim_id(ended), self._ended_text()))
            if self.series.permitted_elevated and self.series.claim is None:
                return
        found.append(documents_elevation.elevation(self))
        if self._bits & OPENED and self.elevated() == "ON":
            episode = self.series.claim
            text = documents_elevation.claim_text(self, episode, None)
            found.append(documents_events.anomaly(self, "started", self.claim_id(episode), text))

    def _ended_text(self) -> str:
        from aqsense import timetext

        at = timetext.clock_text((self.series.slot + 1) % 48)
        return self.words.ended(self.words.NAMES[self.quantity], self.sensor.room, at)

    # what the documents ask -----------------------------------------------------------------------------------------

    def has_claims(self) -> bool:
        """Whether this quantity has personal statements at all."""
        return self.quantity in quantities.PERSONAL

    def verdict(self) -> int:
        """The verdict of the series, unless the owner wants no claims."""
        if self.settings.claims_enabled:
            return self.series.verdict
        return codes.WITHHELD

    def code(self) -> int:
        """The first reason why nothing is said."""
        if self.settings.claims_enabled or 0 <= self.series.code < codes.USER_PAUSED:
            return self.series.code
        return codes.USER_PAUSED

    def episode(self):
        """The episode that the verdict speaks of, or None."""
        verdict = self.verdict()
        if verdict == codes.ELEVATED:
            return self.series.claim
        return self.series.notable if verdict == codes.NOTABLE else None

    def elevated(self) -> str | None:
        """`ON` while a claim is open, `OFF` while one is permitted and none is open, else None."""
        if not self.settings.claims_enabled or not self.series.permitted_elevated:
            return None
        return "ON" if self.series.claim is not None else "OFF"

    def claim_id(self, episode) -> str:
        """Id of an episode, from its onset."""
        return self._ident(episode.kind, episode.onset)

    def value(self) -> int | None:
        """Scaled value of the last half hour, None when it was not valid."""
        return self.series.value

    def source(self) -> object:
        """Which samples the last half hour was made of."""
        return self._source

    def error(self, value: int) -> int | None:
        """The maker's error at a scaled value, None when none is stated."""
        return sensor_error.at(self.quantity, self._err, value)

    def error_or_minus(self, value: int) -> int:
        """The same with -1 for none, as guidance wants it."""
        error = self.error(value)
        return -1 if error is None else error

    def evaluations(self) -> list:
        """Every level of guidance beside its average, as of the last half hour."""
        if self._evaluated is None:
            self._evaluated = self.guidance.evaluate(self.error_or_minus)
        return self._evaluated

    def passed(self) -> list:
        """Ids of the levels of guidance that are passed."""
        return [one.level.id for one in self.evaluations() if one.passed]

    def guidance_text(self) -> str:
        """What guidance says in one sentence."""
        return guidance_words(self.settings.lang).summary(self.evaluations())
