"""Flash of its own is taken only where it is nobody else's."""

import os
import sys
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from firmware_bridge.board.files import Files
from firmware_bridge.board.place import place_of
from tests.board.nor import SECTOR, Nor

STORAGE = 212  # sectors, of a Pico W


class Rp2Flash(Nor):
    """As `rp2.Flash`: all of the storage, or a part of it."""

    def __init__(self, *, start: int = 0, len: int = STORAGE * SECTOR) -> None:
        super().__init__(len // SECTOR)
        self.start = start


def on_rp2(monkeypatch: pytest.MonkeyPatch, sectors_of_files: int) -> None:
    rp2: Any = ModuleType("rp2")
    rp2.Flash = Rp2Flash
    monkeypatch.setitem(sys.modules, "rp2", rp2)
    monkeypatch.setitem(sys.modules, "esp32", None)
    monkeypatch.setattr(os, "statvfs", lambda _: (SECTOR, SECTOR, sectors_of_files, 0, 0, 0, 0, 0, 0, 255))


def on_esp32(monkeypatch: pytest.MonkeyPatch, labels: list[str]) -> None:
    def find(kind: int, label: str) -> list[Nor]:
        return [Nor() for found in labels if found == label and kind == 1]

    esp32: Any = ModuleType("esp32")
    esp32.Partition = SimpleNamespace(TYPE_DATA=1, find=find)
    monkeypatch.setitem(sys.modules, "esp32", esp32)


def test_a_folder_is_a_folder(tmp_path) -> None:
    assert isinstance(place_of(str(tmp_path / "state")), Files)


def test_an_rp2_gives_the_end_of_its_storage_where_the_file_system_ends_before_it(monkeypatch) -> None:
    on_rp2(monkeypatch, STORAGE - 32)
    device = place_of("raw")._device
    assert device.start == (STORAGE - 32) * SECTOR
    assert device.ioctl(4, 0) == 32


def test_an_rp2_whose_file_system_takes_all_is_told_what_to_do(monkeypatch) -> None:
    on_rp2(monkeypatch, STORAGE - 31)
    with pytest.raises(OSError, match="state_dir: the file system takes all"):
        place_of("raw")


def test_an_esp32_gives_the_partition_of_that_name_or_says_what_to_do(monkeypatch) -> None:
    on_esp32(monkeypatch, ["vfs", "aqsense"])
    assert place_of("raw")._device.ioctl(4, 0) == 32
    on_esp32(monkeypatch, ["vfs"])
    with pytest.raises(OSError, match="state_dir: no partition is labelled aqsense"):
        place_of("raw")
