"""A thin node on a serial cable: lines with a sum, one object each, for all the sensors of the node."""

import json
import os
import time
from typing import TYPE_CHECKING, Any

from firmware_bridge.board import framed
from firmware_bridge.errors import PortError
from firmware_bridge.port import Port

if TYPE_CHECKING:
    from firmware_bridge.nodes import Nodes

BAUD = 115200
QUIET_S = 6.0  # a node says its status once a second


class Cable:
    """The serial device of one node. Everything that it says is acknowledged, or the node would say it again."""

    def __init__(self, device: str, nodes: "Nodes") -> None:
        self.device = device
        self.damaged = 0  # lines
        self._nodes = nodes
        self._port = Port(device, BAUD)
        self._buffer = bytearray(4096)
        self._rest = b""
        self._heard = time.monotonic()
        self._real = ""

    def open(self) -> None:
        """As `Port.open`."""
        self._port.open()
        self._real = os.path.realpath(self.device)

    def fileno(self) -> int:
        """The descriptor to wait on; -1 when closed."""
        return self._port.fileno()

    def close(self) -> None:
        """As `Port.close`."""
        self._port.close()

    def is_dead(self) -> bool:
        """Whether the node has said nothing for long, or the name leads to another device now."""
        return time.monotonic() - self._heard > QUIET_S or os.path.realpath(self.device) != self._real

    def read(self) -> None:
        """Take what has arrived; a cable that is gone takes its ports with it."""
        try:
            n = self._port.read_into(self._buffer)
        except PortError:
            self._nodes.unplug(self)
            return
        *lines, self._rest = (self._rest + bytes(self._buffer[:n])).split(b"\n")
        if len(self._rest) > framed.LONGEST:
            self._rest = b""
        for line in lines:
            self._take(line)

    def _take(self, line: bytes) -> None:
        text = framed.text(line.decode("ascii", "replace"))
        if text is None:
            self.damaged += bool(line.strip())
            return
        try:
            body = json.loads(text)
            said: dict[str, Any] = {
                "schema": "node/1",
                "kind": "ack",
                "nid": str(body["nid"]),
                "boot": str(body["boot"]),
            }
            if "seq" in body:
                said |= {"port": str(body["port"]), "seq": int(body["seq"])}
        except (ValueError, KeyError, TypeError, RecursionError, OverflowError):
            return
        self._heard = time.monotonic()
        self._nodes.heard(self.device, "raw" if "rx" in body else "status", text.encode())
        self.write(said)

    def write(self, body: dict[str, Any]) -> None:
        """Send one object."""
        try:
            self._port.write((framed.line(json.dumps(body, separators=(",", ":"))) + "\n").encode())
        except PortError:
            self._nodes.unplug(self)


def node_of(heard: bytes) -> str | None:
    """Name of the thin node that speaks in what was heard on a serial port at 115200 baud; None when none does."""
    for line in heard.split(b"\n"):
        text = framed.text(line.decode("ascii", "replace"))
        if text is not None and text.startswith('{"schema":"node/1","nid":"'):
            return text[26:].partition('"')[0]
    return None
