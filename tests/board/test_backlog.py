"""Samples that wait for the broker leave oldest first, whenever and in whatever order they were put back."""

import struct

from firmware_bridge.board.backlog import MOST, ROWS, Backlog


def row(seq: int, up_ms: int, sensor: int = 0) -> bytes:
    return struct.pack("<BIiHHI", sensor, seq, 984420, 0, 0, up_ms & 0xFFFFFFFF)


def drained(backlog: Backlog) -> list[tuple[int, int]]:
    found = []
    while len(backlog):
        found += [struct.unpack_from("<BI", each) for each in backlog.take()]
    return found


def test_what_was_under_way_when_the_broker_fell_goes_before_what_was_measured_since():
    backlog = Backlog()
    backlog.add(row(3, 3000))
    backlog.add(row(4, 4000))
    for seq in (1, 2, 9):  # taken back from the window, the last one sent while others still waited
        backlog.add(row(seq, 1000 * seq))
    assert drained(backlog) == [(0, seq) for seq in (1, 2, 3, 4, 9)]


def test_the_order_holds_where_the_uptime_passes_32_bits():
    backlog = Backlog()
    backlog.add(row(8, (1 << 32) + 500))
    backlog.add(row(7, (1 << 32) - 500))
    assert drained(backlog) == [(0, 7), (0, 8)]


def test_frames_of_one_millisecond_go_by_their_numbers():
    backlog = Backlog()
    for seq in (6, 5):
        backlog.add(row(seq, 100))
    assert drained(backlog) == [(0, 5), (0, 6)]


def test_a_document_is_filled_with_one_sensor_though_two_take_turns():
    backlog = Backlog()
    for seq in range(10):
        backlog.add(row(seq, 1000 * seq, sensor=0))
        backlog.add(row(seq, 1000 * seq + 1, sensor=1))
    assert [(each[0], each[1]) for each in backlog.take()] == [(0, seq) for seq in range(ROWS)]
    assert drained(backlog) == [(1, seq) for seq in range(8)] + [(0, 8), (0, 9), (1, 8), (1, 9)]


def test_when_it_is_full_the_oldest_is_dropped_even_if_it_is_the_one_put_back():
    backlog = Backlog()
    for seq in range(1, MOST + 1):
        backlog.add(row(seq, 1000 * seq))
    backlog.add(row(0, 0))
    assert backlog.dropped == 1
    assert drained(backlog) == [(0, seq) for seq in range(1, MOST + 1)]
