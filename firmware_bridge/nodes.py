"""Sensors on boards that only pass bytes on: a port whose line is the broker (contract section 4, `node`)."""

import contextlib
import json
import os
from collections.abc import Callable
from typing import Any

from firmware_bridge.errors import PortError
from firmware_bridge.port import Lost

PREFIX = "node:"
LARGEST = 4096  # bytes of one message; a board sends what a line gives in a second


class Nodes:
    """The thin nodes of a home: which are online, and whose bytes go to which port."""

    def __init__(self, publish: Callable[[str, str], None]) -> None:
        self._publish = publish
        self._ports: dict[tuple[str, str], NodePort] = {}
        self._seq: dict[tuple[str, str], tuple[str, int]] = {}
        self.online: set[str] = set()
        self.holes = 0  # messages that never came

    def port(self, path: str) -> "NodePort":
        """The port that `node:<nid>` or `node:<nid>/<port>` names."""
        nid, _, number = path[len(PREFIX) :].partition("/")
        return NodePort(self, path, nid, number or "0")

    def attach(self, port: "NodePort") -> None:
        """Give a port the bytes of its node from now on."""
        self._ports[port.nid, port.number] = port

    def detach(self, port: "NodePort") -> None:
        """No more bytes for that port."""
        if self._ports.get((port.nid, port.number)) is port:
            del self._ports[port.nid, port.number]

    def heard(self, nid: str, leaf: str, payload: bytes) -> None:
        """Take a message of a node; what is not a `node/1` document is passed over."""
        try:
            body = json.loads(payload)
            if leaf == "status":
                self._status(nid, str(body["state"]))
            elif leaf == "raw":
                self._raw(nid, body)
        except (ValueError, KeyError, TypeError, RecursionError):
            return

    def _status(self, nid: str, state: str) -> None:
        if state == "online":
            self.online.add(nid)
            return
        self.online.discard(nid)
        for key, port in list(self._ports.items()):
            if key[0] == nid:
                port.hang_up()

    def _raw(self, nid: str, body: dict[str, Any]) -> None:
        number = str(body.get("port", "0"))
        data = bytes.fromhex(body["rx"])[:LARGEST]
        boot, seq = str(body["boot"]), int(body["seq"])
        before = self._seq.get((nid, number))
        if before is not None and before[0] == boot:
            if seq <= before[1]:
                return  # a message that was delivered twice
            self.holes += seq - before[1] - 1
        self._seq[nid, number] = (boot, seq)
        self.online.add(nid)
        port = self._ports.get((nid, number))
        if port is not None:
            port.feed(data)

    def tell(self, nid: str, number: str, data: bytes) -> None:
        """Have a node write bytes to its sensor."""
        body = {"schema": "node/1", "kind": "tx", "nid": nid, "port": number, "tx": data.hex()}
        self._publish(f"node/{nid}/tx", json.dumps(body, separators=(",", ":")))


class NodePort:
    """A line that ends at a node; used like a serial `Port`."""

    def __init__(self, nodes: Nodes, path: str, nid: str, number: str) -> None:
        self.path = path
        self.nid = nid
        self.number = number
        self._nodes = nodes
        self._in = self._out = -1

    def open(self) -> None:
        """Begin to take the node's bytes; PortError while the node is not online."""
        if self.nid not in self._nodes.online:
            error = PortError(f"{self.path} is not online: check the board's power, Wi-Fi and broker")
            error.kind = "missing"
            raise error
        self._in, self._out = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._nodes.attach(self)

    def fileno(self) -> int:
        """The descriptor to wait on; -1 when closed."""
        return self._in

    def feed(self, data: bytes) -> None:
        """Bytes came from the node; what the loop does not fetch in time is lost, as on a serial line."""
        with contextlib.suppress(BlockingIOError, OSError):
            os.write(self._out, data)

    def hang_up(self) -> None:
        """The node is gone; the reader sees the end of the line."""
        if self._out >= 0:
            os.close(self._out)
            self._out = -1

    def read_into(self, buffer: bytearray) -> int:
        """As `Port.read_into`."""
        try:
            n = os.readv(self._in, [buffer])
        except BlockingIOError:
            return 0
        if n == 0:
            raise Lost(f"{self.path} went offline")
        return n

    def write(self, data: bytes) -> None:
        """As `Port.write`."""
        self._nodes.tell(self.nid, self.number, bytes(data))

    def close(self) -> None:
        """As `Port.close`."""
        self._nodes.detach(self)
        self.hang_up()
        if self._in >= 0:
            os.close(self._in)
            self._in = -1
