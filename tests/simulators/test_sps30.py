"""Behaviour of the simulated SPS30, by the Sensirion datasheet and recorded replies."""

import struct

from tests.simulators.bench import asked, made

START = "7e0000020103f97e"
START_INTEGERS = "7e0000020105f77e"
STOP = "7e000100fe7e"
READ = "7e000300fc7e"
SLEEP = "7e001000ef7e"
WAKE = "7e001100ee7e"
CLEAN = "7e005600a97e"
EMPTY = "7e00030000fc7e"


def values(reply: str) -> list[float]:
    plain = bytes.fromhex(reply)
    for escaped, byte in ((b"}^", b"~"), (b"}1", b"\x11"), (b"}3", b"\x13"), (b"}]", b"}")):
        plain = plain.replace(escaped, byte)
    assert plain[:5].hex() == "7e00030028", reply
    return list(struct.unpack(">10f", plain[5:45]))


def test_it_starts_idle_and_measures_what_it_was_given_once_started() -> None:
    device = made("sps30", pm1_ugm3=5.5, pm2_5_ugm3=9.25, pm4_ugm3=10.5, pm10_ugm3=12.75)
    assert asked(device, READ, 0.1) == "7e00034300b97e"
    assert asked(device, START, 1.0, 0.1) == "7e00000000ff7e"
    assert values(asked(device, READ, 12.0))[:4] == [5.5, 9.25, 10.5, 12.75]


def test_a_value_is_given_once() -> None:
    device = made("sps30")
    asked(device, START, 1.0, 0.1)
    assert asked(device, READ, 1.5, 0.1) == EMPTY
    assert values(asked(device, READ, 2.1, 0.1))
    assert asked(device, READ, 2.5, 0.1) == EMPTY


def test_integers_are_ten_words() -> None:
    device = made("sps30", pm2_5_ugm3=9.4)
    asked(device, START_INTEGERS, 1.0)
    reply = asked(device, READ, 12.0)
    assert reply[:10] == "7e00030014"
    assert int(reply[14:18], 16) == 9


def test_a_second_start_or_stop_is_refused_with_state_43() -> None:
    device = made("sps30")
    asked(device, START, 1.0)
    assert asked(device, START, 2.0) == "7e00004300bc7e"
    assert asked(device, STOP, 4.0) == "7e00010000fe7e"
    assert asked(device, STOP, 6.0) == "7e00014300bb7e"


def test_published_information_is_told_as_in_the_datasheet() -> None:
    device = made("sps30", firmware=2.1)
    assert asked(device, "7e00d001002e7e", 0.1) == "7e00d000093030303830303030009e7e"
    assert asked(device, "7e00d1002e7e", 2.0) == "7e00d10007020100060002001c7e"
    assert asked(device, "7e008001007d5e7e", 4.0) == "7e0080000400093a80b87e"
    assert asked(made("sps30"), "7e00d201002c7e", 6.0) == "7e00d200050000000000287e"


def test_sleep_is_for_the_idle_sensor_and_wake_needs_a_byte_before_it() -> None:
    device = made("sps30")
    assert asked(device, SLEEP, 1.0) == "7e00100000ef7e"
    assert asked(device, READ, 3.0) == ""
    assert asked(device, WAKE, 5.0, 0.05) == ""
    assert asked(device, WAKE, 5.06) == "7e007d310000ee7e"
    asked(device, SLEEP, 8.0)
    asked(device, "ff", 9.0, 0.05)
    assert asked(device, WAKE, 9.5, 0.05) == ""
    assert asked(device, "ff" + WAKE, 10.0) == "7e007d310000ee7e"


def test_values_are_frozen_while_the_fan_cleans_itself() -> None:
    device = made("sps30")
    asked(device, START, 1.0)
    before = values(asked(device, READ, 20.0))
    asked(device, CLEAN, 21.0, 0.1)
    assert values(asked(device, READ, 25.0)) == values(asked(device, READ, 28.0))
    assert values(asked(device, READ, 40.0)) != before


def test_realistic_floats_are_stuffed_sooner_or_later() -> None:
    device = made("sps30")
    asked(device, START, 1.0)
    lengths = {len(asked(device, READ, 20.0 + 2.0 * i)) // 2 for i in range(100)}
    assert min(lengths) == 47
    assert max(lengths) > 48


def test_a_wrong_check_byte_is_answered_by_silence_and_an_unknown_command_by_state_02() -> None:
    assert asked(made("sps30"), "7e000300fb7e", 1.0) == ""
    assert asked(made("sps30"), "7e004400bb7e", 1.0) == "7e00440200b97e"


def test_a_laser_at_the_end_of_its_life_sets_the_error_flag() -> None:
    assert asked(made("sps30", hours=100000), "7e00d201002c7e", 1.0)[:16] == "7e00d28005000000"
