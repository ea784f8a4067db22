"""The usual air pressure at an altitude, for sensors that are told one or the other.

**Source**: ICAO standard atmosphere.
"""


def tenths_of_hpa(altitude_m: int) -> int:
    """Pressure in tenths of a hPa at an altitude in metres, -430 to 8850."""
    return int(10132.5 * (1 - 2.25577e-5 * altitude_m) ** 5.25588 + 0.5)
