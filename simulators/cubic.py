"""The framing of Cubic's sensors: head, length, command, data, check byte.

**Source** Cubic PM1006, PM2008 and CM1106 specifications: host 11, sensor 16, error 06, all bytes sum to zero.
"""

from simulators.device import Device
from simulators.sums import negated

HOST, SENSOR, ERROR = 0x11, 0x16, 0x06
BAD_SUM, UNKNOWN, BAD_LENGTH, BAD_VALUE = 1, 2, 3, 4
REPLY_S = 0.02
LONGEST = 16


class CubicDevice(Device):
    """Finds commands; `command` gives the data of the reply, None for silence, an error code to be sent as such."""

    COMPLAINS = True

    def command(self, code: int, data: bytes, now_s: float) -> bytes | int | None:
        """React to one command that sums up."""
        return UNKNOWN

    def describe(self, code: int, data: bytes) -> str:
        """What a command means, for the account of commands."""
        return f"command {code:#04x}"

    def on_bytes(self, data: bytes, now_s: float) -> None:
        self.inbox += data
        while len(self.inbox) >= 4:
            length = self.inbox[1] + 3
            if self.inbox[0] != HOST or not 4 <= length <= LONGEST:
                del self.inbox[:1]
            elif len(self.inbox) < length:
                return
            else:
                raw = bytes(self.inbox[:length])
                good = negated(raw[:-1]) == raw[-1]
                del self.inbox[: length if good else 1]
                self._react(raw, good, now_s)

    def _react(self, raw: bytes, good: bool, now_s: float) -> None:
        code = raw[2]
        answer = self.command(code, raw[3:-1], now_s) if good else BAD_SUM
        self.heard(raw, self.describe(code, raw[3:-1]) if good else "wrong check byte", now_s)
        if isinstance(answer, bytes):
            self.send(framed(SENSOR, code, answer), now_s + REPLY_S)
        elif answer is not None and self.COMPLAINS:
            self.send(framed(ERROR, code, bytes([answer])), now_s + REPLY_S)


def framed(head: int, code: int, data: bytes) -> bytes:
    """A frame with its length and check byte."""
    unsummed = bytes([head, len(data) + 1, code]) + data
    return unsummed + bytes([negated(unsummed)])
