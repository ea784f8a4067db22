"""May this clock date a reading? Every kind of clock that a small computer has."""

import json
import time
from pathlib import Path

import pytest

from firmware_bridge import clock, config
from firmware_bridge.broker import Received
from firmware_bridge.daemon import Daemon
from firmware_bridge.requests import Requests

NOW_S = 1_800_000_000.0


@pytest.fixture(autouse=True)
def _no_help(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "_kernel_error_ds", lambda: None)
    monkeypatch.setattr(clock, "_loses_time_when_off", lambda: False)


def test_a_clock_before_the_program_was_written_was_never_set() -> None:
    trust = clock.judge(86_400.0)
    assert (trust.trusted, trust.source) == (False, "none")
    assert "timedatectl" in trust.why


def test_a_clock_far_behind_what_was_recorded_has_lost_its_time() -> None:
    assert not clock.judge(NOW_S, NOW_S + 2 * 86_400).trusted
    assert clock.judge(NOW_S, NOW_S + 3600).trusted


def test_a_synchronised_clock_is_ntp_with_its_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "_kernel_error_ds", lambda: 7)
    trust = clock.judge(NOW_S)
    assert (trust.trusted, trust.source, trust.error_ds) == (True, "ntp", 7)


def test_a_board_without_a_hardware_clock_waits_for_a_time_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "_loses_time_when_off", lambda: True)
    assert not clock.judge(NOW_S).trusted


def test_a_hardware_clock_is_believed_with_a_wide_error() -> None:
    trust = clock.judge(NOW_S)
    assert (trust.trusted, trust.source) == (True, "rtc")
    assert trust.error_ds is not None and trust.error_ds >= 10


@pytest.mark.parametrize(
    ("zone", "cell", "minutes"),
    [
        ("UTC", 984420, 0),
        ("Europe/Berlin", 984420, 60),  # February
        ("Europe/Berlin", 990000, 120),  # June 2026
        ("Asia/Kolkata", 984420, 330),
        ("Asia/Kathmandu", 984420, 345),
        ("America/St_Johns", 984420, -210),
        ("Pacific/Kiritimati", 984420, 840),
    ],
)
def test_local_offsets_are_those_of_the_tz_database(zone: str, cell: int, minutes: int) -> None:
    assert clock.Clock(zone).utc_offset_min(cell) == minutes


def test_both_changes_of_summer_time_fall_on_the_right_half_hour() -> None:
    berlin = clock.Clock("Europe/Berlin")
    spring = 1_774_746_000 // 1800  # 2026-03-29T01:00:00Z
    assert [berlin.utc_offset_min(spring - 1), berlin.utc_offset_min(spring)] == [60, 120]
    autumn = 1_792_890_000 // 1800  # 2026-10-25T01:00:00Z
    assert [berlin.utc_offset_min(autumn - 1), berlin.utc_offset_min(autumn)] == [120, 60]


def test_a_step_of_the_clock_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    found = clock.Clock("UTC")
    real = clock.time.time
    found.look()
    assert found.steps == 0
    monkeypatch.setattr(clock.time, "time", lambda: real() + 3600)
    found.look()
    assert found.steps == 1


def test_a_clock_that_was_never_set_dates_no_document(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time", lambda: 5000.0)
    daemon = Daemon(config.Config("maple", "UTC", (config.Sensor("s1", "pms5003", "/dev/x", "kitchen"),), tmp_path))
    daemon._announce()
    said: list[str] = []
    monkeypatch.setattr(daemon.sender, "reply", lambda topic, text, *_: said.append(text))
    Requests(daemon).handle(Received("aqsense/v1/maple/request/status", b'{"id":"a","from":"b"}', False, "", b"", 0.0))
    reply = json.loads(said[0])
    status = json.loads(dict(daemon.retained.current())["aqsense/v1/maple/status"].payload)
    assert (status["since"], reply["t"], reply["data"]["health"]["t"]) == (None, None, None)
    daemon.store.close()
