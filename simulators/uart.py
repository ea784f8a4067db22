"""What a receiver reads when the sender's baud rate is another: the waveform sampled at the wrong times."""

import math


def misread(data: bytes, sent_baud: int, read_baud: int, parity: bool = False) -> bytes:
    """Bytes as a UART at `read_baud` takes them from a line driven at `sent_baud`.

    A character whose stop bit is low arrives as 0x00, as a Linux tty delivers a framing error.
    """
    wave = _wave(data, parity)
    ratio = sent_baud / read_baud
    bits = 10 if parity else 9
    read = bytearray()
    at = _next_start(wave, 0)
    while at is not None:
        levels = [_level(wave, at + (k + 0.5) * ratio) for k in range(1, bits + 1)]
        value = sum(levels[k] << k for k in range(8))
        read.append(value if levels[-1] else 0)
        at = _next_start(wave, math.ceil(at + (bits + 0.5) * ratio))
    return bytes(read)


def _wave(data: bytes, parity: bool) -> list[int]:
    wave = [1]
    for byte in data:
        bits = [byte >> k & 1 for k in range(8)]
        wave += [0, *bits, *([sum(bits) & 1] if parity else []), 1]
    return [*wave, 1, 1]


def _level(wave: list[int], at: float) -> int:
    return wave[int(at)] if at < len(wave) else 1


def _next_start(wave: list[int], begin: int) -> int | None:
    for i in range(max(begin, 1), len(wave)):
        if wave[i] == 0 and wave[i - 1] == 1:
            return i
    return None
