"""Integer logarithms: a value becomes a small code in 1/256 octave (Q8 log2), and back.

Integers only, so that every runtime gives the same codes; monotone over all inputs. The error of a round trip is
at most one code (0.27 %).
"""

from aqsense import quantities

MISSING = -32768  # the code of a half hour without a valid value

CO2_FLOOR_PPM = 380  # below any outdoor air of this century; keeps the excess over outdoors positive
CO2_LEAST = 20
PM_OFFSET = 10  # 1 ug/m3 in tenths: keeps clean air finite, and noise below the detection limit small

_LOG2 = (  # round(4096 * log2(1 + i / 64))
    0, 92, 182, 271, 358, 445, 530, 613, 696, 778, 858, 937,
    1016, 1093, 1169, 1244, 1319, 1392, 1465, 1536, 1607, 1677, 1746, 1814,
    1882, 1949, 2015, 2080, 2145, 2208, 2272, 2334, 2396, 2457, 2518, 2578,
    2637, 2696, 2754, 2812, 2869, 2926, 2982, 3037, 3092, 3146, 3200, 3254,
    3307, 3359, 3412, 3463, 3514, 3565, 3615, 3665, 3715, 3764, 3812, 3861,
    3908, 3956, 4003, 4050, 4096,
)  # fmt: skip
_EXP2 = (  # round(16384 * 2 ** (i / 64))
    16384, 16562, 16743, 16925, 17109, 17296, 17484, 17674, 17867, 18061,
    18258, 18457, 18658, 18861, 19066, 19274, 19484, 19696, 19911, 20127,
    20347, 20568, 20792, 21019, 21247, 21479, 21713, 21949, 22188, 22430,
    22674, 22921, 23170, 23423, 23678, 23936, 24196, 24460, 24726, 24995,
    25268, 25543, 25821, 26102, 26386, 26674, 26964, 27258, 27554, 27855,
    28158, 28464, 28774, 29088, 29405, 29725, 30048, 30376, 30706, 31041,
    31379, 31720, 32066, 32415, 32768,
)  # fmt: skip


def log2_q8(n: int) -> int:
    """256 * log2(n), rounded; n from 1 to 2**29."""
    exponent = 0
    m = n
    while m >= 131072:
        m >>= 1
        exponent += 1
    while m < 65536:
        m <<= 1
        exponent -= 1
    i = m >> 10 & 63
    q12 = _LOG2[i] + ((_LOG2[i + 1] - _LOG2[i]) * (m & 1023) >> 10)
    return (exponent + 16 << 8) + (q12 + 8 >> 4)


def exp2_q8(code: int) -> int:
    """2 ** (code / 256), rounded to an integer; code from 0 to 7423 (2**29)."""
    exponent = code >> 8
    f = code & 255
    i = f >> 2
    m = _EXP2[i] + ((_EXP2[i + 1] - _EXP2[i]) * (f & 3) >> 2)
    if exponent >= 14:
        return m << exponent - 14
    return m + (1 << 13 - exponent) >> 14 - exponent


def encode(quantity: int, value: int) -> int:
    """Code of a scaled value of a ranged quantity (tenths of ug/m3, or ppm); monotone in the value."""
    if quantity == quantities.CO2:
        return log2_q8(max(value - CO2_FLOOR_PPM, CO2_LEAST))
    return log2_q8(max(value, 0) + PM_OFFSET)


def decode(quantity: int, code: int) -> int:
    """Scaled value of a code: tenths of ug/m3 (never below 0), or ppm (never below 400)."""
    if quantity == quantities.CO2:
        return exp2_q8(max(code, 0)) + CO2_FLOOR_PPM
    return max(exp2_q8(max(code, 0)) - PM_OFFSET, 0)
