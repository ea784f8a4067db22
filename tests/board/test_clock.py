"""The board's clock: nothing is trusted before NTP, ticks wrap, and the epoch of the board does not matter."""

import sys
import types
from datetime import datetime, timedelta

import pytest

from tests.board.lockstep import TimeServer

START_MS = 1_767_225_600_000  # 2026-01-01T00:00:00Z
CELL = START_MS // 1_800_000


class BoardTime(types.ModuleType):
    """`time` as on a board: an RTC in whole seconds from its own epoch, and ticks that wrap at 2**30."""

    def __init__(self, epoch: int) -> None:
        super().__init__("time")
        self.epoch = epoch
        self.now_ms = 0
        self.rtc_s = 0

    def ticks_ms(self) -> int:
        return self.now_ms & (1 << 30) - 1

    def ticks_diff(self, later: int, earlier: int) -> int:
        return (later - earlier + (1 << 29) & (1 << 30) - 1) - (1 << 29)

    def time(self) -> int:
        return self.rtc_s - (946684800 if self.epoch == 2000 else 0)

    def gmtime(self, seconds: int) -> tuple:
        if seconds >> 31 > 0:
            raise OverflowError("overflow converting long int to machine word")
        at = datetime(self.epoch, 1, 1) + timedelta(seconds=seconds)  # noqa: DTZ001  boards know no zones
        return (at.year, at.month, at.day, at.hour, at.minute, at.second, at.weekday(), 1)


@pytest.fixture(params=[1970, 2000])
def board_time(request, monkeypatch):
    made = BoardTime(request.param)
    monkeypatch.setitem(sys.modules, "time", made)
    monkeypatch.delitem(sys.modules, "firmware_bridge.board.clock", raising=False)
    yield made
    sys.modules.pop("firmware_bridge.board.clock", None)


class Machine(types.ModuleType):
    """`machine` with an RTC that remembers what it was set to."""

    def __init__(self) -> None:
        super().__init__("machine")
        self.told: tuple = ()

    def RTC(self):
        return self

    def datetime(self, told: tuple) -> None:
        self.told = told


@pytest.fixture
def server():
    made = TimeServer()
    made.now_ms = START_MS
    yield made
    made.close()


def clock_of(server):
    from firmware_bridge.board.clock import Clock

    return Clock(f"127.0.0.1:{server.port}")


def test_a_board_whose_rtc_cannot_be_told_the_year_2038_knows_the_time(board_time, server, monkeypatch):
    monkeypatch.setitem(sys.modules, "machine", Machine())
    server.now_ms = 2_240_000_000_000
    clock = clock_of(server)
    assert clock.ask() and clock.cell == 2_240_000_000 // 1800


def test_a_board_that_lost_its_rtc_has_no_time_until_ntp_answers(board_time, server):
    board_time.rtc_s = 1609459200  # 2021-01-01: where an RP2040 starts
    clock = clock_of(server)
    clock.start_from_rtc()
    assert (clock.source, clock.trusted, clock.err_ds) == ("none", False, None)
    assert clock.due() and clock.ask()
    assert (clock.source, clock.trusted, clock.cell, clock.s, clock.ms) == ("ntp", True, CELL, 0, 0)


def test_the_rtc_is_set_too_for_certificates_are_judged_by_it(board_time, server, monkeypatch):
    machine = Machine()
    monkeypatch.setitem(sys.modules, "machine", machine)
    server.now_ms = START_MS + 54 * 86_400_000 + 66_610_000  # Tuesday, 24 February 2026
    assert clock_of(server).ask()
    assert machine.told == (2026, 2, 24, 1, 18, 30, 10, 0)


def test_an_rtc_that_kept_its_time_names_the_instant_but_is_not_trusted(board_time, server):
    board_time.rtc_s = START_MS // 1000 + 61
    clock = clock_of(server)
    clock.start_from_rtc()
    assert (clock.source, clock.trusted, clock.cell, clock.s) == ("rtc", False, CELL, 61)


def test_time_runs_on_through_the_wrap_of_the_ticks(board_time, server):
    board_time.now_ms = (1 << 30) - 5000
    clock = clock_of(server)
    assert clock.ask()
    for _ in range(30 * 24):  # thirty days, looked at once an hour
        board_time.now_ms += 3_600_000
        clock.update()
    assert (clock.cell, clock.s) == (CELL + 30 * 48, 0)
    assert clock.up_s == 30 * 86400 and clock.up_ms == 30 * 86_400_000


