"""Behaviour of the further CO2 sensors and of the boards, by the documents that their modules name."""

import pytest

from tests.simulators.bench import asked, made, summed

DAY_S = 86400.0


def text(reply: str) -> str:
    return bytes.fromhex(reply).decode()


def ask(device: object, line: str, now_s: float) -> str:
    return text(asked(device, f"{line}\r\n".encode().hex(), now_s))  # type: ignore[arg-type]


def test_an_original_mh_z19_settles_to_status_64() -> None:
    device = made("mhz19", cold=True, co2_ppm=800)
    assert int(asked(device, "ff0186000000000079", 5.0)[10:12], 16) < 0x20
    assert asked(device, "ff0186000000000079", 400.0)[10:12] == "40"


def test_a_k30_answers_the_memory_read_that_its_users_know_and_modbus_as_well() -> None:
    device = made("k30", co2_ppm=97, temp_c=21.5)
    assert asked(device, "fe440008029f25", 1.0) == "fe44020061790c"
    assert asked(device, summed("680400030001"), 3.0)[:10] == "6804020061"
    assert asked(device, summed("fe0400040001"), 5.0)[6:10] == f"{2150:04x}"


def test_an_s88_speaks_like_an_s8() -> None:
    assert asked(made("s88", co2_ppm=400), "fe0400030001d5c5", 1.0) == "fe04020190acd8"


def test_a_sunrise_says_that_nothing_is_measured_yet() -> None:
    assert asked(made("sunrise", cold=True), summed("680400000004"), 2.0) == "68040800800000000000007558"
    assert asked(made("sunrise", co2_ppm=535), summed("680400000004"), 20.0) == "6804080000000000000217b5fe"


def test_a_sunrise_takes_settings_by_function_16_alone_and_after_a_restart() -> None:
    device = made("sunrise", co2_ppm=700)
    assert asked(device, summed("6806000b0004"), 1.0) == summed("688601")
    assert asked(device, summed("6810000b0001020004"), 3.0) == summed("6810000b0001")
    assert device.wait_s(4.5) > 4.0
    asked(device, summed("68100011000102" + "00ff"), 6.0)
    assert asked(device, summed("6803000b0001"), 20.0)[6:10] == "0004"
    assert device.wait_s(21.5) <= 4.0


def test_a_sunrise_in_single_mode_measures_when_asked() -> None:
    device = made("sunrise", single=1, co2_ppm=535)
    asked(device, summed("68100021000102" + "0001"), 1.0)
    device.poll(10.0)
    assert asked(device, summed("680400030001"), 12.0)[6:10] == "0217"


@pytest.mark.parametrize("model", ["cm1106", "cm1107", "cm1106sln"])
def test_a_cm110x_preheats_at_550_and_counts_seconds(model: str) -> None:
    device = made(model, cold=True, co2_ppm=800)
    assert asked(device, "110101ed", 5.0)[:12] == "160501022600"
    first, second = asked(device, "110101ed", 60.0), asked(device, "110101ed", 65.0)
    assert first[6:10] == second[6:10] == "0320"
    assert int(second[12:14], 16) - int(first[12:14], 16) == 5


def test_a_cm1106_tells_software_serial_and_abc_as_published() -> None:
    assert asked(made("cm1106"), "11011ed0", 1.0) == "160c1e434d2056302e302e3230009c"
    sln = made("cm1106sln")
    assert asked(sln, "11011ed0", 1.0) == "160c1e56302e3034534c2d4e32005c"
    assert asked(sln, "11011fcf", 3.0) == "160b1f00000211038c0ad3000839"
    assert asked(sln, "11010fdf", 5.0) == "16070f64020701906472"
    assert asked(made("cm1107"), "11010fdf", 7.0) == "16070f64000701906474"


def test_a_cm1106_calibrates_is_busy_and_complains_about_what_it_does_not_know() -> None:
    device = made("cm1106", co2_ppm=700)
    assert asked(device, "11030302588f", 1.0) == "160103e6"
    assert asked(device, "110101ed", 3.0) == ""
    assert asked(device, "110101ed", 12.0)[6:10] == "0258"
    assert asked(device, "11010200"[:6] + "ec", 14.0) == "06020202f4"
    assert asked(device, "110101ee", 16.0) == "06020101f6"


