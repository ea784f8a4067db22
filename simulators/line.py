"""The wire between a simulated sensor and its host: real byte times, split writes, and everything that goes wrong."""

import math
import random
from collections import Counter, deque
from collections.abc import Callable, Sequence
from typing import NamedTuple

from simulators.device import Ailment, Device
from simulators.faults import RATES, Fault
from simulators.uart import misread

LONGEST_JUNK = 40
NOISY_S = 4.0
NOISE_GAP_S = 0.12


class Piece(NamedTuple):
    """Part of one frame on its way to the host."""

    due_s: float
    data: bytes
    first: bool
    last: bool
    harmed: bool


class Line:
    """Carries bytes between a device and its host through the faults that are active.

    `to_host` and `from_host` advance the device as well. `plugged` is False while the adapter is pulled out.
    `begun` collects the faults that started, `counts` how often each acted. `host_baud` is the speed that the host has
    set, where it matters: on a pseudo-terminal it is None and any speed will do.
    """

    def __init__(
        self,
        device: Device,
        faults: Sequence[Fault] = (),
        seed: int = 1,
        spawn: Callable[[str], Device] | None = None,
    ) -> None:
        self.device = device
        self.plugged = True
        self.counts: Counter[str] = Counter()
        self.begun: deque[tuple[float, Fault]] = deque()
        self.host_baud: int | None = None
        self.frames_out = 0
        self.frames_intact = 0
        self.bytes_in = 0
        self.bytes_out = 0
        self._owner = device
        self._spawn = spawn
        self._faults = tuple(faults)
        self._open: set[int] = set()
        self._done: set[int] = set()
        self._random = random.Random(f"line-{seed}")
        self._pieces: deque[Piece] = deque()
        self._free_s = 0.0
        self._whole_so_far = False
        self._noise_due_s = math.inf
        self._noise_until_s = 0.0

    # --- what the server calls

    def step(self, now_s: float) -> None:
        """Start and end faults that are due, in the order of time."""
        due = []
        for i, fault in enumerate(self._faults):
            if i not in self._open and i not in self._done and fault.start_s <= now_s:
                due.append((fault.start_s, 0, i))
            if i not in self._done and fault.end_s <= now_s:
                due.append((fault.end_s, 1, i))
        for at_s, ending, i in sorted(due):
            if ending:
                self._open.discard(i)
                self._done.add(i)
                self._end(self._faults[i], at_s)
            else:
                self._open.add(i)
                self._begin(self._faults[i], at_s)

    def from_host(self, data: bytes, now_s: float) -> None:
        """Bytes that the host wrote, through the faults, to the sensor."""
        self.step(now_s)
        self.bytes_in += len(data)
        if not self.plugged or self._has("stall", now_s):
            return
        ours, theirs = self._bauds(now_s)
        arrived, _ = self._hurt(data, now_s, theirs, ours)
        self.device.receive(arrived, now_s)

    def to_host(self, now_s: float, listening: bool = True) -> bytes:
        """Bytes that have reached the host by now; without a listener they are lost, as on a closed port."""
        self.step(now_s)
        for frame in self.device.take(now_s):
            self._carry(frame, now_s)
        self._make_noise(now_s)
        arrived = bytearray()
        while self._pieces and self._pieces[0].due_s <= now_s:
            self._arrive(self._pieces.popleft(), listening, arrived)
        return bytes(arrived)

    def wait_s(self, now_s: float) -> float:
        """Seconds until `to_host` may have something or a fault begins or ends."""
        due = min(self._pieces[0].due_s if self._pieces else math.inf, self._noise_due_s)
        for i, fault in enumerate(self._faults):
            if i not in self._done:
                due = min(due, fault.end_s if i in self._open else fault.start_s)
        return max(0.0, min(due - now_s, self.device.wait_s(now_s)))

    # --- faults with a beginning and an end

    def _has(self, name: str, now_s: float) -> bool:
        return any(fault.name == name and fault.active(now_s) for fault in self._faults)

    def _rate(self, name: str, now_s: float) -> float:
        return max((f.number for f in self._faults if f.name == name and f.active(now_s)), default=0.0)

    def _begin(self, fault: Fault, now_s: float) -> None:
        self.begun.append((now_s, fault))
        if fault.name in ("unplug", "brownout"):
            self.device.turn_off(now_s)
            self._pieces.clear()
            self.plugged = fault.name == "brownout"
            if self.plugged:
                self._put(bytes(self._random.choices((0x00, 0xFF, 0xFE, 0x80), k=3)), now_s, True)
        elif fault.name == "noisy_start":
            self.device.turn_off(now_s)
            self.device.turn_on(now_s)
            self._noise_due_s, self._noise_until_s = now_s, now_s + NOISY_S
        elif fault.name == "other" and self._spawn is not None:
            self.device = self._spawn(fault.text)
            self.device.turn_on(now_s)
        if fault.name not in RATES:
            self.counts[fault.name] += 1
        self._set_ailments(now_s)

    def _end(self, fault: Fault, now_s: float) -> None:
        if fault.name in ("unplug", "brownout"):
            self.plugged = True
            self.device.turn_on(now_s)
            self._free_s = now_s
        elif fault.name == "other":
            self.device = self._owner
            self.device.turn_off(now_s)
            self.device.turn_on(now_s)
        self._set_ailments(now_s)

    def _set_ailments(self, now_s: float) -> None:
        open_faults = [self._faults[i] for i in sorted(self._open)]
        names = {fault.name for fault in open_faults}
        drifts = [fault for fault in open_faults if fault.name == "drift"]
        self._owner.ailment = Ailment(
            stuck="stuck" in names,
            zero="zero" in names,
            saturate="saturate" in names,
            noisy="noisy_start" in names,
            drift_rel_per_day=sum(f.number for f in drifts if f.relative),
            drift_abs_per_day=sum(f.number for f in drifts if not f.relative),
            since_s=min((f.start_s for f in drifts), default=0.0),
        )

    # --- faults of the bytes

    def _carry(self, frame: bytes, now_s: float) -> None:
        if not self.plugged or self._has("stall", now_s):
            return
        if self._happens("junk", now_s):
            length = self._random.randint(1, LONGEST_JUNK)
            self._put(self._random.randbytes(length), now_s, True)
        harmed = False
        if self._happens("half", now_s):
            frame, harmed = frame[: self._random.randrange(1, max(2, len(frame)))], True
        ours, theirs = self._bauds(now_s)
        arrived, changed = self._hurt(frame, now_s, ours, theirs)
        self._put(arrived, now_s, harmed or changed)

    def _happens(self, name: str, now_s: float) -> bool:
        rate = self._rate(name, now_s)
        if rate and self._random.random() < rate:
            self.counts[name] += 1
            return True
        return False

    def _bauds(self, now_s: float) -> tuple[int, int]:
        """The speed at which the sensor talks, and that of the host."""
        return int(self._rate("baud", now_s)) or self.device.BAUD, self.host_baud or self.device.BAUD

    def _hurt(self, data: bytes, now_s: float, sent_baud: int, read_baud: int) -> tuple[bytes, bool]:
        """The bytes as they arrive, and whether they are no longer whole in there."""
        lost, doubled, flipped = self._rate("drop", now_s), self._rate("dup", now_s), self._rate("ber", now_s)
        if not (lost or doubled or flipped):
            arrived = data
        else:
            arrived = b"".join(self._hurt_byte(byte, lost, doubled, flipped) for byte in data)
        if sent_baud != read_baud:
            arrived = misread(arrived, sent_baud, read_baud, self.device.CHARACTER_BITS == 11)
        return arrived, data not in arrived

    def _hurt_byte(self, byte: int, lost: float, doubled: float, flipped: float) -> bytes:
        draw = self._random.random
        if lost and draw() < lost:
            self.counts["drop"] += 1
            return b""
        if flipped:
            for bit in range(8):
                if draw() < flipped:
                    self.counts["ber"] += 1
                    byte ^= 1 << bit
        if doubled and draw() < doubled:
            self.counts["dup"] += 1
            return bytes((byte, byte))
        return bytes((byte,))

    def _make_noise(self, now_s: float) -> None:
        while self._noise_due_s <= now_s:
            length = self._random.randint(1, 6)
            self._put(bytes(self._random.choices((0x00, 0xFF, 0x42, 0x7F, 0xFE), k=length)), self._noise_due_s, True)
            self._noise_due_s += self._random.expovariate(1.0 / NOISE_GAP_S)
            if self._noise_due_s > self._noise_until_s:
                self._noise_due_s = math.inf

    # --- time on the wire

    def _put(self, data: bytes, now_s: float, harmed: bool) -> None:
        """Queue bytes at the speed of the line, split where a read may split them."""
        if not data:
            return
        byte_s = self.device.CHARACTER_BITS / self.device.BAUD
        began_s = max(now_s, self._free_s)
        cuts = sorted({self._random.randrange(1, len(data) + 1) for _ in range(2)} | {len(data)})
        start = 0
        for cut in cuts:
            self._pieces.append(Piece(began_s + cut * byte_s, data[start:cut], start == 0, cut == len(data), harmed))
            start = cut
        self._free_s = began_s + len(data) * byte_s

    def _arrive(self, piece: Piece, listening: bool, arrived: bytearray) -> None:
        if piece.first:
            self._whole_so_far = True
        self._whole_so_far = self._whole_so_far and listening and not piece.harmed
        if not listening:
            return
        arrived += piece.data
        self.bytes_out += len(piece.data)
        if piece.last:
            self.frames_out += 1
            self.frames_intact += self._whole_so_far
