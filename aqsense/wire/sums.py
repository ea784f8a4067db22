"""Checksums of the serial protocols, and the two loops over bytes that each runtime does best its own way.

A board must not allocate, so it loops; CPython is ten times faster with slices. Both give the same result.
"""

import sys


def add_loop(src: bytes | bytearray | memoryview, start: int, stop: int) -> int:
    """Sum of the bytes src[start:stop], without allocating."""
    total = 0
    while start < stop:
        total += src[start]
        start += 1
    return total


def copy_loop(out: bytearray, to: int, src: bytes | bytearray | memoryview, start: int, count: int) -> None:
    """Copy `count` bytes of src from `start` into out at `to`, without allocating; also down inside one buffer."""
    stop = start + count
    while start < stop:
        out[to] = src[start]
        to += 1
        start += 1


def add_slice(src: bytes | bytearray | memoryview, start: int, stop: int) -> int:
    """As `add_loop`, for runtimes where a slice costs little."""
    return sum(src[start:stop])


def copy_slice(out: bytearray, to: int, src: bytes | bytearray | memoryview, start: int, count: int) -> None:
    """As `copy_loop`, for runtimes where a slice costs little."""
    out[to : to + count] = src[start : start + count]


LOOPS = sys.implementation.name == "micropython"
add = add_loop if LOOPS else add_slice
copy = copy_loop if LOOPS else copy_slice


def xor(src: bytes | bytearray | memoryview, start: int, stop: int) -> int:
    """Exclusive or of the bytes src[start:stop]."""
    total = 0
    while start < stop:
        total ^= src[start]
        start += 1
    return total


_CRC_NIBBLES = (
    0x0000, 0xCC01, 0xD801, 0x1400, 0xF001, 0x3C00, 0x2800, 0xE401,
    0xA001, 0x6C00, 0x7800, 0xB401, 0x5000, 0x9C01, 0x8801, 0x4400,
)  # fmt: skip


def crc16(src: bytes | bytearray | memoryview, start: int, stop: int) -> int:
    """CRC-16/MODBUS of src[start:stop] (reflected 0xA001, start 0xFFFF); sent low byte first."""
    table = _CRC_NIBBLES
    crc = 0xFFFF
    while start < stop:
        crc ^= src[start]
        crc = crc >> 4 ^ table[crc & 15]
        crc = crc >> 4 ^ table[crc & 15]
        start += 1
    return crc
