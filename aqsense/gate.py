"""May a series speak today? The only place that hands out a Permit, and a claim can only be built from one.

Promotion happens at a day close alone; demotion at once. A missing sensor, a warming or a doubted one holds the gate
for as long as it lasts; everything else is decided from the day records.
"""

from aqsense import codes
from aqsense.coverage import Coverage
from aqsense.ranks import BLOCK_DAYS, DAYS_FOR_CLAIM, DAYS_FOR_NOTABLE, k_claim, k_notable, k_spans

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
    if n < DAYS_FOR_CLAIM:
        return 0, n + 1
    if kind in codes.BY_SPAN:
        blocks = n // BLOCK_DAYS
        return k_spans(blocks), blocks + 1
    return k_claim(n), n + 1


class Gate:
    """Stage, reasons and permits of one series.

    `stage` is the one in force, `granted` the one that the last day close gave; `reasons` the withholding codes of the
    day, as bits; `hold` the code of what holds the gate now (NO_CODE: nothing). `kinds`: score kinds of the quantity
    that may be spoken; `silent`: bits of kinds that fell silent because they are disputed; `relearn` the code of what
    is learned anew, until day `relearn_until` (-1: until 29 comparable days).
    """

    NUMBERS = (
        "granted",
        "stage",
        "stage_before",
        "hold",
        "missing",
        "reasons",
        "paused",
        "relearn",
        "relearn_until",
        "silent",
        "broken_until",
        "n",
        "day",
    )
    ARRAYS = ()

    def __init__(self, kinds: tuple):
        self.kinds = kinds
        self.granted = codes.LEARNING
        self.stage = codes.LEARNING
        self.stage_before = codes.LEARNING
        self.hold = codes.NO_CODE
        self.missing = 0
        self.reasons = 1 << codes.COVERAGE_DAYS
        self.paused = 0
        self.relearn = codes.NO_CODE
        self.relearn_until = -1
        self.silent = 0
        self.broken_until = -1
        self.n = 0
        self.day = -1

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

    def holding(self, code: int, on: bool) -> bool:
        """Hold the gate for a reason that no half hour shows (an untrusted clock, the owner's pause), or let it go."""
        if code == codes.USER_PAUSED:
            self.paused = 1 if on else 0
            self._reason(code, on)
        elif code in _HOLD_STAGES:
            self.hold = code if on else codes.NO_CODE
        return self._settle()

    def learn_anew(self, code: int, until: int) -> bool:
        """Withdraw the grant at once because something changed; it is learned anew until a day, or 29 days (-1)."""
        self.relearn = code
        self.relearn_until = until
        self.granted = codes.RELEARNING
        self._reason(code, True)
        return self._settle()

    def suspect(self, until: int) -> None:
        """From the day close that follows, wait until a day while the offsets follow a change that nobody declared."""
        if self.relearn == codes.NO_CODE:
            self.relearn = codes.DRIFT_SUSPECTED
            self.relearn_until = until

    def silence(self, kind: int) -> None:
        """Take a kind of score its voice at once; whether it returns is decided at a day's close."""
        self.silent |= 1 << kind
        if self._all_silent():
            self._reason(codes.DISPUTED, True)

    def _reason(self, code: int, on: bool) -> None:
        self.reasons = self.reasons | 1 << code if on else self.reasons & ~(1 << code)

    def _settle(self) -> bool:
        stage = self.granted if self.hold == codes.NO_CODE else _HOLD_STAGES[self.hold]
        if stage == self.stage:
            return False
        self.stage_before = self.stage
        self.stage = stage
        return True

    def close_day(self, coverage: Coverage, stale: bool) -> bool:
        """Decide the stage of the day that begins; True when it changed."""
        self.n = coverage.n
        self.day = coverage.memory.today
        self._end_relearning()
        broken = self.day < self.broken_until
        lacking = coverage.lacking(codes.ESTABLISHED)
        self.reasons = 0
        for code in lacking:
            self._reason(code, True)
        self._reason(codes.GAP_RECENT, stale)
        self._reason(codes.USER_PAUSED, self.paused != 0)
        self._reason(codes.PROMISE_BROKEN, broken)
        self._reason(codes.DISPUTED, self._all_silent())
        if self.relearn != codes.NO_CODE:
            self._reason(self.relearn, True)
        if stale:
            self.granted = codes.STALE
        elif self.relearn != codes.NO_CODE:
            self.granted = codes.RELEARNING
        elif not lacking and not broken:
            self.granted = codes.ESTABLISHED
        elif not coverage.lacking(codes.PROVISIONAL):
            self.granted = codes.PROVISIONAL
        else:
            self.granted = codes.LEARNING
        return self._settle()

    def _end_relearning(self) -> None:
        until = self.relearn_until
        if (until < 0 and self.n >= DAYS_FOR_NOTABLE) or 0 <= until <= self.day:
            self.relearn = codes.NO_CODE

    def _all_silent(self) -> bool:
        for kind in self.kinds:
            if not self.silent >> kind & 1:
                return False
        return bool(self.kinds)

    def withheld(self) -> list:
        """Every withholding code that applies, in order of precedence."""
        bits = self.reasons if self.hold == codes.NO_CODE else self.reasons | 1 << self.hold
        return [code for code in range(len(codes.CODES)) if bits >> code & 1]

    def code(self) -> int:
        """The first withholding code that applies, NO_CODE when a claim is permitted."""
        bits = self.reasons if self.hold == codes.NO_CODE else self.reasons | 1 << self.hold
        if bits == 0:
            return codes.NO_CODE
        code = 0
        while not bits >> code & 1:
            code += 1
        return code

    def permits(self, kind: int) -> bool:
        """Whether a kind of score may lead to an episode now."""
        if self.hold != codes.NO_CODE or not self.kinds or self.paused or self.silent >> kind & 1:
            return False
        if kind == codes.CONTEXT:
            return self.granted in (codes.PROVISIONAL, codes.ESTABLISHED) and self.n >= DAYS_FOR_NOTABLE
        return self.granted == codes.ESTABLISHED and kind in self.kinds and self.n >= DAYS_FOR_CLAIM

    def permit(self, kind: int) -> Permit | None:
        """A Permit for a kind of score, None when it may not speak."""
        if not self.permits(kind):
            return None
        k, of = promise(kind, self.n)
        return Permit(_SEAL, kind, self.n, k, of, self.day)

    def permit_of_snapshot(self, kind: int) -> Permit:
        """The permit of an episode that was opened with one, and is read back from a snapshot."""
        return Permit(_SEAL, kind, 0, 0, 0, self.day)

    def may_claim(self) -> bool:
        """Whether any kind of claim is permitted now."""
        for kind in self.kinds:
            if self.permits(kind):
                return True
        return False
