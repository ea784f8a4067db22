"""A simulated sensor on a real pseudo-terminal, served by a thread, for the tests."""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from crccheck.crc import CrcModbus

from simulators.bench import Wish, build
from simulators.device import Device
from simulators.faults import parse
from simulators.pty import Server


@contextlib.contextmanager
def served(
    model: str,
    values: Mapping[str, float] | None = None,
    faults: Sequence[str] = (),
    cold: bool = False,
    speed: float = 1.0,
    link: Path | None = None,
    strict_baud: bool = False,
) -> Iterator[Server]:
    """A server whose `port.name` can be opened."""
    wish = Wish(model, values or {}, faults=[parse(spec) for spec in faults], cold=cold)
    server = Server(build(wish).line, [link] if link else [], speed, strict_baud=strict_baud)
    stop = threading.Event()
    thread = threading.Thread(target=server.serve, args=(stop,))
    thread.start()
    try:
        yield server
    finally:
        stop.set()
        thread.join()


def asked(device: Device, request: str, now_s: float, patience_s: float = 1.0) -> str:
    """What a device answers to a request, both in hex."""
    device.poll(now_s)
    device.receive(bytes.fromhex(request), now_s)
    return device.poll(now_s + patience_s).hex()


def summed(request: str) -> str:
    """A Modbus request with its check sum, by crccheck."""
    return request + CrcModbus.calc(bytes.fromhex(request)).to_bytes(2, "little").hex()


def made(model: str, cold: bool = False, **values: float) -> Device:
    """A device with held values and options."""
    wish = Wish(model, values, cold=cold)
    return build(wish).line.device


def until(condition: Callable[[], bool], patience_s: float = 5.0) -> None:
    """Wait for a condition."""
    end_s = time.monotonic() + patience_s
    while not condition():
        assert time.monotonic() < end_s
        time.sleep(0.01)
