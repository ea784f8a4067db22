"""The checksums of the simulated sensors, from the datasheets and independent of the product's decoders."""

from collections.abc import Iterable


def additive16(data: Iterable[int]) -> bytes:
    """Sum of all bytes as two bytes, high byte first. **Source** Plantower, Honeywell and Winsen ZH frames."""
    return sum(data).to_bytes(2, "big")


def low_byte(data: Iterable[int]) -> int:
    """Low byte of the sum. **Source** Nova Laser Dust Sensor Control Protocol V1.3; SM300D2."""
    return sum(data) & 0xFF


def negated(data: Iterable[int]) -> int:
    """The byte that makes the sum a multiple of 256. **Source** Winsen, Cubic, Tera and Honeywell manuals."""
    return -sum(data) & 0xFF


def inverted(data: Iterable[int]) -> int:
    """Ones' complement of the low byte of the sum. **Source** Sensirion SPS30 datasheet, SHDLC."""
    return ~sum(data) & 0xFF


def exclusive_or(data: Iterable[int]) -> int:
    """All bytes combined by exclusive or. **Source** Panasonic JA5-SSP-COMM-E1.0."""
    result = 0
    for byte in data:
        result ^= byte
    return result


def modbus(data: Iterable[int]) -> bytes:
    """CRC-16/MODBUS, low byte first. **Source** Modbus over serial line specification V1.02, 6.2.2."""
    remainder = 0xFFFF
    for byte in data:
        remainder ^= byte
        for _ in range(8):
            remainder = (remainder >> 1) ^ 0xA001 if remainder & 1 else remainder >> 1
    return remainder.to_bytes(2, "little")
