"""A board's configuration: everything that is wrong is said at once, each with its place and what to write."""

import copy

import pytest

from aqsense import guidance_levels
from aqsense.settings import Settings
from firmware_bridge.board import announce, config, requests

GOOD = {
    "home": "maple",
    "tz": "CET-1CEST,M3.5.0,M10.5.0/3",
    "wifi": {"ssid": "net", "password": "secret"},
    "mqtt": {"url": "mqtts://broker.lan"},
    "sensor": [
        {"id": "s1", "model": "pms5003", "uart": 0, "room": "kitchen", "room_kind": "kitchen"},
        {"id": "s2", "model": "MH-Z19B", "uart": 1, "tx": 4, "rx": 5, "room": "bedroom", "poll_s": 10},
    ],
}


def test_a_good_one_is_filled_with_defaults():
    found = config.check(GOOD)
    assert (found.mqtt.host, found.mqtt.port, found.mqtt.tls) == ("broker.lan", 8883, True)
    assert found.sensors[1].model == "mhz19b" and found.sensors[0].tx == -1
    assert found.publish.every_s == 10 and found.claims.level == "normal"
    assert tuple(found.guidance.schemes) == guidance_levels.DEFAULT_SCHEMES == tuple(Settings("maple", []).schemes)


def test_the_verbs_that_a_board_announces_are_those_that_it_answers():
    assert set(announce.VERBS) == {*requests.READ_ONLY, *requests.ANSWERS, "forget"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda c: c.pop("home"), "home: missing"),
        (lambda c: c.update(home="Maple Street"), "home: 'Maple Street'"),
        (lambda c: c.update(tz="Europe/Berlin"), "CET-1CEST"),
        (lambda c: c.update(colour="red"), "colour: unknown key"),
        (lambda c: c["mqtt"].update(url="mqtt://broker.lan"), "allow_plain"),
        (lambda c: c["mqtt"].update(url="broker"), "mqtt.url: write mqtts://"),
        (lambda c: c["mqtt"].update(keepalive_s="30"), "mqtt.keepalive_s: write a whole number"),
        (lambda c: c["mqtt"].update(allow_plain=1), "mqtt.allow_plain: write true or false"),
        (lambda c: c["sensor"][0].update(model="pms5030"), "sensor.0.model: unknown model 'pms5030'; did you mean"),
        (lambda c: c["sensor"][1].update(id="s1"), "sensor.1.id: 's1' is there twice"),
        (lambda c: c["sensor"][1].update(uart=0), "sensor.1.uart: 0 is used twice"),
        (lambda c: c.update(sensor=[]), "sensor: write a list"),
        (lambda c: c.update(wifi="net"), "wifi: write an object"),
        (lambda c: c.update(lang="fr"), "lang: 'fr'; write one of en de"),
        (lambda c: c.update(publish={"every_s": 7}), "publish.every_s: 7; write 0, or"),
        (lambda c: c.update(publish={"every_s": -10}), "publish.every_s: -10; write 0, or"),
        (lambda c: c.update(homeassistant={"discovery": "on"}), "homeassistant.discovery: 'on'; write one of device"),
        (lambda c: c.update(claims={"level": "most"}), "claims.level: 'most'; write one of few normal many"),
        (lambda c: c.update(guidance={"schemes": ["who"]}), "guidance.schemes: 'who'; write one of who-2021"),
        (lambda c: c["sensor"][0].update(room=""), "sensor.0.room: write its name"),
        (lambda c: c["sensor"][0].update(poll_s=-3), "sensor.0.poll_s: write 1 to 3600"),
        (lambda c: c["sensor"][0].update(correction="epa"), "sensor.0.correction: unknown correction 'epa'"),
        (lambda c: c["sensor"][1].update(correction="epa-us-2021"), "sensor.1.correction: epa-us-2021 needs pm2_5_cf1"),
        (lambda c: c["sensor"][0].update(altitude_m=34), "sensor.0.altitude_m: the pms5003 cannot be told"),
        (lambda c: c["sensor"][0].update(model="scd30", altitude_m=9000), "sensor.0.altitude_m: write 0 to 8850"),
        (lambda c: c["sensor"][1].update(altitude_m=520, correction="co2-pressure:952"), "sensor.1.altitude_m: would"),
        (lambda c: c["sensor"][0].update(correction="epa-us-2021"), "no sensor in 'kitchen' reports; leave it out"),
        (lambda c: c["sensor"][0].update(duty="often"), "sensor.0: duty 'often': write it as period/awake"),
        (lambda c: c["sensor"][0].update(abc="on"), "sensor.0: pms5003 does not calibrate itself: leave abc out"),
        (lambda c: c["sensor"][1].update(abc="7d"), "sensor.1: abc '7d': the period of the mhz19b cannot be set"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(change, said):
    bad = copy.deepcopy(GOOD)
    change(bad)
    with pytest.raises(config.BadConfig) as error:
        config.check(bad)
    assert any(said in problem for problem in error.value.problems), error.value.problems


def test_all_problems_come_at_once():
    bad = copy.deepcopy(GOOD)
    bad["home"], bad["lang"], bad["mode"] = "", 3, "fat"
    with pytest.raises(config.BadConfig) as error:
        config.check(bad)
    assert len(error.value.problems) == 3


def test_no_secret_is_in_a_problem():
    bad = copy.deepcopy(GOOD)
    bad["mqtt"] = {"url": "broker", "username": "u", "password": "hunter2"}
    with pytest.raises(config.BadConfig) as error:
        config.check(bad)
    assert "hunter2" not in str(error.value)
