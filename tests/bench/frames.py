"""PMS5003 frames for measuring: captured ones, tiled, and the same through a noisy line."""

import random
from dataclasses import dataclass

# PyPMS (MIT licence), tests/captured_data/data.csv: PMS5003 and parts with the same frame
CAPTURED = tuple(
    bytes.fromhex(text)
    for text in (
        "424d001c0026003a003f001d002d0038192307440149002a0006000297000366",
        "424d001c0025003a0040001d002d003818d2071f014f002e00070003970003fb",
    )
)
LENGTH = 32
FRAMES = 20_000


def stream(count: int = FRAMES) -> bytes:
    """`count` captured frames, one after the other."""
    return b"".join(CAPTURED[i % len(CAPTURED)] for i in range(count))


@dataclass(frozen=True)
class Noisy:
    """What arrives, and where in it the frames that arrive intact begin."""

    data: bytes
    intact: tuple[int, ...]


def noisy(bit_error_rate: float, count: int = FRAMES, seed: int = 1) -> Noisy:
    """`count` frames with 2 % junk bursts of 1 to 40 bytes between them, 1 % cut short, and independent bit errors."""
    rng = random.Random(seed)
    data = bytearray()
    whole = []
    for i in range(count):
        if rng.random() < 0.02:
            data += rng.randbytes(rng.randint(1, 40))
        frame = CAPTURED[i % len(CAPTURED)]
        if rng.random() < 0.01:
            data += frame[: rng.randint(1, LENGTH - 1)]
            continue
        whole.append(len(data))
        data += frame
    clean = bytes(data)
    arrived = _flipped(data, bit_error_rate, rng)
    intact = tuple(start for start in whole if arrived[start : start + LENGTH] == clean[start : start + LENGTH])
    return Noisy(arrived, intact)


def flip(data: bytes, rate: float, seed: int = 1) -> bytes:
    """The same bytes after independent bit errors at that rate."""
    return _flipped(bytearray(data), rate, random.Random(seed))


def _flipped(data: bytearray, rate: float, rng: random.Random) -> bytes:
    bits = len(data) * 8
    at = _gap(rng, rate)
    while at < bits:
        data[at >> 3] ^= 1 << (at & 7)
        at += 1 + _gap(rng, rate)
    return bytes(data)


def _gap(rng: random.Random, rate: float) -> int:
    # Bits until the next error: exponential, which at these rates is as good as geometric.
    return int(rng.expovariate(rate)) if rate else 1 << 60


def slide(data: bytes) -> tuple[list[int], int]:
    """The plainest decoder there is, over all bytes at once: where frames begin, and how many bytes belong to none.

    At each place a frame either begins, or its first byte is thrown away. A second implementation to compare with.
    """
    starts = []
    at = 0
    while at + LENGTH <= len(data):
        frame = data[at : at + LENGTH]
        if frame[:4] == b"BM\x00\x1c" and sum(frame[:30]) == frame[30] << 8 | frame[31]:
            starts.append(at)
            at += LENGTH
        else:
            at += 1
    return starts, len(data) - LENGTH * len(starts)
