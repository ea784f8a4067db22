# Publishes COUNT QoS 1 messages beginning with packet id FIRST; says what came back.  many.py PORT FIRST COUNT
import gc
import sys
import time

from firmware_bridge.board.mqtt import Client

port, first, count = [int(word) for word in sys.argv[1:4]]
client = Client("127.0.0.1", port, "many", window=8)
client.next_id = first
echoed = [0]


def hear(topic, payload, retained):
    assert payload == b"%d" % echoed[0], payload
    echoed[0] += 1


client.on_message = hear
client.subscriptions.append("many/#")
client.connect()
highest = 0
sent = 0
start = time.ticks_ms()
while sent < count or client.waiting or echoed[0] < count:
    if sent < count and client.publish("many/x", b"%d" % sent, 1):
        sent += 1
        highest = max(highest, client.waiting[-1][0])
        assert client.waiting[-1][0], "0 is no packet id"
    client.step()
    assert client.connected
    assert time.ticks_diff(time.ticks_ms(), start) < 120000
gc.collect()
print(client.acknowledged, echoed[0], highest, client.next_id, gc.mem_alloc())
