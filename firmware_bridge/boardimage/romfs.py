"""A read-only file system image that MicroPython executes byte code from in place (`vfs.VfsRom`, 1.25 and newer).

Source: MicroPython documentation, "Working with ROMFS", image format.
"""

from collections.abc import Mapping

_HEADER = b"\xd2\xcd\x31"
_VERBATIM = 2
_DIRECTORY = 4
_FILE = 5


def image(files: Mapping[str, bytes]) -> bytes:
    """The image of files by path; folders are made of the paths."""
    body = _folder(files)
    size = _number(len(body))
    if (len(_HEADER) + len(size) + len(body)) % 2:
        size = b"\x80" + size
    return _HEADER + size + body


def _folder(files: Mapping[str, bytes]) -> bytes:
    inner: dict[str, dict[str, bytes]] = {}
    out = b""
    for path, data in sorted(files.items()):
        first, _, rest = path.partition("/")
        if rest:
            inner.setdefault(first, {})[rest] = data
        else:
            out += _record(_FILE, _name(first) + _record(_VERBATIM, data))
    for name, below in sorted(inner.items()):
        out += _record(_DIRECTORY, _name(name) + _folder(below))
    return out


def _record(kind: int, payload: bytes) -> bytes:
    return _number(kind) + _number(len(payload)) + payload


def _name(name: str) -> bytes:
    return _number(len(name)) + name.encode("ascii")


def _number(value: int) -> bytes:
    """Seven bits a byte, the highest first; all but the last have their top bit set."""
    out = [value & 127]
    while value := value >> 7:
        out.insert(0, 128 | value & 127)
    return bytes(out)
