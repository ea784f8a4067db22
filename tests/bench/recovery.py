"""How many intact frames our decoder finds on a noisy line, and whether it accounts for every byte."""

from dataclasses import dataclass

from aqsense.wire import events, registry
from tests.bench import frames


@dataclass(frozen=True)
class Recovery:
    """Of `intact` frames on the line, `found` became samples; `accepted` samples in all, `discarded` bytes."""

    rate: float
    intact: int
    found: int
    accepted: int
    discarded: int
    expected_discarded: int
    reasons: dict[str, int]
    exact: bool


def measure(rate: float, chunk: int = 64, count: int = frames.FRAMES) -> Recovery:
    """Decode `count` frames at one bit error rate, in chunks, and compare with the plain second implementation."""
    line = frames.noisy(rate, count)
    decoder = registry.open("pms5003")
    starts = []
    discarded = 0
    reasons = dict.fromkeys(events.REASONS, 0)
    view = memoryview(line.data)
    for at in range(0, len(line.data) + chunk, chunk):
        part = view[at : at + chunk]
        decoder.receive_data(part, len(part))
        if at >= len(line.data):
            decoder.finish()
        while (event := decoder.next_event()) != events.NEED_DATA:
            if event == events.SAMPLE:
                starts.append(decoder.offset)
            elif event == events.DISCARDED:
                discarded += decoder.length
                reasons[events.REASONS[decoder.reason]] += decoder.length
    plain, plain_discarded = frames.slide(line.data)
    found = len(set(starts) & set(line.intact))
    return Recovery(
        rate,
        len(line.intact),
        found,
        len(starts),
        discarded,
        plain_discarded,
        {name: n for name, n in reasons.items() if n},
        starts == plain
        and discarded == plain_discarded == decoder.discarded_bytes
        and decoder.pending == 0
        and len(line.data) == frames.LENGTH * len(starts) + discarded,
    )
