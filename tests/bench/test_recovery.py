"""On a noisy line no intact frame is lost and every byte is accounted for."""

import pytest

from tests.bench import frames, recovery


@pytest.mark.parametrize("rate", [1e-4, 1e-3, 1e-2])
def test_every_intact_frame_is_found_and_every_byte_accounted_for(rate):
    result = recovery.measure(rate)
    assert result.exact, result
    assert result.found == result.intact


def test_the_noise_is_what_it_claims_to_be():
    line = frames.noisy(1e-3)
    assert 0.74 < len(line.intact) / frames.FRAMES < 0.80  # 0.99 * (1 - 1e-3) ** 256 = 0.766
    assert len(frames.noisy(0).intact) == pytest.approx(0.99 * frames.FRAMES, rel=0.01)
