"""Recorded rows or bytes through the same core as live ones, their times as the clock."""

import hashlib
import heapq
import json
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from aqsense import quantities
from aqsense.monitor import Monitor
from aqsense.settings import SensorSettings, Settings
from aqsense.wire import events, registry
from aqsense.wire.framing import MISSING_VALUE
from firmware_bridge import csv_port, export_port, refolding
from firmware_bridge.capture import Capture
from firmware_bridge.clock import CELL_S, offset_min
from firmware_bridge.errors import InputError

HOME = "replay"
Show = Callable[[list[Any]], None]


class Source:
    """One room or port of the recording: what it is called and what of it was used."""

    def __init__(self, sid: str, room: str, decoder: Any) -> None:
        self.sid = sid
        self.room = room
        self.decoder = decoder
        self.rows = 0
        self.skipped = 0
        self.last_s = -1
        self.values = [0] * quantities.COUNT  # rows with a value, by quantity
        self.first = [-1] * quantities.COUNT  # cells of the first and the last of them
        self.last = [-1] * quantities.COUNT
        self._fields: Any = None
        self._personal: list[tuple[int, int]] = []

    def count(self, cell: int) -> None:
        """Count the values of the sample that the decoder holds."""
        decoder = self.decoder
        if decoder.FIELDS is not self._fields:
            self._fields = decoder.FIELDS
            indices = [(quantities.index(name), at) for at, name in enumerate(decoder.FIELDS)]
            self._personal = [(q, at) for q, at in indices if q in quantities.PERSONAL]
        for q, at in self._personal:
            if decoder.values[at] != MISSING_VALUE:
                self.count_one(q, cell)

    def count_one(self, q: int, cell: int) -> None:
        """Count a value of a quantity."""
        self.values[q] += 1
        self.last[q] = cell
        if self.first[q] < 0:
            self.first[q] = cell


