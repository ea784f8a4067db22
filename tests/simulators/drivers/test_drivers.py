"""Drivers of others read the simulated sensors as they read the real ones."""

import json
import math
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.simulators.bench import served
from tests.simulators.drivers.environments import python_of

HERE = Path(__file__).parent
PATIENCE_S = 60.0
PM = {"pm1_ugm3": 9.0, "pm2_5_ugm3": 12.0, "pm10_ugm3": 15.0}


def driven(
    driver: str, model: str, values: Mapping[str, float], *arguments: str, cold: bool = False, speed: float = 1.0
) -> Any:
    python = python_of(driver)
    with served(model, values, cold=cold, speed=speed) as server:
        assert server.port is not None
        command = [str(python), str(HERE / f"drive_{driver}.py"), server.port.name, *arguments]
        said = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    assert said.returncode == 0, said.stderr
    return json.loads(said.stdout.splitlines()[-1])


@pytest.mark.parametrize("driver", ["pms5003", "adafruit"])
@pytest.mark.parametrize("model", ["pms5003", "pms7003"])
def test_a_streaming_plantower_is_read(driver: str, model: str) -> None:
    assert driven(driver, model, PM) == {"pm1": 9, "pm25": 12, "pm10": 15}


def test_a_plantower_that_keeps_passive_mode_over_its_sleep_is_read_by_pypms() -> None:
    left_by_an_earlier_run = {"passive": 1, "asleep": 1}
    read = driven("pypms", "pms5003", {**PM, **left_by_an_earlier_run}, "PMS5003", "2", speed=20)
    assert (read["pm01"], read["pm25"], read["pm10"]) == (9, 12, 15)


def test_pypms_reads_a_pms3003_that_hears_nothing() -> None:
    read = driven("pypms", "pms3003", PM, "PMS3003", "0", speed=2)
    assert (read["pm01"], read["pm25"], read["pm10"]) == (9, 12, 15)


def test_pypms_reads_an_sds011() -> None:
    read = driven("pypms", "sds011", {**PM, "query": 1}, "SDS011", "0")
    assert (read["pm25"], read["pm10"]) == (12, 15)


def test_pypms_reads_an_mh_z19b() -> None:
    assert driven("pypms", "mhz19b", {"co2_ppm": 812}, "MHZ19B", "0")["CO2"] == 812


@pytest.mark.parametrize(("model", "name"), [("hpma115s0", "HPMA115S0"), ("hpma115c0", "HPMA115C0")])
def test_pypms_reads_both_honeywells(model: str, name: str) -> None:
    read = driven("pypms", model, {**PM, "auto": 0}, name, "0")
    assert (read["pm25"], read["pm10"]) == (12, 15)


def test_the_honeywell_driver_reads_an_hpma115s0() -> None:
    assert driven("honeywell", "hpma115s0", PM) == {"pm25": 12, "pm10": 15}


def test_simple_sds011_reads_an_sds011() -> None:
    read = driven("simple_sds011", "sds011", {**PM, "query": 1})
    assert read == {"pm2.5": 12.0, "pm10.0": 15.0, "firmware": "2015-7-10", "checksum": True}


def test_py_sds011_sends_an_sds011_to_sleep_and_wakes_it() -> None:
    read = driven("py_sds011", "sds011", {**PM, "query": 1})
    assert read == {"first": [12.0, 15.0], "asleep": None, "woken": [0.0, 0.0]}


def test_sensirions_own_driver_reads_an_sps30_through_all_its_stuffing() -> None:
    values = {"pm1_ugm3": 8.5, "pm2_5_ugm3": 11.25, "pm4_ugm3": 12.5, "pm10_ugm3": 13.75}
    read = driven("sensirion", "sps30", values, "60", "0.01", speed=200)
    assert (read["product"], read["firmware"]) == ("00080000", [2, 2])
    assert read["readings"][-1][:4] == [8.5, 11.25, 12.5, 13.75]
    assert len(read["readings"]) == 60


def test_sensirions_own_driver_sends_an_sps30_to_sleep_and_wakes_it() -> None:
    assert len(driven("sensirion", "sps30", {}, "1", "1.1", "sleep")["serial"]) == 16


def test_mh_z19_reads_an_mh_z19b_that_acknowledges_abc() -> None:
    read = driven("mh_z19", "mhz19b", {"co2_ppm": 812, "temp_board_c": 26})
    assert read == {"co2": 812, "temperature": 26, "TT": 66, "SS": 0, "UhUl": 0, "after_abc_off": 812}


def test_minimalmodbus_reads_an_s8_and_an_scd30() -> None:
    assert driven("minimalmodbus", "s8", {"co2_ppm": 745}, "s8") == {"co2": 745, "abc_h": 180, "refused": "illegal"}
    read = driven("minimalmodbus", "scd30", {"co2_ppm": 745, "temp_c": 21.5, "rh_pct": 44}, "scd30", speed=4)
    assert math.isclose(read["co2"], 745) and math.isclose(read["temp"], 21.5) and math.isclose(read["rh"], 44)


def test_pymodbus_reads_an_s8_by_its_own_address() -> None:
    assert driven("pymodbus", "s8", {"co2_ppm": 745}) == {"co2": 745, "status": 0, "coils": 1}
