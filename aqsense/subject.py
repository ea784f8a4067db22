"""One quantity of one sensor: its memory, its guidance, and the documents that a closed half hour calls for."""

from aqsense import (
    codes,
    quantities,
    regimes,
)
from aqsense.guidance import Guidance
from aqsense.series import CLOSED, DAY
from aqsense.settings import SensorSettings, Settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from aqsense.tally import Tally


class Subject:
    """`fold` every half hour, then `documents` for what it calls for.

    `series` is None for a quantity that guidance alone knows. `regime` counts from 1. `model` is the registry's
    description of the sensor, None for the rows of a CSV. `bits` of the last fold, `ended` the claim that it closed,
    `stage_said` and `code_said` what the last documents said; `undated` while no trusted clock dates its half hours,
    `dated` whether there is a time at all; `siblings()` gives all subjects of the home;
    `former` what earlier regimes claimed, None for a first. After an exception in here the
    monitor sets `failed`, and nothing more is inferred about this quantity until the next start.
    """

    def __init__(self, settings: Settings, sensor: SensorSettings, quantity: int, series, regime: int, model):
        self.settings = settings
        self.sensor = sensor
        self.quantity = quantity
        self.series = series
        self.regime_number = regime
        self.regime = "r%d" % regime
        self.key = regimes.key(sensor, quantity, model)
        self.ident = regimes.ident_of(settings, sensor.sid, quantity, regime)
        self._begin_guidance()
        self.cell = -1
        self.dated = True
        self.undated = False
        self.failed = False
        self.former: Tally | None = None
        self.siblings = _none_yet  # the subjects of the home; `Home` sets it
        self._model = model
        self._err = model.err if model else ()
        self.bits = 0
        self.stage_said = codes.LEARNING
        self.code_said = codes.NO_CODE
        self.ended = None
        self._evaluated: list | None = None
        self._source: object = None
        self.settle()

    @property
    def words(self):
        """The module of sentences in the owner's language."""
        from aqsense import texts

        return texts.of(self.settings.lang)

    def has_changed(self) -> bool:
        """Whether another sensor than the one that was learned from stands here now; a serial that is news is kept."""
        now = regimes.key(self.sensor, self.quantity, self._model)
        if regimes.change(self.key, now) != codes.NO_CODE:
            return True
        if now[2]:
            self.key = now
        return False

    def _begin_guidance(self) -> None:
        settings = self.settings
        self.guidance = Guidance(self.quantity, settings.schemes, self.sensor.room_kind, settings.outdoor_co2_ppm)

    def inform(self, cell: int, half) -> None:
        """Give a closed `HalfHour` to guidance, which speaks without a trusted clock too."""
        if not self.guidance.fold(cell, half.mean, half.filled, half.expected) and self.undated:
            self._begin_guidance()  # its half hours were numbered by a clock that ran ahead
            self.guidance.fold(cell, half.mean, half.filled, half.expected)
        self._evaluated = None

    def hold_for_clock(self, cell: int, dated: bool) -> bool:
        """A half hour closed that no trusted clock dates; True when that is news. `dated`: there is a time at all."""
        news = not self.undated
        self.cell = cell
        self.dated = dated
        self.undated = True
        if news and self.series is not None:
            self.series.hold(codes.CLOCK_UNTRUSTED, True)
        return news

    def settle(self) -> None:
        """Take the present stage and reason as known, so that the next documents speak of later changes only."""
        if self.series is not None:
            self.stage_said = self.series.stage
            self.code_said = self.series.code

    def fold(self, cell: int, utc_offset_min: int, half) -> int:
        """Take a closed `HalfHour` into the memory; the bits of `Series.fold`, 0 without a memory."""
        self.cell = cell
        self.dated = True
        self._evaluated = None
        if self.undated:
            self.undated = False
            if self.series is not None:
                self.series.hold(codes.CLOCK_UNTRUSTED, False)
        if self.series is None:
            return 0
        before = self.series.claim
        self.bits = self.series.fold(cell, utc_offset_min, half.code, half.filled, half.reason, half.a, half.b, half.c)
        if self.bits & DAY and self.settings.profile != "board":  # a board has no room for it
            from aqsense import drift_pair

            drift_pair.ask(self)
        self.ended = before if self.bits & CLOSED and before is not None and before.ended is not None else None
        return self.bits

    def documents(self, source: object) -> list:
        """What the last half hour calls for; `source` is the evidence of which samples it was made."""
        from aqsense import statements

        self._source = source
        found = statements.after_half_hour(self)
        self.settle()
        return found

    def current(self) -> list:
        """The present state, as retained documents; empty before the first half hour."""
        from aqsense import statements

        return statements.current(self) if self.cell >= 0 else []

    # what the documents ask -----------------------------------------------------------------------------------------

    def standing(self):
        """What the series can say about itself, see `Standing`; only with a memory."""
        from aqsense.standing import Standing

        return Standing(self.series)

    def has_claims(self) -> bool:
        """Whether this quantity has personal statements at all."""
        return self.quantity in quantities.PERSONAL

    def claimed(self) -> "Tally":
        """What was claimed over all regimes, the present one included; only with a memory."""
        from aqsense.tally import whole

        return whole(self)

    def is_beside(self, other) -> bool:
        """Whether this is the same quantity by another sensor of the same room."""
        here = self.sensor.room == other.sensor.room and self.sensor is not other.sensor
        return here and self.quantity == other.quantity

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
        return self.ident(episode.kind, episode.onset)

    def value(self) -> int | None:
        """Scaled value of the last half hour, None when it was not valid."""
        return self.series.value

    def source(self) -> object:
        """Which samples the last half hour was made of."""
        return self._source

    def error(self, value: int) -> int | None:
        """The maker's error at a scaled value, None when none is stated."""
        from aqsense import sensor_error

        return sensor_error.at(self.quantity, self._err, value)

    def error_or_minus(self, value: int) -> int:
        """The same with -1 for none, as guidance wants it."""
        error = self.error(value)
        return -1 if error is None else error

    def evaluations(self) -> list:
        """Every level of guidance beside its average, as of the last half hour."""
        if self.settings.profile == "board":
            return self.guidance.evaluate(self.error_or_minus)  # made again, not kept: it is more than a kilobyte
        if self._evaluated is None:
            self._evaluated = self.guidance.evaluate(self.error_or_minus)
        return self._evaluated

    def passed(self) -> list:
        """Ids of the levels of guidance that are passed."""
        return [one.level.id for one in self.evaluations() if one.passed]

    def guidance_text(self) -> str:
        """What guidance says in one sentence."""
        from aqsense.guidance_evaluation import words

        return words(self.settings.lang).summary(self.evaluations())


def _none_yet() -> list:
    return []
