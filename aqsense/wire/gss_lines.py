"""What GSS CO2 sensors send: lines such as " H 00393 T 01273 Z 00521", and lines of text where they were asked for.

**Source**: GSS CozIR, SprintIR and MinIR user's guide; lines of text as pycozir reads them; vectors in
tests/vectors/gss.json.
"""

from aqsense import flags
from aqsense.wire import events, framing

_LETTERS = b"HTZzVvKAaGUuXFSsPpLlMQ.?*"
_ANSWERS = (
    (0x4B, "mode"),
    (0x41, "filter"),
    (0x61, "filter"),
    (0x47, "fresh_air"),
    (0x55, "nitrogen"),
    (0x75, "zero"),
    (0x58, "known_gas"),
    (0x46, "fine_tune"),
    (0x53, "pressure"),
    (0x73, "pressure"),
    (0x2E, "multiplier"),
    (0x3F, "refused"),
)
_TEXTS = ((0x40, "auto"), (0x59, "identity"), (0x42, "serial"))  # @ Y B
_ABSENT = 1000  # what T holds in a sensor that has no thermometer


class Gss(framing.Decoder):
    """CozIR, SprintIR, MinIR: filtered CO2 in ppm once the multiplier is known, and what else the line holds."""

    FIELDS = ("co2_ppm", "temp_c", "rh_pct", "co2_filtered", "co2_raw")
    SCALES = (1, 10, 10, 1, 1)
    HEADS = b" " + _LETTERS
    LONGEST = 64
    STUCK = (0, 2)

    def __init__(self) -> None:
        super().__init__()
        self.multiplier = 0  # 0 until the sensor has told it
        self._text = False

    def expect(self, request: bytes) -> None:
        """Whether the answer is a line of text."""
        self._text = request[0] in b"@Y"

    def _look(self, src: bytes | bytearray | memoryview, at: int, have: int) -> int:
        stop = at + have
        k = at
        if src[k] == 0x20:
            k += 1
            if k == stop:
                return framing.MORE
        letter = src[k]
        if letter not in _LETTERS:
            if self._text and letter in b"@YB":
                return self._line_of_text(src, at, k + 1, stop, letter)
            return framing.RESYNC
        k += 1
        if letter == 0x3F:  # "?": not understood
            return self._line(src, at, k, stop, letter, 0)
        v = self.values
        i = 0
        while i < 5:
            v[i] = framing.MISSING_VALUE
            i += 1
        first = letter
        number = 0
        while True:
            if k == stop:
                return framing.MORE
            if src[k] != 0x20:
                return framing.RESYNC if k - at < 3 else framing.LENGTH
            number = 0
            i = 0
            while i < 5:
                k += 1
                if k == stop:
                    return framing.MORE
                digit = src[k] - 48
                if not 0 <= digit <= 9:
                    return framing.RESYNC if k - at < 5 else framing.LENGTH
                number = number * 10 + digit
                i += 1
            self._store(letter, number)
            k += 1
            if k == stop:
                return framing.MORE
            if src[k] != 0x20:
                return self._line(src, at, k, stop, first, number)
            k += 1
            if k == stop:
                return framing.MORE
            letter = src[k]
            if letter not in _LETTERS:
                return framing.LENGTH
            k += 1
            if k - at > self.LONGEST - 10:
                return framing.LENGTH

    def _line_of_text(self, src: bytes | bytearray | memoryview, at: int, k: int, stop: int, letter: int) -> int:
        while k < stop and 32 <= src[k] < 127:
            k += 1
            if k - at > self.LONGEST - 4:
                return framing.LENGTH
        if k == stop or (src[k] == 13 and k + 1 == stop):
            return framing.MORE
        if src[k] != 13 or src[k + 1] != 10:
            return framing.TAIL
        self._kind = events.REPLY
        for known, name in _TEXTS:
            if known == letter:
                self.reply = name
        self._text = self.reply == "identity"  # whose second line is still to come
        return k + 2 - at

    def _store(self, letter: int, number: int) -> None:
        v = self.values
        if letter == 0x5A:
            v[3] = number
        elif letter == 0x7A:
            v[4] = number
        elif letter == 0x54 and number != _ABSENT:
            v[1] = number - 1000
        elif letter == 0x48 and number:
            v[2] = number

    def _line(
        self, src: bytes | bytearray | memoryview, at: int, k: int, stop: int, first: int, number: int = 0
    ) -> int:
        # The line ends with CR LF; what it was is settled only then.
        if k == stop:
            return framing.MORE
        if src[k] != 13:
            return framing.TAIL
        if k + 1 == stop:
            return framing.MORE
        if src[k + 1] != 10:
            return framing.TAIL
        v = self.values
        if first != 0x3F and (v[3] != framing.MISSING_VALUE or v[4] != framing.MISSING_VALUE):
            self._measure()
        else:
            self._kind = events.REPLY
            self.reply = "line"
            for known, name in _ANSWERS:
                if known == first:
                    self.reply = name
            if first == 0x2E:
                self.multiplier = number
        return k + 2 - at

    def _measure(self) -> None:
        v = self.values
        shown = v[3] if v[3] != framing.MISSING_VALUE else v[4]
        self.flags = 0
        self.evidence = 0
        if self.multiplier:
            v[0] = shown * self.multiplier
        if not shown:
            self.flags = flags.RANGE

    def fields(self) -> list:
        """The number of the line, by what it means."""
        text = "".join([chr(b) for b in self.raw if 32 <= b < 127]).strip()
        if self.reply == "refused":
            return [("ascii", "?")]
        parts = text.split(" ")
        if self.reply == "identity":
            return [("firmware", text.split(",")[-1])]
        if self.reply == "serial":
            return [("serial", parts[1])]
        if self.reply == "auto":
            return [("abc_period_h", _hours(parts[-1]) if len(parts) > 2 else 0)]
        number = int(parts[1])
        if self.reply == "mode":
            return [("mode", ("command", "streaming", "polling")[number] if number < 3 else number)]
        names = (
            ("filter", "digital_filter"),
            ("fresh_air", "calibration_ok_zero_point"),
            ("nitrogen", "calibration_ok_zero_point"),
            ("known_gas", "calibration_ok_zero_point"),
            ("pressure", "pressure_factor"),
        )
        for reply, name in names:
            if reply == self.reply:
                return [(name, number)]
        return [(self.reply, number if self.reply != "line" else text)]


def _hours(days: str) -> int:
    # Of "8.0"; 0 for what is no number.
    try:
        return int(float(days) * 24)
    except ValueError:
        return 0
