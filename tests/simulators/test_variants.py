"""Parts that are simulated as variants of another model."""

import pytest

from aqsense.wire import events, registry
from simulators.bench import Wish, build
from simulators.device import Device
from tests.simulators.bench import asked, made
from tests.wire.conversation import Conversation


def device_of(name: str, cold: bool = False, **values: float) -> Device:
    return build(Wish(name, values, cold=cold)).line.device


def test_a_cm1107t_tells_temperature_and_humidity_beside_co2() -> None:
    reply = bytes.fromhex(asked(device_of("CM1107T", co2_ppm=612, temp_c=21.3, rh_pct=44.5), "110101ed", 1.0))
    decoder = registry.open("cm1107t")
    decoder.receive_data(reply, len(reply))
    assert decoder.next_event() == events.SAMPLE and len(reply) == 16
    assert list(decoder.values)[:3] == [612, 213, 445]


def test_a_pm2016_hears_nothing_when_its_first_command_comes_late() -> None:
    assert asked(device_of("pm2016", cold=True), "11020b07db", 6.0) == ""
    early = device_of("pm2016", cold=True)
    assert asked(early, "11020b07db", 3.0).startswith("16350b")
    assert asked(early, "11020b07db", 60.0).startswith("16350b")
    assert asked(device_of("pm2016"), "11020b07db", 6.0).startswith("16350b")


def test_a_pm2009x_is_silent_until_it_is_asked_to_stream_and_our_dialogue_asks() -> None:
    device = device_of("pm2009x")
    assert device.poll(30.0) == b""
    device.receive(bytes.fromhex("424de100010171"), 31.0)
    assert device.poll(40.0).count(b"BM\x00\x1c") >= 5
    talk = Conversation("pms5003", cold=True, starts_silent=1).run(40)
    assert len(talk.samples) > 20


@pytest.mark.parametrize("recorded", ["424d0c9c09ad021301280000e2000613", "424d0c9c09b2021501280000e200061a"])
def test_an_mh_z19_may_stream_sixteen_bytes_as_recorded_and_answer_nothing(recorded: str) -> None:
    ppm = int(recorded[12:16], 16)
    device = made("mhz19b", streams_16=1, co2_ppm=ppm)
    streamed = device.poll(10.0).hex()
    assert streamed[:8] == recorded[:8] and streamed[12:28] == recorded[12:28]
    frame = bytes.fromhex(streamed[:32])
    assert int.from_bytes(frame[14:], "big") - sum(frame[:14]) == 0x0306
    assert int(recorded[28:], 16) - sum(bytes.fromhex(recorded[:28])) == 0x0306
    assert asked(device, "ff0186000000000079", 10.01, 0.2)[:4] != "ff86"
