"""The full node: sensors in, documents out, the home's memory on the flash; one loop that never waits long."""

import binascii
import gc
import struct
import sys
import time

from aqsense import messages
from aqsense.monitor import Monitor
from aqsense.settings import SensorSettings, Settings
from firmware_bridge.board import flash as records
from firmware_bridge.board.clock import Clock
from firmware_bridge.board.delivery import Delivery
from firmware_bridge.board.flash import Flash
from firmware_bridge.board.line import Line
from firmware_bridge.board.localtime import Zone
from firmware_bridge.board.start import client_of, new_boot

SAVE_DAYS = 8  # between two slots: 17 KiB each time
SAVE_RECORDS = 800  # or so many log records, whichever is first
HEALTH_S = 60
IDLE_MS = 10
AT_ONCE = 4  # requests that wait for their turn
CELL = "<IBBhBbhhhi"  # of a half hour in the log: tag of the sensor, quantity, regime, and the rest of it
WITH_STATE = ("aqsense.corrected", "aqsense.middle", "aqsense.undated")  # loaded for one sensor, in use from then on


class Node:
    """`config`: of `config.load`. `feed` feeds the watchdog. `ledger(sid, quantity, line)`: as of `Monitor`."""

    ledger = None

    def __init__(self, config, feed) -> None:
        from firmware_bridge.board.place import place_of

        self.feed = feed
        self.hub = config.homeassistant
        self.clock = Clock(config.ntp)
        self.zone = Zone(config.tz)
        self.settings = settings_of(config)
        self._tags = [_tag(sensor) for sensor in self.settings.sensors]
        self.flash = Flash(place_of(config.state_dir))
        self.problems: list = []
        self.lost: list = []
        self.token = ""
        self.token_s = 0
        self.pending = None
        self.forgot = False  # and what stands at the broker is to be said anew
        self.done = None  # what `requests` remembers of those it carried out
        self.since = None  # instant since when the broker is told that this is online
        self._requests: list = []
        self.logged_s = 0  # uptime at the last write
        self._logged = 0
        self._second = -1
        self._saved_day = -1
        self._step = self._take  # bound once: a bound method per sample would lie on the heap
        self.clock.start_from_rtc()
        self.clock.update()
        self.monitor = self._blank()
        self.lines = [self._line(sensor) for sensor in config.sensors]
        self.client = client_of(config)
        self.client.on_message = self._hear
        self.client.subscriptions.append(messages.base(config.home) + "/request/+")
        if self.hub.discovery != "off":
            self.client.subscriptions.append(self.hub.prefix + "/status")
        for spent in ("sensors", "mqtt", "publish", "claims", "guidance", "wifi"):
            setattr(config, spent, None)  # all of it lies in the settings, the lines and the client by now
        self.delivery = Delivery(self.settings, self.client, feed)
        unload("aqsense.wire.registry")
        unload("firmware_bridge.board.place")
        self._resident = set(sys.modules)
        self.restore()

    def _blank(self) -> Monitor:
        monitor = Monitor(self.settings)
        monitor.ledger = self.ledger
        return monitor

    def _line(self, sensor) -> Line:
        return Line(sensor, self.monitor.intake(sensor.id).model, time.ticks_ms() & 0x3FFFFFFF)

    # memory ---------------------------------------------------------------------------------------------------------

    def restore(self) -> None:
        """Take the state from the flash: the newest whole slot, then what was logged after it."""
        parts = self.flash.load()
        monitor = self.monitor
        monitor.quiet = True
        if parts is not None:
            try:
                monitor.restore_parts(parts)
            except (ValueError, IndexError, KeyError) as error:
                self.flash.lost.append("state: %s" % error)
                monitor = self.monitor = self._blank()
                monitor.quiet = True
        for kind, payload in self.flash.records():
            self.feed()
            self._logged += 1
            if kind == records.CELLS:
                self._fold(payload)
            elif kind == records.ANSWER:
                self._answer(payload)
        monitor.take_cells()
        monitor.quiet = False
        self.lost = list(self.flash.lost)
        self.tidy()

    def _fold(self, payload: bytes) -> None:
        cell, offset = struct.unpack_from("<Ib", payload)
        at = 5
        while at < len(payload):
            tag, quantity, regime, code, filled, reason, a, b, c, mean = struct.unpack_from(CELL, payload, at)
            at += 20
            if tag in self._tags:
                sid = self.settings.sensors[self._tags.index(tag)].sid
                self.monitor.fold_cell(sid, quantity, cell, offset * 15, code, filled, reason, a, b, c, mean, regime)

    def _answer(self, payload: bytes) -> None:
        import json

        try:
            self.monitor.answer(json.loads(payload))
        except ValueError as error:
            self.flash.lost.append("answer: %s" % error)

    def remember(self) -> None:
        """Log the half hours that closed since the last call; now and then write a whole slot."""
        closed = self.monitor.take_cells()
        i = 0
        while i < len(closed):
            _, _, _, cell, offset = closed[i][:5]
            payload = struct.pack("<Ib", cell, offset // 15)
            while i < len(closed) and closed[i][3] == cell and closed[i][4] == offset:
                sid, quantity, regime, _, _, code, filled, reason, a, b, c, mean = closed[i]
                tag = self._tags[self._number(sid)]
                known = regime if regime < 256 else 0  # 0: that of the slot before
                payload += struct.pack(CELL, tag, quantity, known, code, filled, reason, a, b, c, mean)
                i += 1
            self._log(records.CELLS, payload)
        if closed and (self._is_log_long() or self._is_time_to_save(closed[-1][3])):
            self.save()

    def _is_log_long(self) -> bool:
        return self._logged >= SAVE_RECORDS or self.flash.is_short()

    def _number(self, sid: str) -> int:
        i = 0
        while self.settings.sensors[i].sid != sid:
            i += 1
        return i

    def _is_time_to_save(self, cell: int) -> bool:
        day = (cell + 1) // 48
        if (cell + 1) % 48 or day == self._saved_day:
            return False
        return self.flash.generation == 0 or day % SAVE_DAYS == 0

    def _log(self, kind: int, payload: bytes) -> None:
        try:
            self.flash.append(kind, payload)
            self._logged += 1
            self.logged_s = self.clock.up_s
        except OSError as error:
            self._logged = SAVE_RECORDS  # a slot will hold it, once there is room for one
            self.was_refused(error)

    def log_answer(self, payload: bytes) -> None:
        """Log one answer of the owner."""
        self._log(records.ANSWER, payload)

    def save(self) -> bool:
        """Write a whole slot; whether it was."""
        gc.collect()
        saved = False
        try:
            self.flash.save(self.monitor.snapshot_parts(False))
            self._logged = 0
            self._saved_day = self.clock.cell // 48
            self.problems = [text for text in self.problems if not text.startswith("flash: ")]
            saved = True
        except OSError as error:
            self.was_refused(error)
        self.tidy()
        return saved

    def was_refused(self, error: OSError) -> None:
        """Note what the flash said; a slot that is written takes it back."""
        self._problem("flash: %s; free some space, readings go on" % error)

    def tidy(self) -> None:
        """Give back the code that was loaded for a task: documents of a half hour, discovery, requests, a slot."""
        for name in [name for name in sys.modules if name not in self._resident and name not in WITH_STATE]:
            unload(name)
        gc.collect()

    # the loop -------------------------------------------------------------------------------------------------------

    def run(self, online) -> None:
        """Read, publish and remember, for ever. `online()`: whether there is a network now."""
        while True:
            self.turn(online())
            self.feed()
            time.sleep_ms(IDLE_MS)

    def turn(self, online: bool) -> None:
        """One turn of the loop. `online`: there is a network."""
        clock = self.clock
        clock.update()
        now_ms = time.ticks_ms() & 0x3FFFFFFF
        for line in self.lines:
            line.read(self._step, now_ms)
            line.speak(self._step, now_ms)
        if online:
            self._connect(now_ms)
            self.client.step()
            self.delivery.flush(now_ms, clock.cell, clock.s)
        if clock.s != self._second:
            self._second = clock.s
            self._every_second(online, now_ms)
        while self._requests:
            from firmware_bridge.board import requests

            requests.answer(self, *self._requests.pop(0))
            del requests
            self.tidy()
            if self.forgot:  # only now: the code that forgot has left the memory
                self.forgot = False
                self.say_what_stands(self.clock.cell if self.clock.trusted else -1)

    def _take(self, sid: str, decoder) -> None:
        clock = self.clock
        documents = self.monitor.step(sid, decoder, clock.cell, clock.s, self.offset(), clock.up_ms)
        if documents:
            self.publish(documents)

    def offset(self) -> int:
        """Minutes that local time is ahead of UTC now."""
        return self.zone.offset_min(self.clock.cell)

    def publish(self, documents: list) -> None:
        """Log what closed, then send: a half hour is on the flash before anybody is told of it."""
        closed = len(documents) > 1 and documents[-1].kind not in ("measured", "measured-all")
        if closed:
            self.tidy()
        self.remember()
        i = 0
        while i < len(documents):
            self.delivery.send_one(documents[i])
            documents[i] = None
            if closed:
                self.tidy()  # the code of one document at a time
            i += 1

    def _every_second(self, online: bool, now_ms: int) -> None:
        clock = self.clock
        if online and clock.due():
            self.feed()  # a broker and a time server that say nothing take 5 and 3 s, the watchdog knows 8
            clock.ask()
            self.feed()
        self.monitor.clock(clock.source, clock.err_ds, clock.trusted)
        documents = self.monitor.tick(clock.cell, clock.s, self.offset(), clock.up_ms)
        for line in self.lines:
            if line.fell_silent(now_ms):
                documents = documents + self.monitor.port(line.sid, False, "value_missing", clock.cell, clock.s)
        if documents:
            self.publish(documents)
        if clock.up_s % HEALTH_S == 5 and self.client.connected:
            from firmware_bridge.board import announce

            self.delivery.send_one(announce.health(self))
            self.tidy()

    def _connect(self, now_ms: int) -> None:
        if self.client.connected:
            return
        if self.delivery.is_time(now_ms):
            from firmware_bridge.board import announce

            if self.delivery.connect(announce.will(self), now_ms):
                self.announce()
            self.tidy()

    def announce(self) -> None:
        """Say what is retained at the broker: who this is, how a hub finds it, and the present state of everything."""
        from firmware_bridge.board import announce

        for document in announce.documents(self):
            self.delivery.send_one(document)
            gc.collect()
        self.say_what_stands()

    def say_what_stands(self, cell: int = -1) -> None:
        """Publish the present state of everything that is retained, one document at a time; see `Monitor.current`."""
        self.tidy()
        for document in self.monitor.current(cell, self.offset()):
            self.delivery.send_one(document)
            self.tidy()

    def _hear(self, topic: str, payload: bytes, retained: bool) -> None:
        waiting = len(self._requests)
        if waiting <= AT_ONCE:  # whoever is one too many hears so, those after it nothing
            self._requests.append((topic, payload if waiting < AT_ONCE else None, retained))

    def _problem(self, text: str) -> None:
        if text not in self.problems and len(self.problems) < 8:
            self.problems.append(text)


def _tag(sensor: SensorSettings) -> int:
    # What the log calls a sensor: one that was moved, exchanged or corrected otherwise is another one.
    return binascii.crc32("\n".join((sensor.sid, sensor.room, sensor.model, sensor.correction)).encode())


def settings_of(config) -> Settings:
    """The core's settings from a board's configuration."""
    sensors = []
    for table in config.sensors:
        from aqsense.wire import dialogue, registry

        model = registry.info(table.model)
        duty = dialogue.parse_duty(table.duty, model.warm_up_s)
        interval_s = duty[0] // 1000 if duty else table.poll_s or int(model.interval_s)
        sensor = SensorSettings(table.id, table.model, table.room, table.room_kind, interval_s)
        sensor.port = "uart%d" % table.uart
        sensor.correction = table.correction
        sensor.abc = None if table.abc == "leave" else table.abc
        sensors.append(sensor)
    made = Settings(config.home, sensors, new_boot())
    made.lang = config.lang
    made.profile = "board"
    made.publish_s = config.publish.every_s
    made.claims_enabled = config.claims.enabled
    made.level = config.claims.level
    made.schemes = config.guidance.schemes
    made.altitude_m = config.guidance.altitude_m
    made.outdoor_co2_ppm = config.guidance.outdoor_co2_ppm
    made.tz = config.tz
    made.runtime = sys.implementation.name
    made.config_hash = config.hash
    return made


def unload(name: str) -> None:
    """Give the memory of a module back that is not needed for a while."""
    del sys.modules[name]
    package, _, leaf = name.rpartition(".")
    parent = sys.modules.get(package)
    if parent is not None and hasattr(parent, leaf):
        delattr(parent, leaf)
