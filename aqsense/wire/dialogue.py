"""What to send to a sensor and when, and which reply fits: start, poll, sleep, wake, duty cycle. Board and Pi alike.

Pure: the time is passed in (milliseconds of `aqsense.ticks`), the caller writes what `due` returns.
"""

from aqsense import flags
from aqsense.ticks import ticks_add, ticks_diff
from aqsense.wire import events
from aqsense.wire.duty import parse_duty

AWAKE = 0
ASLEEP = 1
SAMPLE = "sample"  # as the answer of a Step: a measurement


class Step:
    """One request and the name of the reply that answers it ("" when none comes); `tries` before giving up."""

    def __init__(self, request: bytes, answer: str, tries: int = 3, pause_ms: int = 0) -> None:
        self.request = request
        self.answer = answer
        self.tries = tries
        self.pause_ms = pause_ms


def open(model: str, interval_ms: int = 0, options: dict | None = None):
    """The dialogue for `model` (id or alias), one poll each `interval_ms` (0: the model's own interval).

    Options, all text or numbers: `mode` streaming or polled, `abc` on, off, leave or a period such as "7d", `duty`
    "5m/1m", `altitude_m`, and what a family adds. Raises ValueError naming the fix for an unknown model, a duty that
    leaves no time to measure, or a period that the model cannot be told.
    """
    from aqsense.wire import registry

    model_info = registry.info(model)
    return registry.family(model_info.id).dialogue(model_info.id, interval_ms, options)


