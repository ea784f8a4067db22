"""What an independent encoder writes, over the whole range of the data sheets, the decoder reads."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aqsense.wire import events, framing, registry
from simulators import sensors
from tests.wire.frames import MODELS


@pytest.mark.parametrize("model", MODELS)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_every_register_survives_the_way_through_encoder_and_decoder(model, data):
    values = {}
    for register in sensors.registers(model):
        steps = int((register.high - register.low) / register.step)
        values[register.name] = register.low + data.draw(st.integers(0, steps)) * register.step
    frame = sensors.encode(model, values)
    decoder = registry.open(model)
    request = sensors.poll(model)
    if request:
        decoder.expect(request)
    decoder.receive_data(frame, len(frame))
    assert decoder.next_event() == events.SAMPLE
    steps_of = {register.name: register.step for register in sensors.registers(model)}
    for name, scale, value in zip(decoder.FIELDS, decoder.SCALES, decoder.values, strict=True):
        if name in values and value != framing.MISSING_VALUE:
            assert value / scale == pytest.approx(values[name], abs=0.51 / scale + steps_of[name] / 2, rel=3e-6), name
