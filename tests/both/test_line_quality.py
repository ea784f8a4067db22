"""When a port counts as noisy, on every runtime."""

from aqsense.line_quality import LineQuality, is_noisy


class Counters:
    def __init__(self, candidates, rejected):
        self.candidates = candidates
        self.rejected = rejected


def test_more_than_one_in_twenty_rejected_is_noisy_and_exactly_one_in_twenty_is_not():
    assert not is_noisy(20, 1)
    assert is_noisy(20, 2)
    assert not is_noisy(100, 5)
    assert is_noisy(100, 6)


def test_fewer_than_twenty_candidates_say_nothing():
    assert not is_noisy(19, 19)
    assert not is_noisy(0, 0)


def test_each_half_hour_counts_for_itself():
    line = LineQuality()
    assert line.close(Counters(100, 50))
    assert line.reject_permille() == 500
    assert not line.noisy(Counters(110, 52))  # 10 candidates so far
    assert not line.close(Counters(1900, 52))
    assert (line.candidates, line.rejected) == (1800, 2)


def test_a_port_that_was_opened_again_counts_from_nought():
    line = LineQuality()
    line.close(Counters(1800, 90))
    assert line.close(Counters(40, 30))
    assert (line.candidates, line.rejected) == (40, 30)
