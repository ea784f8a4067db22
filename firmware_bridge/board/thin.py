"""The thin node, for boards too small to learn: bytes of its sensors to a daemon, and the daemon's polls to them.

Over MQTT: `node/<nid>/raw` (QoS 0, not retained) and `node/<nid>/status` (retained, last will); what arrives on
`node/<nid>/tx`, as `{"port":"0","tx":"hex"}`, is written to the sensor. Over USB serial: the same objects, one a line.
`port` is the number of the sensor in the configuration, from 0.

`t` and `up_ms` are those of the first byte of a message. `seq` counts the messages of one port and boot, so that a
hole in it shows what was lost on the way.
"""

import binascii
import sys
import time

from aqsense import timetext
from aqsense.ticks import ticks_diff
from firmware_bridge.board.clock import Clock
from firmware_bridge.board.start import client_of, new_boot
from firmware_bridge.board.uart import Port

LONGEST = 128  # bytes of a message
GATHER_MS = 100  # after the first byte; a frame at 9600 baud takes 10 to 40 ms
IDLE_MS = 5
RETRY_MS = 5000


class Source:
    """One UART whose bytes are gathered into messages."""

    def __init__(self, sensor, number: int) -> None:
        pins = (sensor.tx if sensor.tx >= 0 else None, sensor.rx if sensor.rx >= 0 else None)
        self.port = Port(sensor.uart, sensor.baud, 8, sensor.parity, sensor.stop, pins[0], pins[1])
        self.number = number
        self.seq = 0
        self.n = 0
        self.first_ms = 0
        self.t: str | None = None
        self.up_ms = 0
        self.buffer = bytearray(LONGEST)
        self._piece = bytearray(LONGEST)

    def gather(self, clock, now_ms: int) -> bool:
        """Take what has arrived; True when a message should be sent now."""
        if self.n < LONGEST:
            n = self.port.readinto(memoryview(self._piece)[: LONGEST - self.n])
            if n:
                if not self.n:
                    self.first_ms = now_ms
                    self.up_ms = clock.up_ms
                    self.t = timetext.instant_ms(clock.cell, clock.s, clock.ms) if clock.trusted else None
                self.buffer[self.n : self.n + n] = self._piece[:n]
                self.n += n
        return self.n == LONGEST or (self.n > 0 and ticks_diff(now_ms, self.first_ms) >= GATHER_MS)

    def message(self, nid: str, boot: str) -> str:
        """The gathered bytes as a `node/1` object; gathering begins anew."""
        text = '{"schema":"node/1","nid":"%s","port":"%d","boot":"%s","seq":%d,"up_ms":%d,"t":%s,"rx":"%s"}' % (
            nid,
            self.number,
            boot,
            self.seq,
            self.up_ms,
            "null" if self.t is None else '"' + self.t + '"',
            binascii.hexlify(memoryview(self.buffer)[: self.n]).decode(),
        )
        self.seq += 1
        self.n = 0
        return text


class Thin:
    """The loop of a thin node; `feed` feeds the watchdog."""

    def __init__(self, config, feed) -> None:
        self.feed = feed
        self.clock = Clock(config.ntp)
        self.boot = new_boot()
        self.name = config.node
        self.base = "aqsense/v1/%s/node/%s/" % (config.home, self.name)
        self.usb = config.link == "usb"
        self.sources = []
        for sensor in config.sensors:
            self.sources.append(Source(sensor, len(self.sources)))
        self._tried = False
        self._tried_ms = 0
        if not self.usb:
            self.client = client_of(config)
            self.client.client_id = "aqsense-node-" + self.name
            self.client.on_message = self._hear
            self.client.subscriptions.append(self.base + "tx")
        else:
            import select

            self._poll = select.poll()
            self._poll.register(sys.stdin, select.POLLIN)
            self._line = ""

    def run(self, online) -> None:
        """Carry bytes, for ever. `online()`: whether there is a network now."""
        while True:
            self.turn(self.usb or online())
            self.feed()
            time.sleep_ms(IDLE_MS)

    def turn(self, online: bool) -> None:
        """One turn of the loop."""
        self.clock.update()
        now_ms = time.ticks_ms() & 0x3FFFFFFF
        for source in self.sources:
            if source.gather(self.clock, now_ms):
                self._send(source)
        if self.usb:
            self._read_lines()
        elif online:
            if self.clock.due():
                self.clock.ask()
            self._keep_connected(now_ms)

    def _send(self, source: Source) -> None:
        text = source.message(self.name, self.boot)
        if self.usb:
            print(text)
        else:
            self.client.publish(self.base + "raw", text)

    def _keep_connected(self, now_ms: int) -> None:
        if self.client.connected:
            self.client.step()
            return
        if self._tried and ticks_diff(now_ms, self._tried_ms) < RETRY_MS:
            return
        self._tried = True
        self._tried_ms = now_ms
        topic = self.base + "status"
        self.client.will = (topic, self._status("offline"), 1, True)
        try:
            self.client.connect()
        except (OSError, ValueError) as error:
            print("broker:", error)
            return
        self.client.publish(topic, self._status("online"), 1, True)

    def _status(self, state: str) -> str:
        clock = self.clock
        since = '"' + timetext.instant(clock.cell, clock.s) + '"' if clock.trusted else "null"
        return '{"schema":"node/1","nid":"%s","boot":"%s","state":"%s","since":%s}' % (
            self.name,
            self.boot,
            state,
            since,
        )

    def _hear(self, topic: str, payload: bytes, retained: bool) -> None:
        if not retained:  # a retained poll would be sent at every start
            self._write(payload)

    def _read_lines(self) -> None:
        while self._poll.poll(0):
            character = sys.stdin.read(1)
            if not character:
                return
            if character == "\n":
                line, self._line = self._line, ""
                self._write(line)
            elif len(self._line) < 1024:
                self._line += character

    def _write(self, text: bytes | str) -> None:
        import json

        try:
            wanted = json.loads(text)
            data = binascii.unhexlify(wanted["tx"])
            number = int(wanted.get("port", 0))
        except (ValueError, KeyError, TypeError, AttributeError):
            return  # nothing that a sensor should hear
        if 0 <= number < len(self.sources):
            self.sources[number].port.write(data)
