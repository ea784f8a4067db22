"""Sensirion's SHDLC: frames between two 0x7E with byte stuffing, command and state named in every reply.

**Source**: Sensirion SPS30 datasheet, section "UART interface".
"""

from aqsense.wire import framing
from aqsense.wire.sums import LOOPS, add

_FLAG = 0x7E
_ESCAPE = 0x7D
_STUFFED = (0x7E, 0x7D, 0x11, 0x13)

STATES = (
    (0x01, "wrong data length"),
    (0x02, "unknown command"),
    (0x03, "no access right"),
    (0x04, "illegal parameter"),
    (0x28, "internal argument out of range"),
    (0x43, "not allowed in current state"),
)


def request(command: int, data: bytes = b"") -> bytes:
    """A stuffed request to address 0."""
    plain = bytes((0, command, len(data))) + data
    plain += bytes((~sum(plain) & 255,))
    out = bytearray((_FLAG,))
    for byte in plain:
        if byte in _STUFFED:
            out.append(_ESCAPE)
            out.append(byte ^ 0x20)
        else:
            out.append(byte)
    out.append(_FLAG)
    return bytes(out)


def _plain_at_once(src: bytes | bytearray | memoryview, at: int, have: int, out: bytearray) -> int:
    # The whole good frame that begins at src[at], without stuffing to `out`; its bytes on the line. 0 for all else.
    body = bytes(src[at + 1 : at + min(have, 3 * len(out))])
    end = body.find(b"\x7e")
    if end < 5:
        return 0
    body = body[:end]
    escapes = body.count(b"\x7d")
    if escapes:
        body = body.replace(b"\x7d\x31", b"\x11").replace(b"\x7d\x33", b"\x13")
        body = body.replace(b"\x7d\x5e", b"\x7e").replace(b"\x7d\x5d", b"\x7d")
    n = len(body)
    if n != end - escapes or n != body[3] + 5 or body[0] or n > len(out) or sum(body) & 255 != 255:
        return 0
    out[:n] = body
    return end + 2


class ShdlcDecoder(framing.Decoder):
    """Replies of one SHDLC device; `plain`: the last frame without stuffing: address, command, state, length, data."""

    HEADS = b"\x7e"
    MOST_DATA = 40
    LONGEST = 2 + 2 * (5 + MOST_DATA)

    def __init__(self) -> None:
        super().__init__()
        self.plain = bytearray(5 + self.MOST_DATA)
        self.plain_len = 0

    def _look(self, src: bytes | bytearray | memoryview, at: int, have: int) -> int:
        if have < 1:
            return framing.MORE
        if src[at] != _FLAG:
            return framing.RESYNC
        plain = self.plain
        if not LOOPS:
            size = _plain_at_once(src, at, have, plain)
            if size:
                return self._judged(size)
        most = len(plain)
        n = 0
        k = at + 1
        stop = at + have
        escaped = False
        while k < stop:
            byte = src[k]
            k += 1
            if byte == _FLAG:
                break
            if escaped:
                byte ^= 0x20
                escaped = False
                if byte not in _STUFFED:
                    return framing.CHECKSUM
            elif byte == _ESCAPE:
                escaped = True
                continue
            if n == 0 and byte:
                return framing.RESYNC
            if n == most:
                return framing.LENGTH
            plain[n] = byte
            n += 1
            if n > 4 and n > plain[3] + 5:
                return framing.LENGTH
        else:
            return framing.MORE
        if n == 0:
            return framing.RESYNC  # two flags: the end of one frame and the start of the next
        if escaped or n < 5 or n != plain[3] + 5:
            return framing.LENGTH
        if ~add(plain, 0, n - 1) & 255 != plain[n - 1]:
            return framing.CHECKSUM
        return self._judged(k - at)

    def _judged(self, size: int) -> int:
        plain = self.plain
        self.plain_len = plain[3] + 5
        self.flags = 0
        self.evidence = 0
        self._kind = self._judge(plain[1], plain[2], plain[3])
        return size

    def _judge(self, command: int, state: int, count: int) -> int:
        # The reply in `plain`: SAMPLE with values, REPLY with its name, or DISCARDED.
        raise NotImplementedError

    def stuck_key(self) -> int:
        """As in Decoder, over the data without stuffing."""
        plain = self.plain
        stop = self.plain_len - 1
        i = 4
        key = stop
        while i < stop:
            key = (key * 31 + plain[i]) & 0x3FFFFF
            i += 1
        return key


def state_text(state: int) -> str:
    """A state byte without its error flag, in words."""
    for code, text in STATES:
        if code == state & 127:
            return text
    return "ok" if not state & 127 else "state 0x%02x" % (state & 127)
