"""Where a board's state lies: in files below `state_dir`, or, when that is `raw`, on flash of its own."""

RAW = "raw"
LABEL = "aqsense"  # of an ESP32's partition
BYTES = 131072  # of an RP2's flash, at the end of what the file system would have


def place_of(state_dir: str):
    """The `Files` or the `Region` that a configuration names; OSError says what to do when there is no such flash."""
    if state_dir != RAW:
        from firmware_bridge.board.files import Files

        return Files(state_dir)
    from firmware_bridge.board.region import Region

    return Region(_device())


def _device():
    try:
        import esp32
    except ImportError:
        return _end_of_flash()
    found = esp32.Partition.find(esp32.Partition.TYPE_DATA, label=LABEL)
    if not found:
        raise OSError("state_dir: no partition is labelled %s: add one of 128K, or name a folder" % LABEL)
    return found[0]


def _end_of_flash():
    import os

    import rp2

    size = rp2.Flash().ioctl(4, 0) * rp2.Flash().ioctl(5, 0)
    found = os.statvfs("/")
    if found[1] * found[2] + BYTES > size:
        raise OSError("state_dir: the file system takes all of the flash: see raw in the manual, or name a folder")
    return rp2.Flash(start=size - BYTES, len=BYTES)
