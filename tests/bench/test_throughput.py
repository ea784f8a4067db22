"""Every model takes part in the measurement of throughput, with frames that its decoder reads."""

import pytest

from aqsense.wire import registry
from tests.bench import throughput


@pytest.mark.parametrize("model", [line[0] for line in registry.MODELS])
def test_our_decoder_reads_each_frame_that_is_measured(model):
    frames = throughput.sample_frames(model)
    assert len(frames) == throughput.DIFFERENT
    assert throughput.ours(model, frames)() == throughput.FRAMES
