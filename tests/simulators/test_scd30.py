"""Behaviour of the simulated SCD30, by Sensirion's interface description v1.0."""

import struct

from tests.simulators.bench import asked, made, summed

START = "6106003600006064"
STOP = "610600370001f064"
READY = "6103002700013da1"
READ = "6103002800064c60"
FIRMWARE = "6103002000018c60"
FRC_450 = "6106003901c2d066"
OFFSET_5K = "6106003b01f4f1b0"
RESET = "6106003400010064"


def values(reply: str) -> tuple[float, ...]:
    assert reply[:6] == "61030c", reply
    return struct.unpack(">3f", bytes.fromhex(reply)[3:15])


def test_it_measures_what_it_was_given_once_started() -> None:
    device = made("scd30", co2_ppm=820.5, temp_c=21.25, rh_pct=44.5)
    assert asked(device, READY, 1.0)[6:10] == "0000"
    assert asked(device, START, 3.0) == START
    device.poll(6.0)
    assert asked(device, READY, 10.0) == "6103020001f98c"
    assert values(asked(device, READ, 12.0)) == (820.5, 21.25, 44.5)


def test_the_first_value_after_a_start_is_zero_and_reading_clears_the_ready_flag() -> None:
    device = made("scd30", co2_ppm=800)
    asked(device, START, 1.0, 0.1)
    assert values(asked(device, READ, 3.1, 0.1))[0] == 0.0
    assert asked(device, READY, 3.3, 0.1)[6:10] == "0000"
    assert asked(device, READY, 5.5, 0.1)[6:10] == "0001"


def test_the_published_firmware_read_is_answered_as_published() -> None:
    assert asked(made("scd30"), FIRMWARE, 1.0) == "6103020342b88d"


def test_the_running_state_outlives_a_reset_which_takes_two_seconds() -> None:
    device = made("scd30", co2_ppm=800)
    asked(device, START, 1.0)
    assert asked(device, RESET, 10.0, 0.1) == RESET
    assert asked(device, FIRMWARE, 11.0, 0.5) == ""
    device.poll(20.0)
    assert values(asked(device, READ, 30.0))[0] == 800.0
    asked(device, STOP, 32.0)
    device.turn_off(40.0)
    device.turn_on(41.0)
    device.poll(50.0)
    assert asked(device, READY, 60.0)[6:10] == "0000"


def test_a_forced_recalibration_moves_the_reading_and_reads_back_400_after_a_restart() -> None:
    device = made("scd30", co2_ppm=520, running=1)
    asked(device, FRC_450, 10.0)
    device.poll(15.0)
    assert values(asked(device, READ, 20.0))[0] == 450.0
    assert asked(device, summed("610300390001"), 22.0)[6:10] == "01c2"
    asked(device, RESET, 24.0)
    assert asked(device, summed("610300390001"), 28.0)[6:10] == "0190"


def test_a_temperature_offset_is_subtracted() -> None:
    device = made("scd30", temp_c=26.0, running=1)
    asked(device, OFFSET_5K, 1.0)
    device.poll(5.0)
    assert values(asked(device, READ, 8.0))[1] == 21.0


def test_an_interval_outside_2_to_1800_s_is_refused() -> None:
    assert asked(made("scd30"), summed("610600250001"), 1.0)[:6] == "618603"
