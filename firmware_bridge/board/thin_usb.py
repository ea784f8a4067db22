"""The way of a thin node over its USB serial console: lines with a sum, acknowledged by the daemon one by one.

Until the daemon speaks, and when it has said nothing for some seconds, only a status goes out, once a second: it tells
`aqsense detect` and the daemon who this is. What is not acknowledged is said again.
"""

import select
import sys

from aqsense.ticks import ticks_diff
from firmware_bridge.board import framed

WINDOW = 8
AGAIN_MS = 2000
DEAF_MS = 5000
STATUS_MS = 1000


class Cable:
    """`hear(text)` receives what the daemon says to this node's sensors."""

    def __init__(self, config, clock, boot: str, hear) -> None:
        self._name = config.node
        self._boot = boot
        self._clock = clock
        self._hear = hear
        self._poll = select.poll()
        self._poll.register(sys.stdin, select.POLLIN)
        self._line = ""
        self._sent: list = []  # (port, seq, record), in order
        self._sent_ms = 0
        self._heard = False
        self._heard_ms = 0
        self._said = False
        self._said_ms = 0

    def turn(self, online: bool, now_ms: int) -> list:
        """Read what the daemon says; what it did not acknowledge in time, in its order."""
        self._now_ms = now_ms
        while self._poll.poll(0):
            byte = sys.stdin.buffer.read(1)  # as text, one that is none would be waited on, or raise
            if not byte:
                break
            character = chr(byte[0])
            if character == "\n":
                line, self._line = self._line, ""
                self._take(line, now_ms)
            elif len(self._line) < framed.LONGEST:
                self._line += character
        if self._heard and ticks_diff(now_ms, self._heard_ms) > DEAF_MS:
            self._heard = False
        if not self._said or ticks_diff(now_ms, self._said_ms) >= STATUS_MS:
            self._said = True
            self._said_ms = now_ms
            form = '{"schema":"node/1","nid":"%s","boot":"%s","state":"online","since":null,"sent_ms":%d}'
            print(framed.line(form % (self._name, self._boot, self._clock.up_ms)))
        lost = []
        if self._sent and (not self._heard or ticks_diff(now_ms, self._sent_ms) > AGAIN_MS):
            lost = [entry[2] for entry in self._sent]
            self._sent = []
        return lost

    def room(self) -> bool:
        """Whether a message would be sent now."""
        return self._heard and len(self._sent) < WINDOW

    def send(self, text: str, record) -> None:
        """Send one message; its record comes back from `turn` unless the daemon acknowledges it."""
        from struct import unpack_from

        if not self._sent:
            self._sent_ms = self._now_ms
        number, seq = unpack_from("<BI", record)
        self._sent.append((number, seq, record))
        print(framed.line(text))

    def _take(self, line: str, now_ms: int) -> None:
        import json

        text = framed.text(line)
        if text is None:
            return
        if not self._heard:
            _let_no_byte_stop_us()
        self._heard = True
        self._heard_ms = now_ms
        if '"kind":"ack"' not in text:
            self._hear(text)
            return
        try:
            said = json.loads(text)
            number, seq = int(said["port"]), int(said["seq"])
        except (ValueError, KeyError, TypeError):
            return  # the answer to a status
        if said.get("boot") == self._boot:
            self._sent = [entry for entry in self._sent if entry[0] != number or entry[1] > seq]
            self._sent_ms = now_ms


def _let_no_byte_stop_us() -> None:
    # A daemon is there: from now on a Ctrl-C among its bytes is none.
    try:
        import micropython

        micropython.kbd_intr(-1)
    except (ImportError, AttributeError):
        pass
