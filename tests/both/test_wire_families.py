"""One measurement of every family on both Pythons: the value of its source, and nothing allocated."""
# heap: 256k, all families are loaded, where a board loads one

import gc

from aqsense.wire import events, registry

# Model, a published or built frame of tests/vectors, a field, and its scaled value
FRAMES = (
    ("pms5003s", "424d001c0005000d00160005000d001602fd00fc001d000f0006000600150343", "hcho_ugm3", 21),
    ("pms5003st", "424d00240000000a00200000000a002000000000000000000000000000000000000000009700019e", "temp_c", 0),
    ("sds198", "aacf0e001000e9050cab", "pm100_ugm3", 16),
    ("hpma115s0", "4005040030003156", "pm2_5_ugm3", 48),
    ("hpma115c0", "400d0400040007000900170000000084", "pm4_ugm3", 9),
    ("zh03b", "ff86008500960065fa", "pm2_5_ugm3", 133),
    ("zh06", "424d001c00110019001e00100018001d00000000000000000000000000000138", "pm2_5_ugm3", 24),
    ("pm1006", "16110b0000000c000003cb0000000c01000000e7", "pm2_5_ugm3", 12),
    ("pm1006k", "160d020000000c000000080000000fb8", "pm2_5_ugm3", 12),
    (
        "pm2008",
        "16350b000000090000000c0000000f000000080000000a0000000d000003840000019000000050000000140000"
        "00050000000100000000e5",
        "pm2_5_ugm3",
        12,
    ),
    ("sngcja5", "02070000000c0000000f00000034033601280000000600020000000000002803", "pm2_5_ugm3", 12),
    ("nextpm", "81120032e732f532f8006a00720085a2", "pm2_5_ugm3", 114),
    (
        "nextpmmodbus",
        "010348624f0025624f0025624f002500ec000000ec000000ec00006a5d0013996f001457220015005e00000182"
        "000003a8000000ed0017cafa0017fe29001700a7000001c80000026900007709",
        "pm2_5_10s_ugm3",
        236,
    ),
    ("k30", "fe44020061790c", "co2_ppm", 97),
    ("sunrise", "6804080000000000000217b5fe", "co2_ppm", 535),
    ("cm1106", "160501025800008a", "co2_ppm", 600),
    ("cm1107", "16050103de0110f2", "co2_ppm", 990),
    ("t6615", "fffa0202d5", "co2_ppm", 725),
    ("t6713", "150402020d4996", "co2_ppm", 525),
    ("cozir", "205a2030303532310d0a", "co2_filtered", 521),
    ("zphs01b", "ff860008000c000f02640102d5002f00150003000200010000cf", "co2_ppm", 612),
    ("sm300d2", "3c0201bd000c0061000e0011810167097a", "temp_c", -11),
    ("sm300d2modbus", "01030e0193000000020000000008bd0ceca4ef", "rh_pct", 331),
)


def unhex(text):
    out = bytearray(len(text) // 2)
    for i in range(len(out)):
        out[i] = int(text[2 * i : 2 * i + 2], 16)
    return out


def test_one_frame_of_each_family_is_one_sample():
    for model, text, field, value in FRAMES:
        decoder = registry.open(model)
        frame = unhex(text)
        decoder.receive_data(frame, len(frame))
        assert decoder.next_event() == events.SAMPLE, model
        assert decoder.values[decoder.FIELDS.index(field)] == value, model
        assert decoder.next_event() == events.NEED_DATA and decoder.pending == 0
    gc.collect()


def test_a_frame_of_each_family_allocates_nothing():
    if not hasattr(gc, "mem_alloc"):
        return  # CPython counts otherwise
    for model, text, _, _ in FRAMES:
        frame = unhex(text)
        half = len(frame) // 2
        turned = bytearray(len(frame))
        turned[: len(frame) - half] = frame[half:]
        turned[len(frame) - half :] = frame[:half]
        decoder = registry.open(model)
        decoder.receive_data(frame, half)
        drained(decoder)
        fed(decoder, turned)
        gc.collect()
        gc.disable()
        try:
            before = gc.mem_alloc()
            for _ in range(10):
                fed(decoder, turned)
                decoder.stuck_key()
            allocated = gc.mem_alloc() - before
        finally:
            gc.enable()
        assert decoder.samples >= 11 and allocated == 0, (model, decoder.samples, allocated)


def fed(decoder, chunk):
    decoder.receive_data(chunk, len(chunk))
    drained(decoder)


def drained(decoder):
    while decoder.next_event():
        pass
