"""The noise campaign in short: intact frames, exact accounts, and no wrong reading where a half hour is kept."""

import pytest

from tests.bench import layouts, noise


@pytest.mark.parametrize("rate", noise.FRAMES)
@pytest.mark.parametrize("model", noise.MODELS)
def test_bit_errors_cost_no_intact_frame_no_byte_of_account_and_teach_nothing_wrong(model, rate):
    result = noise.measure(model, rate, 2 * noise.CELL_S)
    assert result.found == result.intact and result.exact, result
    assert result.wrong == result.wrong_codes == 0
    assert (result.learned > 0) == (rate < 1e-3)
    assert 0 <= result.corrupt <= result.accepted


def test_the_recount_sees_what_the_noise_did():
    clean = b"".join(noise.sent("sds011")[:100]) + bytes(layouts.LONGEST)
    assert layouts.recount("sds011", clean) == (list(range(0, 1000, 10)), {"resync": layouts.LONGEST})
    hurt = clean[:14] + b"\x01" + clean[15:]
    starts, lost = layouts.recount("sds011", hurt)
    assert 10 not in starts and len(starts) == 99
    assert lost == {"checksum": 1, "resync": 9 + layouts.LONGEST}
