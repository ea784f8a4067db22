"""Single-precision numbers as scaled integers, by integer arithmetic: a board would allocate a float for each."""

from aqsense.wire.framing import MISSING_VALUE

MOST = 0x0FFFFFFF


def scaled(src: bytes | bytearray | memoryview, at: int, scale: int) -> int:
    """The big-endian float32 at src[at] times `scale` (1 to 1000), rounded half away from zero.

    MISSING_VALUE for NaN and infinity; values beyond 2**28 stop there.
    """
    b0 = src[at]
    b1 = src[at + 1]
    exponent = (b0 & 127) << 1 | b1 >> 7
    if exponent == 255:
        return MISSING_VALUE
    if not exponent:
        return 0
    product = (b1 & 127 | 128) << 16 | src[at + 2] << 8 | src[at + 3]
    shift = 150 - exponent
    if scale > 127:
        product = product + 8 >> 4  # so that it stays below 2**30 when it is multiplied
        shift -= 4
    elif scale > 63:
        product = product + 1 >> 1
        shift -= 1
    product *= scale
    if shift > 30:
        return 0
    if shift > 0:
        product = (product >> shift - 1) + 1 >> 1
    elif shift < 0:
        while shift < 0 and product < MOST:
            product <<= 1
            shift += 1
        product = min(product, MOST)
    return -product if b0 & 128 else product
