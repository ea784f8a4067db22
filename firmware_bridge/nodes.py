"""Sensors on boards that only pass bytes on: a port whose line is the broker or a cable (contract section 4, `node`).

`node:<nid>` or `node:<nid>/<port>` is a node at the broker, `node:<device>` or `node:<device>#<port>` one on a serial
cable; `port` is the number of the sensor at the node, from 0.
"""

import contextlib
import json
import os
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from firmware_bridge.errors import PortError
from firmware_bridge.node_clock import NodeClock, Stamp
from firmware_bridge.port import Lost
from firmware_bridge.problems import Problems

PREFIX = "node:"
LARGEST = 4096  # bytes of one message; a board sends what a line gives in a second
MOST = 4096  # messages that a port keeps until they are read
_SEQS = 1 << 32  # a node's number of a message has 32 bits


def parted(path: str) -> tuple[str, str]:
    """(node or device, port number) of a configured `node:` path."""
    name, _, number = path[len(PREFIX) :].partition("#" if path.startswith(PREFIX + "/") else "/")
    return name, number or "0"


class Nodes:
    """The thin nodes of a home: which are there, whose bytes go to which port, and what time they came.

    `publish(leaf, text)` reaches nodes at the broker, `now()` is (milliseconds that nobody sets, epoch milliseconds,
    error of the latter in tenths of a second).
    """

    def __init__(
        self, publish: Callable[[str, str], None], problems: Problems, now: Callable[[], tuple[int, int, int]]
    ) -> None:
        self._publish = publish
        self._problems = problems
        self._now = now
        self._seq: dict[tuple[str, str], tuple[str, int]] = {}
        self._clocks: dict[str, tuple[str, NodeClock]] = {}
        self._waiting: dict[tuple[str, str], deque[tuple[Stamp, bytes]]] = {}
        self._ports: dict[tuple[str, str], NodePort] = {}
        self._cables: dict[str, Any] = {}
        self.watch: Callable[[Any, bool], None] | None = None  # has a cable's descriptor waited on, or no more
        self.online: set[str] = set()
        self.holes = 0  # messages that never came

    def port(self, path: str) -> "NodePort":
        """The port that a `node:` path names."""
        nid, number = parted(path)
        self._waiting.setdefault((nid, number), deque(maxlen=MOST))
        return NodePort(self, path, nid, number)

    def attach(self, port: "NodePort") -> deque[tuple[Stamp, bytes]]:
        """Give a port the bytes of its node from now on, and those that came since another read it."""
        if port.nid.startswith("/") and port.nid not in self._cables:
            self._plug(port.nid)
        if port.nid not in self.online:
            error = PortError(f"{port.path} is not online: check the board's power, and its Wi-Fi and broker or cable")
            error.kind = "missing"
            raise error
        self._ports[port.nid, port.number] = port
        return self._waiting[port.nid, port.number]

    def detach(self, port: "NodePort") -> None:
        """No more bytes for that port."""
        if self._ports.get((port.nid, port.number)) is port:
            del self._ports[port.nid, port.number]

    def _plug(self, device: str) -> None:
        from firmware_bridge.cable import Cable

        cable = Cable(device, self)
        cable.open()
        self._cables[device] = cable
        assert self.watch is not None
        self.watch(cable, True)

    def unplug(self, cable: Any) -> None:
        """A cable is dead: its ports are lost, and it is opened again when one of them is."""
        if self._cables.pop(cable.device, None) is None:
            return
        assert self.watch is not None
        self.watch(cable, False)
        cable.close()
        self.gone(cable.device)

    def check(self) -> None:
        """Once a second: give up cables on which nothing is heard."""
        for cable in list(self._cables.values()):
            if cable.is_dead():
                self.unplug(cable)

    def close(self) -> None:
        """Close the cables."""
        for cable in list(self._cables.values()):
            self.unplug(cable)

    def boot(self, nid: str) -> str:
        """The start that a node is in; empty before its first word."""
        return self._clocks[nid][0] if nid in self._clocks else ""

    # what nodes say

    def heard(self, nid: str, leaf: str, payload: bytes) -> None:
        """Take a message of a node; what is not a `node/1` document is passed over."""
        try:
            body = json.loads(payload)
            if leaf == "status":
                self._status(nid, str(body["state"]))
            elif leaf == "raw":
                self._raw(nid, body)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError):
            return  # the last: `int` of what JSON spells 1e999

    def _status(self, nid: str, state: str) -> None:
        if state == "online":
            self.online.add(nid)
        else:
            self.gone(nid)

    def gone(self, nid: str) -> None:
        """A node is not there any more."""
        self.online.discard(nid)
        for key, port in list(self._ports.items()):
            if key[0] == nid:
                port.hang_up()

    def clock(self, nid: str, boot: str) -> NodeClock:
        """The clock of a node's present start."""
        if self.boot(nid) != boot:
            self._clocks[nid] = (boot, NodeClock())
        return self._clocks[nid][1]

    def _raw(self, nid: str, body: dict[str, Any]) -> None:
        key = (nid, str(body.get("port", "0")))
        data = bytes.fromhex(body["rx"])[:LARGEST]
        boot, seq = str(body["boot"]), int(body["seq"])
        if not 0 <= seq < _SEQS:
            return  # every later one would be taken for delivered
        before = self._seq.get(key)
        if before is not None and before[0] == boot and seq <= before[1]:
            return  # a message that was delivered twice
        clock = self.clock(nid, boot)
        stamp = clock.stamp(body, *self._now())
        if before is not None:
            self._tell_of_holes(nid, seq - before[1] - 1 if before[0] == boot else seq)
        self._tell_of_clock(nid, clock)
        self._seq[key] = (boot, seq)
        self.online.add(nid)
        if key in self._waiting:
            self._waiting[key].append((stamp, data))
            if key in self._ports:
                self._ports[key].wake()

    def _tell_of_holes(self, nid: str, missing: int) -> None:
        if 0 < missing < 1 << 20:
            self.holes += missing
            self._problems.say(f"node {nid}: {missing} messages were lost: it was away for longer than it can remember")

    def _tell_of_clock(self, nid: str, clock: NodeClock) -> None:
        name = f"clock of {nid}"
        if clock.disagrees_ms and not self._problems.has(name):
            self._problems.set(
                name,
                f"node {nid}: its clock and this machine's are {clock.disagrees_ms // 1000} s apart, so its uptime is "
                "used: give both a time server",
            )
        elif not clock.disagrees_ms:
            self._problems.clear(name, f"node {nid}: its clock agrees again")

    def tell(self, nid: str, number: str, data: bytes) -> None:
        """Have a node write bytes to its sensor."""
        body = {"schema": "node/1", "kind": "tx", "nid": nid, "port": number, "tx": data.hex()}
        if nid in self._cables:
            self._cables[nid].write(body)
        else:
            self._publish(f"node/{nid}/tx", json.dumps(body, separators=(",", ":")))


