"""Bytes to samples for every model, beside the published drivers that read it, on the same simulated frames."""

import time
from collections.abc import Callable

from aqsense.wire import registry
from simulators import sensors
from tests.bench import speed

FRAMES = 2_000
DIFFERENT = 50
REPEATS = 7
Decode = Callable[[], int]
PYPMS = {  # model: its name there
    "pms1003": "PMSx003",
    "pms3003": "PMS3003",
    "pms5003": "PMSx003",
    "pms7003": "PMSx003",
    "pmsa003": "PMSx003",
    "pms9003m": "PMSx003",
    "pms5003t": "PMS5003T",
    "pms5003s": "PMS5003S",
    "pms5003st": "PMS5003ST",
    "sds011": "SDS01x",
    "sds018": "SDS01x",
    "sds021": "SDS01x",
    "sds198": "SDS198",
    "sps30": "SPS30",
    "hpma115s0": "HPMA115S0",
    "hpma115c0": "HPMA115C0",
    "zh03b": "ZH0xx",
    "mhz19b": "MHZ19B",
}
ANSWERED = ("hpma115s0", "hpma115c0", "zh03b")  # PyPMS reads their answers, not what they stream
THIRTY_TWO = ("pms1003", "pms5003", "pms7003", "pmsa003", "pms9003m")


def sample_frames(model: str) -> list[bytes]:
    """DIFFERENT measurement frames within the model's ranges."""
    if model in ANSWERED:
        return _answers(model)
    registers = sensors.registers(model)
    found = []
    for i in range(DIFFERENT):
        chosen = {}
        for k, (name, low, high, step) in enumerate(registers):
            chosen[name] = min(high, max(low, step * round((20 + i + 7 * k) / step)))
        found.append(sensors.encode(model, chosen))
    return found


def _answers(model: str) -> list[bytes]:
    device = sensors.create(model)
    device.receive(bytes.fromhex("ff0178410000000046"), 0.0)  # a ZH03B answers only in this mode
    streamed = {len(sensors.encode(model, {})), 2}  # 2: an acknowledgement
    found: list[bytes] = []
    now_s = 0.0
    while len(found) < DIFFERENT and now_s < 10 * DIFFERENT:
        device.receive(registry.info(model).poll, now_s)
        now_s += 1.0
        found += [frame for frame in device.take(now_s) if len(frame) not in streamed and frame[1:2] != b"\x78"]
    return found[:DIFFERENT]


def ours(model: str, frames: list[bytes], chunk: int = speed.CHUNK) -> Decode:
    """Our decoder over the joined frames in the daemon's chunks; what is polled is told so."""
    data = b"".join(frames[i % DIFFERENT] for i in range(FRAMES))
    request = sensors.poll(model)
    return lambda: speed.ours(data, chunk, model, request)


def pypms(model: str, frames: list[bytes]) -> Decode | None:
    """PyPMS, given whole frames at no cost; None where it does not read them."""
    from loguru import logger
    from pms.core import Sensor

    logger.disable("pms")
    sensor = Sensor[PYPMS[model]]
    try:
        sensor.decode(frames[0], time=1)
    except Exception:
        return None

    def decode() -> int:
        for i in range(FRAMES):
            sensor.decode(frames[i % DIFFERENT], time=1)
        return FRAMES

    return decode


def beside(model: str, frames: list[bytes]) -> dict[str, Decode]:
    """The published drivers that read these frames."""
    found: dict[str, Decode] = {}
    if model in THIRTY_TWO:
        data = b"".join(frames[i % DIFFERENT] for i in range(FRAMES))
        found["adafruit-circuitpython-pm25"] = lambda: speed.adafruit(data)
        found["pms5003"] = lambda: speed.pimoroni(data)
    other = pypms(model, frames) if model in PYPMS else None
    if other is not None:
        found["PyPMS"] = other
    return found


def measure(model: str) -> dict[str, float]:
    """Best microseconds a frame of each decoder, in turns so that all meet the same machine; ours is `aqsense`."""
    frames = sample_frames(model)
    decoders = {"aqsense": ours(model, frames), **beside(model, frames)}
    best = dict.fromkeys(decoders, 1e9)
    for _ in range(REPEATS):
        for name, decode in decoders.items():
            start = time.perf_counter()
            found = decode()
            best[name] = min(best[name], (time.perf_counter() - start) / FRAMES * 1e6)
            assert found == FRAMES, f"{name} found {found} of {FRAMES} frames of {model}"
    return best


def show() -> bool:
    """Print the table; True when none is slower than the fastest that reads the same frames."""
    good = True
    print("| model | us/frame | frames/s | beside it, us/frame | times ours |\n|---|---|---|---|---|")
    for model, *_ in registry.MODELS:
        best = measure(model)
        own = best.pop("aqsense")
        others = ", ".join(f"{name} {us:.2f}" for name, us in best.items())
        times = f"{min(best.values()) / own:.2f}" if best else ""
        slower = bool(best) and min(best.values()) < own
        good &= not slower
        print(
            f"| {model} | {own:.2f} | {1e6 / own:,.0f} | {others} | {times}{' SLOWER' if slower else ''} |", flush=True
        )
    return good
