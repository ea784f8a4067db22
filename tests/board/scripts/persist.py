# A client that goes on through a broker's absence.  persist.py PORT
# Lines in: "publish", "step", "connect"; after each it says connected, waiting, acknowledged.
import sys

from firmware_bridge.board.mqtt import Client

client = Client("127.0.0.1", int(sys.argv[1]), "persist", window=3, keepalive_s=int(sys.argv[2]))
client.will = ("persist/status", "offline", 1, True)
number = 0
for line in sys.stdin:
    word = line.strip()
    said = None
    if word == "connect":
        try:
            client.connect(2)
        except OSError:
            said = "OSError"
        except ValueError as error:
            said = str(error)
    elif word == "publish":
        said = client.publish("persist/x", b"%d" % number, 1, False, number)
        number += 1
    elif word == "step":
        client.step()
    elif word == "reclaim":
        said = client.reclaim()
    elif word == "disconnect":
        client.disconnect()
    print(client.connected, len(client.waiting), client.acknowledged, said)
