"""The noise campaign in short: intact frames, exact accounts, and no wrong reading where a half hour is kept."""

import pytest

from tests.bench import layouts, noise, noise_dialogue

ASKED = ("mhz19b", "cm1106", "pm1006k", "nextpm", "s8", "k30", "t6713", "scd30", "zphs01b")


@pytest.mark.parametrize("rate", noise.FRAMES)
@pytest.mark.parametrize("model", noise.MODELS)
def test_bit_errors_cost_no_intact_frame_no_byte_of_account_and_teach_nothing_wrong(model, rate):
    result = noise.measure(model, rate, noise.CELL_S)
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


@pytest.mark.parametrize("model", [*ASKED, "t6613", "cozir"])
def test_what_a_sensor_answers_through_one_bit_error_in_a_thousand_is_found_and_not_learned(model):
    result = noise_dialogue.measure(model, 1e-3, 4_000 if model == "cozir" else 1_000)
    assert result.found == result.intact > 600
    assert result.noisy_cells == result.cells > 0 == result.learned


@pytest.mark.parametrize("model", ["mhz19b", "t6613"])
def test_one_bit_error_in_ten_thousand_is_little_enough_to_learn_from(model):
    result = noise_dialogue.measure(model, 1e-4, 2_000)
    assert result.met() and result.learned > 1_500
