# Bytes that samples of MODEL allocate from frame to monitor while nothing closes, and a half hour of it in the end.
# per_sample.py MODEL POLL FRAME (hex, POLL may be empty) -> most that one sample allocates, and a half hour's fold
import gc
import sys

from aqsense.monitor import Monitor
from aqsense.settings import SensorSettings, Settings
from aqsense.wire import registry

model, poll, frame = sys.argv[1], bytes.fromhex(sys.argv[2]), bytes.fromhex(sys.argv[3])
settings = Settings("maple", [SensorSettings("s1", model, "kitchen", "kitchen", 10)])
settings.profile = "board"
settings.publish_s = 1800
monitor = Monitor(settings)
monitor.clock("ntp", 1, True)
decoder = registry.open(model)
length = len(frame)


def sample(cell, s):
    if poll:
        decoder.expect(poll)
    decoder.receive_data(frame, length)
    while decoder.next_event():
        monitor.step("s1", decoder, cell, s, 60, (cell - 984420) * 1800000 + s * 1000 + 1)


def half_hour(cell):
    s = 0
    while s < 1800:
        sample(cell, s)
        s += 10


half_hour(984420)
half_hour(984421)
sample(984422, 0)
gc.collect()
gc.disable()
most = i = before = after = 0
while i < 30:
    before = gc.mem_alloc()
    sample(984422, 10 + i)
    after = gc.mem_alloc()
    most = max(most, after - before)
    i += 1
gc.enable()
gc.collect()
gc.disable()
monitor.quiet = True
before = gc.mem_alloc()
sample(984423, 0)
folded = gc.mem_alloc() - before
gc.enable()
print(most, folded)
