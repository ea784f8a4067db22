"""Simulated Sensirion SPS30 over SHDLC.

**Source** Sensirion SPS30 datasheet v1.0 (March 2020), sections 4 and 5; captured replies of PyPMS.
"""

import struct
from collections.abc import Callable, Mapping
from typing import ClassVar

from simulators.device import Device, Register, Registers, Setup, unsigned16
from simulators.fan import drawn_in
from simulators.sums import inverted

FLAG = 0x7E
ESCAPE = 0x7D
STUFFED = (0x7E, 0x7D, 0x11, 0x13)
OK, WRONG_LENGTH, UNKNOWN, ILLEGAL_PARAMETER, NOT_NOW = 0x00, 0x01, 0x02, 0x04, 0x43
DEVICE_ERROR = 0x80
SPEED, LASER, FAN = 1 << 21, 1 << 5, 1 << 4
FLOATS, INTEGERS = 3, 5
REPLY_S = 0.008
READY_S = 1.0
STABLE_S = 8.0
CLEANING_S = 10.0
WEEK_S = 604_800
DRIFT_UGM3_PER_YEAR = 1.25
PRODUCT_TYPE = b"00080000\0"

MASSES = ("pm1_ugm3", "pm2_5_ugm3", "pm4_ugm3", "pm10_ugm3")
NUMBERS = ("n0_5_cm3", "n1_0_cm3", "n2_5_cm3", "n4_0_cm3", "n10_cm3")
ORDER = (*MASSES, *NUMBERS, "typical_size_um")


