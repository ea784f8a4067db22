"""Every module of aqsense outside batch compiles for, and is imported by, a real MicroPython."""

import ast
import sys

import pytest

from firmware_bridge.board import modules
from firmware_bridge.boardimage import build, linked
from tests.mpy import compiled, interpreters
from tests.mpy.interpreters import ROOT

FILES = compiled.sources()
ON_BOARDS = {"struct", "array", "json", "hashlib", "time", "gc", "sys", "micropython", "collections", "binascii"}


def module_name(file) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@pytest.mark.parametrize("file", FILES, ids=module_name)
def test_mpy_cross_accepts(file, tmp_path):
    result = compiled.compile_file(file, tmp_path / "out.mpy", file.name)
    assert result.returncode == 0, result.stderr


def test_mpy_cross_refuses_what_micropython_cannot_parse(tmp_path):
    (tmp_path / "bad.py").write_text("match 1:\n    case _:\n        pass\n")
    assert compiled.compile_file(tmp_path / "bad.py", tmp_path / "bad.mpy", "bad.py").returncode != 0


@pytest.fixture(scope="session")
def firmware():
    return interpreters.firmware()


LINKED = set(modules.ORDER) - set(modules.THIN)
IMAGE = (build.sources().keys() - LINKED | {linked.COMMON}) - {"firmware_bridge.board.tls"}  # TLS is Debian's alone


@pytest.mark.parametrize("module", sorted(IMAGE))
def test_a_board_imports_it_in_a_heap_of_100_kib(module, firmware, tmp_path):
    """Frozen into a firmware; on its own, with everything that it imports itself."""
    script = tmp_path / "one.py"
    script.write_text(f"import {module}\nprint('imported')\n")
    result = firmware.run(script, heap="100k")
    assert result.stdout == "imported\n", result.stdout + result.stderr


def test_a_board_imports_every_module_as_mpy(library, tmp_path):
    script = tmp_path / "all.py"
    script.write_text("\n".join([*(f"import {module_name(file)}" for file in FILES), "print('imported')"]))
    result = interpreters.get("i386").run(script, path=(library,), heap="1m")
    assert result.stdout == "imported\n", result.stdout + result.stderr


def test_the_newer_micropython_imports_every_module_from_source(sources_only, tmp_path):
    script = tmp_path / "all.py"
    script.write_text("\n".join([*(f"import {module_name(file)}" for file in FILES), "print('imported')"]))
    result = interpreters.get("wasm").run(script, path=(sources_only,))
    assert result.stdout == "imported\n", result.stdout + result.stderr


def for_type_checkers(tree: ast.Module) -> set[int]:
    """Lines below `if TYPE_CHECKING:`, which no interpreter runs."""
    blocks = [n for n in tree.body if isinstance(n, ast.If) and ast.unparse(n.test) == "TYPE_CHECKING"]
    return {inner.lineno for block in blocks for inner in ast.walk(block) if hasattr(inner, "lineno")}


@pytest.mark.parametrize("file", FILES, ids=module_name)
def test_imports_only_what_micropython_has(file):
    """Also inside functions, where an import would otherwise fail on the first call, on a board, in a home."""
    tree = ast.parse(file.read_text())
    never_run = for_type_checkers(tree)
    for node in ast.walk(tree):
        if getattr(node, "lineno", 0) in never_run:
            continue
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
            assert node.level == 0, "relative import"
        else:
            continue
        for name in names:
            top = name.split(".")[0]
            assert top in ON_BOARDS or (top == "aqsense" and not name.startswith("aqsense.batch")), name
            if top == "collections" and isinstance(node, ast.ImportFrom):
                assert {alias.name for alias in node.names} <= {"OrderedDict", "deque"}


def test_the_list_of_modules_is_of_this_python():
    assert ON_BOARDS - {"micropython"} <= set(sys.stdlib_module_names)
