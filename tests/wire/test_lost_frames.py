"""How many frames a line has lost: what decides whether it is good enough to learn from."""

import pytest

from aqsense.wire import events, registry
from tests.wire.frames import measuring, ready, said

MHZ = bytes.fromhex("ff8601f442000000" + "43")
SENSEAIR = bytes.fromhex("fe440202b63832")


def lost(model, stream):
    decoder = registry.open(model)
    decoder.receive_data(stream, len(stream))
    said(decoder)
    return decoder.rejected


def hurt(frame, at):
    return frame[:at] + bytes((frame[at] ^ 1,)) + frame[at + 1 :]


def test_a_frame_is_lost_whichever_of_its_bytes_was_damaged():
    assert [lost("mhz19b", MHZ + hurt(MHZ, at) + MHZ) for at in range(9)] == [1] * 9


def test_each_of_several_damaged_frames_in_a_row_counts():
    assert lost("mhz19b", MHZ + hurt(MHZ, 0) + hurt(MHZ, 4) + hurt(MHZ, 1) + MHZ) == 3


def test_heads_inside_a_damaged_frame_are_no_further_frames():
    frame = measuring("pm2008")[0][0]
    full = bytearray(frame)
    full[20:50:5] = b"\x16" * 6
    full[-1] = -sum(full[:-1]) & 255
    whole = bytes(full)
    assert lost("pm2008", whole + hurt(whole, 10) + whole) == 1


def test_a_stray_byte_between_frames_is_no_lost_frame():
    assert lost("mhz19b", (MHZ + b"\x00") * 50) == 0


@pytest.mark.parametrize(
    ("model", "request_", "reply"),
    [
        ("k30", "fe440008029f25", "fe440202b63832"),
        ("t6713", "1504138b00014670", "15040202be0823"),
        ("t6613", "fffe020203", "fffa02028a"),
        ("cm1106", "110101ed", "160501028d018cc8"),
    ],
)
def test_a_damaged_length_does_not_keep_the_answer_to_the_next_question_waiting(model, request_, reply):
    asked, frame = bytes.fromhex(request_), bytes.fromhex(reply)
    at = {"k30": 2, "t6713": 2, "t6613": 2, "cm1106": 1}[model]
    longer = frame[:at] + bytes((frame[at] | 8,)) + frame[at + 1 :]
    decoder = registry.open(model)
    for part in (frame, longer, frame):
        decoder.expect(asked)
        decoder.receive_data(part, len(part))
        found = said(decoder)
    assert found[-1][:3] == ("sample", 2 * len(frame), len(frame))
    assert found[0][:4] == ("discarded", len(frame), len(frame), "truncated")
    assert (decoder.rejected, decoder.pending) == (1, 0)
    assert decoder.bytes_in == decoder.frame_bytes + decoder.discarded_bytes


def test_a_question_drops_nothing_that_nobody_has_looked_at():
    decoder = ready("mhz19b")
    other = ready("k30", bytes.fromhex("fe440008029f25"))
    for made, frame in ((decoder, MHZ), (other, SENSEAIR)):
        made.receive_data(frame, len(frame))
        made.expect(bytes.fromhex("fe440008029f25"))
        assert made.next_event() == events.SAMPLE
