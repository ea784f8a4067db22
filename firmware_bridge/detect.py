"""Which sensor is on a port: listen first, then ask, and ask first what can do least harm.

Many models share their frames; content tells some of them apart, and the rest are named together. Questions only read,
except for the two at the very end that wake a sensor which may be asleep.
"""

import time
from dataclasses import dataclass, field
from typing import Any

from aqsense.wire import events, registry
from firmware_bridge import cable, finder
from firmware_bridge.errors import PortError
from firmware_bridge.looks import named_by_content, same_frames, tells
from firmware_bridge.port import Port

SILENCE_S = 2.6  # a Plantower in still air sends each 2.3 s
LISTEN_S = 5.0
ENOUGH = 3  # samples
ANSWER_S = 0.3
SETTLE_S = 0.05
MOST_HEX = 64
MOST_SAID = 1024

Line = tuple[int, str]  # baud, parity; always 8 data bits and 1 stop bit
PLAIN: Line = (9600, "N")
EVEN: Line = (9600, "E")

# One model for each frame that can come unasked at 9600 baud
UNASKED = (
    "pms5003",
    "pms3003",
    "pms5003st",
    "sds011",
    "sds198",
    "cozir",
    "sm300d2",
    "sm300d2modbus",
    "pm1006",
    "sngcja5",
)


@dataclass(frozen=True)
class Question:
    """A request, the models that may answer it (one for each kind of reply), and how long that takes."""

    request: str
    models: tuple[str, ...]
    wait_s: float = ANSWER_S

    def bytes(self) -> bytes:
        """The request as it goes onto the line."""
        return bytes.fromhex(self.request)


QUESTIONS: tuple[tuple[Line, tuple[Question, ...]], ...] = (
    (
        PLAIN,
        (
            Question("ff0186000000000079", ("mhz19b", "zphs01b", "zh03b"), 0.5),
            Question("fe0400000004e5c6", ("s8",)),
            Question("680400000004f8f0", ("sunrise",)),
            Question("fe440008029f25", ("k30",)),
            Question("110101ed", ("cm1107",)),
            Question("424de200000171", ("pms5003", "pms5003st"), 0.5),
            Question("aab406000000000000000000000000ffff04ab", ("sds011",)),
            Question("68011087", ("hpma115s0",)),
            Question("0d0a5a0d0a", ("cozir",)),
            Question("11020b01e1", ("pm1006",)),
            Question("11020b07db", ("pm2008",)),
            Question("110102ec", ("pm1006k",)),
        ),
    ),
    (
        (115200, "N"),
        # The flag in front ends what the questions at other speeds may have left in the sensor; then it is woken
        (Question("7e7e00d001002e7e", ("sps30",), 0.2), Question("ff7e001100ee7e7e007d3100ee7e", ("sps30",), 0.2)),
    ),
    (
        (115200, "E"),
        (
            Question("811669", ("nextpm",), 0.5),
            Question("811669", ("nextpm",), 0.5),
            Question("01030013000175cf", ("nextpmmodbus",), 0.5),
        ),
    ),
    ((19200, "N"), (Question("6103002000018c60", ("scd30",)), Question("fffe020203", ("t6613",), 0.5))),
    ((19200, "E"), (Question("1504138b00014670", ("t6713",)),)),
)
TYPE_OF_S8 = Question("fe04001a00010402", ("s8",))
RAM_OF_K30 = Question("fe440008029f25", ("k30",))
SOFTWARE_OF_CM = Question("11011ed0", ("cm1106",))
MULTIPLIER_OF_GSS = Question("2e0d0a", ("cozir",))
WAKE = ("424de400010174", "ff01a7000000000058")  # Plantower, Winsen: the fan starts, nothing is stored


@dataclass
class Heard:
    """Everything that a port said."""

    count: int = 0
    samples: int = 0
    discarded: int = 0
    start: bytearray = field(default_factory=bytearray)

    def add(self, data: bytes) -> None:
        """Count bytes and keep the first of them."""
        self.count += len(data)
        self.start += data[: MOST_HEX - len(self.start)]


