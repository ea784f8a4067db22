"""The friendly face: bytes in, objects with floats out."""

import json
from pathlib import Path

import pytest

from aqsense import readings

VECTORS = Path(__file__).parents[1] / "vectors" / "plantower.json"


def frame():
    """The first valid PMS5003 frame of the vectors, and what its source says it holds."""
    for line in VECTORS.read_text(encoding="utf-8").splitlines():
        if line.startswith("{"):
            vector = json.loads(line.rstrip(","))
            if vector["model"] == "pms5003" and vector.get("valid") and "pm2_5_atm_ugm3" in vector["decoded"]:
                return bytes.fromhex(vector["hex"]), vector["decoded"]
    raise AssertionError("no such vector")


def test_a_frame_is_a_reading_with_values_by_name():
    data, decoded = frame()
    found = list(readings.decode("pms5003", data))
    assert len(found) == 1
    assert found[0].pm2_5_ugm3 == float(decoded["pm2_5_atm_ugm3"])
    assert found[0].values["pm2_5_cf1_ugm3"] == decoded["pm2_5_cf1_ugm3"]
    assert found[0].flags == []
    with pytest.raises(AttributeError, match="no co2_ppm"):
        _ = found[0].co2_ppm


def test_damaged_bytes_and_odd_chunks_lose_nothing_else():
    data, _ = frame()
    stream = data + b"\x42" + data[:10] + data
    pieces = [stream[i : i + 7] for i in range(0, len(stream), 7)]
    assert len(list(readings.decode("pms5003", pieces))) == 2


def test_an_unknown_model_is_refused_with_a_suggestion():
    with pytest.raises(ValueError, match="pms5003"):
        list(readings.decode("pms5030", b""))
