"""Recorded and published frames, built again by the simulators from the values that their sources state."""

import json
import struct
from typing import Any

import pytest

from simulators.sensors import MODELS, create, encode, registers
from tests.wire.vectors import FOLDER, RENAMED

FLOATS = {"sps30": (10, 5), "scd30": (3, 3)}  # how many, and where the first is in the frame without stuffing


def frames() -> list[tuple[str, str, dict[str, Any]]]:
    found = []
    for path in sorted(FOLDER.glob("*.json")):
        for vector in json.loads(path.read_text()):
            if vector["direction"] == "sensor->host" and vector["valid"] and vector["model"] in MODELS:
                found.append((vector["model"], vector["hex"], vector["decoded"]))
    return found


def number(value: Any) -> float | None:
    """The number in a stated value such as 612, "58d9", "0x97" or "0x80 no measurement completed"; None for words."""
    if isinstance(value, bool) or not isinstance(value, str):
        return float(value)
    try:
        return float(int(value.split()[0], 16))
    except ValueError:
        return None


def stated(model: str, decoded: dict[str, Any]) -> dict[str, float]:
    known = {register.name for register in registers(model)} | {"temp_c", "rh_pct"}
    values = {}
    for name, value in decoded.items():
        ours = RENAMED.get(name, name).replace("_per_0_1L", "_per_dl")
        if name == "status" and model.startswith("mhz"):
            ours = "status_s"
        stated_number = number(value)
        if ours in known and stated_number is not None:
            values[ours] = stated_number * (1000.0 if name == "ch2o_mgm3" else 1.0)
    return values


def is_measurement(model: str, decoded: dict[str, Any]) -> bool:
    values = stated(model, decoded)
    return any(name.startswith(("pm", "co2", "eco2")) for name in values) and "reply_to" not in decoded


def word(raw: bytes, at: int) -> float:
    return float(int.from_bytes(raw[at : at + 2], "big"))


def unstated(model: str, raw: bytes) -> dict[str, float]:
    """Registers that a frame carries and its source says nothing about, by their place in the published layout."""
    if model.startswith("pms"):
        masses = {f"{size}_cf1_ugm3": word(raw, 4 + 2 * i) for i, size in enumerate(("pm1", "pm2_5", "pm10"))}
        return {**masses, "version": raw[28]} if len(raw) == 32 else masses
    if model.startswith("mhz"):
        return {"temp_board_c": raw[4] - 40.0}
    if model == "sds198":
        return {"reserved": raw[2] + 256.0 * raw[3]}
    if model == "pm1003":
        return {"df13_16_raw": float(int.from_bytes(raw[15:19], "big"))}
    if model == "cm1106":
        return {"df4_counter": raw[6]}
    if model == "zh06" and len(raw) == 32:
        return {f"{size}_ugm3_copy": word(raw, 4 + 2 * i) for i, size in enumerate(("pm1", "pm2_5", "pm10"))}
    if model == "nextpmmodbus":
        names = [register.name for register in registers(model)]
        return {name: (word(raw, 3 + 4 * i) + 65536 * word(raw, 5 + 4 * i)) / 1000 for i, name in enumerate(names)}
    return {}


def built(model: str, frame: str, values: dict[str, float]) -> str:
    """The frame of that kind that the simulated sensor makes from the values."""
    device: Any = create(model)
    raw = bytes.fromhex(frame)
    values = {**unstated(model, raw), **values}
    if (model.startswith("hpma") and raw[0] == 0x40) or (model.startswith("zh") and raw[0] == 0xFF):
        return str(device.answer(values).hex())
    if model == "nextpm":
        return str(device.average(raw[1], values).hex())
    return device.encode(values).hex()


# What the values do not determine: other registers of the same reply, an undocumented reply, reserved words.
APART = {"s8", "k30", "pms3003", *FLOATS}
UNDOCUMENTED = {"16070102bd04aa017df7"}
WHOLE = [
    (model, frame, decoded)
    for model, frame, decoded in frames()
    if is_measurement(model, decoded) and model not in APART and frame not in UNDOCUMENTED
]


@pytest.mark.parametrize(("model", "frame", "decoded"), WHOLE)
def test_a_published_frame_is_built_again_byte_for_byte(model: str, frame: str, decoded: dict[str, Any]) -> None:
    assert built(model, frame, stated(model, decoded)) == frame


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
    back = {"temp_c": "temperature_C", "rh_pct": "humidity_pct"}
    return float(decoded[back.get(name, name)])


def test_every_model_that_has_vectors_is_checked_here() -> None:
    assert {model for model, _, _ in WHOLE} >= {"pms5003", "pms7003", "pms5003t", "sds011", "mhz19b", "sunrise"}


@pytest.mark.parametrize("model", MODELS)
def test_a_seed_decides_every_byte(model: str) -> None:
    def bytes_of(seed: int) -> bytes:
        device = create(model, seed)
        said = device.poll(1.0)
        device.receive(device.POLL or b"\x00", 1.0)
        return said + device.poll(30.0)

    assert bytes_of(3) == bytes_of(3)
