"""Samples of every simulated sensor, asked and decoded as in a home: an ordinary room raises no doubt."""

import pytest

from aqsense import flags, quantities
from aqsense.sample_checks import QC_MISSING, QC_PASS, SampleChecks
from aqsense.wire import dialogue, events, registry
from simulators import sensors

STEP_S = 0.1
MODELS = [line[0] for line in registry.MODELS if line[0] in sensors.MODELS]
DOUBT = flags.WARMING | flags.POWER_UP_UNKNOWN


class Bench:
    """One sensor on a table: device, dialogue, decoder and checks, in simulated time."""

    def __init__(self, model: str, cold: bool) -> None:
        self.model = registry.info(model)
        self.device = sensors.create(model, seed=3, cold=cold)
        self.decoder = registry.open(model)
        self.dialogue = dialogue.open(model, self.model.interval_s * 1000)
        self.checks = SampleChecks(self.decoder.FIELDS, self.decoder.SCALES, self.model, self.model.interval_s)
        self.now_s = 0.0

    def run(self, seconds: float) -> list[tuple[float, int]]:
        """(time, mask) of each sample of the next `seconds`; every canonical field of it must be judged."""
        masks = []
        end = self.now_s + seconds
        while self.now_s < end:
            now_ms = int(self.now_s * 1000)
            request = self.dialogue.due(now_ms)
            if request:
                self.decoder.expect(request)
                self.device.receive(bytes(request), self.now_s)
            chunk = self.device.poll(self.now_s)
            if chunk:
                self.decoder.receive_data(chunk, len(chunk))
            while self.decoder.next_event() != events.NEED_DATA:
                self.dialogue.heard(self.decoder, now_ms)
                if self.decoder.event == events.SAMPLE:
                    masks.append((self.now_s, self._judge()))
            self.now_s += STEP_S
        return masks

    def _judge(self) -> int:
        self.checks.check(self.decoder, int(self.now_s))
        mask = self.checks.all_flags()
        for i, field in enumerate(self.decoder.FIELDS):
            if quantities.index(field) >= 0:
                expected = (QC_PASS,) if not mask else (3, 4, QC_PASS)
                assert self.checks.qc(i) in (*expected, QC_MISSING)
        return mask


@pytest.mark.parametrize("model", MODELS)
def test_a_sensor_that_has_run_for_an_hour_is_doubted_for_its_warm_up_time_only(model):
    bench = Bench(model, cold=False)
    masks = bench.run(bench.model.warm_up_s + 120)
    early = [mask for t, mask in masks if t < bench.model.warm_up_s - 1]
    late = [mask for t, mask in masks if t > bench.model.warm_up_s + 30]
    assert not [mask for mask in early if mask and not mask & DOUBT]
    assert late and set(late) == {0}


@pytest.mark.parametrize("model", MODELS)
def test_nothing_a_cold_sensor_says_passes_before_it_is_warm(model):
    bench = Bench(model, cold=True)
    masks = bench.run(2 * bench.model.warm_up_s + 120)
    assert all(mask & DOUBT for t, mask in masks if t < bench.model.warm_up_s)
    assert masks[-1][1] == 0
