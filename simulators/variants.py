"""Parts that share a model id of the registry with a better known one and differ from it: by name, options of that one.

**Source** for each: CM1107T, Tasmota's driver (temperature and humidity: that driver only). PM2016, Cubic's
specification as users quote it (a command within 4 s of power-up or another protocol; which one is unconfirmed, here
none). PM2009X, AirGradient's firmware (Plantower's frames after a command that asks for them).
"""

from collections.abc import Mapping

VARIANTS: Mapping[str, tuple[str, Mapping[str, float]]] = {
    "cm1107t": ("cm1107", {"climate": 1.0}),
    "pm2016": ("pm2008", {"first_command_s": 4.0}),
    "pm2009x": ("pms5003", {"starts_silent": 1.0}),
}


def variant(name: str) -> tuple[str, dict[str, float]] | None:
    """Model id and options of a variant as somebody writes its name; None when it is none."""
    plain = "".join(letter for letter in name.lower() if letter.isalnum())
    if plain not in VARIANTS:
        return None
    model, options = VARIANTS[plain]
    return model, dict(options)