class NodePort:
    """A line that ends at a node; used like a serial `Port`. `stamp`: when the bytes of the last read came."""

    def __init__(self, nodes: Nodes, path: str, nid: str, number: str) -> None:
        self.path = path
        self.nid = nid
        self.number = number
        self.stamp: Stamp | None = None
        self._nodes = nodes
        self._messages: deque[tuple[Stamp, bytes]] = deque()
        self._event = -1
        self._gone = False

    def open(self) -> None:
        """Begin to take the node's bytes; PortError while the node is not online."""
        self._messages = self._nodes.attach(self)
        self._event = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        if self._messages:
            self.wake()

    @property
    def boot(self) -> str:
        """The node's start, so that one can tell whether its sensors may have lost their power."""
        return self._nodes.boot(self.nid)

    def fileno(self) -> int:
        """The descriptor to wait on; -1 when closed."""
        return self._event

    def wake(self) -> None:
        """There is something to read."""
        if self._event >= 0:
            os.eventfd_write(self._event, 1)

    def hang_up(self) -> None:
        """The node is gone; the reader sees the end of the line behind what has come."""
        self._gone = True
        self.wake()

    def read_into(self, buffer: bytearray) -> int:
        """As `Port.read_into`; the bytes of one message, which came at `stamp`."""
        if self._messages:
            self.stamp, data = self._messages.popleft()
            buffer[: len(data)] = data
            if not self._messages and not self._gone:
                with contextlib.suppress(BlockingIOError):
                    os.eventfd_read(self._event)
            return len(data)
        if self._gone:
            raise Lost(f"{self.path} went offline")
        with contextlib.suppress(BlockingIOError):
            os.eventfd_read(self._event)
        return 0

    def write(self, data: bytes) -> None:
        """As `Port.write`."""
        self._nodes.tell(self.nid, self.number, bytes(data))

    def close(self) -> None:
        """As `Port.close`."""
        self._nodes.detach(self)
        if self._event >= 0:
            os.close(self._event)
            self._event = -1


def monotonic_ms() -> int:
    """Milliseconds of a clock that nobody sets."""
    return int(time.monotonic() * 1000)
