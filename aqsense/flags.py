"""Flags of one sample: doubt about its content, as bits (contract section 7)."""

WARMING = 1
POWER_UP_UNKNOWN = 2
SLEEPING = 4
RANGE = 8
INCONSISTENT = 16
SATURATED = 32
LOW_FLOW = 64
FAN = 128
LASER = 256
SELF_TEST = 512
STUCK = 1024
BELOW_OUTDOOR = 2048
LINE_NOISY = 4096
LATE = 8192
CALIBRATING = 16384
USER_EXCLUDED = 32768

NAMES = (
    "warming",
    "power_up_unknown",
    "sleeping",
    "range",
    "inconsistent",
    "saturated",
    "low_flow",
    "fan",
    "laser",
    "self_test",
    "stuck",
    "below_outdoor",
    "line_noisy",
    "late",
    "calibrating",
    "user_excluded",
)


def names(mask: int) -> list:
    """Names of the bits set in `mask`, lowest bit first."""
    found = []
    bit = 0
    while bit < len(NAMES):
        if mask >> bit & 1:
            found.append(NAMES[bit])
        bit += 1
    return found
