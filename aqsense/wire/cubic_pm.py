"""Cubic particle sensors: PM1006 (in the IKEA VINDRIKTNING), PM1006K, PM1003 and the PM2005/2008 laser class, 9600 8N1.

The PM1006 and PM1003 measure PM2.5 alone; what else their reply holds is undocumented and not published. Tapping a
VINDRIKTNING, its own controller asks: use the mode "streaming", which never sends.

**Source**: Cubic PM1006 and PM2008 specifications; captures in tests/vectors/cubic_pm.json.
"""

from aqsense import flags
from aqsense.wire import cubic, framing
from aqsense.wire.dialogue import Dialogue, Step
from aqsense.wire.model import Model

_FULL_SCALE = 1000
_MUCH = 5

READ_1006 = cubic.request(0x0B, b"\x01")
READ_1006K = cubic.request(0x02)
READ_2008 = cubic.request(0x0B, b"\x07")
OPEN = cubic.request(0x0C, b"\x02\x1e")
CLOSE = cubic.request(0x0C, b"\x01\x1e")
SOFTWARE = cubic.request(0x1E)
SERIAL = cubic.request(0x1F)


class Pm1006(cubic.CubicDecoder):
    """PM1006 and PM1003: PM2.5 in ug/m3."""

    FIELDS: tuple = ("pm2_5_ugm3",)
    SCALES: tuple = (1,)
    READ = 0x0B
    SIZE = 20
    MOST = 0x11
    PLACES: tuple = (5,)  # of the low word of each value
    WIDTH = 2

    def __init__(self) -> None:
        super().__init__()
        self._before = -1

    def _measured(self, src: bytes | bytearray | memoryview, at: int, size: int) -> bool:
        if size != self.SIZE:
            return False
        v = self.values
        places = self.PLACES
        most = 0
        i = 0
        while i < len(places):
            k = at + places[i]
            v[i] = src[k] << 8 | src[k + 1]
            most = max(most, v[i])
            i += 1
        self.flags = flags.SATURATED if most >= _FULL_SCALE else 0
        self.evidence = 0
        if not most and (self._before < 0 or self._before >= _MUCH):
            self.flags = flags.WARMING
            self.evidence = framing.POWER_UP
        self._before = most
        return True


class Pm1006k(Pm1006):
    """PM1006K: PM1, PM2.5 and PM10 in ug/m3."""

    FIELDS = ("pm1_ugm3", "pm2_5_ugm3", "pm10_ugm3")
    SCALES = (1, 1, 1)
    READ = 0x02
    SIZE = 16
    PLACES = (9, 5, 13)


class Pm2008(Pm1006):
    """PM2005, PM2008, PM2016, PM2105, PM3015: mass by two calibrations, and six cumulative counts."""

    FIELDS = (
        "pm1_ugm3",
        "pm2_5_ugm3",
        "pm10_ugm3",
        "pm1_grimm_ugm3",
        "pm2_5_grimm_ugm3",
        "pm10_grimm_ugm3",
        "pm1_tsi_ugm3",
        "pm2_5_tsi_ugm3",
        "pm10_tsi_ugm3",
        "n0_3_per_dl",
        "n0_5_per_dl",
        "n1_0_per_dl",
        "n2_5_per_dl",
        "n5_0_per_dl",
        "n10_per_dl",
    )
    SCALES = (1,) * 15
    SIZE = 56
    MOST = 0x35
    LONGEST = 56
    NAMES = ((0x0C, "measuring"), (0x1E, "software"), (0x1F, "serial"))

    def _measured(self, src: bytes | bytearray | memoryview, at: int, size: int) -> bool:
        if size != self.SIZE:
            return False
        v = self.values
        self.flags = 0
        self.evidence = 0
        i = 0
        while i < 12:
            k = at + 3 + 4 * i
            v[i + 3] = src[k + 1] << 16 | src[k + 2] << 8 | src[k + 3]
            if src[k]:
                self.flags = flags.RANGE
            i += 1
        v[0] = v[3]
        v[1] = v[4]
        v[2] = v[5]
        if v[3] > v[4] or v[4] > v[5] or (v[5] and not v[9]):
            self.flags |= flags.INCONSISTENT
        if v[5] >= _FULL_SCALE:
            self.flags |= flags.SATURATED
        seen = v[5] + v[9]
        if not seen and (self._before < 0 or self._before >= 100):
            self.flags |= flags.WARMING
            self.evidence = framing.POWER_UP
        self._before = seen
        return True

    def _told(self, raw: bytes) -> list:
        return [("measuring", raw[3] == 2)]


def decoder(model: str) -> framing.Decoder:
    """A decoder for one of this family's models."""
    if model == "pm1006k":
        return Pm1006k()
    if model == "pm2008":
        return Pm2008()
    return Pm1006()


def describe(model: str) -> Model:
    """Facts of one of this family's models; **Source**: Cubic's specifications."""
    m = Model(model)
    m.maker = "Cubic"
    m.family = "cubic"
    m.headline = (("pm2_5_ugm3", "pm2_5_ugm3"),)
    m.framing = "0x16, length, command, 8-bit sum"
    m.modes = ("polled", "streaming")
    m.interval_s = 2
    m.warm_up_s = 10
    m.err = (("pm2_5_ugm3", 20, 20),)
    m.detection_limit = (("pm2_5_ugm3", 5),)
    m.poll = READ_1006
    m.source = "Cubic PM1006 specification"
    m.unconfirmed = ("accuracy and first reading within 8 s",)
    if model in ("pm1006", "pm1003"):
        m.same_wire_as = ("pm1003",) if model == "pm1006" else ("pm1006",)
    elif model == "pm1006k":
        m.headline = (("pm1_ugm3", "pm1_ugm3"), ("pm2_5_ugm3", "pm2_5_ugm3"), ("pm10_ugm3", "pm10_ugm3"))
        m.poll = READ_1006K
        m.unconfirmed = ("places of the values beside PM2.5",) + m.unconfirmed
        m.source = "esphome/esphome pull request 13766"
    else:
        m.headline = (
            ("pm1_ugm3", "pm1_grimm_ugm3"),
            ("pm2_5_ugm3", "pm2_5_grimm_ugm3"),
            ("pm10_ugm3", "pm10_grimm_ugm3"),
        )
        m.modes = ("polled",)
        m.interval_s = 1
        m.warm_up_s = 30
        m.sleep = True
        m.poll = READ_2008
        m.err = (("pm2_5_ugm3", 10, 10),)
        m.unconfirmed = ("order of the twelve values", "which calibration suits indoor air", "accuracy")
        m.source = "Cubic PM2008 specification"
    return m


class LedDialogue(Dialogue):
    """Asks a PM1006; in the mode "streaming" it only listens to what another controller asks."""

    def start(self) -> None:
        """The poll, unless somebody else sends it."""
        self.poll = b"" if self.option("mode", "polled") == "streaming" else self.model.poll


class LaserDialogue(Dialogue):
    """Opens the measurement at once (a PM2016 changes its protocol if nothing comes within 4 s), then asks."""

    POLL = READ_2008
    ON_START = (Step(OPEN, "measuring"), Step(SOFTWARE, "software"), Step(SERIAL, "serial"))
    TO_SLEEP = (Step(CLOSE, "measuring"),)
    TO_WAKE = (Step(OPEN, "measuring"),)


def dialogue(model: str, interval_ms: int, options: dict | None) -> Dialogue:
    """What to say to one of this family's models."""
    if model == "pm2008":
        return LaserDialogue(describe(model), interval_ms, options)
    return LedDialogue(describe(model), interval_ms, options)
