"""The thin node, for boards too small to learn: bytes of its sensors to a daemon, and the daemon's polls to them.

Over MQTT or a USB cable the same objects (`node/1`). `port` is the number of the sensor in the configuration, from 0.
`up_ms` and, once a time server has answered, `t` with its error `t_err_s` are those of the first byte of a message;
`up_err_ms` is how much earlier that byte may have come, because the board looked elsewhere; `sent_ms` is when the
message left. `seq` counts the messages of one port and boot, so that a hole in it shows what was lost.

While nobody acknowledges, messages are kept, see `thin_queue`.
"""

import binascii
import gc
import struct
import time

from aqsense import timetext
from aqsense.ticks import ticks_diff
from firmware_bridge.board.clock import Clock
from firmware_bridge.board.start import new_boot
from firmware_bridge.board.thin_queue import HEAD, HEAD_SIZE, MOST_BYTES, Queue
from firmware_bridge.board.uart import Port

LONGEST = 128  # bytes of a message
GATHER_MS = 100  # after the first byte; a frame at 9600 baud takes 10 to 40 ms
IDLE_MS = 5
ASK_S = 1  # for the time; nothing is read meanwhile


class Source:
    """One UART whose bytes are gathered into messages."""

    def __init__(self, sensor, number: int) -> None:
        pins = (sensor.tx if sensor.tx >= 0 else None, sensor.rx if sensor.rx >= 0 else None)
        self.port = Port(sensor.uart, sensor.baud, 8, sensor.parity, sensor.stop, pins[0], pins[1])
        self.number = number
        self.seq = 0
        self.n = 0
        self.first_ms = 0
        self._looked_ms = -1
        self._record = bytearray(HEAD_SIZE + LONGEST)
        self._piece = bytearray(LONGEST)

    def gather(self, clock, now_ms: int) -> bytes | None:
        """Take what has arrived; a message as a record once it is whole."""
        if self.n < LONGEST:
            n = self.port.readinto(memoryview(self._piece)[: LONGEST - self.n])
            if n:
                if not self.n:
                    self._begin(clock, now_ms)
                at = HEAD_SIZE + self.n
                self._record[at : at + n] = self._piece[:n]
                self.n += n
        self._looked_ms = now_ms
        if not self.n or (self.n < LONGEST and ticks_diff(now_ms, self.first_ms) < GATHER_MS):
            return None
        found = bytes(memoryview(self._record)[: HEAD_SIZE + self.n])
        self.seq += 1
        self.n = 0
        return found

    def _begin(self, clock, now_ms: int) -> None:
        self.first_ms = now_ms
        away_ms = ticks_diff(now_ms, self._looked_ms) if self._looked_ms >= 0 else 0
        struct.pack_into(
            HEAD,
            self._record,
            0,
            self.number,
            self.seq,
            clock.up_s,
            clock.up_ms % 1000,
            min(max(away_ms, 0), 65535),
            clock.cell if clock.trusted else -1,
            clock.s,
            clock.ms,
            min(clock.err_ds or 0, 65535),
        )


def message(record: bytes, nid: str, boot: str, sent_ms: int) -> str:
    """A record as a `node/1` object."""
    number, seq, up_s, ms, away_ms, cell, s, s_ms, err_ds = struct.unpack_from(HEAD, record)
    t = "null" if cell < 0 else '"%s","t_err_s":%d.%d' % (timetext.instant_ms(cell, s, s_ms), err_ds // 10, err_ds % 10)
    return (
        '{"schema":"node/1","nid":"%s","port":"%d","boot":"%s","seq":%d,"up_ms":%d,"up_err_ms":%d,"sent_ms":%d,'
        '"t":%s,"rx":"%s"}'
    ) % (
        nid,
        number,
        boot,
        seq,
        up_s * 1000 + ms,
        away_ms,
        sent_ms,
        t,
        binascii.hexlify(memoryview(record)[HEAD_SIZE:]).decode(),  # type: ignore[arg-type]
    )


class Thin:
    """The loop of a thin node; `feed` feeds the watchdog."""

    def __init__(self, config, feed) -> None:
        self.feed = feed
        self.clock = Clock(config.ntp)
        self.boot = new_boot()
        self.name = config.node
        self.usb = config.link == "usb"
        self.sources = []
        for sensor in config.sensors:
            self.sources.append(Source(sensor, len(self.sources)))
        if self.usb:
            from firmware_bridge.board.thin_usb import Cable as Way
        else:
            from firmware_bridge.board.thin_mqtt import Broker as Way
        self.way = Way(config, self.clock, self.boot, self._write)
        gc.collect()
        free = gc.mem_free() if hasattr(gc, "mem_free") else 2 * MOST_BYTES
        self.queue = Queue(min(MOST_BYTES, free // 2))

    def run(self, online) -> None:
        """Carry bytes, for ever. `online()`: whether there is a network now."""
        while True:
            self.turn(self.usb or online())
            self.feed()
            time.sleep_ms(IDLE_MS)

    def turn(self, online: bool) -> None:
        """One turn of the loop."""
        clock = self.clock
        clock.update()
        now_ms = time.ticks_ms() & 0x3FFFFFFF
        for source in self.sources:
            record = source.gather(clock, now_ms)
            if record is not None:
                self.queue.add(record)
        if online and not self.usb and clock.due():
            clock.ask(ASK_S)
            self.feed()
        lost = self.way.turn(online, now_ms)
        if lost:
            self.queue.put_back(lost)
        while len(self.queue) and self.way.room():
            taken = self.queue.take()
            clock.update()
            self.way.send(message(taken, self.name, self.boot, clock.up_ms), taken)

    def _write(self, text: bytes | str) -> None:
        import json

        try:
            wanted = json.loads(text)  # type: ignore[type-var]
            data = binascii.unhexlify(wanted["tx"])
            number = int(wanted.get("port", 0))
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
            return  # nothing that a sensor should hear
        if 0 <= number < len(self.sources):
            self.sources[number].port.write(data)
