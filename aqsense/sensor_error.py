"""The maker's stated error at a reading, which every published value carries beside it."""

from aqsense import quantities


def at(quantity: int, stated: tuple, value: int) -> int | None:
    """Error in scaled units at a scaled value; None when the maker states none for this quantity.

    `stated` is the registry's `err`: tuples (field, absolute in shown units, percent). Particle sensors state the
    larger of the two, gas and climate sensors their sum.

    Source: PMS5003 manual 2.5 ("+/-10 % at 100-500, +/-10 ug/m3 at 0-100"); MH-Z19B manual 1.5 ("+/-(50 ppm + 5 %)").
    """
    field = quantities.FIELDS[quantity]
    for entry in stated:
        if entry[0] == field:
            absolute = scaled(quantity, entry[1])
            share = (abs(value) * int(entry[2] * 10) + 500) // 1000
            return max(absolute, share) if quantity <= quantities.PM10 else absolute + share
    return None


def scaled(quantity: int, shown: int) -> int:
    """A number in shown units (10, 0.5) as a scaled integer."""
    return int(shown * quantities.SCALES[quantity] + 0.5)
