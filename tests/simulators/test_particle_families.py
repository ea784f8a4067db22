"""Behaviour of the further particle sensors, by the documents that their modules name and the published examples."""

import itertools

import pytest

from simulators.sensors import MODELS
from tests.simulators.bench import asked, made

HPMA = {
    "read": "68010493",
    "start": "68010196",
    "stop": "68010295",
    "quiet": "68012077",
    "stream": "68014057",
    "set 100": "680208642a",
    "coefficient": "68011087",
}


def test_an_hpma_streams_until_it_is_told_to_stop_and_then_answers() -> None:
    device = made("hpma115s0", pm2_5_ugm3=48, pm10_ugm3=49)
    assert device.poll(1.0)[:10].hex() == "424d001c000000300031"
    assert asked(device, HPMA["quiet"], 1.5, 0.1) == "a5a5"
    assert device.poll(9.0) == b""
    assert asked(device, HPMA["read"], 10.0) == "4005040030003156"
    assert asked(device, HPMA["stream"], 12.0, 0.1) == "a5a5"
    assert len(device.poll(15.0)) == 96


def test_an_hpma_refuses_to_read_while_it_is_stopped() -> None:
    device = made("hpma115c0", pm1_ugm3=48, pm2_5_ugm3=49, pm4_ugm3=50, pm10_ugm3=51)
    asked(device, HPMA["quiet"], 1.0)
    assert asked(device, HPMA["read"], 3.0) == "400d04003000310032003300000000e9"
    assert asked(device, HPMA["stop"], 5.0) == "a5a5"
    assert asked(device, HPMA["read"], 7.0) == "9696"
    assert asked(device, HPMA["start"], 9.0) == "a5a5"
    assert asked(device, HPMA["read"], 10.1)[6:14] == "00000000"


def test_the_coefficient_of_an_hpma_scales_its_output_and_outlives_a_power_cut() -> None:
    device = made("hpma115s0", pm2_5_ugm3=50, coefficient=200)
    assert int.from_bytes(device.poll(1.0)[6:8], "big") == 100
    assert asked(device, HPMA["set 100"], 1.1, 0.1) == "a5a5"
    device.turn_off(2.0)
    device.turn_on(3.0)
    assert asked(device, HPMA["coefficient"], 3.5, 0.1) == "400210644a"


def test_an_acknowledgement_may_sit_between_two_streamed_frames() -> None:
    device = made("hpma115s0")
    device.receive(bytes.fromhex(HPMA["stream"]), 2.0)
    assert b"\xa5\xa5" in device.poll(4.0)[2:-2]


def test_a_zh03b_uploads_or_answers_and_sleeps() -> None:
    device = made("zh03b", pm1_ugm3=101, pm2_5_ugm3=133, pm10_ugm3=150)
    assert device.poll(1.0)[:4].hex() == "424d0014"
    assert asked(device, "ff0178410000000046", 1.5, 0.1) == ""
    assert device.poll(9.0) == b""
    assert asked(device, "ff0186000000000079", 10.0) == "ff86008500960065fa"
    assert asked(device, "ff01a7010000000057", 12.0) == "ffa701000000000058"
    assert asked(device, "ff0186000000000079", 14.0) == ""
    assert asked(device, "ff01a7000000000058", 16.0) == "ffa701000000000058"
    assert asked(device, "ff0186000000000079", 17.5)[4:16] == "0" * 12


def test_a_zh06_uploads_thirty_two_bytes() -> None:
    assert made("zh06").poll(1.0)[:4].hex() == "424d001c"


def test_a_pm1006_answers_its_read_and_nothing_else() -> None:
    device = made("pm1006", pm2_5_ugm3=12)
    assert asked(device, "11020b01e1", 1.0)[:14] == "16110b0000000c"
    assert asked(device, "110102ec", 3.0) == ""
    assert asked(device, "11020b01e2", 5.0) == ""


