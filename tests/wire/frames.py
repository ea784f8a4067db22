"""Whole frames of each model, from the published ones, and how to feed them."""

from aqsense.wire import events, registry
from tests.wire.vectors import replies


def _frames() -> dict:
    found: dict = {}
    for vector in replies():
        if vector["valid"]:
            found.setdefault(vector["model"], []).append(vector)
    whole: dict = {}
    for line in registry.MODELS:
        alike = (line[0], *registry.info(line[0]).same_wire_as)
        whole[line[0]] = [vector for model in alike for vector in found.get(model, [])]
        assert whole[line[0]], f"{line[0]} has no vector and shares no wire format with a model that has one"
    return whole


VECTORS = _frames()
MODELS = [line[0] for line in registry.MODELS]


def measuring(model: str) -> tuple[list[bytes], bytes | None]:
    """The frames of `model` that hold a measurement and answer one request, and that request."""
    chosen: list[bytes] = []
    request = None
    for vector in VECTORS[model]:
        asked = bytes.fromhex(vector["request"]) if "request" in vector else None
        frame = bytes.fromhex(vector["hex"])
        decoder = ready(model, asked)
        decoder.receive_data(frame, len(frame))
        if decoder.next_event() != events.SAMPLE:
            continue
        if not chosen:
            request = asked
        if asked == request and frame not in chosen:
            chosen.append(frame)
    return chosen, request


def ready(model: str, request: bytes | None = None):
    """A decoder that takes every reply as the answer to `request`."""
    decoder = registry.open(model)
    if request:
        decoder.stand(request)
    return decoder


def said(decoder) -> list:
    """Everything that the decoder says now, adjacent resynchronisations as they come."""
    found = []
    while decoder.next_event() != events.NEED_DATA:
        if decoder.event == events.SAMPLE:
            found.append(("sample", decoder.offset, decoder.length, tuple(decoder.values), decoder.flags))
        elif decoder.event == events.REPLY:
            found.append(("reply", decoder.offset, decoder.length, decoder.reply, str(decoder.fields())))
        else:
            found.append(("discarded", decoder.offset, decoder.length, events.REASONS[decoder.reason]))
    return found


def fed(decoder, stream: bytes, sizes: list[int] | None = None) -> list:
    """What the decoder says of `stream` in chunks of `sizes` (all at once by default), to the end of the input."""
    found = []
    at = 0
    for size in sizes or []:
        chunk = bytearray(stream[at : at + size])
        decoder.receive_data(chunk, len(chunk))
        found += said(decoder)
        chunk[:] = bytes(len(chunk))  # the caller reuses its buffer
        at += size
    decoder.receive_data(stream[at:], len(stream) - at)
    found += said(decoder)
    decoder.finish()
    return found + said(decoder)
