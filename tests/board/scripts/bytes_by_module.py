# What each module of the full node, and what it makes, keeps on the heap: lines "bytes name".
import gc
import sys

gc.collect()
last = gc.mem_alloc()
print(last, "interpreter")


def say(name):
    global last
    gc.collect()
    now = gc.mem_alloc()
    print(now - last, name)
    last = now


from firmware_bridge.board import modules

for name in modules.ORDER:
    __import__(name)
    say(name)
from aqsense.wire import dialogue, registry

registry.info("pms5003")
say("aqsense.wire.plantower")
registry.info("mhz19b")
say("aqsense.wire.winsen_co2")
from aqsense.monitor import Monitor
from aqsense.settings import SensorSettings, Settings

sensors = [
    SensorSettings("s1", "pms5003", "kitchen", "kitchen", 300),
    SensorSettings("s2", "mhz19b", "bedroom", "bedroom", 300),
]
settings = Settings("maple", sensors)
settings.profile = "board"
monitor = Monitor(settings)
say("(objects) settings and monitor")
lines = {}
for sensor in sensors:
    lines[sensor.sid] = (registry.open(sensor.model), dialogue.open(sensor.model, 300000, {}), bytearray(256))
say("(objects) decoders and dialogues")
FRAMES = {
    "s1": bytes.fromhex("424d001c0026003a003f001d002d0038192307440149002a0006000297000366"),
    "s2": bytes.fromhex("ff86025840000000e0"),
}
monitor.clock("ntp", 1, True)
resident = set(sys.modules)


def feed(cell, s):
    for sensor in sensors:
        decoder = lines[sensor.sid][0]
        decoder.expect(b"\xff\x01\x86\x00\x00\x00\x00\x00\x79")
        decoder.receive_data(FRAMES[sensor.sid], len(FRAMES[sensor.sid]))
        while decoder.next_event():
            monitor.step(sensor.sid, decoder, cell, s, 60, ((cell - 984420) * 1800 + s) * 1000 + 1)


def tidy():
    for name in [name for name in sys.modules if name not in resident]:
        del sys.modules[name]
        package, _, leaf = name.rpartition(".")
        if hasattr(sys.modules[package], leaf):
            delattr(sys.modules[package], leaf)


feed(984420, 0)
tidy()
say("(objects) checks, windows and cells of two sensors")
cell = 984420
while cell < 984422:
    s = 0
    while s < 1800:
        feed(cell, s)
        s += 300
    cell += 1
    monitor.take_cells()
tidy()
say("(state) two quantities, their guidance and account")
parts = [len(part) for part in monitor.snapshot_parts()]
print("#", "snapshot parts", parts)
