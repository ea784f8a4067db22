"""Forgetting: what is left is folded again, so that every number is that of a series never given the rest."""

from aqsense import feedback


def refold(series, cells, answers=()) -> None:
    """Empty a Series, then fold these half hours, tuples as `Series.fold` takes them, in order of time.

    The memory is emptied in place before the first is taken: `cells` must not read from it.
    `answers`: (last closed cell when it was given, verb, kind, onset cell) in order of time; those to claims that are
    no longer made are left out. The owner's pause and level stay; the ledger is not written to.
    """
    ledger = series.ledger
    paused = series.gate.paused
    series.ledger = None
    series.reset()
    series.gate.paused = paused
    i = 0
    for given in cells:
        while i < len(answers) and answers[i][0] < given[0]:
            feedback.answer(series, answers[i][1], answers[i][2], answers[i][3])
            i += 1
        series.fold(*given)
    while i < len(answers):
        feedback.answer(series, answers[i][1], answers[i][2], answers[i][3])
        i += 1
    series.ledger = ledger
