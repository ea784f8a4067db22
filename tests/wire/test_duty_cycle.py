"""A sensor that sleeps most of the time, from its configuration to what is learned of it, in simulated time."""

import json

from aqsense import messages, quantities
from aqsense.monitor import Monitor
from aqsense.settings import Settings
from firmware_bridge import core_settings
from firmware_bridge.config import Sensor
from tests.schemas import documents as schemas
from tests.wire.conversation import Conversation

CELL = 984421


class Day(Conversation):
    """A sensor, its dialogue and the monitor that hears them."""

    def __init__(self, model, duty, **traits):
        super().__init__(model, options={"duty": duty}, **traits)
        sensor = Sensor(id="s1", model=model, port="/dev/ttyUSB0", room="kitchen", duty=duty)
        settings = Settings("maple", [core_settings.sensor_settings(sensor, model)])
        settings.publish_s = 60
        self.monitor = Monitor(settings)
        self.monitor.clock("ntp", 1, True)
        self.heard = []
        self.documents = []
        self.cells = []
        self.dialogue_heard = self.dialogue.heard
        self.dialogue.heard = self._heard

    def _heard(self, decoder, now_ms):
        self.dialogue_heard(decoder, now_ms)
        self.documents += self.monitor.step("s1", decoder, *self.at(), 60, now_ms + 1)

    def at(self):
        return CELL + self.now_ms // 1_800_000, self.now_ms // 1000 % 1800

    def run(self, seconds):
        for _ in range(seconds):
            super().run(1)
            self.documents += self.monitor.tick(*self.at(), 60, self.now_ms + 1)
            self.cells += self.monitor.take_cells()
        return self

    def bodies(self, kind):
        found = [json.loads(messages.text(d)) for d in self.documents if d.kind == kind]
        for body in found:
            schemas.validate(body)
        return found


def test_what_a_sensor_says_while_it_warms_is_thrown_away_and_its_sleep_is_no_fault():
    day = Day("sds011", "5m/1m").run(3 * 1800 + 60)
    warm = [values[0] for _, values, doubt in day.samples if not doubt]
    assert len(warm) > 15 * 20 and len(day.samples) > 15 * 40
    cells = [c for c in day.cells if c[1] == quantities.PM2_5]
    assert len(cells) == 3
    assert all(c[7] == -1 and c[5] > -32768 for c in cells[1:])  # valid, no reason against
    assert {body["state"] for body in day.bodies("sensor-status")} <= {"online", "warming"}
    published = day.bodies("measured-all")
    awake = [body for body in published if body["values"].get("pm2_5_ugm3") is not None]
    assert awake and all("stuck" not in body["flags"] for body in published)
    warming = [body for body in published if "warming" in body["flags"]]
    assert warming and all(body["qc"].get("pm2_5_ugm3") != 3 for body in warming)


def test_a_reading_that_never_changes_is_stuck_although_it_is_seen_one_minute_in_five():
    day = Day("sds011", "5m/1m")
    day.device.measure = lambda now_s: {"pm2_5_ugm3": 12.3, "pm10_ugm3": 20.1, "device_id": 0xA160}
    day.run(1500)
    assert not [body for body in day.bodies("measured-all") if "stuck" in body["flags"]]
    day.run(1800)
    assert [body for body in day.bodies("measured-all") if "stuck" in body["flags"]]
    assert day.bodies("sensor-status")[-1]["reason"] == "sensor_stuck"
