"""May a series speak today? The only place that hands out a Permit, and a claim can only be built from one.

Promotion happens at a day close alone; demotion at once. A missing sensor, a warming or a doubted one holds the gate
for as long as it lasts; everything else is decided from the day records.
"""

from aqsense import codes
from aqsense.coverage import Coverage
from aqsense.ranks import BLOCK_DAYS, k_claim, k_notable, k_sustained

MISSING_CELLS = 4  # two hours without a valid half hour suspend a series; one alone is only unknown

_SEAL = object()
_HOLD_STAGES = {
    codes.CLOCK_UNTRUSTED: codes.STALE,
    codes.SENSOR_FAULT: codes.SUSPENDED,
    codes.SENSOR_STUCK: codes.SUSPENDED,
    codes.SENSOR_WARMING: codes.WARMUP,
    codes.VALUE_MISSING: codes.SUSPENDED,
    codes.LINE_NOISY: codes.SUSPENDED,
}
UNITS = ("day", "day", "3 days", "day")  # by score kind


class Permit:
    """Leave to claim one kind of score on one day: at most `k` of `of` such units of time by chance."""

    def __init__(self, seal: object, kind: int, n: int, k: int, of: int, day: int):
        if seal is not _SEAL:
            raise TypeError("only the gate hands out a permit: ask Gate.permit(kind)")
        self.kind = kind
        self.n = n
        self.k = k
        self.of = of
        self.unit = UNITS[kind]
        self.day = day


def promise(kind: int, n: int) -> tuple:
    """(k, of) that a kind of score promises with n comparable days; k is 0 where it may not speak."""
    if kind == codes.CONTEXT:
        return k_notable(n), n + 1
    if n + 1 < 60:
        return 0, n + 1
    if kind == codes.SUSTAINED:
        blocks = n // BLOCK_DAYS
        return k_sustained(blocks), blocks + 1
    return k_claim(n), n + 1


class Gate:
    """Stage, reasons and permits of one series.

    `stage` is the one in force, `granted` the one that the last day close gave; `reasons` the withholding codes of the
    day, `hold` the code of what holds the gate now (NO_CODE: nothing). `kinds`: score kinds of the quantity that may be
    spoken; `silent`: bits of kinds that fell silent because they are disputed.
    """

    def __init__(self, kinds: tuple):
        self.kinds = kinds
        self.granted = codes.LEARNING
        self.stage = codes.LEARNING
        self.stage_before = codes.LEARNING
        self.hold = codes.NO_CODE
        self.missing = 0
        self.paused = 0
        self.relearn = codes.NO_CODE
        self.silent = 0
        self.broken = 0
        self.n = 0
        self.day = -1
        self.reasons = [codes.COVERAGE_DAYS]

    def cell(self, reason: int) -> bool:
        """Take the state of the half hour (NO_CODE: valid); True when the stage changed."""
        if reason == codes.NO_CODE:
            self.missing = 0
            self.hold = codes.NO_CODE
        else:
            self.missing += 1
            if reason in _HOLD_STAGES and (reason != codes.VALUE_MISSING or self.missing >= MISSING_CELLS):
                self.hold = reason
        return self._settle()

    def _settle(self) -> bool:
        stage = self.granted if self.hold == codes.NO_CODE else _HOLD_STAGES[self.hold]
        if stage == self.stage:
            return False
        self.stage_before = self.stage
        self.stage = stage
        return True

    def close_day(self, coverage: Coverage, stale: bool) -> bool:
        """Decide the stage of the day that begins; True when it changed."""
        reasons = []
        if stale:
            reasons.append(codes.GAP_RECENT)
        if self.paused:
            reasons.append(codes.USER_PAUSED)
        if self.relearn != codes.NO_CODE:
            reasons.append(self.relearn)
        if self.broken:
            reasons.append(codes.PROMISE_BROKEN)
        if self._all_silent():
            reasons.append(codes.DISPUTED)
        lacking = coverage.lacking(codes.ESTABLISHED)
        if stale:
            granted = codes.STALE
        elif self.relearn != codes.NO_CODE:
            granted = codes.RELEARNING
        elif not lacking and not self.broken:
            granted = codes.ESTABLISHED
        elif not coverage.lacking(codes.PROVISIONAL):
            granted = codes.PROVISIONAL
        else:
            granted = codes.LEARNING
        self.reasons = reasons + lacking
        self.n = coverage.n
        self.day = coverage.memory.today
        self.granted = granted
        return self._settle()

    def _all_silent(self) -> bool:
        for kind in self.kinds:
            if not self.silent >> kind & 1:
                return False
        return bool(self.kinds)

    def demote(self, stage: int, reason: int) -> bool:
        """Withdraw the day's grant at once, for a reason that cannot wait for the day's close."""
        if reason not in self.reasons:
            self.reasons.append(reason)
            self.reasons.sort()
        if stage != codes.ESTABLISHED:
            self.granted = stage
        return self._settle()

    def code(self) -> int:
        """The first withholding code that applies, NO_CODE when a claim is permitted."""
        if self.hold != codes.NO_CODE and (not self.reasons or self.hold < self.reasons[0]):
            return self.hold
        return self.reasons[0] if self.reasons else codes.NO_CODE

    def also(self) -> list:
        """The other withholding codes that apply, in order of precedence."""
        every = self.reasons + ([self.hold] if self.hold != codes.NO_CODE and self.hold not in self.reasons else [])
        return sorted(every)[1:]

    def permits(self, kind: int) -> bool:
        """Whether a kind of score may lead to an episode now."""
        if self.hold != codes.NO_CODE or not self.kinds or self.paused or self.silent >> kind & 1:
            return False
        if kind == codes.CONTEXT:
            return self.granted in (codes.PROVISIONAL, codes.ESTABLISHED) and self.n >= 29
        return self.granted == codes.ESTABLISHED and kind in self.kinds and self.n >= 59

    def permit(self, kind: int) -> Permit | None:
        """A Permit for a kind of score, None when it may not speak."""
        if not self.permits(kind):
            return None
        k, of = promise(kind, self.n)
        return Permit(_SEAL, kind, self.n, k, of, self.day) if k > 0 else None

    def may_claim(self) -> bool:
        """Whether any kind of claim is permitted now."""
        for kind in self.kinds:
            if self.permits(kind):
                return True
        return False
