"""A day of 48 valid half hours and one offset, scored at once and asked about only where something could be said."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from aqsense import codes, daypart, scores
from aqsense.batch import logcodes, plain_daypart
from aqsense.batch import scores as arrays
from aqsense.batch.days import FastDaypart
from aqsense.judge import CarbonDioxideJudge, ParticleJudge
from aqsense.memory import MISSING, PARTS, RING_DAYS, SLOTS
from aqsense.questions import Question

if TYPE_CHECKING:
    from aqsense.batch.fold import BatchSeries, Plan

Whole = npt.NDArray[np.int64]

_HOUR = np.arange(SLOTS) // 2


def fold(series: "BatchSeries", plan: "Plan", at: int) -> None:
    """Fold the 48 half hours from `at` on."""
    end = at + SLOTS
    code = plan.code[at:end]
    plan.unsaid += 1
    series.gate.cell(codes.NO_CODE)
    _count(series, code)
    _ask(series, plan, at, code)
    _remember(series, plan, at, code)
    series.close_day()


def _count(series: "BatchSeries", code: Whole) -> None:
    if not series.band():
        return
    typical = series.typical
    width = typical.width_q8()
    middle = np.frombuffer(typical._medians, dtype=np.int16).astype(np.int64)
    level = typical.level + typical.shift
    low = middle + level - ((middle - np.frombuffer(typical._lows, dtype=np.int16)) * width >> 8)
    high = middle + level + ((np.frombuffer(typical._highs, dtype=np.int16) - middle) * width >> 8)
    series.seen = SLOTS
    series.inside = int(((low[_HOUR] <= code) & (code <= high[_HOUR])).sum())


def _remember(series: "BatchSeries", plan: "Plan", at: int, code: Whole) -> None:
    last = at + SLOTS - 1
    half = plan.half
    series.cell = int(half.cell[last])
    series.day = series.today
    series.slot = SLOTS - 1
    series.value_code = int(code[-1])
    series.filled = int(half.filled[last])
    series.a, series.b, series.c = (int(third[last]) for third in plan.thirds)
    series.run_ever = series.run = 0
    series.day_cells = series.day_valid = SLOTS
    if series.first_day < 0:
        series.first_day = series.today
    row = series.today % RING_DAYS * SLOTS
    np.frombuffer(series.memory.ring, dtype=np.int16)[row : row + SLOTS] = code
    behaviour = series.drift.behaviour
    behaviour.total = int(plan.apart[at : at + SLOTS].sum())
    behaviour.heard = int((plan.apart[at : at + SLOTS] > 0).sum())


def _ask(series: "BatchSeries", plan: "Plan", at: int, code: Whole) -> None:
    judge = series.judge
    typical = series.typical
    if not series.scorable or not typical.pooled:
        nothing = np.full(SLOTS, MISSING, dtype=np.int64)
        residual, context = nothing, nothing
    else:
        hour = np.frombuffer(typical._medians, dtype=np.int16).astype(np.int64)[_HOUR]
        residual = code - hour
        np.frombuffer(judge.residuals, dtype=np.int16)[:] = residual
        spread = _spread_of(series, plan)
        context = np.clip((residual - typical.level << 8) // spread[_HOUR], -32767, 32767)
    judge.context.worst = int(context.max())
    if isinstance(judge, ParticleJudge):
        _ask_particles(series, plan, at, code, residual, context, judge)
    elif isinstance(judge, CarbonDioxideJudge):
        _ask_carbon_dioxide(series, plan, at, code, residual, context, judge)
    else:
        _write_cells(series, plan, at)


def _spread_of(series: "BatchSeries", plan: "Plan") -> Whole:
    assert plan.spread is not None  # plain days exist only with medians
    row: Whole = plan.spread[series.today - series.typical.first_day]
    return row


def _ask_particles(
    series: "BatchSeries",
    plan: "Plan",
    at: int,
    code: Whole,
    residual: Whole,
    context: Whole,
    judge: ParticleJudge,
) -> None:
    end = at + SLOTS
    raw, emitted = plan.raw[at:end], plan.emitted[at:end]
    peak = np.where(raw == MISSING, MISSING, raw - judge.peak.offset)
    judge.peak.raw_worst = int(raw.max())
    judge.peak.worst = int(peak.max())
    usual = np.where(residual == MISSING, code, code - residual)
    above = arrays.above_twenty(series.quantity, code) - arrays.above_twenty(series.quantity, usual)
    above = np.where(residual == MISSING, MISSING, above)
    before = _ring(judge.sustained.window.values, judge.sustained.window.at)
    sustained = arrays.eight_hours(np.concatenate([before, above]), judge.sustained.window)[-SLOTS:]
    judge.sustained.worst = int(sustained.max())
    set_ring(judge.sustained.window.values, judge.sustained.window.at, above[-scores.EIGHT_HOURS :])
    judge.sustained.window.score = int(sustained[-1])
    answers: tuple[tuple[Question, Whole], ...]
    answers = ((judge.context, context), (judge.peak, peak), (judge.sustained, sustained))
    if _is_quiet(series, answers):
        _write_cells(series, plan, at)
        return
    level = np.where(residual == MISSING, MISSING, residual - series.typical.level)
    told = np.where(emitted == MISSING, 0, emitted)
    excesses = (_excess(series.quantity, code, level), told, _excess(series.quantity, code, residual))
    for slot in range(SLOTS):
        _write_cell(series, plan, at + slot)
        for (question, score), excess in zip(answers, excesses, strict=True):
            question.score = int(score[slot])
            question.excess = int(excess[slot])
        series.speak(int(plan.half.cell[at + slot]), slot)


def _ask_carbon_dioxide(
    series: "BatchSeries",
    plan: "Plan",
    at: int,
    code: Whole,
    residual: Whole,
    context: Whole,
    judge: CarbonDioxideJudge,
) -> None:
    question = judge.daypart
    assert isinstance(question, FastDaypart)
    missing = residual == MISSING
    judged = np.where(missing, MISSING, code)
    window = question.window
    heights = arrays.heights(judged)
    score = arrays.eight_hours(np.concatenate([_ring(window.values, window.at), heights]), window)[-SLOTS:]
    reached = score.reshape(PARTS, daypart.SLOTS_A_PART)
    excess = _excess(series.quantity, code, residual)
    may_be_claimed = question.k > 0 and plain_daypart.crosses(question, excess.reshape(reached.shape), reached)
    if may_be_claimed or not _is_quiet(series, ((judge.context, context),)):
        level = np.where(missing, MISSING, residual - series.typical.level)
        usual = _excess(series.quantity, code, level)
        for slot in range(SLOTS):
            _write_cell(series, plan, at + slot)
            judge.context.score = int(context[slot])
            judge.context.excess = int(usual[slot])
            question.step(slot, int(judged[slot]), int(code[slot] - residual[slot]))
            series.speak(int(plan.half.cell[at + slot]), slot)
        return
    set_ring(window.values, window.at, heights[-scores.EIGHT_HOURS :])
    window.score = int(score[-1])
    for part, highest in enumerate(reached.max(axis=1).tolist()):
        if highest != MISSING:
            question.today[part] = daypart.part_code(highest)
    _write_cells(series, plan, at)


def _excess(quantity: int, code: Whole, above: Whole) -> Whole:
    """`questions.excess_of` of each half hour, 0 where nothing is usual."""
    usual = np.where(above == MISSING, code, code - above)
    excess = np.maximum(0, logcodes.decode(quantity, code) - logcodes.decode(quantity, usual))
    return np.where(above == MISSING, 0, excess)


def _is_quiet(series: "BatchSeries", answers: tuple[tuple[Question, Whole], ...]) -> bool:
    """No episode is open, and no score exceeds its threshold."""
    for kind in range(len(codes.SCORES)):
        if series.episodes.open(kind) is not None:
            return False
    for question, score in answers:
        if question.threshold != MISSING and int(score.max()) > question.threshold:
            return False
    return True


def _write_cells(series: "BatchSeries", plan: "Plan", at: int) -> None:
    if series.ledger:
        for i in range(at, at + SLOTS):
            _write_cell(series, plan, i)


def _write_cell(series: "BatchSeries", plan: "Plan", i: int) -> None:
    if series.ledger:
        series.ledger.cell(int(plan.half.cell[i]), int(plan.code[i]))


def _ring(array: object, at: int) -> Whole:
    """Values of a window's ring in order of time."""
    values = np.frombuffer(array, dtype=np.int16).astype(np.int64)  # type: ignore[call-overload]
    ordered: Whole = np.concatenate([values[at:], values[:at]])
    return ordered


def set_ring(array: object, at: int, values: Whole) -> None:
    """Put the last values, in order of time, into a window's ring whose next place is `at`."""
    ring = np.frombuffer(array, dtype=np.int16)  # type: ignore[call-overload]
    ring[(at - len(values) + np.arange(len(values))) % len(ring)] = values