class Sps30(Device):
    """Idle at power-up; measures once a second between start and stop, and has a value for each read once.

    Options: `firmware` such as 2.2 (sleep needs 2.0, the status register 2.2); `wake_window_s` is how long the
    interface of a sleeping sensor hears after a first byte: the datasheet promises 0.1, Sensirion's driver takes 0.15;
    `running`: an earlier host has started the sensor that has been powered for an hour.
    """

    BAUD = 115200
    LIFETIME_H = 10 * 365.25 * 24
    QUANTITIES: ClassVar[tuple[str, ...]] = MASSES
    FULL_SCALE: ClassVar[Mapping[str, float]] = dict.fromkeys(MASSES, 1000.0)
    REGISTERS: ClassVar[tuple[Register, ...]] = (
        *(Register(name, 0.0, 1000.0, 0.0001) for name in MASSES),
        *(Register(name, 0.0, 3000.0, 0.0001) for name in NUMBERS),
        Register("typical_size_um", 0.0, 10.0, 0.0001),
    )
    OPTIONS: ClassVar[Mapping[str, float]] = {"firmware": 2.2, "wake_window_s": 0.2, "running": 0.0}
    POLL = bytes.fromhex("7e000300fc7e")

    def __init__(self, setup: Setup) -> None:
        self.clean_every_s = WEEK_S
        super().__init__(setup)
        self.serial_number = bytes(f"{self.random.getrandbits(64):016X}", "ascii") + b"\0"
        self.firmware = tuple(int(part) for part in f"{self.options['firmware']:.1f}".split("."))

    def power_on(self, now_s: float) -> None:
        self.format = 0
        self.asleep = False
        self.ear_open_until_s = -1.0
        self.fan_s = now_s
        self.new_at_s = now_s
        self.cleaning_until_s = now_s
        self.running_s = 0.0
        self.status = 0
        self._last: Registers | None = None

    def settle(self) -> None:
        super().settle()
        if self.options["running"]:
            self.format = FLOATS

    # --- frames

    def on_bytes(self, data: bytes, now_s: float) -> None:
        if self.asleep and now_s > self.ear_open_until_s:
            # The first byte only wakes the interface; what follows it in one go is heard.
            self.ear_open_until_s = now_s + self.options["wake_window_s"]
            self.inbox.clear()
            data = data[1:]
        self.inbox += data
        while True:
            start = self.inbox.find(FLAG)
            if start < 0:
                self.inbox.clear()
                return
            del self.inbox[:start]
            end = self.inbox.find(FLAG, 1)
            if end < 0:
                return
            body = unstuffed(self.inbox[1:end])
            raw = bytes(self.inbox[: end + 1])
            if len(body) >= 4 and inverted(body[:-1]) == body[-1] and body[0] == 0:
                del self.inbox[: end + 1]
                self._command(raw, body, now_s)
            else:
                del self.inbox[:end]  # its closing flag may be the next one's opening

    def _command(self, raw: bytes, body: bytes, now_s: float) -> None:
        code, length, data = body[1], body[2], body[3:-1]
        means, act = ACTIONS.get(code, ("unknown", None))
        if self.asleep and code != 0x11:
            self.heard(raw, "ignored: asleep", now_s)
            return
        self.heard(raw, means, now_s)
        if (
            act is None
            or (code == 0xD2 and self.firmware < (2, 2))
            or (code in (0x10, 0x11) and self.firmware < (2, 0))
        ):
            state, answer = UNKNOWN, b""
        elif length != len(data):
            state, answer = WRONG_LENGTH, b""
        else:
            state, answer = act(self, data, now_s)
        error = DEVICE_ERROR if self._status(now_s) else 0
        self.send(framed(code, state | error, answer), now_s + REPLY_S)

    # --- commands: data in, state and data out

    def _start(self, data: bytes, now_s: float) -> tuple[int, bytes]:
        if self.format:
            return NOT_NOW, b""
        if len(data) != 2:
            return WRONG_LENGTH, b""
        if data[0] != 1 or data[1] not in (FLOATS, INTEGERS):
            return ILLEGAL_PARAMETER, b""
        self.format = data[1]
        self.fan_s = now_s
        self.new_at_s = now_s + READY_S
        return OK, b""

    def _stop(self, data: bytes, now_s: float) -> tuple[int, bytes]:
        if not self.format:
            return NOT_NOW, b""
        self.running_s += now_s - self.fan_s
        self.format = 0
        return OK, b""

    def _read(self, data: bytes, now_s: float) -> tuple[int, bytes]:
        if not self.format:
            return NOT_NOW, b""
        if now_s < self.new_at_s:
            return OK, b""
        self.new_at_s += READY_S * (1 + int((now_s - self.new_at_s) / READY_S))
        if self._last is None or now_s >= self.cleaning_until_s:
            self._last = self.registers(now_s)
        return OK, self._values(self._last)

    def _sleep(self, data: bytes, now_s: float) -> tuple[int, bytes]:
        if self.format:
            return NOT_NOW, b""
        self.asleep = True
        return OK, b""

    def _wake(self, data: bytes, now_s: float) -> tuple[int, bytes]:
        if not self.asleep:
            return NOT_NOW, b""
        self.asleep = False
        return OK, b""

    def _clean(self, data: bytes, now_s: float) -> tuple[int, bytes]:
        if not self.format:
            return NOT_NOW, b""
        self._last = self.registers(now_s)
        self.cleaning_until_s = now_s + CLEANING_S
        return OK, b""

    def _clean_interval(self, data: bytes, now_s: float) -> tuple[int, bytes]:
        if data[:1] != b"\0" or len(data) not in (1, 5):
            return (ILLEGAL_PARAMETER if data[:1] != b"\0" else WRONG_LENGTH), b""
        if len(data) == 5:
            self.clean_every_s = int.from_bytes(data[1:], "big")
            return OK, b""
        return OK, self.clean_every_s.to_bytes(4, "big")

    def _information(self, data: bytes, now_s: float) -> tuple[int, bytes]:
        if data == b"\x00":
            return OK, PRODUCT_TYPE
        return (OK, self.serial_number) if data == b"\x03" else (ILLEGAL_PARAMETER, b"")

    def _version(self, data: bytes, now_s: float) -> tuple[int, bytes]:
        return OK, bytes([*self.firmware, 0, 6, 0, 2, 0])

    def _read_status(self, data: bytes, now_s: float) -> tuple[int, bytes]:
        answer = self._status(now_s).to_bytes(4, "big") + b"\0"
        if data == b"\x01":
            self.status = 0
        return OK, answer

    def _reset(self, data: bytes, now_s: float) -> tuple[int, bytes]:
        self.power_on(now_s)
        return OK, b""

    # --- measuring

    def on_time(self, now_s: float) -> None:
        if self.format and self.clean_every_s:
            ran_s = self.running_s + now_s - self.fan_s
            if ran_s >= self.clean_every_s:
                self.running_s = -(now_s - self.fan_s)
                self._last = self.registers(now_s)
                self.cleaning_until_s = now_s + CLEANING_S

    def _status(self, now_s: float) -> int:
        worn = self.worn(now_s)
        return self.status | (LASER if worn > 1.0 else 0) | (FAN if worn > 1.3 else 0)

    def measure(self, now_s: float) -> Registers:
        seen = drawn_in(self, now_s, self.fan_s, 0.0, STABLE_S)
        drift = DRIFT_UGM3_PER_YEAR * self.hours / (365.25 * 24.0)
        masses = [min(1000.0, seen[name] + drift) for name in MASSES]
        return dict(zip(ORDER, (*masses, *self._counted(masses)), strict=True))

    def _counted(self, masses: list[float]) -> tuple[float, ...]:
        """Number concentrations per cm3, larger sizes included, and the typical size in um, as the captures relate."""
        fine = masses[1]
        if fine <= 0.0:
            return (0.0,) * 6
        half = fine * max(2.0, self.random.gauss(4.9, 0.05))
        one = half * self.random.uniform(1.19, 1.22)
        quarter = one * self.random.uniform(1.031, 1.05)
        four = quarter * self.random.uniform(1.004, 1.01)
        return half, one, quarter, four, four * 1.0012, self.random.uniform(0.72, 0.82)

    def _values(self, registers: Mapping[str, float]) -> bytes:
        if self.format == INTEGERS:
            size_nm = unsigned16(registers.get("typical_size_um", 0.0) * 1000.0)
            return b"".join(unsigned16(registers.get(name, 0.0)) for name in ORDER[:-1]) + size_nm
        return struct.pack(">10f", *(registers.get(name, 0.0) for name in ORDER))

    def encode(self, registers: Mapping[str, float]) -> bytes:
        return framed(0x03, OK, self._values(registers))


