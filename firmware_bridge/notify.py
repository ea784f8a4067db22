"""Tells systemd how the daemon is doing; silent when nobody asked (no NOTIFY_SOCKET)."""

import contextlib
import os
import socket


class Notifier:
    """The service manager's socket; `watchdog_s` is how long it waits for a sign of life, None when it does not."""

    def __init__(self) -> None:
        address = os.environ.get("NOTIFY_SOCKET", "")
        self._socket: socket.socket | None = None
        if address:
            self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            self._socket.setblocking(False)
            self._address = "\0" + address[1:] if address.startswith("@") else address
        limit_us = os.environ.get("WATCHDOG_USEC", "")
        self.watchdog_s = int(limit_us) / 1e6 if limit_us.isdigit() and self._socket else None

    def send(self, *lines: str) -> None:
        """Send assignments such as `READY=1`; a service manager that does not listen is not our trouble."""
        if self._socket is None:
            return
        with contextlib.suppress(OSError):
            self._socket.sendto("\n".join(lines).encode(), self._address)
