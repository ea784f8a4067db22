"""Modbus RTU as sensors speak it: requests, and replies read in the light of the request that they answer.

A reply names neither register nor meaning, so the decoder must know the request. CRC-16, low byte first.
"""

from aqsense.wire import events, framing
from aqsense.wire.sums import crc16

READ_HOLDING = 3
READ_INPUT = 4
WRITE_COIL = 5
WRITE_ONE = 6
WRITE_MANY = 16
READ_RAM = 0x44  # Senseair's own: address and count of bytes

EXCEPTIONS = (
    (1, "illegal function"),
    (2, "illegal data address"),
    (3, "illegal data value"),
    (4, "device failure"),
    (5, "acknowledge"),
    (6, "device busy"),
)


def request(address: int, function: int, register: int, value: int) -> bytes:
    """Read `value` registers from `register` (functions 3 and 4), or write `value` there (functions 5 and 6)."""
    out = bytearray((address, function, register >> 8, register & 255, value >> 8 & 255, value & 255, 0, 0))
    return _closed(out)


def write_many(address: int, register: int, words: tuple) -> bytes:
    """Write `words` (16 bits each) to successive holding registers."""
    n = len(words)
    out = bytearray((address, WRITE_MANY, register >> 8, register & 255, 0, n, 2 * n))
    for word in words:
        out.append(word >> 8 & 255)
        out.append(word & 255)
    out.extend(b"\0\0")
    return _closed(out)


def _closed(out: bytearray) -> bytes:
    crc = crc16(out, 0, len(out) - 2)
    out[-2] = crc & 255
    out[-1] = crc >> 8
    return bytes(out)


class ModbusDecoder(framing.Decoder):
    """Replies of one Modbus sensor on its own line.

    Until `expect` is called the model's own measuring polls (POLLS) are taken to be what every reply answers, told
    apart by the reply's length. A valid reply that nobody asked for is discarded as `unexpected`.
    """

    ADDRESS = 0xFE
    POLLS: tuple = ()  # (function, first register, register count) of the polls that measure
    MOST_REGISTERS = 16
    FUNCTIONS: tuple = (3, 4, 5, 6, 16)

    def __init__(self) -> None:
        self.HEADS = bytes((self.ADDRESS,))
        super().__init__()
        self._function = 0
        self._register = 0
        self._count = 0
        self._words = 0  # registers that the expected reply carries
        self._standing = True

    def expect(self, request: bytes) -> None:
        """The next reply answers `request`; one after it that nobody asked for is `unexpected`."""
        self.abandon()
        self._function = request[1]
        self._register = request[2] << 8 | request[3]
        self._count = request[4] >> 1 if request[1] == READ_RAM else request[4] << 8 | request[5]
        self._standing = False

    def stand(self, request: bytes) -> None:
        """Every following reply answers `request`."""
        self.expect(request)
        self._standing = True

    def _look(self, src: bytes | bytearray | memoryview, at: int, have: int) -> int:
        if have < 1:
            return framing.MORE
        if src[at] != self.ADDRESS:
            return framing.RESYNC
        if have < 2:
            return framing.MORE
        function = src[at + 1]
        if function & 127 not in self.FUNCTIONS:
            return framing.RESYNC
        if function & 128:
            size = 5
        elif function <= READ_INPUT or function == READ_RAM:
            if have < 3:
                return framing.MORE
            size = src[at + 2]
            if size & 1 or not 0 < size <= 2 * self.MOST_REGISTERS:
                return framing.LENGTH
            size += 5
        else:
            size = 8
        if have < size:
            return framing.MORE
        crc = crc16(src, at, at + size - 2)
        if src[at + size - 2] != crc & 255 or src[at + size - 1] != crc >> 8:
            return framing.CHECKSUM
        self.flags = 0
        self.evidence = 0
        self._kind = self._judge(src, at, function, size)
        return size

    def _judge(self, src: bytes | bytearray | memoryview, at: int, function: int, size: int) -> int:
        if self._standing and not self._function:
            for poll in self.POLLS:
                if function == poll[0] | 128:
                    self.reply = "exception"
                    return events.REPLY
                if function == poll[0] and size == 5 + 2 * poll[2]:
                    self._words = poll[2]
                    return self._measured(src, at + 3, poll[1], poll[2])
            return events.DISCARDED
        if function & 127 != self._function:
            return events.DISCARDED
        if function & 128:
            self.reply = "exception"
            kind = events.REPLY
        elif function <= READ_INPUT or function == READ_RAM:
            if size != 5 + 2 * self._count:
                return events.DISCARDED
            kind = self._measured(src, at + 3, self._register, self._count)
        elif src[at + 2] << 8 | src[at + 3] != self._register:
            return events.DISCARDED
        else:
            kind = self._written(self._register)
        if not self._standing:
            self._function = 0
        return kind

    def _measured(self, src: bytes | bytearray | memoryview, at: int, register: int, count: int) -> int:
        # The `count` registers at src[at]: SAMPLE with values, REPLY with its name, or DISCARDED.
        raise NotImplementedError

    def _written(self, register: int) -> int:
        return self._named((), register, "written")

    def _named(self, names: tuple, register: int, other: str = "registers") -> int:
        # A REPLY under the name that (register, name) pairs give it.
        self.reply = other
        for known, name in names:
            if known == register:
                self.reply = name
        return events.REPLY

    def word(self, i: int) -> int:
        """Register `i` (from 0) of the last reply to a read."""
        k = self._at - self.length + 3 + 2 * i
        return self._src[k] << 8 | self._src[k + 1]

    def fields(self) -> list:
        """What an exception or a write echo says; a family adds its own registers."""
        raw = self.raw
        if raw[1] & 128:
            told = "code %d" % raw[2]
            for code, text in EXCEPTIONS:
                if code == raw[2]:
                    told = text
            return [("function", raw[1] & 127), ("code", raw[2]), ("exception", told)]
        return [("register", raw[2] << 8 | raw[3]), ("value", raw[4] << 8 | raw[5])]
