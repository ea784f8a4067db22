"""One list of checks that holds for every decoder of the registry."""

import itertools
import random
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aqsense.wire import registry
from tests.both import test_wire_families, test_wire_framing
from tests.wire.frames import MODELS, fed, measuring, ready, said

# No checksum in the protocol: a changed digit is a changed reading.
UNGUARDED = ("t6613", "t6615", "cozir", "sprintir", "minir")

every_model = pytest.mark.parametrize("model", MODELS)
junk = st.binary(max_size=40)
sizes = st.lists(st.integers(1, 50), max_size=40)
pieces = st.lists(st.one_of(junk, st.just(None)), min_size=1, max_size=6)


def stream_of(model, parts):
    frames, request = measuring(model)
    stream = b""
    for i, part in enumerate(parts):
        stream += frames[i % len(frames)] if part is None else part
    return stream, request


@every_model
@settings(max_examples=40, deadline=None)
@given(parts=pieces, chunks=sizes)
def test_any_chunking_gives_the_same_events(model, parts, chunks):
    stream, request = stream_of(model, parts)
    assert fed(ready(model, request), stream, chunks) == fed(ready(model, request), stream)


@every_model
@settings(max_examples=40, deadline=None)
@given(parts=pieces, chunks=sizes)
def test_every_byte_is_accounted_for_after_every_event(model, parts, chunks):
    stream, request = stream_of(model, parts)
    decoder = ready(model, request)
    at = 0
    for size in [*chunks, len(stream)]:
        chunk = stream[at : at + size]
        at += size
        decoder.receive_data(chunk, len(chunk))
        while decoder.next_event():
            balance(decoder)
        balance(decoder)
    decoder.finish()
    events = said(decoder)
    balance(decoder)
    assert decoder.pending == 0
    assert decoder.bytes_in == len(stream)
    assert all(length > 0 for _, _, length, *_ in events)


def balance(decoder):
    assert decoder.bytes_in == decoder.frame_bytes + decoder.discarded_bytes + decoder.pending
    assert sum(decoder.discarded) == decoder.discarded_bytes


@every_model
@settings(max_examples=40, deadline=None)
@given(parts=pieces, chunks=sizes)
def test_events_follow_one_another_without_gap_or_overlap(model, parts, chunks):
    stream, request = stream_of(model, parts)
    at = 0
    runs = []
    for kind, offset, length, what, *_ in fed(ready(model, request), stream, chunks):
        assert offset == at
        at += length
        runs.append(kind == "discarded" and what == "resync")
    assert at == len(stream)
    assert not any(first and second for first, second in itertools.pairwise(runs))


@every_model
@settings(max_examples=60, deadline=None)
@given(before=junk, chunks=sizes)
def test_a_valid_frame_after_junk_is_found(model, before, chunks):
    frames, request = measuring(model)
    clean = fed(ready(model, request), frames[0])
    found = fed(ready(model, request), before + frames[0], chunks)
    whole = [e for e in found if e[0] == "sample" and e[1] == len(before)]
    accidental = [e for e in found if e[0] != "discarded" and e[1] < len(before)]
    assert accidental or [e[2:4] for e in whole] == [e[2:4] for e in clean]


@every_model
def test_a_corrupt_byte_never_yields_a_sample(model):
    if model in UNGUARDED:
        return
    frames, request = measuring(model)
    chance = random.Random(zlib.crc32(model.encode()))
    for frame in frames[:4]:
        for at in range(len(frame)):
            for change in {1, 128, 255, chance.randrange(1, 256)}:
                bad = bytearray(frame)
                bad[at] ^= change
                events = fed(ready(model, request), bytes(bad))
                assert not [e for e in events if e[0] == "sample"], (frame.hex(), at, change)
                assert sum(e[2] for e in events if e[0] == "discarded") == len(frame)


@every_model
def test_a_frame_cut_short_is_said_to_be_truncated(model):
    frames, request = measuring(model)
    events = fed(ready(model, request), frames[0][:-1])
    assert events == [("discarded", 0, len(frames[0]) - 1, "truncated")]


@every_model
def test_what_the_decoder_keeps_is_bounded_and_what_exceeds_it_is_said_to_overflow(model):
    frames, request = measuring(model)
    decoder = ready(model, request)
    for _ in range(200):
        decoder.receive_data(frames[0], len(frames[0]))  # nobody asks for events
    assert decoder.pending == 200 * len(frames[0])
    events = said(decoder)
    lost = [e for e in events if e[0] == "discarded" and e[3] == "overflow"]
    assert len(lost) == 1 and lost[0][2] >= 200 * len(frames[0]) - decoder.capacity - 2 * len(frames[0])
    decoder.finish()
    said(decoder)
    balance(decoder)
    assert decoder.pending == 0 and decoder.capacity <= 512


@every_model
def test_a_million_random_bytes_are_survived_and_accounted_for(model):
    chance = random.Random(zlib.crc32(model.encode()))
    _, request = measuring(model)
    decoder = ready(model, request)
    for _ in range(2500):
        stream = chance.randbytes(400)
        decoder.receive_data(stream, len(stream))
        while decoder.next_event():
            pass
        balance(decoder)
    assert decoder.bytes_in == 1_000_000
    # headers make candidates more likely than chance does
    heads = bytes(decoder.HEADS)
    for _ in range(40):
        stream = bytes(chance.choice(heads) if chance.random() < 0.3 else chance.randrange(256) for _ in range(500))
        decoder.receive_data(stream, len(stream))
        said(decoder)
        balance(decoder)


@every_model
def test_every_frame_between_bursts_of_noise_is_found(model):
    frames, request = measuring(model)
    chance = random.Random(7)
    stream = bytearray()
    whole = []
    quiet = bytes(b for b in range(256) if b not in registry.open(model).HEADS)
    for i in range(200):
        stream += bytes(chance.choice(quiet) for _ in range(chance.randrange(8)))
        whole.append((len(stream), frames[i % len(frames)]))
        stream += frames[i % len(frames)]
    found = {e[1] for e in fed(ready(model, request), bytes(stream)) if e[0] == "sample"}
    assert found == {at for at, _ in whole}


def test_every_decoder_of_the_registry_is_among_those_whose_allocations_are_counted():
    counted = {type(registry.open(entry[0])) for entry in (*test_wire_families.FRAMES, *test_wire_framing.FRAMES)}
    assert {type(registry.open(model)) for model in MODELS} <= counted
