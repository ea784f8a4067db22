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
