"""The frame that Cubic's particle and CO2 sensors share: 0x16, length, command, data, and a sum of nought.

**Source**: Cubic PM1006, PM2008, CM1106 and CM1107 specifications.
"""

from aqsense.wire import events, framing
from aqsense.wire.sums import add

SAMPLE = "sample"
REFUSALS = ((1, "checksum"), (2, "unrecognised command"), (3, "length"), (4, "out of range"))


def request(command: int, data: bytes = b"") -> bytes:
    """A request with its length and checksum."""
    out = bytes((0x11, 1 + len(data), command)) + data
    return out + bytes((-sum(out) & 255,))


class CubicDecoder(framing.Decoder):
    """Replies of one Cubic sensor; NAMES pairs commands with the names of their replies."""

    HEADS = b"\x16\x06"
    READ = 0x01
    MOST = 0x0D  # the longest length byte of this model
    NAMES: tuple = ((0x1E, "software"), (0x1F, "serial"))
    STUCK = (3, 1)

    def expect(self, request: bytes) -> None:
        """A reply names its command itself, but what is left of an earlier one is over."""
        self.abandon()

    def _look(self, src: bytes | bytearray | memoryview, at: int, have: int) -> int:
        head = src[at]
        if head not in self.HEADS:
            return framing.RESYNC
        if have < 3:
            return framing.MORE
        size = src[at + 1]
        if not size or size > self.MOST or (head == 0x06 and size != 2):
            return framing.LENGTH
        name = self._name(head, src[at + 2])
        if not name:
            return framing.RESYNC  # a sum of eight bits would let one junk of 256 swallow the frame behind it
        size += 3
        if have < size:
            return framing.MORE
        if add(src, at, at + size) & 255:
            return framing.CHECKSUM
        self._kind = events.REPLY
        self.reply = name
        if name == SAMPLE:
            self._kind = events.SAMPLE if self._measured(src, at, size) else events.DISCARDED
        return size

    def _name(self, head: int, command: int) -> str:
        if head == 0x06:
            return "refused"
        if command == self.READ:
            return SAMPLE
        for code, name in self.NAMES:
            if code == command:
                return name
        return ""

    def _measured(self, src: bytes | bytearray | memoryview, at: int, size: int) -> bool:
        # Values, flags and evidence of a reply to a read; False when its length is none that this model sends.
        raise NotImplementedError

    def fields(self) -> list:
        """Software and serial number as text; a refusal with its reason."""
        raw = self.raw
        if self.reply == "refused":
            told = "code %d" % raw[3]
            for code, text in REFUSALS:
                if code == raw[3]:
                    told = text
            return [("cmd", raw[2]), ("error", raw[3]), ("reason", told)]
        if self.reply == "software":
            return [("software", "".join([chr(b) for b in raw[3:-1] if 32 <= b < 127]))]
        if self.reply == "serial":
            return [("serial", "".join(["%04d" % (raw[i] << 8 | raw[i + 1]) for i in range(3, len(raw) - 1, 2)]))]
        return self._told(raw)

    def _told(self, raw: bytes) -> list:
        return [("ok", True)]
