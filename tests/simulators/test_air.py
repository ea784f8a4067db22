"""What the simulated sensors breathe."""

from pathlib import Path

import pytest

from simulators.air import Held, Ordinary, Recording
from simulators.homes.box import Home
from simulators.lived import BEGIN_MINUTE, DAYS, START_EPOCH_S, Lived


def recording(tmp_path: Path, text: str, room: str | None = None) -> Recording:
    path = tmp_path / "rows.csv"
    path.write_text(text)
    return Recording(str(path), Ordinary(1), room)


def test_a_recording_begins_with_its_first_row_and_ends_with_its_last(tmp_path: Path) -> None:
    air = recording(tmp_path, "epoch_s,room,co2_ppm\n5000,a,600\n5060,a,700\n")
    assert [air.at(t)["co2_ppm"] for t in (0.0, 59.9, 60.0, 9999.0)] == [600, 600, 700, 700]


def test_a_blank_keeps_the_value_before_it_and_the_air_below_it_before_the_first(tmp_path: Path) -> None:
    air = recording(tmp_path, "epoch_s,room,co2_ppm,pm2_5_ugm3\n0,a,600,\n60,a,,9\n120,a,700,\n")
    assert [air.at(t)["co2_ppm"] for t in (60.0, 120.0)] == [600, 700]
    assert [air.at(t)["pm2_5_ugm3"] for t in (60.0, 120.0)] == [9, 9]
    assert air.at(0.0)["pm2_5_ugm3"] == Ordinary(1).at(0.0)["pm2_5_ugm3"]


def test_rows_that_go_back_and_rows_of_other_rooms_are_left_out(tmp_path: Path) -> None:
    text = "epoch_s,room,co2_ppm\n0,a,600\n0,b,900\n60,a,700\n30,a,1\n60,a,2\n90,a,800\n"
    assert [recording(tmp_path, text).at(t)["co2_ppm"] for t in (0.0, 60.0, 90.0)] == [600, 700, 800]
    assert recording(tmp_path, text, "b").at(0.0)["co2_ppm"] == 900


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("time,co2_ppm\n0,600\n", "epoch_s"),
        ("epoch_s,room,carbon\n0,a,600\n", "no known quantity"),
        ("epoch_s,room,co2_ppm\n0,a,lots\n", "line 2"),
        ("epoch_s,room,co2_ppm\n", "no row"),
    ],
)
def test_a_file_that_does_not_fit_says_what_to_put_right(tmp_path: Path, text: str, hint: str) -> None:
    with pytest.raises(ValueError, match=hint):
        recording(tmp_path, text)


def test_held_values_can_be_changed_while_the_sensor_runs() -> None:
    air = Held({"co2_ppm": 600}, Ordinary(1))
    air.hold({"pm2_5_ugm3": 80})
    assert (air.at(5.0)["co2_ppm"], air.at(5.0)["pm2_5_ugm3"]) == (600, 80)
    assert air.exact == {"co2_ppm", "pm2_5_ugm3"}


def test_a_simulated_home_is_breathed_minute_by_minute() -> None:
    air, home = Lived(5), Home(5, DAYS, START_EPOCH_S)
    assert air.at(120.0)["co2_ppm"] == pytest.approx(home.true.co2[BEGIN_MINUTE + 2])
    halfway = (home.true.pm2_5[BEGIN_MINUTE] + home.true.pm2_5[BEGIN_MINUTE + 1]) / 2
    assert air.at(30.0)["pm2_5_ugm3"] == pytest.approx(halfway)
