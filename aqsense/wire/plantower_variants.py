"""Plantower PMS5003T, PMS5003S and PMS5003ST: other quantities among or after the counts.

**Source**: Plantower PMS5003T, PMS5003S and PMS5003ST data manuals; captures in tests/vectors/plantower.json.
"""

from aqsense import flags
from aqsense.wire import framing
from aqsense.wire.plantower import COUNTS, FULL_SCALE, MANY, MOST_COUNTED, ONES, PM, Plantower


def decoder(model: str) -> framing.Decoder:
    """A decoder for one of the variants."""
    if model == "pms5003s":
        return Pms5003s()
    if model == "pms5003st":
        return Pms5003st()
    return Pms5003t()


class Pms5003t(Plantower):
    """PMS5003T: temperature and relative humidity where the two largest counts stand; the temperature is signed."""

    FIELDS = PM[:3] + ("temp_c", "rh_pct") + PM[3:] + COUNTS[:4]
    SCALES = (1, 1, 1, 10, 10) + ONES[:10]
    VERSION = 4

    def _measure(self, src: bytes | bytearray | memoryview, at: int) -> None:
        v = self.values
        i = 5
        k = at + 4
        while i < 15:
            v[i] = src[k] << 8 | src[k + 1]
            k += 2
            i += 1
        v[0] = v[8]
        v[1] = v[9]
        v[2] = v[10]
        temperature = src[at + 24] << 8 | src[at + 25]
        v[3] = temperature - 65536 if temperature & 0x8000 else temperature
        v[4] = src[at + 26] << 8 | src[at + 27]
        self.flags = flags.INCONSISTENT if v[5] > v[6] or v[6] > v[7] or (v[7] and not v[11]) else 0
        if v[7] >= FULL_SCALE or v[11] == MOST_COUNTED:
            self.flags |= flags.SATURATED
        if not -300 <= v[3] <= 850 or v[4] > 1000:
            self.flags |= flags.RANGE
        self._particles(v[11] or v[7], MANY)


class Pms5003s(Plantower):
    """PMS5003S: formaldehyde where version and error stand."""

    FIELDS: tuple = PM[:3] + ("hcho_ugm3",) + PM[3:] + COUNTS
    SCALES: tuple = ONES + (1,)

    def _measure(self, src: bytes | bytearray | memoryview, at: int) -> None:
        v = self.values
        first = len(self.FIELDS) - 12
        i = first
        k = at + 4
        while k < at + 28:
            v[i] = src[k] << 8 | src[k + 1]
            k += 2
            i += 1
        v[0] = v[first + 3]
        v[1] = v[first + 4]
        v[2] = v[first + 5]
        hcho = src[at + 28] << 8 | src[at + 29]
        v[first - 1] = hcho
        large = v[first + 2]
        seen = v[first + 6]
        inconsistent = v[first] > v[first + 1] or v[first + 1] > large or (large and not seen)
        self.flags = flags.INCONSISTENT if inconsistent else 0
        if large >= FULL_SCALE or seen == MOST_COUNTED:
            self.flags |= flags.SATURATED
        self._particles(seen or large, MANY)


class Pms5003st(Pms5003s):
    """PMS5003ST: 40 bytes, formaldehyde, temperature and humidity after the counts."""

    FIELDS = PM[:3] + ("temp_c", "rh_pct", "hcho_ugm3") + PM[3:] + COUNTS
    SCALES = (1, 1, 1, 10, 10, 1) + ONES[:12]
    SIZE = 40
    LONGEST = 40
    VERSION = 4

    def _measure(self, src: bytes | bytearray | memoryview, at: int) -> None:
        super()._measure(src, at)
        v = self.values
        temperature = src[at + 30] << 8 | src[at + 31]
        v[3] = temperature - 65536 if temperature & 0x8000 else temperature
        v[4] = src[at + 32] << 8 | src[at + 33]
        if not -300 <= v[3] <= 850 or v[4] > 1000:
            self.flags |= flags.RANGE
