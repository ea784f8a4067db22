"""Behaviour of the simulated S8, by Senseair's "Modbus on Senseair S8" and replies that Tasmota recorded."""

import pytest

from tests.simulators.bench import asked, made, summed

READ_CO2 = "fe0400030001d5c5"


@pytest.mark.parametrize(
    ("ppm", "reply"),
    [(400, "fe04020190acd8"), (1580, "fe0402062caf59"), (958, "fe040203be2da4"), (8899, "fe040222c3f5d5")],
)
def test_a_warm_sensor_answers_as_recorded(ppm: int, reply: str) -> None:
    assert asked(made("s8", co2_ppm=ppm), READ_CO2, 1.0) == reply


def test_published_reads_are_answered_as_published() -> None:
    device = made("s8", co2_ppm=400)
    assert asked(device, "fe0400000004e5c6", 1.0) == "fe0408000000000000019016e6"
    assert asked(device, summed("fe04001a0001"), 3.0) == "fe04020177ec92"
    assert asked(device, summed("fe04001c0001"), 5.0) == "fe04020154ad4b"
    assert asked(device, "fe03001f0001a1c3", 7.0) == "fe030200b4ac27"


def test_an_unknown_register_is_an_exception_and_a_wrong_sum_is_silence() -> None:
    assert asked(made("s8"), summed("fe0400040001"), 1.0) == "fe8402f2f1"
    assert asked(made("s8"), "fe0400030001d5c4", 1.0) == ""


def test_it_answers_to_its_own_address_and_to_nobody_elses() -> None:
    assert asked(made("s8", co2_ppm=400), summed("680400030001"), 1.0)[:10] == "6804020190"
    assert asked(made("s8"), summed("010400030001"), 1.0) == ""


def test_any_other_function_is_refused_as_such() -> None:
    for function in ("01", "05", "10", "11", "2b0e0100", "41"):
        request = {"01": "0100000001", "05": "050000ff00", "10": "1000000001020000"}.get(function, function)
        refusal = summed(f"fe{0x80 | int(function[:2], 16):02x}01")
        assert asked(made("s8"), summed("fe" + request), 1.0) == refusal


def test_a_dummy_byte_before_the_request_does_no_harm() -> None:
    assert asked(made("s8", co2_ppm=400), "00" + READ_CO2, 1.0) == "fe04020190acd8"


def test_a_background_calibration_takes_a_lamp_cycle_and_is_acknowledged() -> None:
    device = made("s8", co2_ppm=620)
    assert asked(device, "fe0600017c066cc7", 1.0, 0.1) == "fe0600017c066cc7"
    assert asked(device, "fe03000000019005", 1.5, 0.1)[6:10] == "0000"
    assert asked(device, "fe03000000019005", 4.0) == "fe03020020ad88"
    assert asked(device, READ_CO2, 12.0) == "fe04020190acd8"


def test_abc_pulls_a_home_that_never_airs_down_to_400_after_its_period_and_can_be_switched_off() -> None:
    for request, expected in (("fe06001f00b4ac74", 400), ("fe06001f0000ac03", 700)):
        device = made("s8", co2_ppm=700)
        asked(device, request, 1.0)
        for hour in range(1, 9 * 24):
            device.poll(hour * 3600.0)
        assert int(asked(device, READ_CO2, 9 * 86400.0)[6:10], 16) == expected


def test_pressure_moves_the_reading_by_16_permille_per_kilopascal() -> None:
    reply = asked(made("s8", co2_ppm=1000, pressure_hpa=1003.25), READ_CO2, 1.0)
    assert int(reply[6:10], 16) == 984