@dataclass
class Found:
    """What is on a port; `result` is found, ambiguous, unknown, silent, busy or denied."""

    port: str
    by_id: str | None
    result: str
    candidates: tuple[str, ...] = ()
    how: str = "listened"
    seconds: float = 0.0
    heard: Heard = field(default_factory=Heard)
    node: str | None = None  # the thin node at its other end, which is no sensor

    def as_json(self) -> dict[str, Any]:
        """The contract's `port` line."""
        model = registry.info(self.candidates[0]) if self.candidates else None
        line = {"baud": model.baud, "bits": model.bits, "parity": model.parity, "stop": model.stop} if model else None
        return {
            "event": "port",
            "port": self.port,
            "by_id": self.by_id,
            "result": self.result,
            "model": model.id if model else None,
            "candidates": list(self.candidates),
            "serial": line,
            "how": self.how,
            "seconds": round(self.seconds, 1),
            "heard": {
                "bytes": self.heard.count,
                "samples": self.heard.samples,
                "discarded_bytes": self.heard.discarded,
                "hex": self.heard.start.hex(),
            },
            **({"node": self.node} if self.node else {}),
        }


def on(found: finder.Found) -> Found:
    """What is on this port. Never raises for what a port may do; a port that is not there is `unknown`."""
    started = time.monotonic()
    heard = Heard()
    try:
        search = _Search(found.path, heard)
        candidates, how = search.run()
    except PortError as error:
        kind = getattr(error, "kind", "other")
        result = kind if kind in ("busy", "denied") else "unknown"
        return Found(found.path, found.by_id, result, (), "listened", time.monotonic() - started, heard)
    result = "silent"
    if candidates:
        result = "found" if len(candidates) == 1 else "ambiguous"
    elif heard.count:
        result = "unknown"
    return Found(found.path, found.by_id, result, candidates, how, time.monotonic() - started, heard, search.node)


class _Ear:
    # One decoder that listens in; the frames that it accepted are kept for a look at their content.
    def __init__(self, model: str, request: bytes = b"") -> None:
        self.model = model
        self.decoder = registry.open(model)
        if request:
            self.decoder.stand(request)
        self.frames: list[bytes] = []
        self.replies = 0

    def take(self, data: bytes) -> None:
        self.decoder.receive_data(data, len(data))
        while (event := self.decoder.next_event()) != events.NEED_DATA:
            if event == events.SAMPLE:
                self.frames.append(self.decoder.raw)
            elif event == events.REPLY:
                self.replies += 1

    @property
    def understood(self) -> int:
        return int(self.decoder.frame_bytes)


