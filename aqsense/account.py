"""The running account: claims made against claims that chance would make, and what was withheld and why.

A series that speaks more often than its promise allows loses its voice (`promise_broken`); one that speaks more often
than simulated homes with nothing wrong do doubles its margins for a while. Both only ever tighten.
Source: science.md section 4.3 (self audit), science2.md section 3.5.
"""

from array import array

from aqsense import codes

AUDIT_DAYS = 182
_KEPT = 192

ACTIVE = 1
CLAIM_DAY = 2
CONFIRMED = 4  # the five bits above hold the day's promise in 1/512

# The greatest Poisson mean (1/256) for which x or more events have a chance of at most 1 %, x = 1, 2, ...
# Closed form: half of the 1 % point of chi-square with 2 x degrees of freedom.
_REJECTS = (2, 38, 111, 210, 327, 457, 596, 743, 897, 1057, 1221, 1389, 1561, 1736, 1914, 2094, 2277, 2461, 2648, 2837)
UNIT = 65536


def rejects(claims: int, expected_q8: int) -> bool:
    """Whether so many claim days contradict an expected number (1/256) at 1 %, one-sided, design effect 2.

    Claims come in bouts: two count as one independent event, and so does the expectation.
    """
    events = claims // 2
    if events == 0:
        return False
    return expected_q8 // 2 < _REJECTS[min(events, len(_REJECTS)) - 1]


class Account:
    """Counts of one series, days being local days.

    `active_days` began with a claim permitted, `claim_days` had one start, `promised_q16` sums the promises in force
    (1/65536); `notable_*` the same for notable entries. `withheld_days` by code at day close. By score kind: `claims`,
    `confirmed`, `disputed`. `since` first active day, -1 before.
    """

    NUMBERS = (
        "since",
        "active_days",
        "claim_days",
        "promised_q16",
        "notable_active_days",
        "notable_days",
        "promised_notable_q16",
        "last_claim_day",
        "last_notable_day",
        "first_claim_day",
    )
    ARRAYS = ("withheld_days", "claims", "confirmed", "disputed", "days")

    def __init__(self) -> None:
        self.since = -1
        self.active_days = 0
        self.claim_days = 0
        self.promised_q16 = 0
        self.notable_active_days = 0
        self.notable_days = 0
        self.promised_notable_q16 = 0
        self.withheld_days = array("i", [0] * len(codes.CODES))
        self.claims = array("i", [0] * len(codes.SCORES))
        self.confirmed = array("i", [0] * len(codes.SCORES))
        self.disputed = array("i", [0] * len(codes.SCORES))
        self.days = bytearray(_KEPT)
        self.last_claim_day = -1
        self.last_notable_day = -1
        self.first_claim_day = -1

    def begin(self, day: int, active: bool, promised_q16: int, notable_q16: int) -> None:
        """Open a local day with the promises in force at its start (0 where nothing is permitted)."""
        i = day % _KEPT
        self.days[i] = 0
        if active:
            if self.since < 0:
                self.since = day
            self.active_days += 1
            self.promised_q16 += promised_q16
            self.days[i] = ACTIVE | promised_q16 >> 7 << 3
        if notable_q16:
            self.notable_active_days += 1
            self.promised_notable_q16 += notable_q16

    def end(self, code: int) -> None:
        """Close a local day with the withholding code that stood at its end (NO_CODE: none)."""
        if code != codes.NO_CODE:
            self.withheld_days[code] += 1

    def claim(self, kind: int, day: int) -> None:
        """Count a claim, or a notable entry, that started on a local day."""
        if kind == codes.CONTEXT:
            if day != self.last_notable_day:
                self.notable_days += 1
                self.last_notable_day = day
            return
        self.claims[kind] += 1
        if day != self.last_claim_day:
            self.claim_days += 1
            self.last_claim_day = day
            self.mark(day, CLAIM_DAY, True)
            if self.first_claim_day < 0:
                self.first_claim_day = day

    def mark(self, day: int, bit: int, on: bool) -> None:
        """Note, or take back, something about one of the last 192 local days."""
        i = day % _KEPT
        self.days[i] = self.days[i] | bit if on else self.days[i] & ~bit

    def is_confirmed(self, day: int) -> bool:
        """Whether a claim of one of the last 192 local days is confirmed."""
        return bool(self.days[day % _KEPT] & CONFIRMED)

    def unconfirmed(self, today: int) -> tuple:
        """(active days, claim days not confirmed, promises in 1/65536) of the last 182 days before today."""
        active = 0
        claims = 0
        promised = 0
        day = max(today - AUDIT_DAYS, 0)
        while day < today:
            state = self.days[day % _KEPT]
            if state & ACTIVE:
                active += 1
                promised += state >> 3 << 7
            if state & (CLAIM_DAY | CONFIRMED) == CLAIM_DAY:
                claims += 1
            day += 1
        return active, claims, promised

    def breaks_promise(self, today: int) -> bool:
        """Whether the unconfirmed claims of 182 days contradict 1.5 times what the ranks promised."""
        _, claims, promised = self.unconfirmed(today)
        return rejects(claims, promised * 3 >> 9)

    def above_reference(self, today: int) -> bool:
        """Whether they contradict 1.5 times the reference, one claim day in 60 active ones."""
        active, claims, _ = self.unconfirmed(today)
        return rejects(claims, active * 384 // 60)
