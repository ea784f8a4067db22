"""What a frame shows of the sensor's own state: power-up, warm-up constants, saturation, contradictions."""

import struct

import pytest

from aqsense import flags
from aqsense.wire import events, framing, registry
from simulators import sensors
from tests.wire.conversation import Conversation


def closed_bm(words, head=b"BM"):
    body = head + struct.pack(f">{len(words) + 1}H", 2 * len(words) + 2, *words)
    return body + struct.pack(">H", sum(body))


def pms(pm1, pm2_5, pm10, count=500, version=0x9700):
    return closed_bm([pm1, pm2_5, pm10, pm1, pm2_5, pm10, count, count // 3, 9, 3, 1, 0, version])


def mhz(co2, s=0, u=0):
    body = struct.pack(">BBHBBH", 0xFF, 0x86, co2, 65, s, u)
    return body + bytes([-sum(body[1:]) & 255])


def sds(pm2_5, pm10):
    data = struct.pack("<HH", pm2_5, pm10) + b"\xa1\x60"
    return b"\xaa\xc0" + data + bytes([sum(data) & 255]) + b"\xab"


def told(model, frames):
    """(evidence, flag names) of each frame."""
    decoder = registry.open(model)
    found = []
    for frame in frames:
        decoder.receive_data(frame, len(frame))
        assert decoder.next_event() == events.SAMPLE
        found.append((decoder.evidence, flags.names(decoder.flags)))
    return found


NOTHING = (0, [])
SWITCHED_ON = (framing.POWER_UP, ["warming"])


def test_zeros_at_the_start_or_all_at_once_show_a_fan_that_is_starting():
    busy, zero, clean = pms(5, 7, 8), pms(0, 0, 0, 0), pms(0, 0, 1, 12)
    assert told("pms5003", [zero, zero, busy]) == [SWITCHED_ON, NOTHING, NOTHING]
    assert told("pms5003", [busy, zero, zero]) == [NOTHING, SWITCHED_ON, NOTHING]
    assert told("pms5003", [busy, clean, zero, zero]) == [NOTHING] * 4
    assert told("sds011", [sds(60, 70), sds(0, 0), sds(0, 0)])[1:] == [SWITCHED_ON, NOTHING]
    assert told("sds011", [sds(2, 3), sds(0, 0)]) == [NOTHING, NOTHING]


def test_three_equal_constants_that_nothing_led_up_to_show_a_power_up():
    once = (framing.POWER_UP, [])
    assert told("mhz19b", [mhz(500)] * 4) == [NOTHING, NOTHING, once, NOTHING]
    assert told("mhz19b", [mhz(900)] + [mhz(400)] * 3) == [NOTHING] * 3 + [once]
    assert told("mhz19b", [mhz(388)] * 3 + [mhz(555)] * 5)[3:] == [NOTHING] * 5


def test_outdoor_air_that_is_reached_by_degrees_shows_nothing():
    assert (
        told("mhz19b", [mhz(ppm) for ppm in (600, 550, 500, 500, 500, 450, 410, 400, 400, 400, 400)]) == [NOTHING] * 11
    )


def test_the_boot_word_of_an_mhz19_shows_a_power_up_at_once():
    assert told("mhz19b", [mhz(410, 1, 15000)]) == [(framing.POWER_UP, ["warming"])]


@pytest.mark.parametrize(
    "frame, doubt",
    [
        (pms(9, 7, 8), ["inconsistent"]),  # PM1 above PM2.5
        (pms(0, 10, 32, 0), ["inconsistent"]),  # mass without a particle
        (pms(5, 900, 1200), ["saturated"]),
        (pms(5, 7, 8, 65535), ["saturated"]),
        (pms(0, 0, 0, 30), []),
    ],
)
def test_a_plantower_frame_that_contradicts_itself_says_so(frame, doubt):
    assert told("pms5003", [frame]) == [(0, doubt)]


def test_full_scale_and_impossible_values_are_flagged():
    full = (0, ["saturated"])
    assert told("mhz19b", [mhz(4999), mhz(5000), mhz(6000), mhz(0)]) == [NOTHING, full, full, (0, ["range"])]
    assert told("sds011", [sds(9999, 9999), sds(80, 60)]) == [(0, ["saturated"]), (0, ["inconsistent"])]


@pytest.mark.parametrize("count", [5000.0, 300000.0])  # the second is more than a small integer holds in thousandths
@pytest.mark.parametrize("model", ["nextpm", "nextpmmodbus"])
def test_a_nextpm_at_full_scale_says_so_alike_in_both_protocols(model, count):
    device = sensors.create(model, 1, False, {})
    names = [register.name for register in device.REGISTERS if register.name != "state"]
    full = device.encode({name: 1000.0 if name.endswith("_ugm3") else count for name in names})
    assert told(model, [full]) == [(0, ["saturated"])]


@pytest.mark.parametrize(
    "state, doubt",  # NextPM user guide v3.4
    [(2, "self_test"), (8, "inconsistent"), (16, "inconsistent"), (32, "fan"), (64, "self_test"), (128, "laser")],
)
def test_a_nextpm_that_reports_a_fault_has_its_readings_flagged(state, doubt):
    device = sensors.create("nextpm", 1, False, {})
    frame = device.encode({"state": state, "pm2_5_ugm3": 5.0, "pm10_ugm3": 6.0})
    assert told("nextpm", [frame]) == [(0, [doubt])]


@pytest.mark.parametrize("status, doubt", [(0x00, []), (0x01, []), (0x20, ["inconsistent"]), (0x40, ["inconsistent"])])
def test_a_cubic_sensor_whose_light_has_aged_or_whose_zero_has_drifted_is_doubted(status, doubt):
    frame = bytes.fromhex("1605010258") + bytes([status, 7])
    assert told("cm1106", [frame + bytes([-sum(frame) & 255])]) == [(0, doubt)]


@pytest.mark.parametrize(
    "model, frame, firmware",  # captures of PyPMS and of pms5003_micropython issue 4
    [
        ("pms5003", "424d001c0026003a003f001d002d0038192307440149002a0006000297000366", "0x97"),
        ("pms5003t", "424d001c001700270029001600230029100804a90116000c00d400e09a0004aa", "0x9a"),
        ("pms3003", "424d00140051006a007700350046004f33d20f28003f041a", ""),
    ],
)
def test_a_plantower_tells_its_firmware_in_every_frame(model, frame, firmware):
    decoder = registry.open(model)
    decoder.receive_data(bytes.fromhex(frame), len(frame) // 2)
    assert decoder.next_event() == events.SAMPLE
    assert decoder.firmware() == firmware


def test_equal_frames_have_equal_keys_whatever_their_checksum_and_others_have_others():
    for model, frames in (
        ("pms5003", [pms(5, 7, 8), pms(5, 7, 8), pms(7, 5, 8)]),
        ("mhz19b", [mhz(600), mhz(600), mhz(601)]),
        ("sds011", [sds(60, 70), sds(60, 70), sds(70, 60)]),
    ):
        decoder = registry.open(model)
        keys = []
        for frame in frames:
            decoder.receive_data(frame, len(frame))
            decoder.next_event()
            keys.append(decoder.stuck_key())
        assert keys[0] == keys[1] != keys[2]


def test_an_sps30_that_our_own_start_found_idle_is_warming_and_one_that_ran_already_is_not():
    idle = Conversation("sps30").run(20)
    assert idle.samples and all(mask & flags.WARMING for _, _, mask in idle.samples)
    ran = Conversation("sps30", running=1).run(20)
    assert ran.samples and not any(mask & flags.WARMING for _, _, mask in ran.samples)
