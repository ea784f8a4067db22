"""What bit errors do to each streaming binary protocol: frames found, bytes accounted for, wrong readings.

Frames of a simulated sensor in changing air, one a second, go through decoder, sample checks and line quality to
where a half hour would take them. A wrong reading is a remembered value that differs from the one sent; a half hour is
wrong when its code differs from that of the same seconds without them. What is found and thrown away is counted by a
second implementation; every model over its real dialogue is in `noise_dialogue`.
"""

from dataclasses import dataclass, field

from aqsense import quantities
from aqsense.cells import CellBuilder
from aqsense.intake import remembered
from aqsense.line_quality import LineQuality
from aqsense.sample_checks import QC_PASS, SampleChecks
from aqsense.settings import Settings
from aqsense.wire import events, registry
from simulators import sensors
from simulators.air import Ordinary
from tests.bench import layouts
from tests.bench.frames import flip

MODELS = tuple(layouts.RULES)
FRAMES = {1e-4: 200_000, 1e-3: 50_000, 1e-2: 50_000}
DIFFERENT = 3_600  # frames before the same air comes again
CELL_S = 1800


def few_enough(rate: float, wrong: int, learned: int) -> bool:
    """Whether no more wrong readings were learned from than may be: one in 50,000 at 1e-4, none above."""
    return wrong * 50_000 <= learned if rate <= 1e-4 else not wrong


@dataclass
class Result:
    """One model at one bit error rate. `wrong` and `learned` count readings in half hours that were kept."""

    model: str
    rate: float
    frames: int
    intact: int = 0
    found: int = 0
    accepted: int = 0
    corrupt: int = 0
    learned: int = 0
    wrong: int = 0
    cells: int = 0
    noisy_cells: int = 0
    wrong_codes: int = 0
    exact: bool = False
    discarded: dict[str, int] = field(default_factory=dict)

    def met(self) -> bool:
        """Every intact frame found, every byte accounted for, and no more wrong readings than may be learned from."""
        learned = few_enough(self.rate, self.wrong, self.learned)
        return self.found == self.intact and self.exact and learned and not self.wrong_codes


def sent(model: str) -> list[bytes]:
    """DIFFERENT frames of a simulated sensor in an ordinary room, one a second."""
    device = sensors.create(model, 1, air=Ordinary(1))
    frames: list[bytes] = []
    now_s = 0.0
    while len(frames) < DIFFERENT:
        frames += device.take(now_s)
        now_s += 1.0
    return frames[:DIFFERENT]


def measure(model: str, rate: float, count: int | None = None, seed: int = 1) -> Result:
    """Send `count` frames through a line with independent bit errors at `rate`."""
    count = count or FRAMES[rate]
    frames = sent(model)
    clean = b"".join(frames[i % DIFFERENT] for i in range(count))
    data = flip(clean, rate, seed) + bytes(layouts.LONGEST)
    size = len(frames[0])
    assert all(len(frame) == size for frame in frames)
    result = Result(model, rate, count)
    intact = {at for at in range(0, count * size, size) if data[at : at + size] == clean[at : at + size]}
    starts = _receive(model, data, size, frames, result)
    plain, lost = layouts.recount(model, data)
    result.intact = len(intact)
    result.found = len(intact.intersection(starts))
    result.exact = starts == plain and result.discarded == lost
    return result


class _Learner:
    # What the half hours of one sensor would take: remembered values of samples that passed.
    def __init__(self, model: str, frames: list[bytes], result: Result) -> None:
        self.decoder = registry.open(model)
        info = registry.info(model)
        self.checks = SampleChecks(self.decoder.FIELDS, self.decoder.SCALES, info, info.interval_s)
        self.line = LineQuality()
        self.result = result
        wanted = remembered(Settings("home", []))
        names = self.decoder.FIELDS
        self.places = [i for i, name in enumerate(names) if quantities.index(name) in wanted]
        self.truth = [self._values(model, frame) for frame in frames]
        self.right = self.wrong = 0
        kinds = [quantities.index(names[i]) for i in self.places]
        self.taken = [CellBuilder(kind, 1) for kind in kinds]
        self.meant = [CellBuilder(kind, 1) for kind in kinds]

    def _values(self, model: str, frame: bytes) -> list[int]:
        decoder = registry.open(model)
        decoder.receive_data(frame, len(frame))
        assert decoder.next_event() == events.SAMPLE
        return [decoder.values[i] for i in self.places]

    def take(self, i: int, aligned: bool) -> None:
        """The decoder holds a sample while the i-th second passes."""
        decoder, checks = self.decoder, self.checks
        true = self.truth[i % DIFFERENT] if aligned else None
        values = [decoder.values[place] for place in self.places]
        if values != true:
            self.result.corrupt += 1
        checks.check(decoder, i)
        for k, place in enumerate(self.places):
            if checks.qc(place) == QC_PASS:
                self.right += 1
                self.taken[k].add(i % CELL_S, values[k])
                if true is None or values[k] != true[k]:
                    self.wrong += 1
                if true is not None:
                    self.meant[k].add(i % CELL_S, true[k])

    def close(self) -> None:
        """The half hour ends: it is kept or it is noisy."""
        self.result.cells += 1
        taken = [builder.close() for builder in self.taken]
        meant = [builder.close() for builder in self.meant]
        if self.line.close(self.decoder):
            self.result.noisy_cells += 1
        else:
            self.result.learned += self.right
            self.result.wrong += self.wrong
            self.result.wrong_codes += sum(a != b for a, b in zip(taken, meant, strict=True))
        self.right = self.wrong = 0


def _receive(model: str, data: bytes, size: int, frames: list[bytes], result: Result) -> list[int]:
    learner = _Learner(model, frames, result)
    decoder = learner.decoder
    view = memoryview(data)
    starts = []
    lost: dict[str, int] = {}
    seconds = -(-len(data) // size)
    for i in range(seconds):
        part = view[i * size : (i + 1) * size]
        decoder.receive_data(part, len(part))
        if i == seconds - 1:
            decoder.finish()
        while event := decoder.next_event():
            if event == events.SAMPLE:
                at = decoder.offset
                starts.append(at)
                learner.take(at // size, at % size == 0)
            elif event == events.DISCARDED:
                reason = events.REASONS[decoder.reason]
                lost[reason] = lost.get(reason, 0) + decoder.length
        if i % CELL_S == CELL_S - 1:
            learner.close()
    result.accepted = len(starts)
    result.discarded = lost
    return starts


def show(models: tuple[str, ...] = MODELS) -> bool:
    """Print the table of all models and rates; True when every target is met."""
    good = True
    print("| model | bit errors | frames | intact | found | accepted | not as sent | discarded bytes | exact ", end="")
    print("| noisy half hours | readings learned | of them wrong | wrong half hours |\n" + "|---" * 13 + "|")
    for rate in FRAMES:
        for model in models:
            r = measure(model, rate)
            good &= r.met()
            print(
                f"| {model} | {rate:g} | {r.frames} | {r.intact} | {r.found} | {r.accepted} | {r.corrupt} "
                f"| {sum(r.discarded.values())} | {'yes' if r.exact else 'NO'} | {r.noisy_cells} of {r.cells} "
                f"| {r.learned} | {r.wrong} | {r.wrong_codes} |{'' if r.met() else ' MISSED'}",
                flush=True,
            )
    return good
