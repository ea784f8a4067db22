"""Which questions a quantity is asked, and what of a day is frozen when it closes."""

from aqsense import codes, quantities, scores
from aqsense.daypart import MARGINS as DAYPART_MARGINS
from aqsense.daypart import DaypartQuestion
from aqsense.gate import promise
from aqsense.memory import FEATURES, HALF_HOURS, MISSING, PARTS, SLOTS, Memory, filled
from aqsense.questions import (
    PEAK_MARGINS,
    SUSTAINED_MARGINS,
    ContextQuestion,
    PeakQuestion,
    SustainedQuestion,
    excess_of,
    residual_of,
)
from aqsense.ranks import lower_median
from aqsense.typical import Typical


class Judge:
    """Asks the context question of any quantity; its residuals make the level that the day leaves behind."""

    NUMBERS: tuple = ()
    ARRAYS = ("residuals",)
    kinds: tuple = ()

    def __init__(self, memory: Memory, typical: Typical):
        self.memory = memory
        self.typical = typical
        self.context = ContextQuestion(memory)
        self.questions: list = [self.context]
        self.residuals = filled(SLOTS)

    def parts(self) -> list:
        """Everything of the judge that has a state."""
        return [self, self.context]

    def resume(self) -> None:
        """Take again what is derived from the parts, after they were read back."""

    def start_day(self, n: int, level: int, tight: bool, scorable: bool) -> None:
        """Take the thresholds of a new day of n comparable days; margins are those of a level, or (tight) doubled."""
        i = 0
        while i < SLOTS:
            self.residuals[i] = MISSING
            i += 1
        self.context.start_day(promise(codes.CONTEXT, n)[0], 0)

    def step(self, quantity: int, code: int, slot: int, scorable: bool, a: int, b: int, c: int) -> None:
        """Ask about one half hour (MISSING: not valid) and its thirds; scores exist only on scorable days."""
        hour = slot // 2
        residual = residual_of(self.typical, code, hour) if scorable else MISSING
        if residual == MISSING:
            self.context.take(MISSING, 0)
        else:
            self.residuals[slot] = residual
            above = residual - self.typical.level
            self.context.take(scores.context(above, self.typical.spread(hour)), excess_of(quantity, code, code - above))
        self.ask(quantity, code, slot, residual, a, b, c)

    def ask(self, quantity: int, code: int, slot: int, residual: int, a: int, b: int, c: int) -> None:
        """Ask the questions of the quantity; `residual` is the code above its hour, MISSING on days not scorable."""

    def pass_by(self, quantity: int, code: int, a: int, b: int, c: int) -> None:
        """Let a half hour that is not judged move the windows on."""

    def miss_day(self) -> None:
        """Let a whole day without a value pass, after another one: windows that hold nothing only turn."""
        for window in self.windows():
            window.at = (window.at + SLOTS) % window.CELLS

    def windows(self) -> list:
        """The windows over the last half hours."""
        return []

    def freeze(self, record: int, day: int, scorable: bool) -> bool:
        """Write a valid day's record; True when every question of the day has a score."""
        self._freeze_level(day)
        if not scorable or self.context.worst == MISSING:
            return False
        self.memory.context[record] = self.context.worst
        return True

    def _freeze_level(self, day: int) -> None:
        n = 0
        for residual in self.residuals:
            if residual != MISSING:
                HALF_HOURS[n] = residual
                n += 1
        if n == 0:
            return
        self.memory.level[day % FEATURES] = lower_median(HALF_HOURS, n)
        flat = 0
        by_hour = 0
        slot = 0
        while slot < SLOTS:
            residual = self.residuals[slot]
            if residual != MISSING:
                by_hour += abs(residual - self.typical.level)
                flat += abs(residual + self.typical.hour_median(slot // 2) - self.typical.median - self.typical.level)
            slot += 1
        self.typical.residuals(flat, by_hour)

    def frozen(self, record: int, scored: bool) -> tuple:
        """(context, peak, sustained, daypart) of the day that closes, MISSING where there is none."""
        return self.memory.context[record], MISSING, MISSING, MISSING


class ParticleJudge(Judge):
    """PM2.5: short peaks and hours of high."""

    kinds = (codes.PEAK, codes.SUSTAINED)

    def __init__(self, memory: Memory, typical: Typical):
        Judge.__init__(self, memory, typical)
        self.peak = PeakQuestion(memory)
        self.sustained = SustainedQuestion(memory)
        self.questions = [self.context, self.peak, self.sustained]

    def parts(self) -> list:
        """As Judge."""
        return [self, self.context, self.peak, self.peak.window, self.sustained, self.sustained.window]

    def start_day(self, n: int, level: int, tight: bool, scorable: bool) -> None:
        """As Judge."""
        Judge.start_day(self, n, level, tight, scorable)
        self.peak.start_day(promise(codes.PEAK, n)[0], PEAK_MARGINS[level] << tight)
        self.sustained.start_day(promise(codes.SUSTAINED, n)[0], SUSTAINED_MARGINS[level] << tight)

    def ask(self, quantity: int, code: int, slot: int, residual: int, a: int, b: int, c: int) -> None:
        """As Judge."""
        self.peak.step(quantity, code, a, b, c)
        self.sustained.step(quantity, code, MISSING if residual == MISSING else code - residual)

    def windows(self) -> list:
        """As Judge."""
        return [self.peak.window, self.sustained.window]

    def pass_by(self, quantity: int, code: int, a: int, b: int, c: int) -> None:
        """As Judge."""
        self.peak.window.push(quantity, code, a, b, c)
        self.sustained.window.push(MISSING)

    def freeze(self, record: int, day: int, scorable: bool) -> bool:
        """As Judge; the raw peak of every valid day is kept, because the season's offset is taken from it."""
        memory = self.memory
        memory.raw_peak[record] = self.peak.raw_worst
        answered = min(self.peak.worst, self.sustained.worst) != MISSING
        if not Judge.freeze(self, record, day, scorable and answered):
            return False
        memory.peak[record] = self.peak.worst
        memory.sustained[record] = self.sustained.worst
        return True

    def frozen(self, record: int, scored: bool) -> tuple:
        """As Judge."""
        memory = self.memory
        return memory.context[record], memory.peak[record], memory.sustained[record], MISSING


class CarbonDioxideJudge(Judge):
    """CO2: parts of the day."""

    kinds = (codes.DAYPART,)

    def __init__(self, memory: Memory, typical: Typical):
        Judge.__init__(self, memory, typical)
        self.daypart = DaypartQuestion(memory)
        self.questions = [self.context, self.daypart]

    def parts(self) -> list:
        """As Judge."""
        return [self, self.context, self.daypart, self.daypart.window]

    def start_day(self, n: int, level: int, tight: bool, scorable: bool) -> None:
        """As Judge."""
        Judge.start_day(self, n, level, tight, scorable)
        self.daypart.start_day(promise(codes.DAYPART, n)[0], DAYPART_MARGINS[level] << tight)

    def ask(self, quantity: int, code: int, slot: int, residual: int, a: int, b: int, c: int) -> None:
        """As Judge."""
        self.daypart.step(slot, MISSING if residual == MISSING else code, code - residual)

    def windows(self) -> list:
        """As Judge."""
        return [self.daypart.window]

    def pass_by(self, quantity: int, code: int, a: int, b: int, c: int) -> None:
        """As Judge."""
        self.daypart.window.push(MISSING)

    def freeze(self, record: int, day: int, scorable: bool) -> bool:
        """As Judge, and the parts of the day."""
        if not Judge.freeze(self, record, day, scorable):
            return False
        part = 0
        while part < PARTS:
            self.memory.parts[record * PARTS + part] = self.daypart.today[part]
            part += 1
        return True

    def frozen(self, record: int, scored: bool) -> tuple:
        """As Judge; the day's score is that at its close."""
        return self.memory.context[record], MISSING, MISSING, self.daypart.day_score() if scored else MISSING


def judge_of(quantity: int, memory: Memory, typical: Typical) -> Judge:
    """The judge of a quantity; ranges alone come from one that asks nothing but the context."""
    if quantity == quantities.PM2_5:
        return ParticleJudge(memory, typical)
    if quantity == quantities.CO2:
        return CarbonDioxideJudge(memory, typical)
    return Judge(memory, typical)
