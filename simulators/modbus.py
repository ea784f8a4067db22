"""The Modbus RTU side of a simulated sensor: requests found in the bytes, registers answered, silence for the rest.

**Source** Modbus application protocol V1.1b3; Modbus over serial line V1.02.
"""

from collections.abc import Sequence

from simulators.device import Device
from simulators.sums import modbus

ILLEGAL_FUNCTION = 1
ILLEGAL_ADDRESS = 2
ILLEGAL_VALUE = 3
READ_HOLDING = 3
READ_INPUT = 4
WRITE_COIL = 5
WRITE_ONE = 6
WRITE_MANY = 16
FORGET_S = 0.1
REPLY_S = 0.012
SHORTEST = 4
LONGEST = 256


class Refused(Exception):
    """A request that is answered with an exception code."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class ModbusDevice(Device):
    """Answers requests to its own address and to those of `ANY`; a wrong check sum or address is met with silence."""

    ADDRESS = 0x68
    ANY: tuple[int, ...] = ()
    FUNCTIONS: tuple[int, ...] = (READ_HOLDING, READ_INPUT, WRITE_ONE)
    MOST_REGISTERS = 125
    _heard_s = 0.0

    def read_register(self, function: int, register: int, now_s: float) -> int:
        """The word in a register. Errors: Refused(ILLEGAL_ADDRESS) where there is none."""
        raise Refused(ILLEGAL_ADDRESS)

    def write_register(self, register: int, value: int, now_s: float) -> None:
        """Take a word. Errors: Refused."""
        raise Refused(ILLEGAL_ADDRESS)

    def write_coil(self, coil: int, on: bool, now_s: float) -> None:
        """Take a bit. Errors: Refused."""
        raise Refused(ILLEGAL_ADDRESS)

    def describe(self, function: int, register: int, value: int) -> str:
        """What a request means, for the account of commands."""
        verb = {READ_HOLDING: "read holding", READ_INPUT: "read input", WRITE_COIL: "write coil"}.get(function, "write")
        return f"{verb} {register:#06x}" + (f" = {value:#06x}" if function in (WRITE_COIL, WRITE_ONE) else f" x{value}")

    def on_bytes(self, data: bytes, now_s: float) -> None:
        if now_s - self._heard_s > FORGET_S:
            self.inbox.clear()
        self._heard_s = now_s
        self.inbox += data
        del self.inbox[:-LONGEST]
        start = 0
        while start <= len(self.inbox) - SHORTEST:
            end = self._end_of_request(start)
            if end:
                raw = bytes(self.inbox[start:end])
                del self.inbox[:end]
                self._request(raw, now_s)
                start = 0
            else:
                start += 1

    def _end_of_request(self, start: int) -> int:
        """Where the request at `start` ends; 0 when none is there that is for this sensor and sums up."""
        address, function = self.inbox[start], self.inbox[start + 1]
        if address != self.ADDRESS and address not in self.ANY and address != 0:
            return 0
        if function in (1, 2, READ_HOLDING, READ_INPUT, WRITE_COIL, WRITE_ONE):
            lengths: Sequence[int] = (8,)
        elif function in (15, WRITE_MANY):
            lengths = (9 + self.inbox[start + 6],) if len(self.inbox) > start + 6 else ()
        else:
            lengths = range(SHORTEST, len(self.inbox) - start + 1)
        for length in lengths:
            end = start + length
            if end <= len(self.inbox) and modbus(self.inbox[start : end - 2]) == self.inbox[end - 2 : end]:
                return end
        return 0

    def _request(self, raw: bytes, now_s: float) -> None:
        address, function = raw[0], raw[1]
        try:
            if function not in self.FUNCTIONS:
                self.heard(raw, f"function {function:#04x}", now_s)
                raise Refused(ILLEGAL_FUNCTION)
            answer = self.answer(raw, now_s)
        except Refused as refused:
            answer = bytes([function | 0x80, refused.code])
        if address and answer:
            self.send(closed(bytes([address]) + answer), now_s + REPLY_S)

    def answer(self, raw: bytes, now_s: float) -> bytes:
        """Function code and data of the reply; empty for none. Errors: Refused."""
        function = raw[1]
        register, value = int.from_bytes(raw[2:4], "big"), int.from_bytes(raw[4:6], "big")
        self.heard(raw, self.describe(function, register, value), now_s)
        if function in (READ_HOLDING, READ_INPUT):
            return self._read(function, register, value, now_s)
        if function == WRITE_COIL:
            if value not in (0, 0xFF00):
                raise Refused(ILLEGAL_VALUE)
            self.write_coil(register, value == 0xFF00, now_s)
            return raw[1:6]
        if function == WRITE_ONE:
            self.write_register(register, value, now_s)
            return raw[1:6]
        if raw[6] != 2 * value:
            raise Refused(ILLEGAL_VALUE)
        for i in range(value):
            self.write_register(register + i, int.from_bytes(raw[7 + 2 * i : 9 + 2 * i], "big"), now_s)
        return raw[1:6]

    def _read(self, function: int, register: int, count: int, now_s: float) -> bytes:
        if not 1 <= count <= self.MOST_REGISTERS:
            raise Refused(ILLEGAL_VALUE)
        words = [self.read_register(function, register + i, now_s) & 0xFFFF for i in range(count)]
        return bytes([function, 2 * count]) + b"".join(word.to_bytes(2, "big") for word in words)


def closed(unsummed: bytes) -> bytes:
    """A frame with its check sum."""
    return unsummed + modbus(unsummed)
