"""Recorded and published frames mean what their sources say."""

import pytest

from aqsense.wire import events, framing, registry
from tests.wire.vectors import ABOUT, here, replies

VALID = [v for v in replies() if v["valid"]]
WORDS = {"state", "reply_to", "note", "ascii"}
INVALID = [v for v in replies() if not v["valid"]]


def ident(vector):
    return vector["model"] + "-" + vector["hex"][:24]


def fed(vector):
    decoder = registry.open(vector["model"])
    if "request" in vector:
        decoder.expect(bytes.fromhex(vector["request"]))
    for earlier in vector.get("before", "").split():
        decoder.receive_data(bytes.fromhex(earlier), len(earlier) // 2)
        assert decoder.next_event() == events.REPLY
    data = bytes.fromhex(vector["hex"])
    decoder.receive_data(data, len(data))
    return decoder, decoder.next_event()


def carried(decoder):
    found = {}
    for name, scale, value in zip(decoder.FIELDS, decoder.SCALES, decoder.values, strict=True):
        if value != framing.MISSING_VALUE:
            found[name] = (value / scale, scale)
    return found


@pytest.mark.parametrize("vector", VALID, ids=ident)
def test_a_published_frame_is_one_event_as_long_as_the_frame(vector):
    decoder, event = fed(vector)
    assert event in (events.SAMPLE, events.REPLY)
    assert decoder.length == len(vector["hex"]) // 2 and decoder.pending == 0
    assert decoder.raw.hex() == vector["hex"]


@pytest.mark.parametrize("vector", VALID, ids=ident)
def test_a_published_frame_says_what_its_source_says(vector):
    decoder, event = fed(vector)
    said = carried(decoder) if event == events.SAMPLE else dict(decoder.fields())
    for name, value in vector["decoded"].items():
        name, value = here(name, value)
        if event == events.SAMPLE:
            if name in ABOUT or isinstance(value, str):
                continue
            if name == "status" and vector["model"].startswith("mhz"):
                name = "status_s"
            got, scale = said[name]
            assert got == pytest.approx(value, abs=0.5 / scale + 1e-9), name
        elif name in said:
            agree(name, said[name], value)


def agree(name, got, value):
    if isinstance(value, str) and value.startswith("0x") and not isinstance(got, str):
        value = int(value.split()[0], 16)
    elif isinstance(value, str) and not value.startswith("0x"):
        value = value.split(" (")[0]
    if name == "exception":
        value = value.split(" ", 1)[1] if isinstance(value, str) else got
    if name == "data":
        return
    assert str(got) == str(value) if isinstance(got, str) else got == value, name


@pytest.mark.parametrize("vector", VALID, ids=ident)
def test_a_reply_names_every_fact_of_its_source(vector):
    decoder, event = fed(vector)
    if event != events.REPLY:
        return
    names = {name for name, _ in decoder.fields()}
    wanted = {here(name, value)[0] for name, value in vector["decoded"].items()} - WORDS
    assert wanted <= names


@pytest.mark.parametrize("vector", INVALID, ids=ident)
def test_a_frame_that_its_source_misprints_is_refused(vector):
    decoder, event = fed(vector)
    assert event in (events.DISCARDED, events.NEED_DATA)
    decoder.finish()
    while decoder.next_event() != events.NEED_DATA:
        assert decoder.event == events.DISCARDED
    assert decoder.discarded_bytes == len(vector["hex"]) // 2
