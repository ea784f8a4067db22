"""Duty cycles as text: "5m/1m" is awake for one minute in five, to spare fan and laser."""


def parse_duty(text: str, warm_up_s: int) -> tuple | None:
    """(period, awake) in milliseconds of "5m/1m"; None for "continuous". ValueError names what is wrong."""
    if not text or text == "continuous":
        return None
    parts = text.split("/")
    if len(parts) != 2:
        raise ValueError("duty '%s': write it as period/awake, for example 5m/1m, or continuous" % text)
    period = _seconds(parts[0], text)
    awake = _seconds(parts[1], text)
    if awake >= period:
        raise ValueError("duty '%s': the time awake must be shorter than the period" % text)
    if awake < warm_up_s + 10:
        least = warm_up_s + 10
        raise ValueError(
            "duty '%s': this model warms up for %d s; stay awake for %d s or more" % (text, warm_up_s, least)
        )
    if period > 86400:
        raise ValueError("duty '%s': a period is at most one day" % text)
    return (period * 1000, awake * 1000)


def _seconds(part: str, text: str) -> int:
    unit = 1
    number = part
    if part[-1:] in ("s", "m", "h"):
        unit = {"s": 1, "m": 60, "h": 3600}[part[-1:]]
        number = part[:-1]
    try:
        return int(number) * unit
    except ValueError:
        raise ValueError("duty '%s': '%s' is no time; write 90s, 5m or 1h" % (text, part)) from None
