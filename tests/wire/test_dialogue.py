"""What is said to a sensor and when, against simulated sensors in simulated time."""

import pytest

from aqsense import flags
from aqsense.wire import dialogue, nova, plantower, registry, scd30, senseair, sps30, winsen_co2
from simulators import sensors
from tests.wire.conversation import Conversation
from tests.wire.frames import MODELS

SIMULATED = [model for model in MODELS if model in sensors.MODELS]


@pytest.mark.parametrize("model", SIMULATED)
def test_a_running_sensor_is_read_within_ten_seconds_and_never_misread(model):
    talk = Conversation(model).run(10)
    assert talk.samples and not talk.discarded
    assert talk.dialogue.missed == 0


@pytest.mark.parametrize("model", SIMULATED)
def test_a_sensor_that_was_just_switched_on_is_read_too(model):
    talk = Conversation(model, cold=True).run(90)
    assert len(talk.samples) >= min(10, 45_000 // talk.dialogue.interval_ms)
    assert talk.samples[-1][0] > 70_000


@pytest.mark.parametrize("model", SIMULATED)
def test_nothing_is_sent_in_answer_time_and_silence_does_not_flood_the_line(model):
    talk = Conversation(model, silent=True).run(60)
    gaps = [later - sooner for (sooner, _), (later, _) in zip(talk.written, talk.written[1:], strict=False)]
    assert all(gap >= talk.dialogue.GAP_MS for gap in gaps)
    assert len(talk.written) <= 300


@pytest.mark.parametrize("model", SIMULATED)
def test_the_poll_interval_is_kept(model):
    talk = Conversation(model, interval_ms=5000).run(100)
    if not talk.dialogue.poll:
        return  # it streams at its own pace
    assert 18 <= len(talk.samples) <= 21


@pytest.mark.parametrize("model", SIMULATED)
def test_time_that_wraps_makes_no_difference(model):
    talk = Conversation(model)
    plain = [request for _, request in talk.run(30).written]
    wrapped = Conversation(model)
    due = wrapped.dialogue.due
    heard = wrapped.dialogue.heard
    start = (1 << 30) - 7000
    wrapped.dialogue.due = lambda now: due(now + start & (1 << 30) - 1)
    wrapped.dialogue.heard = lambda decoder, now: heard(decoder, now + start & (1 << 30) - 1)
    assert [request for _, request in wrapped.run(30).written] == plain


@pytest.mark.parametrize("model", SIMULATED)
def test_waiting_as_long_as_advised_loses_no_request(model):
    eager = Conversation(model).run(30)
    lazy = Conversation(model)
    asleep_until = 0
    step = lazy._step

    def patient():
        nonlocal asleep_until
        if lazy.now_ms >= asleep_until:
            step()
            asleep_until = lazy.now_ms + min(lazy.dialogue.wait_ms(lazy.now_ms), 200)

    lazy._step = patient
    lazy.run(30)
    assert abs(len(lazy.samples) - len(eager.samples)) <= max(2, len(eager.samples) // 50)


def test_requests_that_nothing_answers_are_counted_until_something_does():
    talk = Conversation("mhz19b", interval_ms=1000, silent=True).run(10)
    assert talk.dialogue.missed >= 8
    talk.silent = False
    assert talk.run(3).dialogue.missed == 0


def test_a_streaming_sensor_that_talks_is_not_talked_to():
    assert Conversation("pms5003").run(20).written == []


def test_a_sleeping_plantower_is_woken():
    talk = Conversation("pms5003", asleep=1).run(30)
    assert talk.wrote(plantower.WAKE) and talk.samples


def test_a_plantower_left_in_passive_mode_is_made_to_stream():
    talk = Conversation("pms5003", passive=1).run(30)
    assert talk.wrote(plantower.ACTIVE) and len(talk.samples) > 10


def test_a_plantower_is_polled_when_asked_to():
    talk = Conversation("pms5003", 2000, {"mode": "polled"}).run(60)
    assert talk.wrote(plantower.PASSIVE) and len(talk.wrote(plantower.READ)) in (29, 30)
    assert 28 <= len(talk.samples) <= 34


def test_a_nova_sensor_that_is_set_to_be_asked_is_asked_and_not_rewritten():
    talk = Conversation("sds011", 5000, query=1).run(60)
    assert 10 <= len(talk.wrote(nova.READ)) <= 12 and len(talk.samples) >= 10
    assert not talk.wrote(nova.STREAM) and not talk.wrote(nova.POLLED)
    assert talk.facts()["firmware"] == "2015-07-10"


def test_a_nova_sensor_with_a_working_period_is_left_in_peace_between_its_reports():
    talk = Conversation("sds011", period_min=5).run(900)
    assert talk.facts()["period_min"] == 5 and talk.dialogue.quiet_ms >= 400_000
    assert not talk.wrote(nova.WORK)
    assert len(talk.samples) >= 2


def test_an_sps30_is_started_and_started_again_after_a_brown_out():
    talk = Conversation("sps30").run(20)
    assert len(talk.wrote(sps30.START_FLOAT)) == 1 and talk.facts()["firmware"] == "2.2"
    talk.device.turn_off(20.0)
    talk.device.turn_on(20.5)
    read = len(talk.samples)
    talk.run(10)
    assert len(talk.wrote(sps30.START_FLOAT)) == 2 and len(talk.samples) > read + 5


def test_abc_is_switched_only_when_it_differs():
    assert Conversation("s8", options={"abc": "on"}).run(20).wrote(senseair.set_abc(180)) == []
    talk = Conversation("s8", options={"abc": "off"}).run(20)
    assert len(talk.wrote(senseair.set_abc(0))) == 1
    talk = Conversation("scd30", options={"abc": "off"}).run(20)
    assert talk.wrote(scd30.ASC_OFF) == []
    talk = Conversation("scd30", options={"abc": "on"}).run(20)
    assert len(talk.wrote(scd30.ASC_ON)) == 1
    assert Conversation("mhz19b").run(20).wrote(winsen_co2.ABC_OFF) == []


@pytest.mark.parametrize(
    "model, held, wanted",
    [
        ("scd30", "altitude_m", 520),
        ("t6613", "elevation_ft", 1706),  # 520 m
        ("t6713", "altitude_ft", 1706),
        ("cozir", "pressure", 8893),  # 8192 (1 + 0.0014 (1013.25 - 952.1)), 952.1 hPa at 520 m in the ICAO atmosphere
    ],
)
def test_an_altitude_is_told_to_a_sensor_that_takes_it_and_only_when_it_differs(model, held, wanted):
    talk = Conversation(model, options={"altitude_m": 520}).run(20)
    assert abs(getattr(talk.device, held) - wanted) <= 2
    requests = {request for _, request in talk.written}
    again = Conversation(model, options={"altitude_m": 520})
    setattr(again.device, held, getattr(talk.device, held))
    assert {request for _, request in again.run(20).written} < requests
    left_alone = Conversation(model).run(20)
    assert getattr(left_alone.device, held) in (0, 8192)


def test_abc_of_an_mhz19b_is_switched_off_again_after_it_was_switched_on_again():
    talk = Conversation("mhz19b", options={"abc": "off"}).run(30)
    assert len(talk.wrote(winsen_co2.ABC_OFF)) == 1
    talk.device.turn_off(30.0)
    talk.device.turn_on(30.5)
    talk.run(60)
    assert len(talk.wrote(winsen_co2.ABC_OFF)) == 2


def test_a_duty_cycle_sleeps_wakes_and_marks_what_is_measured_while_warming():
    for model, sleep, wake in (("pms5003", plantower.SLEEP, plantower.WAKE), ("sds011", nova.SLEEP, nova.WORK)):
        talk = Conversation(model, options={"duty": "5m/1m"}).run(1200)
        assert len(talk.wrote(sleep)) == 4, model
        assert len(talk.wrote(wake)) == 3, model
        woken = talk.wrote(wake)
        awake = [t for t, _, _ in talk.samples if t > woken[0] + 5000]
        assert all(any(0 <= t - w <= 62_000 for w in woken) for t in awake), model
        for t, _, doubt in talk.samples:
            since = min([t - w for w in woken if t >= w], default=10**9)
            assert bool(doubt & flags.WARMING) == (since < 30_000), (model, t)


def test_an_sps30_sleeps_and_wakes_and_is_told_to_clean_its_fan_when_its_week_is_over(monkeypatch):
    monkeypatch.setattr(sps30, "WEEK_S", 600)
    talk = Conversation("sps30", options={"duty": "5m/1m"}).run(700)
    cleaned = talk.wrote(sps30.CLEAN)
    assert len(cleaned) == 1 and 600_000 <= cleaned[0] < 610_000 and talk.dialogue.missed == 0
    assert len(talk.wrote(sps30.SLEEP)) == 3 and len(talk.wrote(sps30.WAKE)) >= 3
    late = [t for t, _, doubt in talk.samples if t > 600_000 and not doubt]
    assert late and not [t for t, *_ in talk.samples if 100_000 < t < 290_000]


@pytest.mark.parametrize(
    "model, duty, words",
    [
        ("pms5003", "5m", "period/awake"),
        ("pms5003", "1m/5m", "shorter than the period"),
        ("pms5003", "5m/20s", "warms up for 30 s"),
        ("pms5003", "5x/1m", "write 90s, 5m or 1h"),
        ("pms5003", "30h/1h", "at most one day"),
        ("mhz19b", "10m/5m", "cannot be sent to sleep"),
        ("pms3003", "5m/1m", "cannot be sent to sleep"),
    ],
)
def test_a_duty_that_cannot_work_says_what_can(model, duty, words):
    with pytest.raises(ValueError, match=words):
        dialogue.open(model, 0, {"duty": duty})


def test_every_model_has_a_dialogue_and_facts_that_agree_with_it():
    for model in MODELS:
        talk = dialogue.open(model)
        info = registry.info(model)
        assert info.sleep == bool(talk.TO_SLEEP), model
        assert ("polled" in info.modes) == bool(info.poll), model
        talk.due(0)
        assert bool(talk.poll) == (info.modes[0] == "polled"), model
