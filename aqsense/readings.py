"""Readings as Python people like them: bytes of a sensor in, objects with floats out. A thin face over the decoders.

from aqsense import readings
for reading in readings.decode("pms5003", chunk):
    print(reading.pm2_5_ugm3, reading.values, reading.flags)
"""

from aqsense import flags
from aqsense.fields import MISSING_BELOW
from aqsense.wire import events, registry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Reading:
    """One sample: `values` by field name (a field that the frame does not carry is left out), `flags` by name.

    A value can also be read as an attribute, `reading.co2_ppm`; one that is not there is an AttributeError.
    """

    def __init__(self, model: str, values: dict[str, float], doubts: list[str]) -> None:
        self.model = model
        self.values = values
        self.flags = doubts

    def __getattr__(self, field: str) -> float:
        values = self.__dict__.get("values", {})
        if field in values:
            return values[field]
        raise AttributeError("this sample has no %s, only %s" % (field, ", ".join(values)))

    def __repr__(self) -> str:
        return "Reading(%r, %r, %r)" % (self.model, self.values, self.flags)


def decode(model: str, chunks: "bytes | Iterable[bytes]") -> "Iterator[Reading]":
    """Every sample in the bytes of one sensor, in order; damaged bytes are passed over.

    `chunks`: bytes, or anything that yields them (a file, a port). An unknown model is a ValueError that suggests one.
    """
    decoder = registry.open(model)
    for chunk in (chunks,) if isinstance(chunks, (bytes, bytearray, memoryview)) else chunks:
        decoder.receive_data(chunk, len(chunk))
        event = decoder.next_event()
        while event != events.NEED_DATA:
            if event == events.SAMPLE:
                yield _reading(model, decoder)
            event = decoder.next_event()


def _reading(model: str, decoder) -> Reading:
    values = {}
    for field, scale, value in zip(decoder.FIELDS, decoder.SCALES, decoder.values):
        if value > MISSING_BELOW:
            values[field] = value / scale
    return Reading(model, values, flags.names(decoder.flags))
