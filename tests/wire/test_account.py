"""Every byte ends in one sample or reply, one discard with a reason, or the buffer."""

from aqsense.wire import events, registry

FRAME = bytes.fromhex("424d001c0026003a003f001d002d0038192307440149002a0006000297000366")


def drained(decoder):
    said = []
    while decoder.next_event() != events.NEED_DATA:
        what = list(decoder.values) if decoder.event == events.SAMPLE else decoder.reason
        said.append((decoder.event, decoder.offset, decoder.length, what))
    return said


def test_a_corrupt_frame_loses_one_byte_by_its_checksum_and_the_rest_by_resynchronisation():
    bad = bytearray(FRAME)
    bad[9] ^= 1
    decoder = registry.open("pms5003")
    decoder.receive_data(FRAME + bytes(bad), 64)
    decoder.finish()
    values = [29, 45, 56, 38, 58, 63, 29, 45, 56, 6435, 1860, 329, 42, 6, 2]
    assert drained(decoder) == [
        (events.SAMPLE, 0, 32, values),
        (events.DISCARDED, 32, 1, events.CHECKSUM),
        (events.DISCARDED, 33, 31, events.RESYNC),
    ]
    assert decoder.pending == 0 and decoder.bytes_in == 64 == decoder.frame_bytes + decoder.discarded_bytes


def test_chunks_that_nobody_drains_are_kept_in_order_while_there_is_room():
    junk = b"\x01\x02\x03\x04\x05"
    stream = junk + FRAME * 20
    decoder = registry.open("pms5003")
    at = 0
    for size in (100, 100, 49, len(stream) - 249):  # the last chunk comes on top of a buffer with 7 bytes to spare
        decoder.receive_data(stream[at : at + size], size)
        at += size
    said = drained(decoder)
    assert said[0] == (events.DISCARDED, 0, 5, events.RESYNC)
    assert [(event, offset) for event, offset, _, _ in said[1:]] == [(events.SAMPLE, 5 + 32 * i) for i in range(20)]
    assert decoder.pending == 0


def reasons(model, data):
    decoder = registry.open(model)
    decoder.receive_data(data, len(data))
    decoder.finish()
    return [events.REASONS[what] for event, _, _, what in drained(decoder) if event == events.DISCARDED]


def test_a_frame_whose_end_is_missing_says_so():
    sds = bytearray.fromhex("aac0d4043a0aa1601dab")
    sds[-1] = 0xAA
    assert reasons("sds011", bytes(sds))[0] == "tail"
    assert reasons("cozir", b" Z 00521\r\r")[0] == "tail"
    assert (
        reasons("sngcja5", bytes.fromhex("02070000000c0000000f00000034033601280000000600020000000000002804"))[0]
        == "tail"
    )


def test_another_models_length_and_an_unasked_reply_say_so():
    assert reasons("pms5003", bytes.fromhex("424d00140051006a007700350046004f33d20f28003f041a"))[0] == "length"
    assert reasons("s8", bytes.fromhex("fe030200b4ac27"))[0] == "unexpected"
