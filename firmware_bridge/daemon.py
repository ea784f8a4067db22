"""The daemon: one loop that reads every line, feeds the core and hands documents over, and waits for nothing else."""

import contextlib
import selectors
import signal
import socket
import time
from typing import TYPE_CHECKING, Any

from aqsense import documents_device, late, messages
from aqsense.monitor import Monitor
from firmware_bridge import announce, calibrated, core_settings, gathering, naming, safe_mode, snapshots
from firmware_bridge import broker as link
from firmware_bridge.clock import CELL_S, Clock
from firmware_bridge.config import Config, counted
from firmware_bridge.health import Health
from firmware_bridge.lines import Lines
from firmware_bridge.node_clock import Stamp
from firmware_bridge.nodes import PREFIX, Nodes, monotonic_ms
from firmware_bridge.notify import Notifier
from firmware_bridge.outbox import Outbox
from firmware_bridge.problems import NOTICE, Problems
from firmware_bridge.retained import Retained
from firmware_bridge.sender import Sender
from firmware_bridge.store import Store

if TYPE_CHECKING:
    from firmware_bridge.catching_up import CatchingUp
    from firmware_bridge.requests import Requests

LONGEST_SLEEP_S = 1.0
GOODBYE_S = 2.0
LAG_S = 3  # what a node's sensor says is here within that
LATE_MS = 10_000  # what comes later waited at the node
LATEST_S = 1800  # what a node remembers is younger


