"""A board under MicroPython beside simulated sensors and a real broker, its time driven step by step."""

import json
import os
import pty
import select
import socket
import struct
import subprocess
import termios
import threading
import time
import tty
from dataclasses import dataclass, field
from pathlib import Path

from tests.mpy import interpreters
from tests.mpy.interpreters import ROOT

HERE = Path(__file__).resolve().parent
MARK = "@idle"
LEAST_HEAP = "100k"  # of a full node with two sensors; `make bench ARGS=board` says what lies in it
HEAP = "108k"  # where the owner asks, too: forgetting and learning anew want room in one piece
NTP_TO_UNIX = 2208988800


class TimeServer:
    """An NTP server whose time is set by the test."""

    def __init__(self) -> None:
        self.now_ms = 0
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                _, address = self._socket.recvfrom(64)
                self._socket.sendto(self._answer(), address)
            except OSError:
                return

    def _answer(self) -> bytes:
        seconds, ms = divmod(self.now_ms, 1000)
        # rounded up, so that the fraction names this millisecond and not the one before
        stamp = struct.pack(">II", (seconds + NTP_TO_UNIX) & 0xFFFFFFFF, -(-(ms << 32) // 1000))
        return struct.pack(">BBBbII4s", 0x24, 1, 6, -20, 0, 0, b"TEST") + b"\0" * 16 + stamp + stamp

    def close(self) -> None:
        self._socket.close()


class Wire:
    """One UART's line: the master side of a pseudo-terminal, and how much was written into it."""

    def __init__(self) -> None:
        self._master, slave = pty.openpty()
        tty.setraw(slave)
        self.path = os.ttyname(slave)
        self._slave = slave
        self.written = 0

    def write(self, data: bytes) -> None:
        os.write(self._master, data)
        self.written += len(data)

    def read(self, wait_s: float = 0.0) -> bytes:
        """What the board has sent."""
        found = b""
        while select.select([self._master], [], [], wait_s)[0]:
            found += os.read(self._master, 4096)
            wait_s = 0.0
        return found

    def reset(self) -> None:
        """As after a restart of the board: nothing is in the line."""
        self.written = 0
        termios.tcflush(self._slave, termios.TCIOFLUSH)
        self.read()

    def close(self) -> None:
        os.close(self._master)
        os.close(self._slave)


@dataclass
class Board:
    """A MicroPython process that runs `firmware_bridge.board.main` in lockstep.

    The code is frozen into the firmware, or Debian's interpreter loads it from the folder `library`, or executes it in
    place from the file `image`.
    """

    folder: Path
    config: dict
    wires: list[Wire]
    clock: TimeServer
    library: Path | None = None
    image: Path | None = None
    heap: str = HEAP
    ledger: bool = True
    process: subprocess.Popen[str] | None = None
    said: list[str] = field(default_factory=list)

    def heap_at_rest(self) -> int:
        """Bytes of the heap that were in use at most between two turns, after a collection."""
        return max(int(line.split()[1]) for line in self.said if line.startswith("@heap "))

    def start(self, now_ms: int) -> None:
        """Start, or start again, the process; returns when it waits for time for the first time."""
        self._launch(now_ms)
        self._wait()

    def cut_start(self, now_ms: int, seconds: float) -> None:
        """Start the process, and take its power away so much later, wherever it is then."""
        self._launch(now_ms)
        time.sleep(seconds)
        self.kill()

    def _launch(self, now_ms: int) -> None:
        for wire in self.wires:
            wire.reset()
        path = self.folder / "aqsense.json"
        path.write_text(json.dumps(self.config))
        frozen = self.library is None and self.image is None
        interpreter = interpreters.get("firmware" if frozen else "i386")
        library = (self.library,) if self.library else ()
        environment = interpreter.environment(() if frozen else (HERE / "shims", *library))
        environment["AQ_IMAGE"] = str(self.image or "")
        environment["AQ_CONFIG"] = str(path)
        environment["AQ_LEDGER"] = "1" if self.ledger else ""
        for number, wire in enumerate(self.wires):
            environment[f"AQ_UART{number}"] = wire.path
        self.clock.now_ms = now_ms
        self.process = subprocess.Popen(
            interpreter.command("start" if frozen else HERE / "start.py", heap=self.heap),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=environment,
            cwd=self.folder,
        )

    def _wait(self) -> None:
        assert self.process is not None and self.process.stdout is not None
        for line in self.process.stdout:
            text = line.rstrip("\n")
            if text == MARK:
                return
            self.said.append(text)
        raise AssertionError("the board stopped:\n" + "\n".join(self.said[-30:]))

    def until(self, now_ms: int) -> None:
        """Let the board have one turn at this time, with all that was written to its lines."""
        self._go(now_ms)
        self._wait()

    def cut(self, now_ms: int, seconds: float) -> None:
        """Let the board begin a turn, and take its power away so much later, wherever it is then."""
        self._go(now_ms)
        time.sleep(seconds)
        self.kill()

    def _go(self, now_ms: int) -> None:
        assert self.process is not None and self.process.stdin is not None
        self.clock.now_ms = now_ms
        numbers = [now_ms, *(wire.written for wire in self.wires)]
        self.process.stdin.write(" ".join(map(str, numbers)) + "\n")
        self.process.stdin.flush()

    def kill(self) -> None:
        """Take the power away."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


__all__ = ["HEAP", "HERE", "LEAST_HEAP", "ROOT", "Board", "TimeServer", "Wire"]
