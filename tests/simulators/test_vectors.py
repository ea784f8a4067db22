"""Recorded and published frames, built again by the simulators from the values that their sources state."""

import json
import struct
from pathlib import Path
from typing import Any

import pytest

from simulators.sensors import MODELS, create, encode, registers

FOLDER = Path(__file__).parent.parent / "vectors"
RENAMED = {
    "temperature_C": "temp_c",
    "humidity_pct": "rh_pct",
    "temperature_internal_C": "temp_internal_c",
    "humidity_internal_pct": "rh_internal_pct",
    "temperature_C_undocumented": "temp_board_c",
    "status_S": "status_s",
    "status": "status_s",
}
FLOATS = {"sps30": (10, 5), "scd30": (3, 3)}  # how many, and where the first is in the frame without stuffing


def frames() -> list[tuple[str, str, dict[str, Any]]]:
    found = []
    for path in sorted(FOLDER.glob("*.json")):
        for vector in json.loads(path.read_text()):
            if vector["direction"] == "sensor->host" and vector["valid"] and vector["model"] in MODELS:
                found.append((vector["model"], vector["hex"], vector["decoded"]))
    return found


def stated(model: str, decoded: dict[str, Any]) -> dict[str, float]:
    known = {register.name for register in registers(model)}
    values = {}
    for name, value in decoded.items():
        ours = RENAMED.get(name, name).replace("_per_0_1L", "_per_dl")
        if name == "ch2o_mgm3":
            ours, value = "hcho_ugm3", value * 1000.0
        if ours in known:
            values[ours] = float(int(value, 16) if isinstance(value, str) else value)
    return values


def is_measurement(model: str, decoded: dict[str, Any]) -> bool:
    values = stated(model, decoded)
    return any(name.endswith(("_ugm3", "_ppm")) for name in values) and "reply_to" not in decoded


WHOLE = [
    (model, frame, decoded)
    for model, frame, decoded in frames()
    if is_measurement(model, decoded) and model not in FLOATS and model not in ("s8", "pms3003")
]


@pytest.mark.parametrize(("model", "frame", "decoded"), WHOLE)
def test_a_published_frame_is_built_again_byte_for_byte(model: str, frame: str, decoded: dict[str, Any]) -> None:
    values = stated(model, decoded)
    if model.startswith("pms") and "version" not in values:
        values["version"] = bytes.fromhex(frame)[28]
    if model.startswith("mhz") and "status" in decoded:
        values["temp_board_c"] = bytes.fromhex(frame)[4] - 40.0
    assert encode(model, values).hex() == frame


@pytest.mark.parametrize(("model", "frame", "decoded"), [f for f in frames() if f[0] == "pms3003"])
def test_a_24_byte_frame_is_built_again_up_to_its_reserved_words(
    model: str, frame: str, decoded: dict[str, Any]
) -> None:
    assert encode(model, stated(model, decoded)).hex()[:32] == frame[:32]


@pytest.mark.parametrize(
    ("model", "frame", "decoded"), [f for f in frames() if f[0] in FLOATS and is_measurement(f[0], f[2])]
)
def test_a_frame_of_floats_is_built_again_byte_for_byte(model: str, frame: str, decoded: dict[str, Any]) -> None:
    count, first = FLOATS[model]
    plain = bytes.fromhex(frame)
    if model == "sps30":
        for escaped, byte in ((b"}^", b"~"), (b"}1", b"\x11"), (b"}3", b"\x13"), (b"}]", b"}")):
            plain = plain.replace(escaped, byte)
    exact = struct.unpack_from(f">{count}f", plain, first)
    names = [register.name for register in registers(model)]
    assert [round(value, 3) for value in exact] == pytest.approx([decoded_value(decoded, n) for n in names], abs=6e-4)
    assert encode(model, dict(zip(names, exact, strict=True))).hex() == frame


def decoded_value(decoded: dict[str, Any], name: str) -> float:
    back = {ours: theirs for theirs, ours in RENAMED.items() if theirs != "status"}
    return float(decoded[back.get(name, name)])


def test_every_model_that_has_vectors_is_checked_here() -> None:
    assert {model for model, _, _ in WHOLE} >= {"pms5003", "pms7003", "pms5003t", "sds011", "mhz19b"}


@pytest.mark.parametrize("model", MODELS)
def test_a_seed_decides_every_byte(model: str) -> None:
    def bytes_of(seed: int) -> bytes:
        device = create(model, seed)
        said = device.poll(1.0)
        device.receive(device.POLL or b"\x00", 1.0)
        return said + device.poll(30.0)

    assert bytes_of(3) == bytes_of(3)
