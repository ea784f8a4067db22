"""Simulated sensors on real pseudo-terminals that answer only at their own speed."""

import contextlib
import threading

from simulators import sensors
from simulators.line import Line
from simulators.pty import Server


@contextlib.contextmanager
def plugged_in(model, **traits):
    """Path of a terminal with a simulated `model` behind it."""
    server = Server(Line(sensors.create(model, 1, False, traits)), strict_baud=True)
    stop = threading.Event()
    thread = threading.Thread(target=server.serve, args=(stop,), daemon=True)
    thread.start()
    try:
        yield server.port.name
    finally:
        stop.set()
        thread.join(5)
