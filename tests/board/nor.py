"""NOR flash in memory, as a board's: it programs ones to zeros only, by whole pages, and counts its erases.

Source: W25Q128JV datasheet, sections 8.2.14 and 8.2.16; `rp2.Flash` of MicroPython 1.25 for the calls.
"""

SECTOR = 4096
PAGE = 256


class PowerCut(Exception):
    """The power failed while something was written."""


class Nor:
    """A block device of so many sectors. `fuel`: bytes that may yet change before the power fails; None is for ever."""

    def __init__(self, sectors: int = 32) -> None:
        self.data = bytearray(b"\xff" * (sectors * SECTOR))
        self.erased = [0] * sectors
        self.fuel: int | None = None

    def readblocks(self, block: int, buffer: bytearray, offset: int = 0) -> None:
        """Read from any place, over the end of a sector too."""
        at = block * SECTOR + offset
        assert at + len(buffer) <= len(self.data)
        buffer[:] = self.data[at : at + len(buffer)]

    def writeblocks(self, block: int, buffer: bytes, offset: int) -> None:
        """Program one whole page."""
        at = block * SECTOR + offset
        assert at % PAGE == 0
        assert len(buffer) == PAGE
        for i, byte in enumerate(buffer):
            if byte != 0xFF:
                self._burn()
            self.data[at + i] &= byte

    def ioctl(self, op: int, arg: int) -> int:
        """4 sectors, 5 bytes of one, 6 erase one."""
        if op == 4:
            return len(self.erased)
        if op == 5:
            return SECTOR
        assert op == 6
        self.erased[arg] += 1
        for at in range(arg * SECTOR, (arg + 1) * SECTOR, PAGE):
            self._burn()
            self.data[at : at + PAGE] = b"\xff" * PAGE
        return 0

    def _burn(self) -> None:
        if self.fuel is not None:
            if not self.fuel:
                raise PowerCut
            self.fuel -= 1
