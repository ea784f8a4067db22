"""The decoders on both Pythons: the same events, and nothing allocated for a frame."""

import gc

from aqsense.ticks import PERIOD, ticks_add, ticks_diff
from aqsense.wire import events, framing, registry, sums
from aqsense.wire.float32 import scaled

# One measurement of each model and its headline, from tests/vectors.
FRAMES = (
    ("pms5003", "424d001c0026003a003f001d002d0038192307440149002a0006000297000366", 45),
    ("pms3003", "424d00140051006a007700350046004f33d20f28003f041a", 70),
    ("pms5003t", "424d001c001700270029001600230029100804a90116000c00d400e09a0004aa", 35),
    ("sds011", "aac0d4043a0aa1601dab", 1236),
    (
        "sps30",
        "7e0003002840a78320411777bb414a5f8341548ddd41d2833e427d33fc85422617224229a4d9422a29bc3f55b7e79e7e",
        95,
    ),
    ("mhz19b", "ff86027c42000000ba", 636),
    ("s8", "fe0408000000000000019016e6", 400),
    ("scd30", "61030c43db8c2e41d9e7ff42433a1b5007", 439),
)


def unhex(text):
    out = bytearray(len(text) // 2)
    for i in range(len(out)):
        out[i] = int(text[2 * i : 2 * i + 2], 16)
    return out


def test_one_frame_of_each_model_is_one_sample():
    for model, text, value in FRAMES:
        decoder = registry.open(model)
        frame = unhex(text)
        decoder.receive_data(frame, len(frame))
        assert decoder.next_event() == events.SAMPLE, model
        headline = decoder.FIELDS.index("pm2_5_ugm3" if "pm2_5_ugm3" in decoder.FIELDS else "co2_ppm")
        assert decoder.values[headline] == value, (model, decoder.values[headline])
        assert decoder.next_event() == events.NEED_DATA and decoder.pending == 0


def test_a_frame_in_pieces_allocates_nothing():
    for model, text, _value in FRAMES:
        frame = unhex(text)
        half = len(frame) // 2
        turned = bytearray(len(frame))  # second half, then first half: every chunk ends inside a frame
        turned[: len(frame) - half] = frame[half:]
        turned[len(frame) - half :] = frame[:half]
        decoder = registry.open(model)
        decoder.receive_data(frame, half)
        drained(decoder)
        drained_after(decoder, turned)
        gc.collect()
        if not hasattr(gc, "mem_alloc"):
            continue  # CPython counts otherwise
        gc.disable()
        try:
            before = gc.mem_alloc()
            for _ in range(10):
                drained_after(decoder, turned)
                decoder.stuck_key()
            allocated = gc.mem_alloc() - before
        finally:
            gc.enable()
        assert decoder.samples >= 11, model
        assert allocated == 0, (model, allocated)


def drained_after(decoder, chunk):
    decoder.receive_data(chunk, len(chunk))
    drained(decoder)


def drained(decoder):
    while decoder.next_event():
        pass


def test_a_corrupt_frame_is_accounted_for_byte_by_byte():
    for model, text, _value in FRAMES:
        frame = unhex(text)
        frame[len(frame) // 2] ^= 0x20
        decoder = registry.open(model)
        decoder.receive_data(frame, len(frame))
        drained(decoder)
        decoder.finish()
        drained(decoder)
        assert decoder.samples == 0, model
        assert decoder.discarded_bytes == len(frame) == decoder.bytes_in and decoder.pending == 0, model


def test_both_ways_of_adding_and_copying_agree():
    src = unhex(FRAMES[0][1])
    for start in range(len(src)):
        assert sums.add_loop(src, start, len(src)) == sums.add_slice(src, start, len(src))
        a = bytearray(40)
        b = bytearray(40)
        sums.copy_loop(a, 3, src, start, len(src) - start)
        sums.copy_slice(b, 3, src, start, len(src) - start)
        assert a == b and len(b) == 40
    for n in range(1, 20):
        a = bytearray(src)
        b = bytearray(src)
        sums.copy_loop(a, 0, a, n, len(a) - n)
        sums.copy_slice(b, 0, b, n, len(b) - n)
        assert a == b


def test_both_ways_of_reading_words_agree():
    from array import array

    from aqsense.wire import plantower

    src = unhex(FRAMES[0][1])
    a = array("i", bytes(60))
    b = array("i", bytes(60))
    for at, value in ((4, 0), (7, 9), (9, 0), (17, 0), (16, 255), (8, 4)):
        src[at] = value
        said = 0
        for i in range(30):
            said += src[i]
        src[30] = said >> 8
        src[31] = said & 255
        doubt = plantower._frame_at_once(src, 0, a)
        assert doubt == plantower._frame_by_bytes(src, 0, b) >= 0
        assert (list(a) == list(b) and a[6] == value) or at != 11
    for at in (0, 1, 2, 3, 12, 31):
        src[at] ^= 1
        assert plantower._frame_at_once(src, 0, a) == plantower._frame_by_bytes(src, 0, b) < 0
        src[at] ^= 1


def test_floats_become_integers_as_the_datasheets_say():
    # SCD30 interface description 1.0: 439.095 ppm, 27.238 C, 48.807 %
    frame = unhex(FRAMES[7][1])
    assert scaled(frame, 3, 1) == 439 and scaled(frame, 7, 10) == 272 and scaled(frame, 11, 100) == 4881
    # IEEE 754: 1.0, -1.0, 0.5, 2**-20, NaN, infinity, the largest number
    assert scaled(unhex("3f800000"), 0, 1000) == 1000 and scaled(unhex("bf800000"), 0, 10) == -10
    assert scaled(unhex("3f000000"), 0, 1) == 1 and scaled(unhex("35800000"), 0, 1000) == 0
    assert scaled(unhex("7fc00000"), 0, 1) == framing.MISSING_VALUE == scaled(unhex("7f800000"), 0, 1)
    assert scaled(unhex("7f7fffff"), 0, 1) == 0x0FFFFFFF


def test_ticks_wrap_without_a_jump():
    late = PERIOD - 5
    assert ticks_add(late, 10) == 5
    assert ticks_diff(5, late) == 10 and ticks_diff(late, 5) == -10
