"""Behaviour of the simulated PMSx003, by the Plantower manual and the frames that PyPMS recorded."""

from pathlib import Path

import serial

from tests.simulators.bench import asked, made, served, until

PASSIVE = "424de100000170"
ACTIVE = "424de100010171"
READ = "424de200000171"
SLEEP = "424de400000173"
WAKE = "424de400010174"


def words(frame: bytes) -> list[int]:
    return [int.from_bytes(frame[i : i + 2], "big") for i in range(4, len(frame) - 2, 2)]


def test_a_warm_sensor_streams_the_values_that_it_was_given() -> None:
    frame = made("pms5003", pm1_ugm3=9, pm2_5_ugm3=12, pm10_ugm3=15).poll(0.9)
    assert frame[:4].hex() == "424d001c"
    assert words(frame)[3:6] == [9, 12, 15]
    assert sum(frame[:30]) == int.from_bytes(frame[30:], "big")


def test_a_cold_sensor_sends_zeros_then_rises() -> None:
    device = made("pms5003", cold=True, pm2_5_ugm3=50)
    assert words(device.poll(2.0)[:32])[:12] == [0] * 12
    device.poll(30.9)
    assert words(device.poll(32.5)[-32:])[4] == 50


def test_clean_air_is_all_zeros_for_ever() -> None:
    device = made("pms7003", pm2_5_ugm3=0)
    assert words(device.poll(1.0)[:32])[:12] == [0] * 12


def test_passive_mode_is_acknowledged_and_answers_each_read_once() -> None:
    device = made("pms5003")
    assert asked(device, PASSIVE, 1.0, 0.1) == "424d0004e1000174"
    assert device.poll(10.0) == b""
    assert asked(device, READ, 10.0, 0.1)[:8] == "424d001c"
    assert asked(device, ACTIVE, 11.0, 0.1) == "424d0004e1010175"
    assert len(device.poll(14.0)) >= 3 * 32


def test_sleep_is_acknowledged_and_wake_is_not() -> None:
    device = made("pms5003")
    assert asked(device, SLEEP, 1.0, 0.1) == "424d0004e4000177"
    assert asked(device, READ, 5.0, 9.0) == ""
    assert asked(device, WAKE, 20.0, 0.5) == ""
    assert words(device.poll(21.0)[:32])[:12] == [0] * 12


def test_passive_mode_survives_sleep_only_on_the_firmware_that_keeps_it() -> None:
    for keeps, streams in ((0.0, True), (1.0, False)):
        device = made("pms5003", mode_survives_sleep=keeps)
        asked(device, PASSIVE, 1.0)
        asked(device, SLEEP, 3.0)
        asked(device, WAKE, 5.0, 0.01)
        assert bool(device.poll(8.0)) == streams


def test_a_wake_may_bring_a_stale_acknowledgement_and_a_stray_byte() -> None:
    device = made("pms5003", wake_glitch=1)
    asked(device, SLEEP, 1.0)
    assert asked(device, WAKE, 5.0, 0.5) == "424d0004e400017700"


def test_a_command_right_after_another_is_lost() -> None:
    device = made("pms5003")
    asked(device, PASSIVE, 1.0, 0.01)
    assert asked(device, READ, 1.03, 0.01) == ""
    assert device.commands[-1].means.startswith("lost")


def test_an_aged_laser_reads_low() -> None:
    fresh, old = made("pms5003", pm2_5_ugm3=100), made("pms5003", pm2_5_ugm3=100, hours=8000)
    assert words(fresh.poll(1.0)[:32])[4] == 100
    assert 80 <= words(old.poll(1.0)[:32])[4] <= 90


def test_a_serial_port_reads_it_and_follows_an_unplugged_adapter_to_its_new_name(tmp_path: Path) -> None:
    link = tmp_path / "sensor"
    with served("pms5003", {"pm2_5_ugm3": 12}, ["unplug@1+0.5"], speed=2.0, link=link) as server:
        first = str(link.readlink())
        with serial.Serial(str(link), 9600, timeout=2) as port:
            frame = port.read(32)
            assert frame[:2] == b"BM"
            until(lambda: server.port is None)
            assert not link.exists()
        until(lambda: server.port is not None)
        assert str(link.readlink()) != first
        with serial.Serial(str(link), 9600, timeout=2) as port:
            assert port.read_until(b"BM")[-2:] == b"BM"
    assert not link.is_symlink()