def test_the_abc_of_a_cm1106_acts_after_its_days_and_can_be_set() -> None:
    device = made("cm1106", co2_ppm=700)
    assert asked(device, "11071064000a01906475", 1.0) == "160110d9"
    for hour in range(1, 11 * 24):
        device.poll(hour * 3600.0)
    assert asked(device, "110101ed", 11 * DAY_S)[6:10] == "0190"


def test_a_t6613_answers_without_a_sum_and_says_that_it_warms() -> None:
    device = made("t6613", co2_ppm=725)
    assert asked(device, "fffe020203", 1.0) == "fffa0202d5"
    assert asked(device, "fffe01b6", 3.0) == "fffa0100"
    assert asked(made("t6613", cold=True), "fffe01b6", 3.0) == "fffa0102"
    assert asked(device, "fffe02b702", 5.0) == "fffa0102"
    assert len(asked(device, "fffe020201", 7.0)) == 2 * 18


def test_a_t6713_shows_status_0800_while_warm_and_switches_abc_by_coil() -> None:
    assert asked(made("t6713", cold=True), "1504138a000117b0", 5.0) == "15040208008ef3"
    device = made("t6713", co2_ppm=525)
    assert asked(device, "1504138b00014670", 1.0) == "150402020d4996"
    assert asked(device, "150503ee0000aeaf", 3.0) == "150503ee0000aeaf"
    assert asked(device, summed("150503e8ff00"), 5.0) == ""


def test_a_cozir_streams_lines_and_answers_letters() -> None:
    device = made("cozir", co2_ppm=521)
    assert text(device.poll(2.0).hex()).splitlines()[0] == " Z 00521 z 00521"
    assert ask(device, "K 2", 2.1).endswith(" K 00002\r\n")
    assert device.poll(10.0) == b""
    assert ask(device, "Z", 11.0) == " Z 00521\r\n"
    assert ask(device, "z", 13.0) == " z 00521\r\n"
    assert ask(device, ".", 15.0) == " . 00001\r\n"
    assert ask(device, "A 16", 17.0) == " A 00016\r\n"
    assert ask(device, "S 8192", 19.0) == " S 08192\r\n"
    assert ask(device, "k 2", 21.0) == " ?\r\n"


def test_a_cozir_with_climate_shows_it_in_the_line() -> None:
    device = made("cozir", co2_ppm=1189, temp_c=27.3, rh_pct=39.3, climate=1, mask=4164)
    assert text(device.poll(1.0).hex()).splitlines()[0] == " H 00393 T 01273 Z 01189"


def test_a_cozir_calibrates_to_fresh_air() -> None:
    device = made("cozir", co2_ppm=600, mode=2)
    assert ask(device, "G", 1.0) == " G 33000\r\n"
    assert ask(device, "Z", 3.0) == " Z 00400\r\n"


def test_a_minir_needs_its_multiplier_and_a_sprintir_streams_at_20_hz() -> None:
    device = made("minir", co2_ppm=30500, mode=2)
    assert ask(device, "Z", 1.0) == " Z 03050\r\n"
    assert ask(device, ".", 3.0) == " . 00010\r\n"
    assert len(made("sprintir").poll(10.0).splitlines()) > 60


def test_a_zphs01b_answers_in_one_frame() -> None:
    device = made("zphs01b", pm1_ugm3=8, pm2_5_ugm3=12, pm10_ugm3=15, co2_ppm=612, temp_c=22.5, rh_pct=47, hcho_ugm3=21)
    assert asked(device, "ff0186000000000079", 1.0) == "ff860008000c000f02640102d5002f00150003000200010000cf"


def test_an_sm300d2_may_have_a_dead_climate_chip_or_another_sum() -> None:
    frame = made("sm300d2", dead_climate=1).poll(1.0)[:17]
    assert frame[12:16].hex() == "81016709"
    off = made("sm300d2", sum_off=1).poll(1.0)[:17]
    assert (sum(off[:16]) - off[16]) & 0xFF == 0x80


def test_the_other_sm300d2_sends_modbus_replies_unasked() -> None:
    assert made("sm300d2modbus").poll(1.0)[:3].hex() == "01030e"
