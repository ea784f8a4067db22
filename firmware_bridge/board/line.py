"""One sensor on its UART: spoken to, read, decoded."""

import time

from aqsense.ticks import ticks_diff
from aqsense.wire.events import SAMPLE
from firmware_bridge.board.uart import Port

CHUNK = 256
_buffer = bytearray(CHUNK)  # of all lines: a decoder keeps for itself what it is not done with


class Line:
    """The line of one configured sensor, of which the registry says `info`. `step(sid, decoder)`: for every event."""

    def __init__(self, sensor, info, now_ms: int) -> None:
        from aqsense.wire import dialogue, registry

        self.sid = sensor.id
        self.decoder = registry.open(sensor.model)
        self.silent = True  # until its first sample
        self.heard_ms = now_ms
        options = {"abc": sensor.abc, "duty": sensor.duty, "altitude_m": sensor.altitude_m}
        self._dialogue = dialogue.open(sensor.model, 1000 * sensor.poll_s, options)
        self._dialogue.model = info  # one description is enough
        pins = (sensor.tx if sensor.tx >= 0 else None, sensor.rx if sensor.rx >= 0 else None)
        self._port = Port(sensor.uart, info.baud, info.bits, info.parity, info.stop, pins[0], pins[1])

    def read(self, step, now_ms: int) -> None:
        """Decode what has arrived, until nothing is there."""
        decoder = self.decoder
        n = self._port.readinto(_buffer)
        while n:
            decoder.receive_data(_buffer, n)
            while decoder.next_event():
                self._dialogue.heard(decoder, now_ms)
                if decoder.event == SAMPLE:
                    self.silent = False
                    self.heard_ms = now_ms
                step(self.sid, decoder)
            n = self._port.readinto(_buffer)

    def speak(self, step, now_ms: int) -> None:
        """Send what is due."""
        request = self._dialogue.due(now_ms)
        while request:
            if self._dialogue.drain:
                self.read(step, now_ms)
            self._port.write(request)
            self.decoder.expect(request)
            request = self._dialogue.due(now_ms)

    def fell_silent(self, now_ms: int) -> bool:
        """True once when nothing has been heard for longer than this sensor may be quiet."""
        if self.silent or ticks_diff(now_ms, self.heard_ms) < self._dialogue.quiet_ms:
            return False
        self.silent = True
        self._dialogue.restart()
        return True

    def silence_s(self) -> int:
        """Seconds since the last sample."""
        return ticks_diff(time.ticks_ms() & 0x3FFFFFFF, self.heard_ms) // 1000