class Replay:
    """A core that is fed recorded samples. `show` gets the documents as they arise.

    Not `whole`: bodies of documents that only say what stands are not made; of events they are.
    """

    def __init__(self, tz: str, profile: str, measured: bool, show: Show, whole: bool = True) -> None:
        self.settings = Settings(HOME, [], "replay")
        self.settings.tz = tz
        self.settings.profile = profile
        self.sources: list[Source] = []
        self.monitor: Any = None
        self.zone = ZoneInfo(tz)
        self._measured = measured
        self._whole = whole
        self._show = show
        self._offset = (-1, 0)
        self._answers: list[tuple[int, dict[str, Any]]] = []
        self._hashes: dict[tuple[str, int], Any] = {}
        self.refused: list[str] = []  # answers that the core did not take

    def source(self, room: str, interval_s: int, model: str | None, decoder: Any, sid: str = "") -> Source:
        """Make room for another series of samples; before the first of them. `sid`: else one made from the room."""
        sid = sid or identifier(room, [source.sid for source in self.sources])
        self.settings.sensors.append(SensorSettings(sid, model, room, "other", interval_s))
        source = Source(sid, room, decoder)
        self.sources.append(source)
        return source

    def answers(self, path: Path) -> None:
        """Read the feedback log that belongs to the recording."""
        from aqsense import timetext

        for number, text in enumerate(_text(path).splitlines(), 1):
            if not text.strip():
                continue
            try:
                record = json.loads(text)
                t = refolding.took_effect(record["t"], record["verb"], record.get("args") or {})
                cell, s = timetext.of_instant(t) or ()
            except (ValueError, TypeError, KeyError):
                raise InputError(
                    f'{path} line {number} is no answer: write {{"t":…,"verb":…,"args":…,"id":…}}'
                ) from None
            self._answers.append((cell * CELL_S + s, record))
        self._answers.sort(key=lambda answer: answer[0])

    def start(self, monitor: Monitor | None = None) -> None:
        """All sources are known; samples may come. `monitor`: another one than the core's own."""
        self.monitor = monitor or Monitor(self.settings)
        self.monitor.measured = self._measured
        self.monitor.home.eager = self._whole
        self.monitor.clock("node", None, True)
        self.monitor.ledger = self._ledger

    def _ledger(self, sid: str, quantity: int, line: str) -> None:
        key = (sid, quantity)
        if key not in self._hashes:
            self._hashes[key] = hashlib.sha256()
        self._hashes[key].update(line.encode() + b"\n")

    def sample(self, source: Source, epoch_s: int) -> None:
        """Take the sample that the source's decoder holds now; going back in time is counted and skipped."""
        if epoch_s <= source.last_s:
            source.skipped += 1
            return
        source.last_s = epoch_s
        source.rows += 1
        source.count(epoch_s // CELL_S)
        self.step(source, epoch_s)

    def step(self, source: Source, epoch_s: int) -> None:
        """Hand what the source's decoder just said to the core."""
        self._hear_answers(epoch_s)
        cell, s = divmod(epoch_s, CELL_S)
        if cell != self._offset[0]:
            self._offset = (cell, offset_min(self.zone, cell))
        documents = self.monitor.step(source.sid, source.decoder, cell, s, self._offset[1])
        if documents:
            self._show(documents)

    def half_hours(self, source: Source, row: export_port.HalfHours) -> None:
        """Hand half hours that were remembered to the core, after the answers that were given before they closed."""
        self._hear_answers(row.cell * CELL_S + CELL_S - 1)
        source.rows += 1
        for quantity, code, reason, a, b, c in row.values:
            filled = 0 if reason >= 0 else export_port.SLOTS
            self._show(
                self.monitor.fold_cell(
                    row.sid, quantity, row.cell, row.utc_offset_min, code, filled, reason, a, b, c, None, row.regime
                )
            )
            if reason < 0:
                source.count_one(quantity, row.cell)

    def _hear_answers(self, until_s: int) -> None:
        while self._answers and self._answers[0][0] <= until_s:
            self._show(self._answer(self._answers.pop(0)[1]))

    def _answer(self, record: dict[str, Any]) -> list[Any]:
        code, text, documents = self.monitor.answer(record)
        if code:
            self.refused.append(f"{record['t']} {record['verb']}: {text}")
        return list(documents)

    def finish(self) -> None:
        """The recording is over: the half hour that it ends in is closed."""
        last = max((source.last_s for source in self.sources), default=-1)
        if last < 0:
            return
        cell = last // CELL_S + 1
        self._show(self.monitor.tick(cell, 0, offset_min(self.zone, cell)))

    def digest(self, sid: str, quantity: int) -> str:
        """The replay hash of one series."""
        found = self._hashes.get((sid, quantity))
        return str((found or hashlib.sha256()).hexdigest()[:16])


def identifier(room: str, taken: Iterable[str]) -> str:
    """A sensor id made from a room's name, unlike those that are taken."""
    slug = re.sub(r"[^a-z0-9]+", "-", room.lower()).strip("-")[:32] or "room"
    found, i = slug, 2
    while found in taken:
        found = f"{slug[:29]}-{i}"
        i += 1
    return found


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read ({getattr(error, 'strerror', None) or 'not UTF-8 text'})") from None


def feed_tables(replay: Replay, paths: list[Path], interval_s: int | None) -> Iterator[int]:
    """Feed CSV files, their rooms merged in order of time; yields the rows taken so far, now and then."""
    rooms: dict[tuple[int, str], list[tuple[int, list[int]]]] = {}
    tables = [csv_port.Table(path) for path in paths]
    for i, table in enumerate(tables):
        for epoch_s, room, values in table.rows():
            rooms.setdefault((i, room), []).append((epoch_s, values))
    series: list[list[tuple[int, int, list[int]]]] = []
    for (i, room), rows in rooms.items():
        first = [epoch_s for epoch_s, _ in rows[: csv_port.MEDIAN_ROWS]]
        decoder = csv_port.Rows(room, tables[i].fields)
        source = replay.source(room, interval_s or csv_port.interval_s(first), None, decoder)
        series.append([(epoch_s, len(series), values) for epoch_s, values in rows])
        source.skipped += tables[i].skipped
    replay.start()
    for done, (epoch_s, at, values) in enumerate(heapq.merge(*series)):
        source = replay.sources[at]
        source.decoder.values[:] = _array(values)
        replay.sample(source, epoch_s)
        if done % 4096 == 0:
            yield done


def feed_export(replay: Replay, paths: list[Path]) -> Iterator[int]:
    """Feed an exported memory: half hours that were closed long ago; yields the rows taken so far, now and then."""
    rows = [row for path in paths for row in export_port.rows(path)]
    if not rows:
        return
    sources: dict[str, Source] = {}
    replay.settings.home = rows[0].home
    for row in rows:
        if row.sid not in sources:
            sources[row.sid] = replay.source(row.room, 60, None, None, row.sid)
    replay.start()
    for done, row in enumerate(rows):
        replay.half_hours(sources[row.sid], row)
        if done % 1024 == 0:
            yield done


def _array(values: list[int]) -> Any:
    from array import array

    return array("i", values)


def feed_capture(replay: Replay, capture: Capture) -> Iterator[int]:
    """Feed a capture, each port through a decoder of its model; yields the chunks taken so far, now and then."""
    sources: dict[str, Source] = {}
    for chunk in capture.chunks():
        if chunk.port not in sources:
            try:
                decoder = registry.open(chunk.model)
            except ValueError as error:
                raise InputError(f"{capture.path}: {error}") from None
            info = registry.info(chunk.model)
            sources[chunk.port] = replay.source(chunk.port, info.interval_s, info.id, decoder)
    replay.start()
    for done, chunk in enumerate(capture.chunks()):
        source = sources[chunk.port]
        if chunk.sent:
            source.decoder.expect(chunk.data)
            continue
        source.decoder.receive_data(chunk.data, len(chunk.data))
        while source.decoder.next_event() != events.NEED_DATA:
            source.last_s = chunk.t_ms // 1000
            if source.decoder.event == events.SAMPLE:
                source.rows += 1
                source.count(source.last_s // CELL_S)
            replay.step(source, source.last_s)
        if done % 4096 == 0:
            yield done
