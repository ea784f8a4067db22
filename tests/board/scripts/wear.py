# Erases by 24 days of the board's log and slots, on a LittleFS or on flash of their own.
# wear.py PROGSIZE|raw -> erases a day of all sectors, and of the one that is erased most
import sys

import vfs

from firmware_bridge.board.files import Files
from firmware_bridge.board.flash import CELLS, Flash
from firmware_bridge.board.place import BYTES
from firmware_bridge.board.region import Region

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
        for i in range(len(buf)):
            self.data[at + i] &= buf[i]  # ones to zeros only

    def ioctl(self, op, arg):
        if op == 4:
            return self.blocks
        if op == 5:
            return BLOCK
        if op == 6:
            self.erased[arg] += 1
            self.data[arg * BLOCK : (arg + 1) * BLOCK] = b"\xff" * BLOCK
            return 0


def on_littlefs(progsize):
    ram = Ram(BLOCKS)
    vfs.VfsLfs2.mkfs(ram, progsize=progsize)
    vfs.mount(vfs.VfsLfs2(ram, progsize=progsize), "/flash")
    if progsize == 256:  # an RP2
        Files.longest_log = 250
    return ram, Files("/flash/state")


def raw():
    ram = Ram(BYTES // BLOCK)
    for block in range(ram.blocks):
        ram.ioctl(6, block)
    return ram, Region(ram)


ram, place = raw() if sys.argv[1] == "raw" else on_littlefs(int(sys.argv[1]))
flash = Flash(place)
flash.load()
warm = 32 if sys.argv[1] == "raw" else 0  # until its ring is written for the second time
for day in range(warm + DAYS):
    if day == warm:
        ram.erased = [0] * ram.blocks
    for _ in range(48):
        flash.append(CELLS, bytes(45))
    if day % 8 == 0:
        flash.save([bytes(192), bytes(8302), bytes(1351), bytes(8438), bytes(256)])
print(sum(ram.erased) / DAYS, max(ram.erased) / DAYS)
