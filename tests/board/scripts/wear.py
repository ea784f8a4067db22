# Erases of a LittleFS flash by 24 days of the board's log and slots.
# wear.py PROGSIZE -> erases a day of all sectors, and of the one that is erased most
import sys

import vfs

from firmware_bridge.board import flash as module
from firmware_bridge.board.flash import CELLS, Flash

BLOCK = 4096
DAYS = 24
BLOCKS = 212  # the file system of a Pico W, 848 KiB


class Ram:
    def __init__(self, blocks):
        self.data = bytearray(blocks * BLOCK)
        self.blocks = blocks
        self.erased = [0] * blocks

    def readblocks(self, n, buf, offset=0):
        at = n * BLOCK + offset
        buf[:] = self.data[at : at + len(buf)]

    def writeblocks(self, n, buf, offset=0):
        at = n * BLOCK + offset
        self.data[at : at + len(buf)] = buf

    def ioctl(self, op, arg):
        if op == 4:
            return self.blocks
        if op == 5:
            return BLOCK
        if op == 6:
            self.erased[arg] += 1
            return 0


ram = Ram(BLOCKS)
vfs.VfsLfs2.mkfs(ram, progsize=int(sys.argv[1]))
vfs.mount(vfs.VfsLfs2(ram, progsize=int(sys.argv[1])), "/flash")
if sys.argv[1] == "256":  # an RP2
    module.LONGEST_FILE = 250
flash = Flash("/flash/state")
flash.load()
ram.erased = [0] * BLOCKS
for day in range(DAYS):
    for _ in range(48):
        flash.append(CELLS, bytes(45))
    if day % 8 == 0:
        flash.save([bytes(192), bytes(8302), bytes(1351), bytes(8438), bytes(256)])
print(sum(ram.erased) / DAYS, max(ram.erased) / DAYS)
