"""A simulated sensor on a real pseudo-terminal, served until it is told to stop."""

import errno
import os
import pty
import select
import termios
import threading
import time
import tty
from collections.abc import Callable, Sequence
from pathlib import Path

from simulators.line import Line

CHUNK = 4096
SPEEDS = {getattr(termios, f"B{baud}"): baud for baud in (1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200)}
LONGEST_WAIT_S = 0.1
UNHEARD_WAIT_S = 0.03


class Port:
    """A raw pseudo-terminal; `name` is the path that a host opens, `links` are symbolic links that follow it."""

    def __init__(self, links: Sequence[Path]) -> None:
        self._links = links
        self.master, slave = pty.openpty()
        tty.setraw(slave)
        self.name = os.ttyname(slave)
        os.close(slave)
        os.set_blocking(self.master, False)
        self._poll = select.poll()
        self._poll.register(self.master, select.POLLIN)
        for link in links:
            self._point(link)

    def _point(self, link: Path) -> None:
        # Renamed over the old link, so that a host never finds nothing there.
        fresh = link.with_name(f".{link.name}.{os.getpid()}")
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(self.name)
        fresh.replace(link)

    def baud(self) -> int | None:
        """The speed that the host has set; None for one that has no number."""
        speed = termios.tcgetattr(self.master)[5]
        return SPEEDS.get(speed)

    def listened_to(self) -> bool:
        """Whether a host has the port open."""
        ready = self._poll.poll(0)
        return not ready or not ready[0][1] & select.POLLHUP

    def wait(self, seconds: float) -> None:
        """Return when the host wrote something, or after that time."""
        self._poll.poll(max(0, round(seconds * 1000.0)))

    def read(self) -> bytes:
        """What the host wrote; empty when there is nothing."""
        try:
            return os.read(self.master, CHUNK)
        except OSError as error:
            if error.errno in (errno.EAGAIN, errno.EIO):
                return b""
            raise

    def write(self, data: bytes) -> None:
        """Hand bytes to the host; what its buffer cannot take is lost, as on a serial port."""
        try:
            os.write(self.master, data)
        except OSError as error:
            if error.errno not in (errno.EAGAIN, errno.EIO):
                raise

    def unplug(self) -> int:
        """Hang up, as an adapter that is pulled out.

        The descriptor that it returns keeps the number of the port taken, so that the next port has another name.
        """
        number = os.open(self.name, os.O_RDWR | os.O_NOCTTY)
        self.close()
        return number

    def close(self) -> None:
        """Hang up; a link goes if it still points here."""
        for link in self._links:
            if link.is_symlink() and str(link.readlink()) == self.name:
                link.unlink()
        os.close(self.master)


class Server:
    """Serves one line; `plugged(port, now_s)` is called at the start and after each replug, `each_turn(now_s)` often.

    `speed`: seconds of the simulation in one second. `strict_baud`: a host that sets another speed than the sensor's
    reads garbage, as on a wire.
    """

    def __init__(
        self,
        line: Line,
        links: Sequence[Path] = (),
        speed: float = 1.0,
        plugged: Callable[[str, float], None] = lambda name, now_s: None,
        each_turn: Callable[[float], None] = lambda now_s: None,
        strict_baud: bool = False,
    ) -> None:
        self.line = line
        self._links = links
        self._speed = speed
        self._plugged = plugged
        self._each_turn = each_turn
        self._strict_baud = strict_baud
        self._began_s = time.monotonic()
        self._taken: int | None = None
        self.port: Port | None = Port(links)

    def now_s(self) -> float:
        """Seconds of the simulation since the start."""
        return (time.monotonic() - self._began_s) * self._speed

    def serve(self, stop: threading.Event) -> None:
        """Run until `stop` is set; removes the link."""
        self._began_s = time.monotonic()
        try:
            if self.port is not None:
                self._plugged(self.port.name, 0.0)
            while not stop.is_set():
                self._turn()
        finally:
            if self.port is not None:
                self.port.close()
            self._release()

    def _turn(self) -> None:
        now_s = self.now_s()
        self.line.step(now_s)
        self._follow_plug(now_s)
        port = self.port
        wait_s = min(LONGEST_WAIT_S, self.line.wait_s(now_s) / self._speed)
        if port is None:
            self.line.to_host(now_s, False)
            time.sleep(min(wait_s, UNHEARD_WAIT_S))
        elif self._exchange(port, now_s):
            port.wait(min(LONGEST_WAIT_S, self.line.wait_s(self.now_s()) / self._speed))
        else:
            time.sleep(UNHEARD_WAIT_S)
        self._each_turn(self.now_s())

    def _exchange(self, port: Port, now_s: float) -> bool:
        listening = port.listened_to()
        if self._strict_baud:
            self.line.host_baud = port.baud()
        said = port.read()
        if said:
            self.line.from_host(said, now_s)
        data = self.line.to_host(now_s, listening)
        if data:
            port.write(data)
        return listening

    def _follow_plug(self, now_s: float) -> None:
        if self.port is not None and not self.line.plugged:
            self._taken, self.port = self.port.unplug(), None
        elif self.port is None and self.line.plugged:
            self.port = Port(self._links)
            self._release()
            self._plugged(self.port.name, now_s)

    def _release(self) -> None:
        if self._taken is not None:
            os.close(self._taken)
            self._taken = None
