"""Models that send the same frames, told apart by what is in them where that is possible."""

PLANTOWER = ("pms5003", "pms7003", "pmsa003", "pms1003", "pms9003m")
HONEYWELL = ("hpma115s0", "hpma115c0")
GROUPS = (
    PLANTOWER,
    ("sds011", "sds018", "sds021"),
    ("pm1006", "pm1003"),
    ("mhz19b", "mhz19c", "mhz14a", "mhz19", "mhz19d", "mhz19e", "mhz16"),
    ("s8", "s88"),
    ("cm1106", "cm1107", "cm1106sln"),
    ("t6613", "t6615"),
    ("t6713", "t6703"),
    ("cozir", "sprintir", "minir"),
    ("zh03b", "zh06"),
)

_LEAST_CO2 = 370  # ppm: no outdoor air has less


def same_frames(model: str) -> tuple[str, ...]:
    """All models whose frames cannot be told from those of `model`, itself among them."""
    for group in GROUPS:
        if model in group:
            return group
    return (model,)


def named_by_content(model: str, frames: list[bytes]) -> tuple[str, ...]:
    """The models that these whole frames, which the decoder of `model` accepted, can have come from."""
    if model == "pms5003":
        return _thirty_two(frames)
    if model == "pms3003":
        return _twenty_four(frames)
    if model in ("mhz19b", "zh03b"):
        return _nine(frames)
    return same_frames(model)


def tells(frame: bytes) -> bool:
    """False for the zeros of a fan that is starting: they say nothing of its maker."""
    return frame[:2] != b"BM" or any(frame[4 : len(frame) - 8])


def _words(frame: bytes) -> list[int]:
    return [frame[i] << 8 | frame[i + 1] for i in range(4, len(frame) - 2, 2)]


def _thirty_two(frames: list[bytes]) -> tuple[str, ...]:
    # Plantower with and without T or HCHO, Honeywell and ZH06: the same header, length and sum.
    told: tuple[str, ...] = ()
    for frame in (f for f in frames if len(f) == 32):
        w = _words(frame)
        if not tells(frame):
            continue
        if not any(w[6:12]):
            told = _without_counts(w) or told
        elif not frame[28]:
            return ("pms5003s",)
        elif w[10] > w[9] or w[11] > w[10]:  # larger particles are never more than smaller ones
            return ("pms5003t",)
        else:
            return PLANTOWER
    return told or (*PLANTOWER, "pms5003t", "pms5003s", *HONEYWELL, "zh06")


def _without_counts(w: list[int]) -> tuple[str, ...]:
    if any(w[3:6]) and w[0:3] == w[3:6]:
        return ("zh06",) if not w[12] else ()
    if w[3] and not any(w[4:12]):
        return ("hpma115c0",)
    if w[1] and not w[0] and not any(w[3:12]):
        return ("hpma115s0",)
    if any(w[3:6]):
        return ("zh06",)
    return HONEYWELL


def _twenty_four(frames: list[bytes]) -> tuple[str, ...]:
    for frame in frames:
        if any(frame[16:22]):
            return ("pms3003",)
    if any(any(frame[4:16]) for frame in frames):
        return ("zh03b",)
    return ("pms3003", "zh03b")


def _nine(frames: list[bytes]) -> tuple[str, ...]:
    # MH-Z: CO2, temperature, status. ZH in question-and-answer mode: PM2.5, PM10, PM1.
    for frame in (f for f in frames if len(f) == 9 and f[1] == 0x86):
        first, second, third = (frame[i] << 8 | frame[i + 1] for i in (2, 4, 6))
        if first < _LEAST_CO2 and third <= first <= second:
            return ("zh03b", "zh06")
    return same_frames("mhz19b")
