"""Claims are counted against what chance would make, and too many cost a series its voice."""

from math import exp, factorial

import pytest

from aqsense import codes
from aqsense.account import _REJECTS, UNIT, Account, rejects

DAY = 20000


def poisson_tail(x, mean):
    """Probability of x or more events."""
    return 1 - sum(exp(-mean) * mean**i / factorial(i) for i in range(x))


@pytest.mark.parametrize("x", range(1, 21))
def test_the_table_holds_the_greatest_mean_that_so_many_events_reject_at_one_percent(x):
    mean = _REJECTS[x - 1]
    assert poisson_tail(x, mean / 256) <= 0.01 < poisson_tail(x, (mean + 1) / 256)


def account_after(days, claim_days, promised=UNIT // 20, confirmed=()):
    account = Account()
    for d in range(days):
        account.begin(DAY + d, True, promised, UNIT // 30)
        if d in claim_days:
            account.claim(codes.PEAK, DAY + d)
        if d in confirmed:
            account.days[(DAY + d) % 192] |= 4
        account.end(codes.NO_CODE)
    return account


def test_claim_days_and_promises_are_counted():
    account = account_after(100, {3, 50})
    account.claim(codes.SUSTAINED, DAY + 99)
    account.claim(codes.PEAK, DAY + 99)
    assert (account.active_days, account.claim_days, list(account.claims)) == (100, 3, [0, 3, 1, 0])
    assert account.promised_q16 == 100 * (UNIT // 20)
    assert (account.since, account.first_claim_day) == (DAY, DAY + 3)


def test_a_notable_entry_is_no_claim():
    account = account_after(10, {})
    account.claim(codes.CONTEXT, DAY + 9)
    account.claim(codes.CONTEXT, DAY + 9)
    assert (account.notable_days, account.claim_days) == (1, 0)


def test_a_quiet_series_keeps_its_promise_and_a_loud_one_breaks_it():
    quiet = account_after(182, {20, 90, 150})
    assert not quiet.breaks_promise(DAY + 182) and not quiet.above_reference(DAY + 182)
    loud = account_after(182, set(range(0, 182, 4)))
    assert loud.breaks_promise(DAY + 182) and loud.above_reference(DAY + 182)
    between = account_after(182, set(range(0, 182, 10)))
    assert not between.breaks_promise(DAY + 182) and between.above_reference(DAY + 182)


def test_confirmed_days_do_not_count_against_the_series():
    days = set(range(0, 182, 4))
    assert not account_after(182, days, confirmed=days).above_reference(DAY + 182)


def test_old_claims_leave_the_audit():
    account = account_after(182, set(range(0, 182, 4)))
    for d in range(182, 400):
        account.begin(DAY + d, True, UNIT // 20, 0)
    assert not account.above_reference(DAY + 400)


def test_two_claims_in_one_bout_count_as_one_event():
    assert not rejects(1, 0)
    assert rejects(3, 0) and not rejects(3, 10)


def test_withheld_days_are_counted_by_their_code():
    account = Account()
    for code in (codes.COVERAGE_DAYS, codes.COVERAGE_DAYS, codes.NO_CODE, codes.GAP_RECENT):
        account.end(code)
    assert account.withheld_days[codes.COVERAGE_DAYS] == 2
    assert account.withheld_days[codes.GAP_RECENT] == 1
    assert sum(account.withheld_days) == 3
