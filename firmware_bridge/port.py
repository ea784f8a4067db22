"""A serial port, opened raw, exclusively and without blocking; errors say what a person can do about them."""

import contextlib
import errno
import os
from pathlib import Path
from typing import Any

from firmware_bridge.errors import PortError


class Lost(PortError):
    """The port went away while it was in use."""


class Port:
    """One serial line. `parity` is N, E or O."""

    def __init__(self, path: str, baud: int = 9600, bits: int = 8, parity: str = "N", stop: int = 1) -> None:
        self.path = path
        self._settings = (baud, bits, parity, stop)
        self._serial: object = None
        self._fd = -1

    def open(self) -> None:
        """Open the line; raises PortError whose text names the fix (`kind`: missing, denied, busy or other)."""
        import termios

        import serial

        if not Path(self.path).exists():
            raise _error("missing", f"{self.path} is not there: plug the sensor in, or see aqsense detect")
        baud, bits, parity, stop = self._settings
        how: dict[str, Any] = {"timeout": 0, "write_timeout": 0, "exclusive": True}
        try:
            try:
                line = serial.Serial(self.path, baud, bits, parity, stop, **how)
            except termios.error:  # a pseudo-terminal has no parity bit
                line = serial.Serial(self.path, baud, bits, "N", stop, **how)
            _tell_silence_from_hangup(line.fileno())
        except termios.error as error:  # it went away while it was being opened
            raise self._open_error(error.args[0], str(error)) from None
        except OSError as error:
            raise self._open_error(error.errno, str(error)) from None
        self._serial = line
        self._fd = line.fileno()

    def _open_error(self, number: int | None, text: str) -> PortError:
        if number == errno.EACCES:
            return _error("denied", f"no permission for {self.path}: sudo usermod -aG dialout $USER, then log in again")
        if number in (errno.EAGAIN, errno.EBUSY) or "lock" in text:
            return _error(
                "busy",
                f"{self.path} is used by another program: stop it (fuser {self.path}), "
                "or disable the serial console (raspi-config)",
            )
        if number in (errno.ENOENT, errno.ENXIO, errno.ENODEV, errno.EIO):
            return _error("missing", f"{self.path} is not there: plug the sensor in, or see aqsense detect")
        if number in (errno.ENOTTY, errno.EINVAL, errno.EISDIR) or "configure" in text:
            return _error("other", f"{self.path} is no serial port: see aqsense detect")
        return _error("other", f"{self.path} cannot be opened ({text}): see aqsense doctor")

    def fileno(self) -> int:
        """The descriptor to wait on; -1 when closed."""
        return self._fd

    def read_into(self, buffer: bytearray) -> int:
        """Take what is there into `buffer`, without waiting; the number of bytes, 0 for none; raises Lost."""
        try:
            n = os.readv(self._fd, [buffer])
        except BlockingIOError:
            return 0
        except OSError as error:
            raise _lost(f"{self.path} went away ({os.strerror(error.errno or 0)})") from None
        if n == 0:
            raise _lost(f"{self.path} went away (end of file)")
        return n

    def write(self, data: bytes) -> None:
        """Send a request; requests are a few bytes, so they fit the output queue or the line is dead; raises Lost."""
        try:
            os.write(self._fd, data)
        except BlockingIOError:
            return
        except OSError as error:
            raise _lost(f"{self.path} went away ({os.strerror(error.errno or 0)})") from None

    def drain(self) -> None:
        """Throw away what came in but was not read: answers to earlier questions."""
        import termios

        with contextlib.suppress(OSError, termios.error):
            termios.tcflush(self._fd, termios.TCIFLUSH)

    def close(self) -> None:
        """Close the line; closing twice is nothing."""
        line, self._serial, self._fd = self._serial, None, -1
        if line is not None:
            with contextlib.suppress(OSError):
                line.close()  # type: ignore[attr-defined]


def _tell_silence_from_hangup(fd: int) -> None:
    import termios

    attributes = termios.tcgetattr(fd)
    attributes[6][termios.VMIN] = 1  # pyserial's 0 makes a read of nothing look like the end of the file
    termios.tcsetattr(fd, termios.TCSANOW, attributes)


def _error(kind: str, text: str) -> PortError:
    error = PortError(text)
    error.kind = kind
    return error


def _lost(text: str) -> Lost:
    error = Lost(text)
    error.kind = "lost"
    return error
