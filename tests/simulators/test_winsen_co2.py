"""Behaviour of the simulated MH-Z family, by the Winsen manuals and recorded replies."""

import pytest

from tests.simulators.bench import asked, made

READ = "ff0186000000000079"
ABC_OFF = "ff0179000000000086"
ZERO = "ff0187000000000078"
RANGE_2000 = "ff019900000007d08f"
DAY_S = 86400.0


def ppm(reply: str) -> int:
    assert reply[:4] == "ff86", reply
    return int(reply[4:8], 16)


def test_a_warm_sensor_answers_a_read_with_the_value_that_it_was_given() -> None:
    assert ppm(asked(made("mhz19b", co2_ppm=812), READ, 1.0)) == 812


@pytest.mark.parametrize(
    ("model", "early", "late", "ready_s"),
    [("mhz19b", 388, 555, 180.0), ("mhz19c", 500, 500, 150.0), ("mhz19", 400, 410, 180.0)],
)
def test_a_cold_sensor_shows_its_placeholders_until_it_is_warm(
    model: str, early: int, late: int, ready_s: float
) -> None:
    device = made(model, cold=True, co2_ppm=812)
    assert ppm(asked(device, READ, 2.0)) == early
    assert ppm(asked(device, READ, ready_s - 5.0)) == late
    assert ppm(asked(device, READ, ready_s + 6.0)) == 812


def test_the_first_mh_z19_shows_15000_while_it_boots() -> None:
    assert asked(made("mhz19", cold=True), READ, 2.0)[12:16] == "3a98"


def test_a_request_with_a_wrong_check_byte_is_answered_by_silence() -> None:
    assert asked(made("mhz19b"), "ff0186000000000078", 1.0) == ""


def test_switching_abc_is_acknowledged_by_units_that_do_so() -> None:
    assert asked(made("mhz19b"), ABC_OFF, 1.0) == "ff7901000000000086"
    assert asked(made("mhz19b", acknowledges_abc=0), ABC_OFF, 1.0) == ""


def lived_days(days: int, abc: bool) -> int:
    device = made("mhz19b", abc=float(abc), co2_ppm=700)
    for tick in range(days * 24):
        device.poll(tick * 3600.0)
    return ppm(asked(device, READ, days * DAY_S + 10.0))


def test_abc_takes_the_lowest_of_a_day_for_fresh_air_when_a_home_never_airs() -> None:
    assert lived_days(3, abc=True) == 400
    assert lived_days(3, abc=False) == 700


def test_a_zero_calibration_makes_the_present_air_400_ppm() -> None:
    device = made("mhz19b", co2_ppm=620)
    asked(device, ZERO, 1.0)
    assert ppm(asked(device, READ, 10.0)) == 400


def test_a_new_range_clips_and_restarts_the_warm_up() -> None:
    device = made("mhz19b", co2_ppm=3500)
    assert ppm(asked(device, READ, 1.0)) == 3500
    assert asked(device, RANGE_2000, 5.0)[:4] == "ff99"
    assert ppm(asked(device, READ, 8.0)) == 388
    assert ppm(asked(device, READ, 300.0)) == 2000


def test_the_c_never_shows_less_than_400_and_says_more_to_command_85() -> None:
    device = made("mhz19c", co2_ppm=380)
    assert ppm(asked(device, READ, 1.0)) == 400
    assert int(asked(device, "ff018500000000007a", 2.0)[8:12], 16) == 380
