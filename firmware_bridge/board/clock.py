"""The clock of a board: half hour, second and millisecond from ticks, set by NTP, honest about what it is worth.

Between two settings the time runs on `ticks_ms`, so no step of the RTC, which is set too, reaches the memory, and
telling the time allocates nothing. Until NTP has answered nothing is trusted: most RTCs start in 2000 or 2021.

Source: RFC 4330 (SNTP), section 5.
"""

import socket
import struct
import time

from aqsense.ticks import ticks_diff

NTP_TO_UNIX = 2208988800  # 1900 to 1970
EPOCH_2000 = 946684800  # 1970 to 2000: what time.time() counts from on ESP32
PLAUSIBLE_CELL = 981000  # December 2025: an earlier RTC was never set
CELL_MS = 1800000
AGAIN_MS = 6 * 3600000  # a crystal of 20 ppm is 0.4 s off by then
RETRY_MS = 60000
DRIFT_PPM = 50


class Clock:
    """`cell`, `s`, `ms` are the present instant after `update`; `source` is a `t_src`, `err_ds` its bound in 0.1 s.

    `server`: NTP host, or host:port.
    """

    def __init__(self, server: str) -> None:
        self.server, _, port = server.partition(":")
        self.port = int(port or 123)
        self.cell = 0
        self.s = 0
        self.ms = 0
        self.source = "none"
        self.trusted = False
        self.steps = 0  # how often NTP moved a trusted clock by more than a second
        self.up_s = 0
        self._up_ms = 0
        self._base_cell = 0
        self._base_ms = 0
        self._base_ticks = time.ticks_ms() & 0x3FFFFFFF
        self._up_ticks = self._base_ticks
        self._err_ds = 0
        self._asked_ticks = self._base_ticks
        self._asked = False
        self._answered = False  # the last time
        self._age_ms = 0

    def start_from_rtc(self) -> None:
        """Take the time of the RTC when it may be true; it stays untrusted."""
        unix = unix_time()
        if unix // 1800 >= PLAUSIBLE_CELL:
            self._set(unix // 1800, unix % 1800 * 1000)
            self.source = "rtc"

    def update(self) -> None:
        """Bring `cell`, `s`, `ms` and the uptime to now; call it at least once a day, allocates nothing."""
        now = time.ticks_ms() & 0x3FFFFFFF
        passed = ticks_diff(now, self._up_ticks)
        self._up_ticks = now
        self._up_ms += passed
        self._age_ms = min(self._age_ms + passed, 0x3FFFFFFF)
        if self._up_ms >= 1000:
            self.up_s += self._up_ms // 1000
            self._up_ms %= 1000
        ms = self._base_ms + ticks_diff(now, self._base_ticks)
        if ms >= CELL_MS:
            self._base_cell += ms // CELL_MS
            ms %= CELL_MS
            self._base_ms = ms
            self._base_ticks = now
        self.cell = self._base_cell
        self.s = ms // 1000
        self.ms = ms % 1000

    @property
    def up_ms(self) -> int:
        """Milliseconds since start; above 2**30 after 12 days."""
        return self.up_s * 1000 + self._up_ms

    @property
    def err_ds(self) -> int | None:
        """Bound of the error in tenths of a second, growing with the time since NTP; None when unknown."""
        if self.source != "ntp":
            return None
        return self._err_ds + self._age_ms // 1000 * DRIFT_PPM // 100000

    def due(self) -> bool:
        """Whether NTP should be asked now."""
        wait = AGAIN_MS if self._answered else RETRY_MS
        return not self._asked or not 0 <= ticks_diff(self._up_ticks, self._asked_ticks) < wait  # below 0: days ago

    def ask(self, timeout_s: int = 3) -> bool:
        """Ask the NTP server once; True when the clock is set and trusted. Blocks at most `timeout_s`."""
        self._asked = True
        self._answered = False
        self._asked_ticks = self._up_ticks
        try:
            answer, waited_ms = _exchange(self.server, self.port, timeout_s)
        except (OSError, IndexError):
            return False
        if not _is_answer(answer):
            return False
        self.update()
        seconds, fraction = struct.unpack(">II", answer[40:48])
        if not seconds & 0x80000000:
            seconds += 1 << 32  # after February 2036
        unix = seconds - NTP_TO_UNIX
        half = waited_ms // 2
        ms = unix % 1800 * 1000 + (fraction >> 16) * 1000 // 65536 + half
        cell = unix // 1800 + ms // CELL_MS
        if cell < PLAUSIBLE_CELL or not (seconds & 0xFFFFFFFF or fraction):
            return False  # a server that has no time of its own; RFC 4330, section 5, has clients check the latter
        if self.trusted and abs((cell - self.cell) * 1800 + ms % CELL_MS // 1000 - self.s) > 1:
            self.steps += 1
        self._set(cell, ms % CELL_MS)
        _set_rtc(unix)
        dispersion = struct.unpack(">I", answer[8:12])[0]
        self._err_ds = (half + (dispersion >> 16) * 1000) // 100 + 1
        self._age_ms = 0
        self.source = "ntp"
        self.trusted = True
        self._answered = True
        return True

    def _set(self, cell: int, ms: int) -> None:
        self._base_cell = cell
        self._base_ms = ms
        self._base_ticks = time.ticks_ms() & 0x3FFFFFFF
        self.update()


def unix_time() -> int:
    """Seconds since 1970 by the RTC, whichever epoch this board counts from."""
    now = int(time.time())
    return now if time.gmtime(0)[0] == 1970 else now + EPOCH_2000


def _set_rtc(unix: int) -> None:
    # TLS asks the RTC whether a certificate is valid now, and after a reset it says which day it was.
    try:
        import machine

        at = time.gmtime(unix if time.gmtime(0)[0] == 1970 else unix - EPOCH_2000)
        machine.RTC().datetime((at[0], at[1], at[2], at[6], at[3], at[4], at[5], 0))
    except (ImportError, AttributeError, OSError, OverflowError):
        pass  # a board without one, or one that cannot be told a time after January 2038


def _exchange(server: str, port: int, timeout_s: int) -> tuple:
    request = bytearray(48)
    request[0] = 0x23  # version 4, client
    address = socket.getaddrinfo(server, port)[0][-1]
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        s.settimeout(timeout_s / 2)
        s.connect(address)  # answers of anybody else are not heard
        sent = time.ticks_ms()
        try:
            answer = _answer(s, request)
        except OSError:  # packets get lost
            answer = _answer(s, request)
        return answer, time.ticks_diff(time.ticks_ms(), sent)
    finally:
        s.close()


def _answer(s, request: bytearray) -> bytes:
    s.send(request)
    return s.recv(48)


def _is_answer(answer: bytes) -> bool:
    # A server that is itself unsynchronised (leap 3, stratum 0 or 16) sets nobody's clock.
    return len(answer) == 48 and answer[0] & 7 == 4 and answer[0] >> 6 != 3 and 1 <= answer[1] <= 15
