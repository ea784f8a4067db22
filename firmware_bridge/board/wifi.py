"""Wi-Fi of a board: join the configured network, stay joined, never block the loop for long."""

import time

import network

from aqsense.ticks import ticks_diff

RETRY_MS = 15000


class Wifi:
    """`ssid` and `password` as configured; `step` is called by the loop."""

    def __init__(self, ssid: str, password: str, hostname: str) -> None:
        self._ssid = ssid
        self._password = password
        self._tried = False
        self._tried_ticks = 0
        self.reconnects = 0
        try:
            network.hostname(hostname)
        except (AttributeError, ValueError):
            pass  # firmware without it, or a name that it finds too long
        self._wlan = network.WLAN(network.STA_IF)
        self._wlan.active(True)

    def step(self) -> bool:
        """Whether the network is there; starts joining it again when it is not."""
        if self._wlan.isconnected():
            self._tried = False
            return True
        now = time.ticks_ms() & 0x3FFFFFFF
        if not self._tried or ticks_diff(now, self._tried_ticks) > RETRY_MS:
            if self._tried:
                self.reconnects += 1
            self._tried = True
            self._tried_ticks = now
            try:
                self._wlan.connect(self._ssid, self._password)
            except OSError:
                pass  # busy with the attempt before; the next one is in 15 s
        return False