class Dialogue:
    """One sensor's conversation.

    Call `due(now_ms)` often; when it returns bytes: read and decode everything still waiting if `drain` is true, write
    the bytes, call `decoder.expect(bytes)`. After every event call `heard(decoder, now_ms)`, which also adds
    `warming` and `sleeping` to the decoder's flags while the sensor wakes or should be silent. `wait_ms(now_ms)`: how
    long until `due` is worth calling. `quiet_ms`: silence after which the port should be considered dead.
    `facts`: name and value pairs of what the sensor said about itself.
    """

    GAP_MS = 50
    REPLY_MS = 500
    LEAST_INTERVAL_MS = 1000
    TO_SLEEP: tuple = ()
    TO_WAKE: tuple = ()
    POLL = b""  # the measuring request; empty for a sensor that streams
    ON_START: tuple = ()
    ROUSE: tuple = ()  # sent to a streaming sensor that says nothing
    ROUSE_MS = 5000

    def __init__(self, model, interval_ms: int, options: dict | None) -> None:
        self.model = model
        self.options = options or {}
        self.interval_ms = max(interval_ms or model.interval_s * 1000, self.LEAST_INTERVAL_MS)
        self.poll = b""
        self.drain = True
        self.state = AWAKE
        self.missed = 0  # requests that nothing answered
        self.facts: list = []
        self._queue: list = []
        self._waiting: Step | None = None
        self._tries = 0
        self._deadline = 0
        self._free_at = 0
        self._poll_at = 0
        self._poll_step = Step(b"", SAMPLE, 1)
        self._started = False
        self._heard_at = 0
        self._woken_at = 0
        self._warming = False
        self.duty = parse_duty(self.option("duty", "continuous"), model.warm_up_s)
        if self.duty and not self.TO_SLEEP:
            raise ValueError("duty: %s cannot be sent to sleep; use continuous" % model.id)
        if self.option("abc", "leave") not in ("leave", "on", "off"):
            from aqsense.wire import self_calibration

            self_calibration.hours(self.options["abc"], model)
        self._cycle_at = 0
        self.quiet_ms = max(10000, 5 * self.interval_ms)

    def option(self, name: str, default):
        """An option's value, or its default."""
        value = self.options.get(name)
        return default if value is None else value

    # What a family adds

    def start(self) -> None:
        """Queue what must be said once (again after the sensor was switched on)."""
        self.poll = self.POLL
        for step in self.ON_START:
            self.ask(step)

    def learn(self, decoder) -> None:
        """Take in a reply: its fields become facts; a refusal answers whatever was asked."""
        if decoder.reply == "exception":
            self.refused()
            return
        for pair in decoder.fields():
            self.note(pair[0], pair[1])

    def refused(self) -> None:
        """The request that waits is answered: the sensor does not know it."""
        if self._waiting is not None:
            self._answered(self._waiting.answer, self._free_at)

    def note(self, name: str, value) -> None:
        """Remember a fact; a later one of the same name replaces it."""
        for i in range(len(self.facts)):
            if self.facts[i][0] == name:
                self.facts[i] = (name, value)
                return
        self.facts.append((name, value))

    @property
    def busy(self) -> bool:
        """True while requests other than the poll wait for their turn or their answer."""
        return bool(self._queue)

    def ask(self, step: Step) -> None:
        """Queue one request."""
        self._queue.append(step)

    # The conversation

    def due(self, now_ms: int) -> bytes | None:
        """The bytes to write now, or None."""
        if not self._started:
            self._begin(now_ms)
        if self._waiting is not None:
            if ticks_diff(now_ms, self._deadline) < 0:
                return None
            self._unanswered()
        if ticks_diff(now_ms, self._free_at) < 0:
            return None
        if self.duty:
            self._keep_duty(now_ms)
        if self._queue:
            return self._send(self._queue[0], now_ms)
        if self.state == ASLEEP:
            return None
        if self.poll:
            if ticks_diff(now_ms, self._poll_at) < 0:
                return None
            self._poll_at = ticks_add(self._poll_at, self.interval_ms)
            if ticks_diff(now_ms, self._poll_at) >= 0:
                self._poll_at = ticks_add(now_ms, self.interval_ms)
            step = self._poll_step
            step.request = self.poll
            return self._send(step, now_ms)
        if self.ROUSE and ticks_diff(now_ms, self._heard_at) >= self.ROUSE_MS:
            self._heard_at = now_ms
            for step in self.ROUSE:
                self.ask(step)
            return self._send(self._queue[0], now_ms)
        return None

    def heard(self, decoder, now_ms: int) -> None:
        """Take in what the decoder has just said."""
        event = decoder.event
        if event == events.SAMPLE:
            self._heard_at = now_ms
            if self.state == ASLEEP:
                decoder.flags |= flags.SLEEPING
            elif self._warming:
                if ticks_diff(now_ms, self._woken_at) < self.model.warm_up_s * 1000:
                    decoder.flags |= flags.WARMING
                else:
                    self._warming = False
            self._answered(SAMPLE, now_ms)
        elif event == events.REPLY:
            self._heard_at = now_ms
            self.learn(decoder)
            self._answered(decoder.reply, now_ms)

    def wait_ms(self, now_ms: int) -> int:
        """Milliseconds until `due` is worth calling, 0 to 1000."""
        if not self._started:
            return 0
        at = ticks_add(now_ms, 1000)
        if self._waiting is not None:
            at = self._deadline
        elif self._queue:
            at = self._free_at
        elif self.poll and self.state == AWAKE:
            at = self._poll_at
        wait = ticks_diff(at, now_ms)
        if wait < 0:
            return 0
        return wait if wait < 1000 else 1000

    def sleep(self) -> None:
        """Send the sensor to sleep; ValueError when the model cannot."""
        if not self.TO_SLEEP:
            raise ValueError("%s cannot be sent to sleep" % self.model.id)
        self.state = ASLEEP
        self.quiet_ms = 0x1FFFFFFF
        for step in self.TO_SLEEP:
            self.ask(step)

    def wake(self) -> None:
        """Wake the sensor; its samples are flagged `warming` for the model's warm-up time."""
        self.state = AWAKE
        self.quiet_ms = max(10000, 5 * self.interval_ms)
        self._warming = True
        self._woken_at = self._heard_at = self._free_at
        for step in self.TO_WAKE:
            self.ask(step)

    def warm_from(self, now_ms: int) -> None:
        """Flag the samples of the model's warm-up time from `now_ms` on: the sensor has said that it is starting."""
        self._warming = True
        self._woken_at = now_ms

    def restart(self) -> None:
        """Say everything again from the start, as after a new connection or a power-up."""
        self._started = False
        self._waiting = None
        self._queue = []

    # Inside

    def _begin(self, now_ms: int) -> None:
        self._started = True
        self._free_at = now_ms
        self._poll_at = now_ms
        self._heard_at = now_ms
        self._cycle_at = now_ms
        self.start()

    def _send(self, step: Step, now_ms: int) -> bytes:
        self._waiting = step
        self._tries += 1
        self._free_at = ticks_add(now_ms, max(self.GAP_MS, step.pause_ms))
        self._deadline = ticks_add(now_ms, self.REPLY_MS) if step.answer else self._free_at
        if self.state == AWAKE and self._warming and step.request in [s.request for s in self.TO_WAKE]:
            self._woken_at = now_ms
        return step.request

    def _unanswered(self) -> None:
        step = self._waiting
        self._waiting = None
        if step is self._poll_step:
            self._tries = 0
            self.missed += 1
        elif step is not None and (not step.answer or self._tries >= step.tries):
            if step.answer:
                self.missed += 1
            self._tries = 0
            self._queue.pop(0)

    def _answered(self, name: str, now_ms: int) -> None:
        step = self._waiting
        if step is None or step.answer != name:
            return
        self._waiting = None
        self._tries = 0
        self.missed = 0
        if step is not self._poll_step:
            self._queue.pop(0)
        at = ticks_add(now_ms, self.GAP_MS)
        if ticks_diff(at, self._free_at) > 0:
            self._free_at = at

    def _keep_duty(self, now_ms: int) -> None:
        period, awake = self.duty  # type: ignore[misc]
        past = ticks_diff(now_ms, self._cycle_at)
        if past >= period:
            self._cycle_at = ticks_add(self._cycle_at, period)
            if self.state == ASLEEP:
                self.wake()
                self._woken_at = self._heard_at = now_ms
                self._poll_at = now_ms
        elif past >= awake and self.state == AWAKE and not self._queue:
            self.sleep()
