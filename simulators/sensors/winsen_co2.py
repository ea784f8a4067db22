"""Simulated Winsen CO2 sensors: MH-Z19, 19B, 19C, 19D, 19E, MH-Z14A and MH-Z16.

**Source** Winsen MH-Z19 v1.0, MH-Z19B v1.5 and MH-Z19C v1.21 manuals; captured replies; WifWaf/MH-Z19 issues for the
placeholders of the warm-up.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from simulators.baseline import DAY_S, Baseline
from simulators.device import REPLY_S, Device, Register, Registers, Setup, unsigned16, whole
from simulators.infrared import Infrared
from simulators.sums import negated

LENGTH = 9
START = 0xFF
HOST = 0x01
REFRESH_S = 5.0
RESTART_S = 1.0
BOOT_U = 15000
CLAMPED_PPM = 400.0


@dataclass(frozen=True)
class Part:
    """What tells the models apart. `placeholders`: (until age in s, ppm, U) in order; after the last it measures."""

    range_ppm: int
    placeholders: tuple[tuple[float, int, int], ...]
    clamps_low: bool = False
    settles: bool = False
    abc: bool = True
    commands: frozenset[int] = frozenset((0x79, 0x84, 0x85, 0x86, 0x87, 0x88, 0x99, 0x9B))


PLAIN = frozenset((0x79, 0x84, 0x85, 0x86, 0x87))
PARTS = {
    "mhz19": Part(5000, ((8.0, 400, BOOT_U), (30.0, 410, BOOT_U), (180.0, 410, 0)), settles=True),
    "mhz19b": Part(5000, ((10.0, 388, 0), (180.0, 555, 0))),
    "mhz19c": Part(5000, ((150.0, 500, 0),), clamps_low=True, commands=PLAIN),
    "mhz19d": Part(5000, ((60.0, 500, 0),), clamps_low=True, commands=PLAIN),
    "mhz19e": Part(5000, ((60.0, 500, 0),), clamps_low=True, commands=PLAIN),
    "mhz14a": Part(5000, ((180.0, 410, 0),)),
    "mhz16": Part(5000, ((180.0, 410, 0),), commands=frozenset((0x79, 0x86, 0x87, 0x88))),
}


class MhZ(Device):
    """Polled with nine bytes, answers with nine.

    Options: `acknowledges_abc` answers command 79 as many units do against the manual; `abc_on_at_power_up` switches
    ABC back on at every power-up; `abc` is its state at the start; `streams_16` sends frames of sixteen bytes that
    begin with BM and answers nothing, as a unit was found to do (why is unknown; so are the fields but CO2, and the
    time between frames).
    """

    QUANTITIES: ClassVar[tuple[str, ...]] = ("co2_ppm",)
    FULL_SCALE: ClassVar[Mapping[str, float]] = {"co2_ppm": 5000.0}
    REGISTERS = (
        Register("co2_ppm", 0, 65535),
        Register("temp_board_c", -40, 215),
        Register("status_s", 0, 255),
        Register("u", 0, 65535),
    )
    OPTIONS: ClassVar[Mapping[str, float]] = {
        "acknowledges_abc": 1.0,
        "abc_on_at_power_up": 0.0,
        "abc": 1.0,
        "streams_16": 0.0,
    }

    POLL = bytes.fromhex("ff0186000000000079")

    def __init__(self, setup: Setup) -> None:
        self.part = PARTS[setup.model]
        self.range_ppm = self.part.range_ppm
        self.cell = Infrared(self, REFRESH_S, Baseline(DAY_S))
        super().__init__(setup)
        self.cell.baseline.on = bool(self.options["abc"])

    def power_on(self, now_s: float) -> None:
        self.cell.restart(now_s)
        if self.options["abc_on_at_power_up"]:
            self.cell.baseline.on = True
        if self.options["streams_16"]:
            self.stream_due_s = now_s + 1.0

    # --- commands

    def stream_frame(self, now_s: float) -> bytes:
        # As recorded in UedaTakeyuki/mh-z19 issue 52; the last word is the sum of all before and 0x0306.
        self.cell.step(now_s)
        level = unsigned16(2477.0 + self.cell.ppm - 531.0)
        unsummed = b"\x42\x4d\x0c\x9c" + level + unsigned16(self.cell.ppm) + b"\x01\x28\x00\x00\xe2\x00"
        return unsummed + unsigned16(sum(unsummed) + 0x0306)

    def on_bytes(self, data: bytes, now_s: float) -> None:
        if self.options["streams_16"]:
            return
        self.inbox += data
        while len(self.inbox) >= LENGTH:
            raw = bytes(self.inbox[:LENGTH])
            if raw[0] == START and raw[1] == HOST and negated(raw[1:8]) == raw[8]:
                del self.inbox[:LENGTH]
                self._command(raw, now_s)
            else:
                del self.inbox[:1]

    def _command(self, raw: bytes, now_s: float) -> None:
        code = raw[2]
        answer = ANSWERS.get(code)
        if answer is None or code not in self.part.commands:
            self.heard(raw, "unknown", now_s)
            return
        means, act = answer
        self.heard(raw, means, now_s)
        reply = act(self, raw, now_s)
        if reply:
            self.send(closed(reply), now_s + REPLY_S)

    def _read(self, raw: bytes, now_s: float) -> bytes:
        return self.encode(self.registers(now_s))[:8]

    def _read_unclamped(self, raw: bytes, now_s: float) -> bytes:
        registers = self.registers(now_s)
        return b"\xff\x85" + unsigned16((registers["temp_board_c"]) * 100.0) + unsigned16(self.cell.ppm) + bytes(2)

    def _read_raw(self, raw: bytes, now_s: float) -> bytes:
        light = 36000.0 - 2.0 * self.cell.ppm
        return b"\xff\x84" + unsigned16(light) + bytes(4)

    def _switch_abc(self, raw: bytes, now_s: float) -> bytes:
        self.cell.baseline.on = raw[3] == 0xA0
        return b"\xff\x79\x01" + bytes(5) if self.options["acknowledges_abc"] else b""

    def _calibrate_zero(self, raw: bytes, now_s: float) -> bytes:
        self.cell.calibrate(now_s)
        return b""

    def _calibrate_span(self, raw: bytes, now_s: float) -> bytes:
        target_ppm = int.from_bytes(raw[3:5], "big")
        if target_ppm >= 1000:
            self.cell.calibrate(now_s, target_ppm)
        return b""

    def _set_range(self, raw: bytes, now_s: float) -> bytes:
        # Units take bytes 6-7; the manual's older bytes 3-4 leave these zero, which sets 1000 ppm.
        self.range_ppm = int.from_bytes(raw[6:8], "big") or 1000
        self.turn_on(now_s + RESTART_S)
        return b"\xff\x99\x01" + bytes(5)

    def _read_range(self, raw: bytes, now_s: float) -> bytes:
        return b"\xff\x9b" + bytes(2) + unsigned16(self.range_ppm) + bytes(2)

    # --- measuring

    def on_time(self, now_s: float) -> None:
        self.cell.step(now_s, learning=self._placeholder(now_s) is None)

    def wait_s(self, now_s: float) -> float:
        return min(super().wait_s(now_s), self.cell.wait_s(now_s))

    def _placeholder(self, now_s: float) -> tuple[int, int] | None:
        age_s = self.age_s(now_s)
        for until_s, ppm, u in self.part.placeholders:
            if age_s < until_s:
                return ppm, u
        return None

    def measure(self, now_s: float) -> Registers:
        placeholder = self._placeholder(now_s)
        board_c = self.air.at(now_s).get("temp_c", 20.0) + 4.0 * min(1.0, max(0.0, self.age_s(now_s)) / 600.0)
        if placeholder is not None:
            ppm, boot_u = placeholder
            return {"co2_ppm": ppm, "temp_board_c": board_c, "status_s": self._settling(now_s), "u": boot_u}
        ppm_shown = max(0.0, min(self.cell.ppm, self.range_ppm))
        if self.part.clamps_low and not self.ailment.zero:
            ppm_shown = max(CLAMPED_PPM, ppm_shown)
        u = 17000.0 + self.cell.ppm / 50.0 if self.part.settles else 0.0
        return {"co2_ppm": ppm_shown, "temp_board_c": board_c, "status_s": self._settling(now_s), "u": u}

    def _settling(self, now_s: float) -> int:
        if not self.part.settles:
            return 0
        return whole(1.0 + 63.0 * self.age_s(now_s) / 180.0, 1, 0x40)

    def encode(self, registers: Mapping[str, float]) -> bytes:
        board = bytes([whole(registers.get("temp_board_c", -40.0) + 40.0, 0, 255)])
        status = bytes([whole(registers.get("status_s", 0.0), 0, 255)])
        co2 = unsigned16(registers.get("co2_ppm", 0.0))
        return closed(b"\xff\x86" + co2 + board + status + unsigned16(registers.get("u", 0.0)))


ANSWERS: dict[int, tuple[str, Callable[[MhZ, bytes, float], bytes]]] = {
    0x79: ("abc", MhZ._switch_abc),
    0x84: ("read raw", MhZ._read_raw),
    0x85: ("read unclamped", MhZ._read_unclamped),
    0x86: ("read", MhZ._read),
    0x87: ("calibrate 400 ppm", MhZ._calibrate_zero),
    0x88: ("calibrate span", MhZ._calibrate_span),
    0x99: ("set range", MhZ._set_range),
    0x9B: ("read range", MhZ._read_range),
}


def closed(first_eight: bytes) -> bytes:
    """The nine bytes with their check byte."""
    return first_eight + bytes([negated(first_eight[1:])])