def test_ntp_is_asked_again_every_six_hours_and_every_minute_until_it_answers(board_time):
    dead = TimeServer()
    dead.close()
    clock = clock_of(dead)
    assert clock.due() and not clock.ask(1)
    assert not clock.due() and not clock.trusted
    board_time.now_ms += 60_000
    clock.update()
    assert clock.due()
    alive = TimeServer()
    alive.now_ms = START_MS
    clock.port = alive.port
    assert clock.ask()
    board_time.now_ms += 6 * 3_600_000 - 1000
    clock.update()
    assert not clock.due()
    board_time.now_ms += 1000
    clock.update()
    assert clock.due()
    alive.close()


def test_a_question_that_is_lost_is_asked_once_more_at_once(board_time):
    heard = []

    class Lossy(TimeServer):
        def _answer(self):
            heard.append(1)
            if len(heard) == 1:
                raise OSError("lost")
            return super()._answer()

        def _serve(self):
            while len(heard) < 2:
                super()._serve()

    server = Lossy()
    server.now_ms = START_MS
    clock = clock_of(server)
    assert clock.ask(1) and len(heard) == 2
    server.close()


def test_a_trusted_clock_whose_question_was_not_answered_asks_again_after_a_minute(board_time, server):
    clock = clock_of(server)
    assert clock.ask()
    server.close()
    board_time.now_ms += 6 * 3_600_000
    clock.update()
    assert clock.due() and not clock.ask(1) and clock.trusted
    board_time.now_ms += 60_000
    clock.update()
    assert clock.due()


def test_after_a_week_without_a_network_the_time_is_asked_for_at_once(board_time, server):
    clock = clock_of(server)
    assert clock.ask()
    for _ in range(7):
        board_time.now_ms += 86_400_000
        clock.update()
    assert clock.due()


def test_the_error_bound_grows_with_the_crystal(board_time, server):
    clock = clock_of(server)
    clock.ask()
    first = clock.err_ds
    board_time.now_ms += 5 * 3_600_000  # at 50 ppm 0.9 s
    clock.update()
    assert clock.err_ds == first + 9


def test_a_step_of_a_trusted_clock_is_counted(board_time, server):
    clock = clock_of(server)
    clock.ask()
    server.now_ms += 500
    clock.ask()
    assert clock.steps == 0
    server.now_ms += 3_600_000
    clock.ask()
    assert clock.steps == 1 and clock.cell == CELL + 2


@pytest.mark.parametrize(
    "spoil",
    [
        lambda answer: answer[:40],
        lambda answer: bytes([answer[0] | 0xC0]) + answer[1:],  # leap 3: the server is not synchronised
        lambda answer: answer[:1] + b"\0" + answer[2:],  # stratum 0: go away
        lambda answer: answer[:1] + b"\x10" + answer[2:],
        lambda answer: bytes([0x23]) + answer[1:],  # a client's packet
        lambda answer: answer[:40] + bytes(8),  # no time at all, which would be 2036
        lambda answer: answer[:40] + bytes.fromhex("dd000000 00000000"),  # 2017
        lambda answer: answer[:40] + bytes.fromhex("80000000 00000000"),  # 1968
    ],
)
def test_an_answer_that_is_none_sets_no_clock(board_time, server, spoil, monkeypatch):
    whole = TimeServer._answer
    monkeypatch.setattr(TimeServer, "_answer", lambda self: spoil(whole(self)))
    clock = clock_of(server)
    assert not clock.ask(1)
    assert not clock.trusted


def test_telling_the_time_allocates_nothing(library, tmp_path):
    from tests.mpy import interpreters

    script = tmp_path / "allocates.py"
    script.write_text(
        "import gc\n"
        "from firmware_bridge.board.clock import Clock\n"
        "from firmware_bridge.board.localtime import Zone\n"
        "clock = Clock('x')\n"
        "clock._set(984420, 0)\n"
        "zone = Zone('CET-1CEST,M3.5.0,M10.5.0/3')\n"
        "zone.offset_min(clock.cell)\n"
        "i = before = 0\n"
        "gc.collect(); gc.disable()\n"
        "before = gc.mem_alloc()\n"
        "while i < 100:\n"
        "    clock.update(); zone.offset_min(clock.cell)\n"
        "    i += 1\n"
        "print(gc.mem_alloc() - before)\n"
    )
    result = interpreters.get("i386").run(script, path=(library,))
    assert result.stdout == "0\n", result.stdout + result.stderr
