"""Where frames begin in a stream: the plainest reading of the data sheets, a second implementation to count against.

Each rule looks at one place and says ("sample" or "reply" or "unexpected", bytes) for a whole frame, or why none begins
there. Nothing here comes from the decoders.
"""

from collections.abc import Callable

Rule = Callable[[bytes, int], tuple[str, int]]


def _sum16(frame: bytes) -> bool:
    return sum(frame[:-2]) == int.from_bytes(frame[-2:], "big")


def _bm(size: int, replies: bool = False) -> Rule:
    def rule(data: bytes, at: int) -> tuple[str, int]:
        if data[at : at + 2] != b"BM":
            return "resync", 1
        stated = 4 + int.from_bytes(data[at + 2 : at + 4], "big")
        if stated == 8 and replies:
            return ("reply", 8) if _sum16(data[at : at + 8]) else ("checksum", 1)
        if stated != size:
            return "length", 1
        return ("sample", size) if _sum16(data[at : at + size]) else ("checksum", 1)

    return rule


def _sds(data: bytes, at: int) -> tuple[str, int]:
    frame = data[at : at + 10]
    if frame[:1] != b"\xaa" or frame[1] not in (0xC0, 0xC5):
        return "resync", 1
    if sum(frame[2:8]) % 256 != frame[8]:
        return "checksum", 1
    if frame[9] != 0xAB:
        return "tail", 1
    if frame[1] == 0xC0:
        return "sample", 10
    return ("reply" if frame[2] in (2, 5, 6, 7, 8) else "unexpected"), 10


def _honeywell(answer: int) -> Rule:
    streamed = _bm(32)

    def rule(data: bytes, at: int) -> tuple[str, int]:
        if data[at : at + 2] in (b"\xa5\xa5", b"\x96\x96"):
            return "reply", 2
        if data[at] != 0x40:
            return streamed(data, at)
        length = data[at + 1]
        if length not in (2, answer):
            return "length", 1
        if sum(data[at : at + length + 3]) % 256:
            return "checksum", 1
        code = data[at + 2]
        if (length, code) == (answer, 4):
            return "sample", length + 3
        return ("reply" if code == 0x10 else "unexpected"), length + 3

    return rule


def _winsen(size: int) -> Rule:
    streamed = _bm(size)

    def rule(data: bytes, at: int) -> tuple[str, int]:
        if data[at] != 0xFF:
            return streamed(data, at)
        if data[at + 1] not in (0x86, 0x78, 0xA7):
            return "resync", 1
        if sum(data[at + 1 : at + 9]) % 256:
            return "checksum", 1
        return ("sample" if data[at + 1] == 0x86 else "reply"), 9

    return rule


def _panasonic(data: bytes, at: int) -> tuple[str, int]:
    frame = data[at : at + 32]
    if frame[0] != 0x02:
        return "resync", 1
    check = 0
    for byte in frame[1:30]:
        check ^= byte
    if check != frame[30]:
        return "checksum", 1
    return ("sample", 32) if frame[31] == 0x03 else ("tail", 1)


def _sm300d2(data: bytes, at: int) -> tuple[str, int]:
    if data[at : at + 2] != b"\x3c\x02":
        return "resync", 1
    return ("sample", 17) if sum(data[at : at + 16]) % 256 == data[at + 16] else ("checksum", 1)


RULES: dict[str, Rule] = {
    "pms3003": _bm(24, replies=True),
    "pms5003": _bm(32, replies=True),
    "pms5003t": _bm(32, replies=True),
    "pms5003s": _bm(32, replies=True),
    "pms5003st": _bm(40, replies=True),
    "sds011": _sds,
    "hpma115s0": _honeywell(5),
    "hpma115c0": _honeywell(13),
    "zh03b": _winsen(24),
    "zh06": _winsen(32),
    "sngcja5": _panasonic,
    "sm300d2": _sm300d2,
}
LONGEST = 64


def recount(model: str, data: bytes) -> tuple[list[int], dict[str, int]]:
    """Where the samples begin, and how many bytes were thrown away for which reason, in a stream that ends in zeros."""
    rule = RULES[model]
    starts = []
    lost: dict[str, int] = {}
    at = 0
    end = len(data) - LONGEST
    while at < end:
        what, size = rule(data, at)
        if what == "sample":
            starts.append(at)
        elif what != "reply":
            lost[what] = lost.get(what, 0) + size
        at += size
    lost["resync"] = lost.get("resync", 0) + len(data) - at
    return starts, lost
