"""The owner's answers to claims: what a confirmation takes out of the comparison, and when a kind falls silent.

Nothing an owner answers can make a series speak more than 5 % of confirmed days allow, and nothing excludes a day for
free: only a day with a claim can be set aside, one answer an episode, within 14 days. A dispute leaves the day in.
Source: contract section 5, verbs; science.md section 4.7.
"""

from array import array

from aqsense.account import CONFIRMED
from aqsense.memory import EXCLUDED, WINDOW

KEPT = 16
ANSWER_DAYS = 14
LEAST_ANSWERS = 5

UNANSWERED = 0
CONFIRM = 1
DISPUTE = 2

DONE = ""
UNKNOWN_ID = "unknown_id"
TOO_LATE = "too_late"
CAP_REACHED = "cap_reached"
VERBS = {"confirm": CONFIRM, "dispute": DISPUTE, "retract": UNANSWERED}


class Answers:
    """The last 16 claims of a series, and what was answered to each.

    A claim is known by its score kind and onset cell; `days` are local days of the onset.
    """

    NUMBERS = ("at",)
    ARRAYS = ("onsets", "days", "kinds", "given")

    def __init__(self) -> None:
        self.at = 0
        self.onsets = array("i", [-1] * KEPT)
        self.days = array("i", [-1] * KEPT)
        self.kinds = bytearray(KEPT)
        self.given = bytearray(KEPT)

    def claimed(self, kind: int, onset: int, day: int) -> None:
        """Note a claim; the oldest one is no longer known."""
        self.onsets[self.at] = onset
        self.days[self.at] = day
        self.kinds[self.at] = kind
        self.given[self.at] = UNANSWERED
        self.at = (self.at + 1) % KEPT

    def find(self, kind: int, onset: int) -> int:
        """Place of a claim, -1 when it is not known."""
        i = 0
        while i < KEPT:
            if self.onsets[i] == onset and self.kinds[i] == kind and onset >= 0:
                return i
            i += 1
        return -1

    def known(self) -> list:
        """(kind, onset, day, answer) of every claim known, oldest first."""
        found = []
        i = 0
        while i < KEPT:
            j = (self.at + i) % KEPT
            if self.onsets[j] >= 0:
                found.append((self.kinds[j], self.onsets[j], self.days[j], self.given[j]))
            i += 1
        return found

    def count(self, given: int, since: int) -> int:
        """Claims with an answer whose day is `since` or later."""
        n = 0
        i = 0
        while i < KEPT:
            if self.onsets[i] >= 0 and self.given[i] == given and self.days[i] >= since:
                n += 1
            i += 1
        return n

    def is_confirmed(self, day: int) -> bool:
        """Whether a claim of that day is confirmed."""
        i = 0
        while i < KEPT:
            if self.onsets[i] >= 0 and self.days[i] == day and self.given[i] == CONFIRM:
                return True
            i += 1
        return False


def most_confirmed(n: int) -> int:
    """Days that may be set aside while n are compared: 5 %, at least 1."""
    return max(1, n * 5 // 100)


def confirmed_days(series) -> int:
    """Days of the window, today included, that answers have set aside or will at their close."""
    n = 0
    day = series.today - WINDOW
    while day <= series.today:
        if day >= 0 and series.account.is_confirmed(day):
            n += 1
        day += 1
    return n


def again_from(series) -> int:
    """First day on which another confirmation may be taken if nothing else changes; today when one may be now."""
    if confirmed_days(series) < most_confirmed(series.coverage.n):
        return series.today
    day = max(series.today - WINDOW, 0)
    while not series.account.is_confirmed(day):
        day += 1
    return day + WINDOW + 1


def answer(series, verb: str, kind: int, onset: int) -> str:
    """Take `confirm`, `dispute` or `retract` of a claim; DONE, or the error code of the contract.

    The same answer twice is DONE and changes nothing; another one replaces the first. A confirmed day leaves the
    comparison with the next local day.
    """
    answers = series.answers
    i = answers.find(kind, onset)
    if i < 0 or verb not in VERBS:
        return UNKNOWN_ID
    given = VERBS[verb]
    if answers.given[i] == given:
        return DONE
    day = answers.days[i]
    if given == CONFIRM:
        if series.today - day > ANSWER_DAYS:
            return TOO_LATE
        full = confirmed_days(series) >= most_confirmed(series.coverage.n)
        if full and not series.account.is_confirmed(day):
            return CAP_REACHED
    _count(series.account, kind, answers.given[i], -1)
    _count(series.account, kind, given, 1)
    answers.given[i] = given
    _set_aside(series, day, answers.is_confirmed(day))
    silence(series)
    return DONE


def _count(account, kind: int, given: int, step: int) -> None:
    if given == CONFIRM:
        account.confirmed[kind] += step
    elif given == DISPUTE:
        account.disputed[kind] += step


def _set_aside(series, day: int, on: bool) -> None:
    series.account.mark(day, CONFIRMED, on)
    record = series.memory.record_of(day)
    if record >= 0 and day < series.today:
        state = series.memory.state[record]
        series.memory.state[record] = state | EXCLUDED if on else state & ~EXCLUDED


def silence(series) -> None:
    """A kind that is disputed more than it is confirmed falls silent at once; its voice returns at a day's close."""
    for kind in series.kinds:
        if is_silent(series.account, kind):
            series.gate.silence(kind)


def silent_kinds(series) -> int:
    """Bits of the kinds that are silent by the answers given so far."""
    bits = 0
    for kind in series.kinds:
        if is_silent(series.account, kind):
            bits |= 1 << kind
    return bits


def is_silent(account, kind: int) -> bool:
    """Whether a kind has at least 5 answers and more disputes than confirmations."""
    confirmed = account.confirmed[kind]
    disputed = account.disputed[kind]
    return confirmed + disputed >= LEAST_ANSWERS and disputed > confirmed
