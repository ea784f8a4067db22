"""`aqsense capture`: records what a port says and what it is told, for a bug report or a replay."""

import argparse
import select
import sys
import time
from pathlib import Path
from typing import IO, Any

from firmware_bridge import config_checks
from firmware_bridge.errors import InputError, UsageError


def add(subparsers: Any) -> None:
    """Describe the command to argparse."""
    parser = subparsers.add_parser(
        "capture",
        help="record the bytes of a port",
        description="Speak to a sensor and record both directions, until Ctrl-C.",
    )
    parser.add_argument("port", metavar="PORT")
    parser.add_argument("file", metavar="FILE", type=Path, help="where to write; it must not exist yet")
    parser.add_argument("--model", required=True, help="model id, see aqsense sensors")
    parser.add_argument("--for", dest="for_s", type=float, metavar="SECONDS", help="stop by itself")
    parser.add_argument("--name", default="s1", help="what to call the port in the recording; default s1")
    parser.add_argument("--json", action="store_true", help="print the summary as one object")


def run(args: argparse.Namespace) -> int:
    """Record until stopped."""
    from aqsense.wire import registry
    from firmware_bridge import capture
    from firmware_bridge.port import Port

    try:
        info = registry.info(args.model)
    except ValueError as error:
        raise UsageError(str(error)) from None
    port = Port(args.port, info.baud, info.bits, info.parity, info.stop)
    port.open()
    try:
        with _create(args.file) as file:
            file.write(capture.header(config_checks.system_zone(), None) + "\n")
            recorder = _Recorder(port, info.id, args.name, file)
            recorder.record(args.for_s)
    finally:
        port.close()
    _tell(recorder, args)
    return 0


def _create(path: Path) -> IO[str]:
    try:
        return path.open("x", encoding="utf-8")
    except FileExistsError:
        raise InputError(f"{path} exists: name a new file") from None
    except OSError as error:
        raise InputError(f"{path} cannot be written ({error.strerror}): name another file") from None


def _tell(recorder: "_Recorder", args: argparse.Namespace) -> None:
    decoder = recorder.decoder
    if args.json:
        text = '{"event":"summary","file":"%s","bytes":%d,"samples":%d,"discarded_bytes":%d}'
        print(text % (args.file, decoder.bytes_in, decoder.samples, decoder.discarded_bytes))
        return
    print(
        f"{args.file}: {decoder.bytes_in} bytes, {decoder.samples} samples, {decoder.discarded_bytes} bytes discarded"
    )
    if decoder.bytes_in and not decoder.samples:
        print(f"no {recorder.model} frame among them: see aqsense detect {args.port}", file=sys.stderr)


class _Recorder:
    def __init__(self, port: Any, model: str, name: str, file: IO[str]) -> None:
        from aqsense.wire import dialogue, registry

        self.model = model
        self.decoder = registry.open(model)
        self._dialogue = dialogue.open(model)
        self._port = port
        self._name = name
        self._file = file
        self._buffer = bytearray(4096)

    def record(self, for_s: float | None) -> None:
        end = time.monotonic() + for_s if for_s else None
        try:
            while end is None or time.monotonic() < end:
                self._speak()
                wait_s = min(0.5, self._dialogue.wait_ms(_ticks()) / 1000)
                if select.select([self._port.fileno()], [], [], max(wait_s, 0.01))[0]:
                    self._hear()
        except KeyboardInterrupt:
            pass

    def _speak(self) -> None:
        request = self._dialogue.due(_ticks())
        while request:
            if self._dialogue.drain:
                self._hear()
            self._port.write(request)
            self.decoder.expect(request)
            self._write(bytes(request), True)
            request = self._dialogue.due(_ticks())

    def _hear(self) -> None:
        from aqsense.wire import events

        n = self._port.read_into(self._buffer)
        if not n:
            return
        self._write(bytes(self._buffer[:n]), False)
        self.decoder.receive_data(self._buffer, n)
        while self.decoder.next_event() != events.NEED_DATA:
            self._dialogue.heard(self.decoder, _ticks())

    def _write(self, data: bytes, sent: bool) -> None:
        from firmware_bridge import capture

        chunk = capture.Chunk(int(time.time() * 1000), self._name, self.model, data, sent)
        self._file.write(capture.line(chunk) + "\n")
        self._file.flush()


def _ticks() -> int:
    return int(time.monotonic() * 1000) & 0x3FFFFFFF