class Daemon:
    """Everything that runs while aqsense runs. `run` returns after `stop` or SIGTERM, with everything saved."""

    def __init__(self, config: Config) -> None:
        self.problems = Problems()
        self.store = Store(config.state_dir)
        for text in self.store.said:
            self.problems.set("store", text)
        self.configured = config.sensors
        self.config, unknown = naming.remembered(config, self.store)
        self.settings = core_settings.settings(self.config, core_settings.new_boot())
        calibrated.take(self.settings, config.state_dir)
        self.clock = Clock(config.tz, float(self.store.noted("last_s") or 0))
        self.notifier = Notifier()
        self.catching_up: CatchingUp | None = None  # the memory is being folded, and nothing inferred yet
        self.monitor = self._monitor()
        self.outbox = Outbox(self.store, config.outbox_max_mib << 20)
        self.retained = Retained(self.store)
        self._selector = selectors.DefaultSelector()
        self._wake_in, self._wake_out = socket.socketpair()
        self._wake_in.setblocking(False)
        self._wake_out.setblocking(False)
        self.broker = link.Broker(config.mqtt, self._client_id(), self.wake)
        self.sender = Sender(self.settings, self.outbox, self.retained, self.broker, self.problems)
        self._nodes = Nodes(self._tell_node, self.problems, self._instant)
        self.lines = Lines(self, self._selector, self._nodes)
        self._namer = naming.Namer(unknown, self.lines.taken, self.wake) if unknown else None
        self.again = False  # a sensor's model was found: start anew with it
        self.health = Health(self)
        self._base = messages.base(config.home)
        self._answering: Requests | None = None
        self.forgetting: Any = None  # token, deadline and plan of a forgetting that waits for its second step
        self._too_late: set[str] = set()  # of nodes' sensors: what comes is of half hours that have closed
        self._stopping = False
        self._second = -1
        self._fed = 0.0

    def _monitor(self) -> Monitor:
        self._settled = False
        if safe_mode.begin(self.store):
            self.store.outdated = True
            self.problems.set("safe_mode", safe_mode.text())
            return gathering.monitor(self.settings, self.store)
        monitor, why = snapshots.restore(self.settings, self.store)
        if monitor is None:
            from firmware_bridge.catching_up import CatchingUp

            self.catching_up = CatchingUp(self.settings, self.store, why)
            monitor = self.catching_up.monitor
        return monitor

    def _client_id(self) -> str:
        suffix = self.store.noted("client") or core_settings.new_boot()
        self.store.note("client", suffix)
        return f"aqsense-{self.config.home}-{suffix}"

    def wake(self) -> None:
        """Make the loop look at once; any thread may call it."""
        with contextlib.suppress(BlockingIOError):  # full: the loop is awake
            self._wake_out.send(b"\0")

    def stop(self) -> None:
        """End `run` at the next turn of the loop."""
        self._stopping = True
        self.wake()

    # the loop

    def run(self) -> None:
        """Read, publish and remember until stopped."""
        self._catch_signals()
        self._selector.register(self._wake_in, selectors.EVENT_READ, None)
        self._trust_clock(first=True)
        self._announce()
        for line in self.lines:
            self.await_late(line)
        self.broker.start(announce.will(self.settings), self._subscriptions())
        if self._namer is not None:
            self._namer.start()
        self.problems.say(self._what_it_does())
        if self.catching_up is not None:
            self.catching_up.begin(self)
        self.notifier.send("READY=1", f"STATUS=reading {counted(len(self.lines))}")
        try:
            while not self._stopping:
                self._turn()
        finally:
            self._goodbye()

    def _what_it_does(self) -> str:
        known = {sensor.id: sensor.model for sensor in self.config.sensors}
        told = [(sensor, known.get(sensor.id, "model not known yet")) for sensor in self.configured]
        named = ", ".join(f"{sensor.id} ({sensor.room}, {model})" for sensor, model in told)
        return f"home {self.config.home}: reading {named}; publishing to {self.config.mqtt.url}"

    def _catch_signals(self) -> None:
        signal.set_wakeup_fd(self._wake_out.fileno(), warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: setattr(self, "_stopping", True))

    def _turn(self) -> None:
        for key, _ in self._selector.select(self._sleep_s()):
            if key.data is None:
                self._drain_wake()
            else:
                self.lines.read(key.data)
        self.lines.tend()
        self._hear_broker()
        self._hear_namer()
        if self.catching_up is not None and self.catching_up.turn(self):
            self.catching_up = None
        second = int(time.time())
        if second != self._second:
            self._second = second
            self._every_second()
        self.sender.pump(int(time.time() * 1000))

    def _sleep_s(self) -> float:
        now = time.time()
        longest = min(LONGEST_SLEEP_S, 1.0 - now % 1.0 + 0.002)
        longest = min(longest, self.lines.wait_s())
        return max(0.0, min(longest, 0.1) if self.sender.waiting() else longest)

    def _drain_wake(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while self._wake_in.recv(4096):
                pass

    def now(self) -> tuple[int, int]:
        """The present half hour and the second in it."""
        return divmod(int(time.time()), CELL_S)

    def dated(self) -> tuple[int, int]:
        """As `now`, for a document that tells it: a negative half hour while the clock knows no time."""
        return self.now() if self.clock.trust.source != "none" else (-1, 0)

    def step(self, sid: str, decoder: Any, stamp: Stamp | None = None) -> None:
        """Give the core what a line's decoder just said, now or, of a node's sensor, at its stamp."""
        cell, s = self.now()
        up_ms = self.clock.up_ms()
        if stamp is not None:
            late_ms = int(time.time() * 1000) - stamp.t_ms
            cell, s = divmod(stamp.t_ms // 1000, CELL_S)
            up_ms -= late_ms
            intake = self.monitor.intake(sid)
            if cell < intake.cell <= self.now()[0]:  # if that is to come, the clock was set back
                self._say_too_late(sid)
                return
            self._too_late.discard(sid)
            waits = late_ms > LATE_MS and intake.windows.lag_s == LATEST_S
            late.told(intake, stamp.source, stamp.error_ds, LATEST_S if waits else LAG_S)
        self.send(self.monitor.step(sid, decoder, cell, s, self.clock.utc_offset_min(cell), up_ms))

    def _say_too_late(self, sid: str) -> None:
        if sid not in self._too_late:
            self.problems.say(f"{sid}: what its node kept is of half hours that have closed: left out")
        self._too_late.add(sid)

    def await_late(self, line: Any) -> None:
        """A node that cannot be reached remembers what its sensor says: half hours wait for it."""
        if line.is_of_node:
            late.told(self.monitor.intake(line.sid), "", -1, LATEST_S)

    def _instant(self) -> tuple[int, int, int]:
        error_ds = self.clock.trust.error_ds
        return monotonic_ms(), int(time.time() * 1000), 0 if error_ds is None else error_ds

    def _tell_node(self, leaf: str, text: str) -> None:
        if self.sender.connected:
            self.broker.publish(f"{self._base}/{leaf}", text, 1, False, 0, "node/1")

    def _hear_namer(self) -> None:
        while self._namer is not None and not self._namer.found.empty():
            found = self._namer.found.get()
            self.problems.say(f"{found.sid}: this is a {found.model}")
            self.store.note(f"model {found.sid}", found.model)
            self.again = True
            self.stop()

    # the broker

    def _subscriptions(self) -> tuple[str, ...]:
        nodes = (f"{self._base}/node/+/raw", f"{self._base}/node/+/status") if self._has_nodes() else ()
        return (f"{self._base}/request/+", f"{self.config.prefix}/status", *nodes)

    def _has_nodes(self) -> bool:
        return any(sensor.port.startswith(PREFIX) and sensor.port[len(PREFIX)] != "/" for sensor in self.config.sensors)

    def _hear_broker(self) -> None:
        while not self.broker.events.empty():
            event = self.broker.events.get()
            if isinstance(event, link.Acknowledged):
                self.sender.on_acknowledged(event)
            elif isinstance(event, link.Connected):
                self.sender.on_connected(event)
                self.problems.say(
                    f"connected to {self.config.mqtt.url} by MQTT {'5' if event.version == 5 else '3.1.1'}"
                )
            elif isinstance(event, link.Disconnected):
                self.sender.on_disconnected(event.said)
            elif event.topic.startswith(f"{self._base}/request/"):
                self._requests().handle(event)
            elif event.topic.startswith(f"{self._base}/node/"):
                nid, _, leaf = event.topic[len(self._base) + 6 :].partition("/")
                self._nodes.heard(nid, leaf, event.payload)
            elif event.topic == f"{self.config.prefix}/status" and event.payload == b"online" and not event.retained:
                self.sender.born()
        if self._answering is not None:
            self._answering.turn()

    def _requests(self) -> "Requests":
        if self._answering is None:
            from firmware_bridge.requests import Requests

            self._answering = Requests(self)
        return self._answering

    def announce_discovery(self) -> list[str]:
        """Announce the sensors to the hub once more; the topics."""
        documents = announce.discovery_documents(self.settings, self.config)
        for document in documents:
            self.retained.drop(messages.topic(document, self.config.home))
        self.send(documents)
        return [messages.topic(document, self.config.home) for document in documents]

    def purge_discovery(self) -> list[str]:
        """Take the announcements back; the topics."""
        topics = [topic for topic in self.retained.topics() if topic.startswith(f"{self.config.prefix}/")]
        for topic in topics:
            self.sender.clear(topic)
        return topics

    def send(self, documents: list[Any]) -> None:
        """Hand documents to the broker's side."""
        if documents:
            self.sender.send(documents, int(time.time() * 1000))

    def _announce(self) -> None:
        documents = announce.documents(self.settings, self.config, self.clock.trust, *self.dated())
        self.send(documents)
        self.send(calibrated.news(self))
        cell, second = self.now()
        self.send([self.monitor.meta(sensor.sid) for sensor in self.settings.sensors])
        for sensor in self.settings.sensors:  # what an earlier start left at the broker is not true until it answers
            self.send(self.monitor.port(sensor.sid, False, "value_missing", cell, second))
        self.send(list(self.monitor.current(cell, self.clock.utc_offset_min(cell))))
        for topic in announce.vanished(self.retained.topics(), documents, self.settings):
            self.sender.clear(topic)

    # time

    def _every_second(self) -> None:
        self.lines.check()
        cell, s = self.now()
        if s % 10 == 0:
            self._trust_clock()
        self.send(self.monitor.tick(cell, s, self.clock.utc_offset_min(cell), self.clock.up_ms()))
        snapshots.remember(self.monitor, self.store, cell)
        if time.monotonic() - self.store.last_commit >= self.config.commit_s:
            self.commit()
        if not self._settled and self.clock.up_ms() >= safe_mode.SETTLED_S * 1000:
            self._settle()
        if self.health.is_due():
            self.send([self.health.document(*self.dated())])
        if self.notifier.watchdog_s and time.monotonic() - self._fed >= self.notifier.watchdog_s / 2:
            self._fed = time.monotonic()
            self.notifier.send("WATCHDOG=1")

    def _settle(self) -> None:
        self._settled = True
        safe_mode.settled(self.store)

    def _trust_clock(self, first: bool = False) -> None:
        changed = self.clock.look()
        trust = self.clock.trust
        self.monitor.clock(trust.source, trust.error_ds, trust.trusted)
        if not trust.trusted:
            self.problems.set("clock", f"readings carry no time: {trust.why}")
        elif changed and not first:
            self.problems.clear("clock", "the clock may date readings again")
            self.outbox.date(self.settings.boot, int(time.time() * 1000) - self.clock.up_ms())
        if changed and not first:
            self.send([announce.info(self.settings, trust)])

    def commit(self) -> bool:
        """Make durable what must survive a power cut; False, and said, when the disk refuses."""
        if self.clock.trust.trusted:
            self.clock.last_known_s = time.time()
            self.store.note("last_s", str(int(time.time())))
        self.retained.save()
        done = self.outbox.commit()
        if done:
            self.retained.saved()
            self.problems.clear("disk", f"{self.config.state_dir} can be written again")
        else:
            self.problems.set(
                "disk",
                f"{self.config.state_dir} cannot be written: free space or repair the disk; readings go on from memory",
            )
        return done

    def _goodbye(self) -> None:
        self.notifier.send("STOPPING=1")
        if self._namer is not None:
            self._namer.stop()
        self.problems.say("starting again with what was found" if self.again else "stopping", NOTICE)
        self.lines.close()
        self.send(self.monitor.stop(*self.now()))
        self.sender.goodbye(documents_device.status(self.settings, "offline", *self.dated()))
        deadline = time.monotonic() + GOODBYE_S
        while self.sender.connected and self.sender.unacknowledged() and time.monotonic() < deadline:
            self._selector.select(0.05)
            self._drain_wake()
            self._hear_broker()
        self.broker.stop()
        snapshots.save(self.monitor, self.store)
        self._settle()
        self.commit()
        self.store.close()