def test_the_lamp_with_a_pm1006_talks_in_bursts_by_itself() -> None:
    device = made("pm1006", vindriktning=1, pm2_5_ugm3=12)
    heard = [len(device.poll(float(second))) // 20 for second in range(1, 61)]
    gaps = [i for i, frames in enumerate(heard) if frames]
    assert 8 <= len(gaps) <= 16
    assert max(b - a for a, b in itertools.pairwise(gaps)) >= 10


def test_a_pm1006k_has_a_command_of_its_own() -> None:
    device = made("pm1006k", pm1_ugm3=8, pm2_5_ugm3=12, pm10_ugm3=15)
    reply = asked(device, "110102ec", 1.0)
    assert (reply[:6], reply[10:14], reply[18:22], reply[26:30]) == ("160d02", "000c", "0008", "000f")


def test_a_pm2008_measures_between_open_and_close() -> None:
    device = made("pm2008", pm2_5_ugm3=12)
    assert asked(device, "11020b07db", 1.0)[14:22] == "0000000c"
    assert asked(device, "11030c011ec1", 3.0) == "16020c01db"
    assert asked(device, "11020b07db", 5.0)[14:22] == "00000000"
    assert asked(device, "11030c021ec0", 7.0) == "16020c02da"
    assert asked(device, "11011fcf", 9.0)[:6] == "160b1f"


def test_a_gcja5_says_that_its_fan_starts_and_that_its_laser_ages() -> None:
    assert made("sngcja5", cold=True).poll(1.5)[29] == 0x02
    assert made("sngcja5").poll(1.5)[29] == 0
    assert made("sngcja5", hours=43_800 * 0.8).poll(1.5)[29] == 0x44
    assert made("sngcja5", hours=43_800 * 1.05).poll(1.5)[29] == 0xCC


def test_a_nextpm_answers_with_its_state_while_it_boots_or_sleeps() -> None:
    device = made("nextpm", cold=True, pm1_ugm3=10.6, pm2_5_ugm3=11.4, pm10_ugm3=13.3)
    assert asked(device, "81116e", 3.0) == "81160465"
    assert asked(device, "81126d", 40.0)[18:30] == "006a00720085"
    assert asked(device, "81156a", 42.0) == "81150169"
    assert asked(device, "81116e", 44.0) == "81160168"
    assert asked(device, "81156a", 46.0)[:4] == "8115"
    assert asked(device, "811768", 70.0) == "811700003434"


def test_a_nextpm_shows_the_climate_inside_itself() -> None:
    reply = asked(made("nextpm", temp_c=23.8429, rh_pct=55.2308), "81146b", 1.0)
    assert reply == "8114000b4013e726"  # 28.80 C and 50.95 % inside, by the guide's formulas backwards


def test_a_nextpm_takes_a_modbus_address() -> None:
    device = made("nextpm")
    assert asked(device, "8122035a", 1.0)[:8] == "81220003"


def test_a_nextpm_by_modbus_tells_its_firmware_and_thousandths_low_word_first() -> None:
    device = made("nextpmmodbus", pm2_5_ugm3=0.236)
    assert asked(device, "010300010001d5ca", 1.0) == "01030200423875"
    assert asked(device, "010300320024e41e", 3.0)[6 + 32 : 6 + 40] == "00ec0000"


def test_the_words_of_one_modbus_reply_of_a_nextpm_are_of_one_moment() -> None:
    device = made("nextpmmodbus")
    for i in range(20):
        words = asked(device, "010300320024e41e", 20.0 + 10.0 * i)[6:-4]
        assert words[:48] == words[48:96] == words[96:]


@pytest.mark.parametrize("model", [m for m in MODELS if m.startswith(("pms", "zh", "sds", "hpma", "sng", "sm300"))])
def test_a_streaming_sensor_streams_zeros_when_the_air_is_clean(model: str) -> None:
    device = made(model, pm1_ugm3=0, pm2_5_ugm3=0, pm4_ugm3=0, pm10_ugm3=0)
    assert device.registers(5.0).get("pm2_5_ugm3", 0.0) == 0.0
    assert len(device.poll(5.0)) >= 10


@pytest.mark.parametrize("model", MODELS)
def test_no_sensor_minds_any_bytes(model: str) -> None:
    device = made(model)
    noise = device.random.randbytes(4_000)
    for i in range(0, len(noise), 100):
        device.receive(noise[i : i + 100], i / 1000.0)
        device.poll(i / 1000.0)
    assert len(device.inbox) < 1000


@pytest.mark.parametrize("model", MODELS)
def test_a_power_cut_silences_every_sensor(model: str) -> None:
    device = made(model)
    device.receive(device.POLL, 1.0)
    device.turn_off(1.001)
    device.receive(device.POLL, 2.0)
    assert device.poll(30.0) == b""
    device.turn_on(31.0)
    device.poll(32.0)
