"""PMS5003, bytes to sample, in one process: our decoder beside the published drivers, over the same captured frames."""

import io
import sys
import time
import types
from collections.abc import Callable

from aqsense.wire import events, registry
from tests.bench import frames

REPEATS = 15
CHUNK = 4096  # the daemon's buffer


def ours(data: bytes, chunk: int = CHUNK, model: str = "pms5003", request: bytes = b"") -> int:
    """Samples of our decoder, as the daemon's line feeds it: whatever a read put into one buffer."""
    port = io.BytesIO(data)
    buffer = bytearray(chunk)
    decoder = registry.open(model)
    if request:
        decoder.stand(request)
    found = 0
    while n := port.readinto(buffer):
        decoder.receive_data(buffer, n)
        while event := decoder.next_event():
            if event == events.SAMPLE:
                found += 1
    return found


def ours_framewise(data: bytes) -> int:
    """Our decoder when each read gives one frame: what a single sensor at 1 Hz does."""
    return ours(data, frames.LENGTH)


def adafruit(data: bytes) -> int:
    """adafruit-circuitpython-pm25 through its UART class, on a file instead of a port."""
    pins = types.ModuleType("digitalio")  # its reset pin: absent here, and never used
    pins.DigitalInOut = pins.Direction = object  # type: ignore[attr-defined]
    sys.modules.setdefault("digitalio", pins)
    from adafruit_pm25.uart import PM25_UART

    driver = PM25_UART(io.BytesIO(data))
    count = len(data) // frames.LENGTH
    for _ in range(count):
        driver.read()
    return count


def adafruit_framed(data: bytes) -> int:
    """adafruit-circuitpython-pm25 given whole frames at no cost: its decoding alone."""
    from adafruit_pm25 import PM25

    class Given(PM25):
        def _read_into_buffer(self) -> None:
            pass

    driver = Given()
    count = len(data) // frames.LENGTH
    for i in range(count):
        driver._buffer = data[i * 32 : i * 32 + 32]
        driver.read()
    return count


def pimoroni(data: bytes) -> int:
    """pms5003 (Pimoroni), on a file instead of a port."""
    for name in ("gpiod", "gpiod.line", "gpiodevice"):  # its reset pin: absent here, and never used
        if name not in sys.modules:
            fake = types.ModuleType(name)
            fake.LineSettings = lambda **_: None  # type: ignore[attr-defined]
            fake.Direction = fake.Value = types.SimpleNamespace(OUTPUT=1, ACTIVE=1, INACTIVE=0)  # type: ignore[attr-defined]
            sys.modules[name] = fake
    from pms5003 import PMS5003

    driver = PMS5003.__new__(PMS5003)
    driver._serial = io.BytesIO(data)
    count = len(data) // frames.LENGTH
    for _ in range(count):
        driver.read()
    return count


def pypms(data: bytes) -> int:
    """PyPMS, its logger off, given whole frames (it polls, and throws its input away on any error)."""
    from loguru import logger
    from pms.core import Sensor

    logger.disable("pms")
    sensor = Sensor["PMSx003"]
    count = len(data) // frames.LENGTH
    for i in range(count):
        sensor.decode(data[i * 32 : i * 32 + 32], time=1)
    return count


DECODERS: tuple[tuple[str, Callable[[bytes], int]], ...] = (
    ("aqsense", ours),
    ("aqsense, one frame a read", ours_framewise),
    ("adafruit-circuitpython-pm25", adafruit),
    ("adafruit-circuitpython-pm25, frames already cut", adafruit_framed),
    ("pms5003", pimoroni),
    ("PyPMS, frames already cut", pypms),
)


def measure() -> dict[str, tuple[float, float]]:
    """Best and median microseconds a frame of each decoder, measured in turns so that all meet the same machine."""
    data = frames.stream()
    seen: dict[str, list[float]] = {name: [] for name, _ in DECODERS}
    for _ in range(REPEATS):
        for name, decode in DECODERS:
            start = time.perf_counter()
            found = decode(data)
            seen[name].append((time.perf_counter() - start) / frames.FRAMES * 1e6)
            assert found == frames.FRAMES, f"{name} found {found} of {frames.FRAMES} frames"
    return {name: (min(times), sorted(times)[len(times) // 2]) for name, times in seen.items()}
