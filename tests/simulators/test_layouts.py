"""Random registers through each encoder, read back by the offsets of the published tables, apart from any decoder."""

import struct
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aqsense.wire import events, registry
from simulators.sensors import MODELS, encode, poll, registers

# model: (register, offset, struct format, units a step)
PLANTOWER = [(name, 4 + 2 * i, ">H", 1) for i, name in enumerate(r.name for r in registers("pms5003")[:12])]
LAYOUTS: dict[str, list[tuple[str, int, str, int]]] = {
    "pms3003": PLANTOWER[:6],
    "pms5003": [*PLANTOWER, ("version", 28, "B", 1), ("error", 29, "B", 1)],
    "pms5003t": [*PLANTOWER[:10], ("temp_c", 24, ">h", 10), ("rh_pct", 26, ">H", 10), ("version", 28, "B", 1)],
    "pms5003s": [*PLANTOWER, ("hcho_ugm3", 28, ">H", 1)],
    "pms5003st": [*PLANTOWER, ("hcho_ugm3", 28, ">H", 1), ("temp_c", 30, ">h", 10), ("rh_pct", 32, ">H", 10)],
    "sds011": [("pm2_5_ugm3", 2, "<H", 10), ("pm10_ugm3", 4, "<H", 10), ("device_id", 6, ">H", 1)],
    "sds198": [("pm100_ugm3", 4, "<H", 1)],
    "hpma115s0": [("pm2_5_ugm3", 6, ">H", 1), ("pm10_ugm3", 8, ">H", 1)],
    "hpma115c0": [(f"{size}_ugm3", 4 + 2 * i, ">H", 1) for i, size in enumerate(("pm1", "pm2_5", "pm4", "pm10"))],
    "zh03b": [("pm1_ugm3", 10, ">H", 1), ("pm2_5_ugm3", 12, ">H", 1), ("pm10_ugm3", 14, ">H", 1)],
    "zh06": [("pm1_ugm3", 10, ">H", 1), ("pm2_5_ugm3", 12, ">H", 1), ("pm10_ugm3", 14, ">H", 1)],
    "pm1006": [("pm2_5_ugm3", 5, ">H", 1)],
    "pm1006k": [("pm2_5_ugm3", 5, ">H", 1), ("pm1_ugm3", 9, ">H", 1), ("pm10_ugm3", 13, ">H", 1)],
    "pm2008": [("pm2_5_grimm_ugm3", 7, ">I", 1), ("pm2_5_tsi_ugm3", 19, ">I", 1), ("n0_3_per_dl", 27, ">I", 1)],
    "sngcja5": [
        ("pm2_5_ugm3", 5, "<I", 1),
        ("n1_0_2_5", 17, "<H", 1),
        ("n2_5_5_0", 21, "<H", 1),
        ("status", 29, "B", 1),
    ],
    "nextpm": [("n1_per_L", 3, ">H", 1), ("pm1_ugm3", 9, ">H", 10), ("pm2_5_ugm3", 11, ">H", 10)],
    "mhz19b": [("co2_ppm", 2, ">H", 1), ("status_s", 5, "B", 1), ("u", 6, ">H", 1)],
    "s8": [("meter_status", 3, ">H", 1), ("co2_ppm", 9, ">h", 1)],
    "k30": [("co2_ppm", 3, ">h", 1)],
    "sunrise": [("error_status", 3, ">H", 1), ("co2_ppm", 9, ">h", 1)],
    "cm1106": [("co2_ppm", 3, ">H", 1), ("df3_status", 5, "B", 1), ("df4_counter", 6, "B", 1)],
    "t6613": [("co2_ppm", 3, ">H", 1)],
    "t6713": [("co2_ppm", 3, ">H", 1)],
    "zphs01b": [
        ("pm2_5_ugm3", 4, ">H", 1),
        ("co2_ppm", 8, ">H", 1),
        ("rh_pct", 13, ">H", 1),
        ("o3_ppm", 19, ">H", 100),
    ],
    "sm300d2": [("eco2_ppm", 2, ">H", 1), ("pm2_5_ugm3", 8, ">H", 1)],
    "sm300d2modbus": [("eco2_ppm", 3, ">H", 1), ("temp_c", 13, ">h", 100), ("rh_pct", 15, ">H", 100)],
}


def random_registers(model: str) -> st.SearchStrategy[dict[str, float]]:
    """Each register over its whole range, on its own steps."""
    fields = {}
    for name, low, high, step in registers(model):
        if step < 0.01:
            fields[name] = st.floats(low, high, width=32)
        else:
            per = round(1.0 / step) if step < 1.0 else 1
            fields[name] = st.integers(round(low * per), round(high * per)).map(lambda value, per=per: value / per)
    return st.fixed_dictionaries(fields)


@pytest.mark.parametrize("model", sorted(LAYOUTS))
@settings(max_examples=15)
@given(data=st.data())
def test_registers_are_where_the_published_table_puts_them(model: str, data: Any) -> None:
    values = data.draw(random_registers(model))
    frame = encode(model, values)
    for name, offset, form, per in LAYOUTS[model]:
        (found,) = struct.unpack_from(form, frame, offset)
        assert found == round(values[name] * per), name


BOTH = [model for model in MODELS if model in {line[0] for line in registry.MODELS}]


@pytest.mark.parametrize("model", BOTH)
@settings(max_examples=15)
@given(data=st.data())
def test_a_decoder_reads_what_was_encoded(model: str, data: Any) -> None:
    values = data.draw(random_registers(model))
    decoder = registry.open(model)
    if poll(model):
        decoder.expect(poll(model))
    frame = encode(model, values)
    decoder.receive_data(frame, len(frame))
    assert decoder.next_event() == events.SAMPLE
    known = {register.name: register.step for register in registers(model)}
    compared = 0
    for i, name in enumerate(decoder.FIELDS):
        if name in values:
            compared += 1
            within = 1.0 / decoder.SCALES[i] + known[name] / 2.0 + abs(values[name]) * 1e-6
            assert abs(decoder.values[i] / decoder.SCALES[i] - values[name]) <= within, name
    assert compared
