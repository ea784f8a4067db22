"""Models with the same frames are told apart by content, or named together."""

from firmware_bridge.looks import GROUPS, PLANTOWER, named_by_content, same_frames
from tests.wire.vectors import replies

MODELS_OF = {
    32: "pms5003",
    24: "pms3003",
}


def frames_of(*models):
    return [bytes.fromhex(v["hex"]) for v in replies() if v["model"] in models and v["valid"]]


def looked_at(*models, length):
    whole = [f for f in frames_of(*models) if len(f) == length and f[:2] == b"BM" and any(f[4:20])]
    assert whole
    return {named_by_content("pms5003" if length == 32 else "pms3003", [frame]) for frame in whole}


def test_recorded_frames_of_a_pms5003t_are_known_by_temperature_and_humidity_among_the_counts():
    assert looked_at("pms5003t", length=32) == {("pms5003t",)}


def test_recorded_plantower_frames_are_named_as_the_group_that_shares_them():
    told = looked_at("pms5003", "pms7003", length=32)
    assert told <= {PLANTOWER, ()} or PLANTOWER in told
    assert PLANTOWER in told and ("pms5003t",) not in told and ("pms5003s",) not in told


def test_formaldehyde_in_place_of_the_version_names_a_pms5003s():
    assert looked_at("pms5003s", length=32) == {("pms5003s",)}


def test_honeywell_and_winsen_frames_are_not_taken_for_plantower():
    assert looked_at("hpma115s0", length=32) == {("hpma115s0",)}
    assert looked_at("hpma115c0", length=32) == {("hpma115c0",)}
    assert looked_at("zh06", length=32) == {("zh06",)}
    assert looked_at("zh03b", length=24) == {("zh03b",)}
    assert looked_at("pms3003", length=24) == {("pms3003",)}


def test_a_fan_that_is_starting_names_nobody():
    zero = bytes.fromhex("424d001c000000000000000000000000000000000000000000000000000000ab")
    assert len(named_by_content("pms5003", [zero])) > 5


def test_nine_bytes_are_co2_or_particles_by_what_they_hold():
    assert named_by_content("mhz19b", [bytes.fromhex("ff86027c42000000ba")])[0] == "mhz19b"
    assert named_by_content("mhz19b", [bytes.fromhex("ff86008500960065fa")]) == ("zh03b", "zh06")


def test_no_model_is_in_two_groups():
    named = [model for group in GROUPS for model in group]
    assert len(named) == len(set(named))
    assert all(model in same_frames(model) for model in named)
