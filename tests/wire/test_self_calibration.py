"""ABC as the owner asks for it: off, on, or by its period; written only where the sensor holds something else."""

import pytest

from aqsense.wire import dialogue, registry, self_calibration
from simulators.baseline import DAY_S, HOUR_S
from tests.wire.conversation import Conversation

HOURS = ("s8", "s88", "k30", "sunrise")
DAYS = ("cm1106", "cm1107", "cm1106sln", "cozir", "sprintir", "minir")
ON_AND_OFF = ("mhz19b", "mhz14a", "scd30", "t6613", "t6713")


def spoken(model, abc, **traits):
    return Conversation(model, options={"abc": abc}, **traits).run(40)


def writes(talk):
    """What was said besides what a sensor is always asked."""
    always = {sent for _, sent in Conversation(talk.dialogue.model.id).run(40).written}
    return [sent for _, sent in talk.written if sent not in always]


@pytest.mark.parametrize("model", HOURS + DAYS)
def test_a_sensor_calibrates_itself_by_the_period_that_is_asked_for(model):
    talk = spoken(model, "6d")
    baseline = talk.device.cell.baseline
    assert baseline.on and baseline.period_s == 6 * DAY_S
    assert talk.samples and talk.dialogue.missed == 0


@pytest.mark.parametrize("model", HOURS + DAYS)
def test_a_period_that_the_sensor_holds_already_is_not_written_again(model):
    first = spoken(model, "6d")
    held = {"s8": {"abc_h": 144}, "s88": {"abc_h": 144}, "k30": {"abc_h": 144}, "sunrise": {"abc_h": 144}}
    again = Conversation(model, options={"abc": "6d"}, **held.get(model, {}))
    if model not in held:
        again.device.cell.baseline = first.device.cell.baseline
        again.device.days = 6
    assert writes(again.run(40)) == []


@pytest.mark.parametrize("model", HOURS + DAYS + ON_AND_OFF)
def test_a_sensor_is_switched_off_and_on_whatever_its_period(model):
    assert not on(spoken(model, "off"))
    assert on(spoken(model, "on"))


def on(talk):
    cell = getattr(talk.device, "cell", talk.device)
    return cell.baseline.on


def test_hours_are_told_to_the_hour_where_the_sensor_counts_them():
    assert spoken("s8", "100h").device.cell.baseline.period_s == 100 * HOUR_S


@pytest.mark.parametrize(
    "model, abc, words",
    [
        ("mhz19b", "7d", "cannot be set: write on or off"),
        ("scd30", "7d", "cannot be set: write on or off"),
        ("t6713", "7d", "cannot be set: write on or off"),
        ("cm1106", "31d", "write 1d to 30d"),
        ("cm1106", "25h", "write 1d to 30d"),
        ("s8", "3h", "write 4h to 4800h"),
        ("s8", "weekly", "a period such as 7d or 180h"),
        ("s8", "0d", "a period such as 7d or 180h"),
        ("pms5003", "on", "leave abc out"),
    ],
)
def test_what_a_sensor_cannot_be_told_is_refused_with_what_can(model, abc, words):
    with pytest.raises(ValueError, match=words):
        self_calibration.hours(abc, registry.info(model))
    if model != "pms5003":
        with pytest.raises(ValueError, match=words):
            dialogue.open(model, 0, {"abc": abc})


def test_a_sunrise_whose_abc_is_switched_off_says_so_and_is_switched_on():
    left = Conversation("sunrise", control=2).run(20)
    assert left.facts()["abc"] == "off" and not writes(left)
    assert on(spoken("sunrise", "on", control=2))


def test_a_sunrise_is_told_the_pressure_of_its_altitude_and_again_after_a_power_cut():
    talk = Conversation("sunrise", options={"altitude_m": 520}, control=16).run(60)
    assert talk.device.held[46] == 9523  # 952.3 hPa: ICAO standard atmosphere at 520 m
    assert not talk.device.held[18] & 16
    assert talk.device.cell.told_hpa == pytest.approx(952.3)
    talk.device.turn_off(60.0)
    talk.device.turn_on(60.5)
    assert talk.device.held[46] != 9523
    talk.run(60)
    assert talk.device.held[46] == 9523
