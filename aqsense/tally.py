"""What a quantity of a sensor claimed over all its regimes: the account speaks of the home since its first active day.

A regime's own `Account` audits that regime; when the next one begins, its sums are added here and go on.
"""

from aqsense import codes


class Tally:
    """Sums of the regimes that are over.

    The names are those of `Account`, `stretches` and `minutes` those of `Outcomes`; lists are by score kind,
    `withheld_days` by code. `first_claim_day`: -1 for none.
    """

    SUMS = ("active_days", "claim_days", "notable_days", "promised_q16", "promised_notable_q16")
    LISTS = ("claims", "confirmed", "disputed", "withheld_days")
    OF_OUTCOMES = ("stretches", "minutes")

    def __init__(self) -> None:
        self.first_claim_day = -1
        for name in self.SUMS:
            setattr(self, name, 0)
        for name in self.LISTS + self.OF_OUTCOMES:
            setattr(self, name, [0] * (len(codes.CODES) if name == "withheld_days" else len(codes.SCORES)))

    def add(self, account, outcomes) -> None:
        """Add the sums of a regime, or of another Tally (given twice)."""
        if self.first_claim_day < 0:
            self.first_claim_day = account.first_claim_day
        for name in self.SUMS:
            setattr(self, name, getattr(self, name) + getattr(account, name))
        for names, thing in ((self.LISTS, account), (self.OF_OUTCOMES, outcomes)):
            for name in names:
                theirs = getattr(thing, name)
                setattr(self, name, [n + theirs[i] for i, n in enumerate(getattr(self, name))])

    def numbers(self) -> list:
        """Everything, for a snapshot: lists and numbers in a fixed order; empty when there is nothing."""
        found = [self.first_claim_day]
        found += [getattr(self, name) for name in self.SUMS]
        lists = [getattr(self, name) for name in self.LISTS + self.OF_OUTCOMES]
        return [found] + lists if any(found[1:]) or any([any(one) for one in lists]) else []


def of_numbers(numbers: list) -> Tally | None:
    """What `Tally.numbers` gave; None for a first regime."""
    if not numbers:
        return None
    made = Tally()
    at = 1
    made.first_claim_day = numbers[0][0]
    for name in made.SUMS:
        setattr(made, name, numbers[0][at])
        at += 1
    at = 1
    for name in made.LISTS + made.OF_OUTCOMES:
        setattr(made, name, list(numbers[at]))
        at += 1
    return made


def whole(subject) -> Tally:
    """The sums of a subject over all its regimes, the present one included."""
    found = Tally()
    if subject.former is not None:
        found.add(subject.former, subject.former)
    found.add(subject.series.account, subject.series.outcomes)
    return found
