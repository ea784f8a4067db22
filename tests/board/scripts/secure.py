# Connects by TLS, publishes and hears itself.  secure.py HOST PORT CA
# Says "refused" and why when there was no connection, else what was acknowledged, heard, and the longest turn in ms.
import sys
import time

from firmware_bridge.board.mqtt import Client
from firmware_bridge.board.tls import wrapper

host, port, ca = sys.argv[1], int(sys.argv[2]), sys.argv[3]
client = Client(host, port, "secure", tls=wrapper(host, ca), longest=4096)
heard = []
client.on_message = lambda topic, payload, retained: heard.append(len(payload))
client.subscriptions.append("secure/#")
try:
    client.connect()
except (OSError, ValueError) as error:
    print("refused", error)
    sys.exit()
for size in (1, 100, 1400, 3000):  # the last one is more than the packet buffer holds
    client.publish("secure/x", bytes(size), 1)
longest = 0
start = time.ticks_ms()
while len(heard) < 4 and time.ticks_diff(time.ticks_ms(), start) < 5000:
    before = time.ticks_ms()
    client.step()
    longest = max(longest, time.ticks_diff(time.ticks_ms(), before))
    time.sleep_ms(5)
print(client.connected, client.acknowledged, heard, longest)
