"""One dialogue with one simulated sensor, in simulated time: what a port and its reader do, without either."""

from aqsense.wire import dialogue, events, registry
from simulators import sensors

STEP_MS = 10


class Conversation:
    """A sensor, its decoder and its dialogue; `run` lets time pass."""

    def __init__(self, model, interval_ms=0, options=None, cold=False, silent=False, **traits):
        self.device = sensors.create(model, 1, cold, traits)
        self.decoder = registry.open(model)
        self.dialogue = dialogue.open(model, interval_ms, options)
        self.silent = silent  # nothing that the host says arrives
        self.now_ms = 0
        self.written = []
        self.samples = []  # (ms, values, flags)
        self.replies = []
        self.discarded = []

    def run(self, seconds):
        until = self.now_ms + int(seconds * 1000)
        while self.now_ms < until:
            self._step()
            self.now_ms += STEP_MS
        return self

    def _step(self):
        request = self.dialogue.due(self.now_ms)
        if request:
            if self.dialogue.drain:
                self._read()
            self.written.append((self.now_ms, request))
            if not self.silent:
                self.device.receive(request, self.now_ms / 1000)
            self.decoder.expect(request)
        self._read()

    def _read(self):
        data = self.device.poll(self.now_ms / 1000)
        self.decoder.receive_data(data, len(data))
        while self.decoder.next_event() != events.NEED_DATA:
            self.dialogue.heard(self.decoder, self.now_ms)
            if self.decoder.event == events.SAMPLE:
                self.samples.append((self.now_ms, list(self.decoder.values), self.decoder.flags))
            elif self.decoder.event == events.REPLY:
                self.replies.append((self.now_ms, self.decoder.reply, self.decoder.fields()))
            else:
                self.discarded.append((self.now_ms, events.REASONS[self.decoder.reason], self.decoder.length))

    def wrote(self, request):
        return [ms for ms, sent in self.written if sent == request]

    def facts(self):
        return dict(self.dialogue.facts)
