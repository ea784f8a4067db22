"""Recorded bytes of a port, both directions with times: a bug report that replays (contract section 8)."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, TextIO

from firmware_bridge.errors import InputError


class Chunk(NamedTuple):
    """Bytes of one direction at one time; `sent` is True for what we wrote."""

    t_ms: int
    port: str
    model: str
    data: bytes
    sent: bool


def header(tz: str, config_hash: str | None) -> str:
    """The first line of a capture."""
    return json.dumps({"capture": 1, "tz": tz, **({"config_hash": config_hash} if config_hash else {})})


def line(chunk: Chunk) -> str:
    """One line of a capture."""
    way = "tx" if chunk.sent else "rx"
    return json.dumps({"t_ms": chunk.t_ms, "port": chunk.port, "model": chunk.model, way: chunk.data.hex()})


def is_capture(path: Path) -> bool:
    """Whether a file looks like a capture rather than a CSV."""
    try:
        with path.open("rb") as file:
            return file.read(1) == b"{"
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}): check its name and permissions") from None


class Capture:
    """An opened capture; `tz` is None when it does not say."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.tz: str | None = None
        self.skipped = 0  # lines that are no chunk; a capture cut short by a crash ends in one
        first = self._lines(path.open(encoding="utf-8", errors="replace"))
        for record in first:
            if "capture" in record:
                self.tz = record.get("tz")
            break

    def _lines(self, file: TextIO) -> Iterator[dict[str, Any]]:
        with file:
            for text in file:
                try:
                    record = json.loads(text)
                except ValueError:
                    record = None
                if isinstance(record, dict):
                    yield record
                elif text.strip():
                    self.skipped += 1

    def chunks(self) -> Iterator[Chunk]:
        """The chunks in their order."""
        self.skipped = 0
        for record in self._lines(self.path.open(encoding="utf-8", errors="replace")):
            if "capture" in record:
                continue
            try:
                sent = "tx" in record
                data = bytes.fromhex(record["tx" if sent else "rx"])
                yield Chunk(int(record["t_ms"]), str(record["port"]), str(record["model"]), data, sent)
            except (KeyError, TypeError, ValueError):
                self.skipped += 1
