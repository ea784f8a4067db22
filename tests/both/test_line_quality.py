"""When a port counts as noisy, on every runtime."""

from aqsense.line_quality import UNGUARDED_BYTES, LineQuality, is_noisy

FRAME = 24  # bytes: long enough that the share of rejected frames is the narrower limit


class Counters:
    def __init__(self, candidates, rejected, size=FRAME):
        self.candidates = candidates
        self.rejected = rejected
        self.frame_bytes = (candidates - rejected) * size


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
    assert not line.close(Counters(1900, 52))
    assert (line.candidates, line.rejected) == (1800, 2)


def test_a_port_that_was_opened_again_counts_from_nought():
    line = LineQuality()
    line.close(Counters(1800, 90))
    assert line.close(Counters(40, 30))
    assert (line.candidates, line.rejected) == (40, 30)


def test_short_frames_may_lose_only_one_in_four_hundred_bytes():
    assert not LineQuality().close(Counters(360, 7, 9))  # 3177 bytes
    assert LineQuality().close(Counters(360, 8, 9))  # 3168, though one in forty-five was rejected


def test_two_lost_frames_are_no_noise_however_few_bytes_came():
    assert not LineQuality().close(Counters(12, 2, 9))
    assert LineQuality().close(Counters(12, 3, 9))


def test_without_a_checksum_only_one_in_seven_hundred_bytes_is_allowed():
    line = LineQuality()
    line.allowance = UNGUARDED_BYTES
    assert line.close(Counters(360, 3, 5))  # 1785 bytes
    assert not LineQuality().close(Counters(360, 3, 5))


def test_a_slow_sensor_is_judged_with_what_came_before_the_half_hour():
    line = LineQuality()
    assert [line.close(Counters(30 * i, i, 9)) for i in range(1, 5)] == [False, False, True, True]


def test_one_bad_half_hour_of_a_fast_sensor_does_not_spoil_the_next():
    line = LineQuality()
    assert line.close(Counters(1800, 150, 10))
    assert not line.close(Counters(3600, 150, 10))


def test_what_came_before_also_counts_while_the_half_hour_is_open():
    line = LineQuality()
    line.close(Counters(360, 30, 9))
    assert line.noisy(Counters(361, 30, 9))