class _Search:
    def __init__(self, path: str, heard: Heard) -> None:
        self.path = path
        self.heard = heard
        self.port: Port | None = None
        self.buffer = bytearray(4096)
        self.said = bytearray()  # as far as a thin node needs to say who it is
        self.node: str | None = None

    def run(self) -> tuple[tuple[str, ...], str]:
        try:
            self._open(PLAIN)
            candidates = self._listen()
            if self.node:
                return (), "listened"
            if candidates or self.heard.count:
                return candidates or self._listen_with_parity(), "listened"
            candidates = self._ask_all()
            if candidates:
                return candidates, "asked"
            self._open(PLAIN)
            for request in WAKE:
                self._write(bytes.fromhex(request))
                time.sleep(SETTLE_S)
            return self._listen(), "asked"
        finally:
            self._close()

    # Listening

    def _listen(self) -> tuple[str, ...]:
        ears = [_Ear(model) for model in UNASKED]
        since = time.monotonic()
        while True:
            data = self._read(0.1)
            waited = time.monotonic() - since
            self.node = cable.node_of(bytes(self.said))
            if self.node:
                return ()
            for ear in ears:
                ear.take(data)
            best = max(ears, key=lambda ear: ear.understood)
            if waited > LISTEN_S:
                return self._judged(best)
            if waited > SILENCE_S and not any(ear.decoder.bytes_in for ear in ears):
                return ()
            enough = len(best.frames) >= ENOUGH or waited > SILENCE_S + 0.8
            if enough and best.frames and tells(best.frames[-1]):
                candidates = self._judged(best)
                if candidates:  # otherwise listen on: what came while the port was set up may be garbage
                    return candidates

    def _listen_with_parity(self) -> tuple[str, ...]:
        # A line with a parity bit sounds like noise without one.
        self._open(EVEN)
        ear = _Ear("sngcja5")
        since = time.monotonic()
        while time.monotonic() - since < SILENCE_S and not ear.frames:
            ear.take(self._read(0.1))
        return self._judged(ear)

    def _judged(self, ear: _Ear) -> tuple[str, ...]:
        if not ear.frames or ear.understood * 2 < ear.decoder.bytes_in - ear.decoder.pending:
            return ()
        self.heard.samples = len(ear.frames)
        self.heard.discarded = int(ear.decoder.discarded_bytes)
        return self._which_gss() if ear.model == "cozir" else named_by_content(ear.model, ear.frames)

    # Asking

    def _ask_all(self) -> tuple[str, ...]:
        for line, questions in QUESTIONS:
            if line != PLAIN:
                self._open(line)
            for question in questions:
                ear = self._ask(question)
                if ear is not None:
                    return self._narrowed(ear)
        return ()

    def _ask(self, question: Question) -> _Ear | None:
        request = question.bytes()
        ears = [_Ear(model, request) for model in question.models]
        while self._read(0.0):
            pass
        self._write(request)
        end = time.monotonic() + question.wait_s
        while (left := end - time.monotonic()) > 0:
            data = self._read(left)
            for ear in ears:
                ear.take(data)
            best = max(ears, key=lambda ear: ear.understood)
            if best.frames or (best.replies and not best.decoder.pending):
                end = min(end, time.monotonic() + SETTLE_S)  # the rest of a longer frame may still come
        best = max(ears, key=lambda ear: ear.understood)
        if not best.understood or (not best.frames and best.decoder.reply in ("refused", "exception")):
            return None
        self.heard.samples = len(best.frames)
        self.heard.discarded = int(best.decoder.discarded_bytes)
        return best

    def _narrowed(self, ear: _Ear) -> tuple[str, ...]:
        if ear.model == "s8":
            return self._which_senseair()
        if ear.model == "cm1107":
            return self._which_cubic()
        if ear.model == "cozir":
            return self._which_gss()
        if ear.model == "hpma115s0":
            return ("hpma115s0", "hpma115c0")
        if ear.model == "pms5003" and not ear.frames:
            return same_frames("pms5003")
        return named_by_content(ear.model, ear.frames)

    def _which_senseair(self) -> tuple[str, ...]:
        kind = self._ask(TYPE_OF_S8)
        if kind is not None and kind.decoder.reply == "type_id_low" and kind.decoder.word(0) == 0x0177:
            return same_frames("s8")
        if self._ask(RAM_OF_K30) is not None:
            return ("k30",)
        return ("sunrise",) if self._ask(Question("680400000004f8f0", ("sunrise",))) is not None else same_frames("s8")

    def _which_cubic(self) -> tuple[str, ...]:
        told = self._ask(SOFTWARE_OF_CM)
        if told is not None and told.decoder.reply == "software" and "SL" in told.decoder.fields()[0][1]:
            return ("cm1106sln",)
        return same_frames("cm1106")

    def _which_gss(self) -> tuple[str, ...]:
        # Only a CozIR for room air counts in single ppm; the others measure percents.
        samples, discarded = self.heard.samples, self.heard.discarded
        told = self._ask(MULTIPLIER_OF_GSS)
        self.heard.samples, self.heard.discarded = samples, discarded
        return ("cozir",) if getattr(told and told.decoder, "multiplier", 0) == 1 else same_frames("cozir")

    # The line

    def _open(self, line: Line) -> None:
        self._close()
        self.port = Port(self.path, line[0], 8, line[1], 1)
        self.port.open()
        time.sleep(SETTLE_S)

    def _close(self) -> None:
        if self.port is not None:
            self.port.close()
            self.port = None

    def _write(self, data: bytes) -> None:
        assert self.port is not None
        self.port.write(data)

    def _read(self, wait_s: float) -> bytes:
        import select

        assert self.port is not None
        if not select.select([self.port.fileno()], [], [], wait_s)[0]:
            return b""
        data = bytes(self.buffer[: self.port.read_into(self.buffer)])
        self.heard.add(data)
        self.said += data[: MOST_SAID - len(self.said)]
        return data