ACTIONS: dict[int, tuple[str, Callable[[Sps30, bytes, float], tuple[int, bytes]]]] = {
    0x00: ("start", Sps30._start),
    0x01: ("stop", Sps30._stop),
    0x03: ("read", Sps30._read),
    0x10: ("sleep", Sps30._sleep),
    0x11: ("wake", Sps30._wake),
    0x56: ("clean fan", Sps30._clean),
    0x80: ("clean interval", Sps30._clean_interval),
    0xD0: ("information", Sps30._information),
    0xD1: ("version", Sps30._version),
    0xD2: ("status", Sps30._read_status),
    0xD3: ("reset", Sps30._reset),
}


def framed(code: int, state: int, data: bytes) -> bytes:
    """A reply between its flags, stuffed."""
    body = bytes([0, code, state, len(data)]) + data
    return bytes([FLAG]) + stuffed(body + bytes([inverted(body)])) + bytes([FLAG])


def stuffed(body: bytes) -> bytes:
    """Bytes that mean something to SHDLC behind an escape."""
    return b"".join(bytes([ESCAPE, byte ^ 0x20]) if byte in STUFFED else bytes([byte]) for byte in body)


def unstuffed(body: bytes | bytearray) -> bytes:
    """The bytes before stuffing."""
    plain = bytearray()
    escaped = False
    for byte in body:
        if byte == ESCAPE and not escaped:
            escaped = True
        else:
            plain.append(byte ^ 0x20 if escaped else byte)
            escaped = False
    return bytes(plain)
