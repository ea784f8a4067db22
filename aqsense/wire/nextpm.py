"""Tera NextPM, 115200 8E1, simple protocol: 0x81, command, state, data, and a sum of nought; averages on request.

A sensor that starts, sleeps or fails answers any command with its state alone. The command 15 toggles sleep, so the
state is asked first. The modbus protocol of the same sensor is in `nextpm_modbus`.

**Source**: Tera NextPM user guide v3.4; vectors in tests/vectors/nextpm.json.
"""

from aqsense import flags
from aqsense.wire import events, framing
from aqsense.wire.dialogue import ASLEEP, AWAKE, Dialogue, Step
from aqsense.wire.model import Model
from aqsense.wire.sums import add


def command(code: int, data: bytes = b"") -> bytes:
    """A request with its checksum."""
    out = bytes((0x81, code)) + data
    return out + bytes((-sum(out) & 255,))


READ_10S = command(0x11)
CLIMATE = command(0x14)
TOGGLE = command(0x15)
STATE = command(0x16)
FIRMWARE = command(0x17)

SLEEPING = 1
DEGRADED = 2
NOT_READY = 4
STATES = (
    (1, "sleep"),
    (2, "degraded"),
    (4, "not ready"),
    (8, "heater error"),
    (16, "T/RH error"),
    (32, "fan error"),
    (64, "memory error"),
    (128, "laser error"),
)
_SIZES = ((0x11, 16), (0x12, 16), (0x13, 16), (0x14, 8), (0x15, 4), (0x16, 4), (0x17, 6), (0x22, 4))
_NAMES = ((0x14, "climate"), (0x15, "toggled"), (0x16, "state"), (0x17, "firmware"), (0x22, "address"))
FULL_SCALE = 10000  # tenths of ug/m3


def state_flags(state: int) -> int:
    """Flags of a sample for the state byte it came with."""
    doubt = 0
    if state & SLEEPING:
        doubt = flags.SLEEPING
    if state & NOT_READY:
        doubt |= flags.WARMING
    if state & 32:
        doubt |= flags.FAN
    if state & 128:
        doubt |= flags.LASER
    if state & 0x42:
        doubt |= flags.SELF_TEST
    if state & 0x18:  # the air is not kept dry: it measures, and less well
        doubt |= flags.INCONSISTENT
    return doubt


def told(state: int) -> list:
    """The state byte as fields, with its words."""
    words = [text for bit, text in STATES if state & bit]
    return [("state", state), ("says", ", ".join(words))] if words else [("state", state)]


class NextPm(framing.Decoder):
    """NextPM: mass in tenths of a ug/m3, counts per litre."""

    FIELDS = ("pm1_ugm3", "pm2_5_ugm3", "pm10_ugm3", "n1_per_L", "n2_5_per_L", "n10_per_L", "state")
    SCALES = (10, 10, 10, 1, 1, 1, 1)
    HEADS = b"\x81"
    LONGEST = 16
    STUCK = (3, 1)

    def _look(self, src: bytes | bytearray | memoryview, at: int, have: int) -> int:
        if src[at] != 0x81:
            return framing.RESYNC
        if have < 2:
            return framing.MORE
        code = src[at + 1]
        size = 0
        for known in _SIZES:
            if known[0] == code:
                size = known[1]
        if not size:
            return framing.RESYNC
        if have < size:
            return framing.MORE
        if add(src, at, at + size) & 255:
            return framing.CHECKSUM
        if size == 16:
            self._measure(src, at)
            return size
        self._kind = events.REPLY
        if code == 0x16:
            self.flags = state_flags(src[at + 2])
        for named in _NAMES:
            if named[0] == code:
                self.reply = named[1]
        return size

    def _measure(self, src: bytes | bytearray | memoryview, at: int) -> None:
        v = self.values
        i = 0
        while i < 3:
            k = at + 9 + 2 * i
            v[i] = src[k] << 8 | src[k + 1]
            k = at + 3 + 2 * i
            v[i + 3] = src[k] << 8 | src[k + 1]
            i += 1
        v[6] = src[at + 2]
        doubt = state_flags(v[6])
        if v[0] > v[1] or v[1] > v[2]:
            doubt |= flags.INCONSISTENT
        if v[2] >= FULL_SCALE:
            doubt |= flags.SATURATED
        self.flags = doubt
        self.evidence = framing.POWER_UP if v[6] & NOT_READY else 0

    def fields(self) -> list:
        """The state with its words, and what else the reply carries."""
        raw = self.raw
        if self.reply == "address":
            return [("address", raw[2])]
        found = told(raw[2])
        if self.reply == "climate":
            found.append(("temp_internal_c", (raw[3] << 8 | raw[4]) / 100))
            found.append(("rh_internal_pct", (raw[5] << 8 | raw[6]) / 100))
        elif self.reply == "firmware":
            found.append(("firmware", raw[3] << 8 | raw[4]))
        return found


def decoder(model: str) -> framing.Decoder:
    """A decoder for the simple protocol."""
    return NextPm()


def describe(model: str) -> Model:
    """Facts of the NextPM; **Source**: user guide v3.4 (first data 15 s after waking)."""
    m = Model(model)
    m.maker = "Tera Sensor"
    m.family = "nextpm"
    m.headline = (("pm1_ugm3", "pm1_ugm3"), ("pm2_5_ugm3", "pm2_5_ugm3"), ("pm10_ugm3", "pm10_ugm3"))
    m.baud = 115200
    m.parity = "E"
    m.framing = "0x81, command, state, 8-bit sum"
    m.modes = ("polled",)
    m.interval_s = 10
    m.warm_up_s = 15
    m.sleep = True
    m.err = (("pm2_5_ugm3", 10, 10),)
    m.detection_limit = (("pm2_5_ugm3", 1),)
    m.poll = READ_10S
    m.actions = (("status", "reads what the sensor says of its own health", ""),)
    m.source = "Tera NextPM user guide v3.4"
    m.unconfirmed = ("accuracy", "length of the reply to command 22")
    return m


class NextPmDialogue(Dialogue):
    """Asks for the 10 s average; toggles sleep only when the state says that it is needed."""

    POLL = READ_10S
    ON_START = (Step(STATE, "state", 5), Step(FIRMWARE, "firmware"))
    TO_SLEEP = (Step(STATE, "state"),)
    TO_WAKE = (Step(STATE, "state"),)

    def learn(self, decoder) -> None:
        """A state in place of a measurement answers the poll; the toggle follows when sleep is not as wanted."""
        raw = decoder.raw
        if decoder.reply == "state":
            asleep = bool(raw[2] & SLEEPING)
            toggling = [step for step in self._queue if step.request == TOGGLE]
            if asleep != (self.state == ASLEEP) and not toggling:
                self.ask(Step(TOGGLE, "toggled", 1))
            if raw[2] & NOT_READY and self.state == AWAKE:
                self.warm_from(self._free_at)
            if self._waiting is not None and self._waiting.answer != "state":
                self.refused()
            return
        for name, value in decoder.fields():
            if name not in ("state", "says"):
                self.note(name, value)


def action(model: str, name: str, days: int | None) -> tuple:
    """The steps of `name`: status reads the state, and temperature and humidity inside, which the heater keeps dry."""
    return (Step(STATE, "state"), Step(CLIMATE, "climate"))


def dialogue(model: str, interval_ms: int, options: dict | None) -> Dialogue:
    """What to say to a NextPM."""
    return NextPmDialogue(describe(model), interval_ms, options)
