"""Behaviour of the simulated SDS011, by the Nova protocol V1.3 and its published examples."""

import pytest

from tests.simulators.bench import asked, made

ACTIVE = "aab402010000000000000000000000ffff01ab"
QUERY = "aab402010100000000000000000000ffff02ab"
READ = "aab404000000000000000000000000ffff02ab"
SLEEP = "aab406010000000000000000000000ffff05ab"
WORK = "aab406010100000000000000000000ffff06ab"
FIRMWARE = "aab407000000000000000000000000ffff05ab"
PERIOD_5 = "aab408010500000000000000000000ffff0cab"


def test_a_warm_sensor_streams_the_values_that_it_was_given_once_a_second() -> None:
    device = made("sds011", pm2_5_ugm3=123.6, pm10_ugm3=261.8)
    assert device.poll(10.0).hex() == "aac0d4043a0aa1601dab" * 10


def test_query_mode_is_acknowledged_and_answers_each_query_once() -> None:
    device = made("sds011", pm2_5_ugm3=123.6, pm10_ugm3=261.8)
    assert asked(device, QUERY, 0.1, 0.1) == "aac502010100a16005ab"
    assert device.poll(10.0) == b""
    assert asked(device, READ, 10.0) == "aac0d4043a0aa1601dab"
    assert asked(device, ACTIVE, 12.0, 0.1)[:6] == "aac502"


def test_firmware_is_told_as_in_the_published_example() -> None:
    assert asked(made("sds011"), FIRMWARE, 0.1, 0.1) == "aac5070f070aa16028ab"


def test_a_sleeping_sensor_obeys_nothing_but_work_and_reads_zero_when_just_woken() -> None:
    device = made("sds011", pm2_5_ugm3=30, device_id=0xECE1, query=1)
    assert asked(device, SLEEP, 0.1, 0.1)[:10] == "aac5060100"
    assert asked(device, READ, 1.0) == ""
    assert asked(device, "00", 3.0) == ""
    assert asked(device, WORK, 5.0) == "aac506010100ece1d5ab"
    assert asked(device, READ, 6.0, 0.5)[4:12] == "00000000"
    assert int(asked(device, READ, 40.0)[4:6], 16) == 300 % 256


def test_an_older_unit_wakes_on_any_byte_and_says_garbage() -> None:
    device = made("sds011", wakes_on_any_byte=1, wake_glitch=1)
    asked(device, SLEEP, 0.1)
    assert asked(device, "01", 2.0, 0.1) == "ad50105edd"


def test_a_working_period_gives_one_report_after_half_a_minute_of_each_period() -> None:
    device = made("sds011", pm2_5_ugm3=12.3, pm10_ugm3=20)
    asked(device, PERIOD_5, 0.5, 0.1)
    assert [len(device.poll(second)) for second in (20.0, 31.0, 320.0, 335.0)] == [0, 10, 0, 10]


def test_settings_outlive_a_power_cut() -> None:
    device = made("sds011", device_id=0xECE1)
    asked(device, QUERY, 0.1)
    device.turn_off(5.0)
    device.turn_on(6.0)
    assert device.poll(60.0) == b""


@pytest.mark.parametrize("spoiled", [READ[:-4] + "03ab", READ[:-2] + "aa"])
def test_a_command_that_does_not_sum_up_or_end_is_ignored(spoiled: str) -> None:
    assert asked(made("sds011", query=1), spoiled, 1.0) == ""


def test_a_command_for_another_id_is_ignored() -> None:
    elsewhere = "aab404" + "00" * 12 + "12344aab"
    assert asked(made("sds011", query=1, device_id=0x1234), elsewhere, 1.0) != ""
    assert asked(made("sds011", query=1), elsewhere, 1.0) == ""
