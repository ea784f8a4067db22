"""Tera NextPM over Modbus RTU, 115200 8E1, address 1: averages over 10 s, 60 s and 15 min in one read of 36 registers.

Each value is 32 bits, low word first, in thousandths.

**Source**: Tera NextPM user guide v3.4; vectors in tests/vectors/nextpm.json.
"""

from aqsense import flags
from aqsense.wire import events, framing, modbus, nextpm
from aqsense.wire.dialogue import Dialogue, Step
from aqsense.wire.model import Model

ADDRESS = 1
READ = modbus.request(ADDRESS, 3, 50, 36)
FIRMWARE = modbus.request(ADDRESS, 3, 1, 1)
STATE = modbus.request(ADDRESS, 3, 19, 1)
FAN = modbus.request(ADDRESS, 3, 102, 1)
HEATER = modbus.request(ADDRESS, 3, 101, 1)

_SPANS = ("10s", "60s", "900s")
_NAMES = (
    (1, "firmware"),
    (19, "state"),
    (88, "address"),
    (101, "heater_duty"),
    (102, "fan_hz"),
    (106, "rh_internal"),
    (107, "temp_internal"),
)


def _raw_names() -> tuple:
    names = []
    for span in _SPANS:
        for size in ("1", "2_5", "10"):
            names.append("n" + size + "_" + span + "_per_L")
        for size in ("1", "2_5", "10"):
            names.append("pm" + size + "_" + span + "_ugm3")
    return tuple(names)


class NextPmModbus(modbus.ModbusDecoder):
    """NextPM: the 10 s mass in tenths of a ug/m3, and every average in thousandths."""

    FIELDS = ("pm1_ugm3", "pm2_5_ugm3", "pm10_ugm3") + _raw_names()
    SCALES = (10, 10, 10) + (1000,) * 18
    ADDRESS = ADDRESS
    FUNCTIONS = (3, 6)
    POLLS = ((3, 50, 36),)
    MOST_REGISTERS = 36
    LONGEST = 77
    STUCK = (3, 2)

    def __init__(self) -> None:
        super().__init__()
        self._state = 0

    def _measured(self, src: bytes | bytearray | memoryview, at: int, register: int, count: int) -> int:
        if register != 50 or count != 36:
            if register == 19:
                self._state = src[at + 1]
                self.flags = nextpm.state_flags(self._state)
            return self._named(_NAMES, register)
        v = self.values
        doubt = nextpm.state_flags(self._state)
        i = 0
        while i < 18:
            high = src[at + 2] << 8 | src[at + 3]
            if high < 0x1000:
                v[i + 3] = high << 16 | src[at] << 8 | src[at + 1]
            else:  # more than a small integer holds: far beyond full scale
                v[i + 3] = 0x0FFFFFFF
                doubt |= flags.SATURATED
            at += 4
            i += 1
        i = 0
        while i < 3:
            v[i] = (v[i + 6] + 50) // 100
            i += 1
        if v[0] > v[1] or v[1] > v[2]:
            doubt |= flags.INCONSISTENT
        if v[2] >= nextpm.FULL_SCALE:
            doubt |= flags.SATURATED
        self.flags = doubt
        return events.SAMPLE

    def fields(self) -> list:
        """Registers by name."""
        raw = self.raw
        if raw[1] & 128 or raw[1] > modbus.READ_INPUT:
            return super().fields()
        if self.reply == "state":
            return nextpm.told(self.word(0))
        if self.reply == "heater_duty":
            return [("heater_duty_pct", self.word(0) / 100)]
        if self.reply in ("rh_internal", "temp_internal"):
            return [("rh_internal_pct" if self.reply == "rh_internal" else "temp_internal_c", self.word(0) / 100)]
        return [(self.reply, self.word(0))]


def decoder(model: str) -> framing.Decoder:
    """A decoder for the Modbus protocol."""
    return NextPmModbus()


def describe(model: str) -> Model:
    """Facts of the NextPM; **Source**: user guide v3.4."""
    m = nextpm.describe(model)
    m.framing = "Modbus RTU, address 1"
    m.sleep = False
    m.poll = READ
    m.unconfirmed = ("accuracy",)
    return m


class NextPmModbusDialogue(Dialogue):
    """Asks for the averages, and for the state once a minute or when it was not well."""

    POLL = READ
    ON_START = (Step(FIRMWARE, "firmware"), Step(STATE, "state"))
    REPLY_MS = 1000

    def heard(self, decoder, now_ms: int) -> None:
        """As in Dialogue; a doubtful sample, and every sixth, is followed by the state."""
        if decoder.event == events.SAMPLE and (decoder.flags or decoder.samples % 6 == 0) and not self._queue:
            self.ask(Step(STATE, "state", 1))
        super().heard(decoder, now_ms)


def action(model: str, name: str, days: int | None) -> tuple:
    """The steps of `name`: status reads the state, the fan and the heater."""
    return (Step(STATE, "state"), Step(FAN, "fan_hz"), Step(HEATER, "heater_duty"))


def dialogue(model: str, interval_ms: int, options: dict | None) -> Dialogue:
    """What to say to a NextPM over Modbus."""
    return NextPmModbusDialogue(describe(model), interval_ms, options)
