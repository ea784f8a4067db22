# Counts on a flash folder for ever: says the number it found, then each number once it is on the flash.
import struct
import sys

from firmware_bridge.board.files import Files
from firmware_bridge.board.flash import CELLS, Flash

flash = Flash(Files(sys.argv[1]))
number = -1
parts = flash.load()
if parts is not None:
    for part in parts:
        number = max(number, struct.unpack("<i", part.read(4))[0])
for _, payload in flash.records():
    following = struct.unpack("<i", payload)[0]
    assert following <= number + 1, "a record is missing"
    number = max(number, following)
print(number)
while True:
    number += 1
    flash.append(CELLS, struct.pack("<i", number))
    print(number)
    if number % 37 == 0:
        flash.save([struct.pack("<i", number) + bytes(3000)])
