"""What bit errors do to every model over its real dialogue: requests and replies both pass the noisy line.

A simulated sensor in changing air is started, asked and listened to by its own dialogue, in simulated time. Each
transmission arrives with independent bit errors and goes through decoder, sample checks and line quality to where a
half hour would take it. A second decoder gets the same transmissions as they were sent: a reading is wrong when the
memory is given another value than that one says. What is learned from a protocol without any checksum is the middle
one of three readings, and wrong when it lies outside what those three were sent as. Intact measuring frames must all
be found.
"""

import random
from dataclasses import dataclass

from aqsense import quantities
from aqsense.intake import remembered
from aqsense.line_quality import UNGUARDED_BYTES, LineQuality
from aqsense.middle import NONE, MiddleOfThree
from aqsense.sample_checks import QC_PASS, SampleChecks
from aqsense.settings import Settings
from aqsense.wire import dialogue, events, registry
from simulators import sensors
from simulators.air import Ordinary
from tests.bench.noise import few_enough

MODELS = tuple(line[0] for line in registry.MODELS)
READINGS = {1e-4: 100_000, 1e-3: 50_000, 1e-2: 50_000}
UNGUARDED = 4  # times as many at 1e-4, for two in 250,000 come as one pair
CELL_MS = 1_800_000
ANSWERED_MS = 400
LONGEST_S = 7 * 86_400
TRAITS = {"scd30": {"running": 1}, "sps30": {"running": 1}}


@dataclass
class Result:
    """One model at one bit error rate; `learned` and `wrong` count readings of half hours that were kept."""

    model: str
    rate: float
    intact: int = 0
    found: int = 0
    learned: int = 0
    wrong: int = 0
    cells: int = 0
    noisy_cells: int = 0

    def met(self) -> bool:
        """Every intact frame was found and no more wrong readings than may be were learned from."""
        return self.found == self.intact and few_enough(self.rate, self.wrong, self.learned)


class Noise:
    """Independent bit errors at a rate, over everything that passes in one direction."""

    def __init__(self, rate: float, seed: str) -> None:
        self._random = random.Random(seed)
        self._rate = rate
        self._next = self._gap()

    def _gap(self) -> int:
        return int(self._random.expovariate(self._rate)) if self._rate else 1 << 60

    def over(self, data: bytes) -> bytes:
        """The bytes as they arrive."""
        bits = 8 * len(data)
        if self._next >= bits:
            self._next -= bits
            return data
        hurt = bytearray(data)
        while self._next < bits:
            hurt[self._next >> 3] ^= 1 << (self._next & 7)
            self._next += 1 + self._gap()
        self._next -= bits
        return bytes(hurt)


class Campaign:
    """One model's conversation through a noisy line; `run` until so many measurements were sent."""

    def __init__(self, model: str, rate: float, seed: int) -> None:
        self.result = Result(model, rate)
        info = registry.info(model)
        self.device = sensors.create(model, seed, False, TRAITS.get(model), air=Ordinary(seed))
        self.decoder = registry.open(model)
        self.truth = registry.open(model)
        self.dialogue = dialogue.open(model)
        self.asked = Noise(rate, f"asked-{model}-{seed}")
        self.told = Noise(rate, f"told-{model}-{seed}")
        self.checks = SampleChecks(self.decoder.FIELDS, self.decoder.SCALES, info, info.interval_s)
        self.line = LineQuality()
        wanted = remembered(Settings("home", []))
        self.places = [i for i, name in enumerate(self.decoder.FIELDS) if quantities.index(name) in wanted]
        self.middles = [None if info.guarded else MiddleOfThree(10 * info.interval_s) for _ in self.places]
        self.meant: list[list[int]] = [[] for _ in self.places]  # what the last three readings were sent as
        if not info.guarded:
            self.line.allowance = UNGUARDED_BYTES
        self.now_ms = 0
        self.sent = 0
        self.right = self.wrong = 0

    def run(self, readings: int) -> Result:
        """Let `readings` measurements be sent."""
        while self.sent < readings and self.now_ms < 1000 * LONGEST_S:
            request = self.dialogue.due(self.now_ms)
            if request:
                self._listen()
                self.device.receive(self.asked.over(request), self.now_ms / 1000)
                self.decoder.expect(request)
                self.truth.expect(request)
                self._pass(ANSWERED_MS)
            else:
                self._pass(max(20, min(self.dialogue.wait_ms(self.now_ms), 1000)))
        return self.result

    def _pass(self, wait_ms: int) -> None:
        step = 20 if self.device.wait_s(self.now_ms / 1000) * 1000 <= wait_ms else wait_ms
        until = self.now_ms + wait_ms
        while self.now_ms < until:
            self.now_ms += step
            before = self.now_ms // CELL_MS
            if self._listen() and self.dialogue.poll:
                break
            if before != (self.now_ms - step) // CELL_MS:
                self._close()

    def _listen(self) -> int:
        frames = self.device.take(self.now_ms / 1000)
        for frame in frames:
            self._hear(frame, self.told.over(frame))
        return len(frames)

    def _hear(self, sent: bytes, arrived: bytes) -> None:
        truth = self.truth
        truth.receive_data(sent, len(sent))
        meant = None
        while truth.next_event():
            if truth.event == events.SAMPLE:
                meant = [truth.values[place] for place in self.places]
        self.sent += meant is not None
        self.result.intact += sent == arrived and meant is not None
        at = self.decoder.bytes_in
        self.decoder.receive_data(arrived, len(arrived))
        while self.decoder.next_event():
            self.dialogue.heard(self.decoder, self.now_ms)
            if self.decoder.event == events.SAMPLE:
                whole = sent == arrived and self.decoder.offset == at & 0x3FFFFFFF and meant is not None
                self.result.found += whole
                self._learn(meant if self.decoder.length == len(arrived) else None)

    def _learn(self, meant: list[int] | None) -> None:
        decoder, checks = self.decoder, self.checks
        checks.check(decoder, self.now_ms // 1000)
        for k, place in enumerate(self.places):
            if checks.qc(place) != QC_PASS:
                continue
            value = decoder.values[place]
            middle = self.middles[k]
            if middle is None:
                self.right += 1
                self.wrong += meant is None or value != meant[k]
                continue
            self.meant[k] = [*self.meant[k][-2:], value if meant is None else meant[k]]
            value = middle.take(value, self.now_ms // 1000)
            if value != NONE:
                self.right += 1
                self.wrong += not min(self.meant[k]) <= value <= max(self.meant[k])

    def _close(self) -> None:
        result = self.result
        result.cells += 1
        if self.line.close(self.decoder):
            result.noisy_cells += 1
        else:
            result.learned += self.right
            result.wrong += self.wrong
        self.right = self.wrong = 0


def measure(model: str, rate: float, readings: int, seed: int = 1) -> Result:
    """One model at one bit error rate."""
    return Campaign(model, rate, seed).run(readings)


def show(models: tuple[str, ...] = MODELS) -> bool:
    """Print the table of all models and rates; True when every target is met."""
    good = True
    print("| model | bit errors | intact | found | noisy half hours | readings learned | of them wrong |")
    print("|---" * 7 + "|")
    for rate, readings in READINGS.items():
        for model in models:
            more = UNGUARDED if rate <= 1e-4 and not registry.info(model).guarded else 1
            r = measure(model, rate, more * readings)
            good &= r.met()
            print(
                f"| {model} | {rate:g} | {r.intact} | {r.found} | {r.noisy_cells} of {r.cells} "
                f"| {r.learned} | {r.wrong} |{'' if r.met() else ' MISSED'}",
                flush=True,
            )
    return good
