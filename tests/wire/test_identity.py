"""What a sensor says of itself reaches its published description."""

import pytest

from aqsense.monitor import Monitor
from aqsense.settings import SensorSettings, Settings
from aqsense.wire import registry
from tests.wire.conversation import Conversation


def described(model, frames):
    """Firmware and serial number of the last description that these (request, reply) pairs bring about."""
    monitor = Monitor(Settings("maple", [SensorSettings("s1", model, "kitchen")]), None)
    decoder = registry.open(model)
    found = []
    for request, frame in frames:
        if request:
            decoder.expect(request)
        decoder.receive_data(frame, len(frame))
        while decoder.next_event():
            found += monitor.step("s1", decoder, 984420, 10, 60)
    metas = [document.body for document in found if document.kind == "sensor-meta"]
    return (metas[-1]["firmware"], metas[-1]["serial"]) if metas else None


def test_the_first_frame_of_a_plantower_tells_its_firmware_and_the_next_do_not_tell_it_again():
    frame = bytes.fromhex("424d001c0026003a003f001d002d0038192307440149002a0006000297000366")
    assert described("pms5003", [(b"", frame)]) == ("0x97", None)


def test_the_software_of_a_cubic_sensor_is_its_firmware():
    frame = bytes.fromhex("160c1e434d2056322e302e30330099")  # AirMeter.IO, capture of a CM1107
    assert described("cm1107", [(b"", frame)]) == ("CM V2.0.03", None)


@pytest.mark.parametrize(
    "model, firmware, serial",
    [("cozir", "AL17", "00233"), ("t6713", 265, "4711"), ("sds011", "2015-07-10", None), ("scd30", "3.66", None)],
)
def test_a_sensor_that_can_tell_firmware_and_serial_number_is_asked(model, firmware, serial):
    facts = Conversation(model).run(20).facts()
    assert (facts.get("firmware"), facts.get("serial")) == (firmware, serial)
