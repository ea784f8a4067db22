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


for name in sys.argv[1:]:  # what a thin node loads too is no part of the common module
    __import__(name)
    say(name)


def names_by_module():
    names = {}
    for name in dir(resident):
        module, _, inner = name.partition("__")
        if module and inner:
            names.setdefault(module, []).append(name)
    return names


def say_parts():
    say("the common module")
    names = names_by_module()
    gc.collect()
    left = gc.mem_alloc()
    for module, of_it in names.items():  # what is kept by its names alone goes with them
        for name in of_it:
            delattr(resident, name)
        gc.collect()
        print(left - gc.mem_alloc(), "of it", module)
        left = gc.mem_alloc()


def load():
    __import__("firmware_bridge.board.resident")
    return sys.modules["firmware_bridge.board.resident"]


resident = load()
say_parts()
del sys.modules["firmware_bridge.board.resident"]
delattr(sys.modules["firmware_bridge.board"], "resident")
resident = load()
gc.collect()
last = gc.mem_alloc()

from aqsense.wire import registry

say("aqsense.wire.registry, at the start alone")
for model in ("pms5003", "mhz19b"):
    registry.info(model)
    say(registry.family(model).__name__)
sensors = [
    resident.settings__SensorSettings("s1", "pms5003", "kitchen", "kitchen", 300),
    resident.settings__SensorSettings("s2", "mhz19b", "bedroom", "bedroom", 300),
]
settings = resident.settings__Settings("maple", sensors)
settings.profile = "board"
monitor = resident.monitor__Monitor(settings)
say("(objects) settings and monitor")
lines = {}
for sensor in sensors:
    lines[sensor.sid] = (
        registry.open(sensor.model),
        resident.dialogue__open(sensor.model, 300000, {}),
        bytearray(256),
    )
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
