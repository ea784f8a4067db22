"""Automatic calibration as text: "off", "on", "leave", or the period whose cleanest air counts, "7d" or "180h"."""

LEAVE = -1  # as the sensor has it
ANY = -2  # on, with whatever period the sensor has
OFF = 0


def hours(text: str, model) -> int:
    """LEAVE, ANY, OFF, or the hours of a period; ValueError, `problem: fix`, for what `model` cannot be told.

    With None for the model only the writing is judged.
    """
    if text == "leave":
        return LEAVE
    if model is not None and not model.abc:
        raise ValueError("%s does not calibrate itself: leave abc out" % model.id)
    if text == "on":
        return ANY
    if text == "off":
        return OFF
    number = text[:-1]
    if text[-1:] not in ("d", "h") or not number.isdigit() or not int(number):
        raise ValueError("abc '%s' is no setting: write on, off, leave, or a period such as 7d or 180h" % text)
    wanted = int(number) * (24 if text[-1:] == "d" else 1)
    if model is not None:
        _check(text, wanted, model)
    return wanted


def _check(text: str, wanted: int, model) -> None:
    if not model.abc_period_h:
        raise ValueError("abc '%s': the period of the %s cannot be set: write on or off" % (text, model.id))
    least, most, step = model.abc_period_h
    if not least <= wanted <= most or wanted % step:
        shown = "%dh to %dh" % (least, most) if step == 1 else "%dd to %dd" % (least // 24, most // 24)
        raise ValueError("abc '%s' does not fit the %s: write %s" % (text, model.id, shown))


def differs(wanted: int, told_h: int) -> bool:
    """Whether a sensor with a period of `told_h` hours (0: off) must be written to have what is `wanted`."""
    if wanted == LEAVE:
        return False
    return not told_h if wanted == ANY else wanted != told_h
