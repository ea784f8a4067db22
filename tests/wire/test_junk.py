"""Junk that happens to fit a checksum of eight bits does not swallow the intact frame behind it."""

import pytest

from aqsense.wire import events
from tests.wire.frames import measuring, ready

HEADS = (("mhz19b", b"\xff", b"\x79\x86\x87\x88\x99"), ("pm1006", b"\x16\x11", b"\x0b\x1e\x1f"))


@pytest.mark.parametrize(("model", "head", "commands"), HEADS)
def test_junk_with_a_header_but_no_known_command_swallows_no_frame(model, head, commands):
    frames, request = measuring(model)
    for command in set(range(256)) - set(commands):
        for last in range(256):
            junk = head + bytes((command, last))
            decoder = ready(model, request)
            decoder.receive_data(junk + frames[0], len(junk) + len(frames[0]))
            while decoder.next_event() != events.NEED_DATA:
                if decoder.event == events.SAMPLE:
                    break
            assert (decoder.event, decoder.offset) == (events.SAMPLE, len(junk)), junk.hex()
